"""Which columns of a table go where, as `ZohoIngestion` plans it."""

from __future__ import annotations

import re

import pytest

from zoho_adobe import IngestedTable
from zoho_adobe.columns import field_name, is_date, wire_column, word_of
from zoho_adobe.components.zoho_ingestion import plan_of, tables_of

COLUMNS = {"Email": "string", "Last_Name": "string", "Modified_Time": "date-time", "Sum": "Double as number"}


def test_all_columns_get_fields_of_their_own() -> None:
    plan = plan_of(COLUMNS, IngestedTable())
    assert plan.columns == COLUMNS
    assert plan.fields == {"email": "string", "lastName": "string", "modifiedTime": "date-time", "sum": "number"}
    assert plan.mappings == {
        "_tenant.email": "Email",
        "_tenant.lastName": "Last_Name",
        "_tenant.modifiedTime": "Modified_Time",
        "_tenant.sum": "Sum",
    }


def test_single_columns_go_elsewhere() -> None:
    plan = plan_of(COLUMNS, IngestedTable(fields={"Email": "personalEmail.address", "Last_Name": "surname"}))
    assert plan.mappings["personalEmail.address"] == "Email"
    assert plan.mappings["_tenant.surname"] == "Last_Name"
    assert set(plan.fields) == {"surname", "modifiedTime", "sum"}


def test_some_columns_come_and_the_delta_column_with_them() -> None:
    assert set(plan_of(COLUMNS, IngestedTable(columns=["Email"])).columns) == {"Email", "Modified_Time"}
    assert set(plan_of(COLUMNS, IngestedTable(columns=["Email"], delta_column=None)).columns) == {"Email"}


def test_a_column_that_is_not_there_has_no_type() -> None:
    assert plan_of(COLUMNS, IngestedTable(columns=["Gone"], delta_column=None)).columns == {"Gone": ""}


def test_two_columns_never_share_a_field() -> None:
    fields = plan_of({"A_b": "string", "aB": "integer"}, IngestedTable(delta_column=None)).fields
    assert fields == {"aB": "string", "aB2": "integer"}


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Last_Name", "lastName"),
        ("$currency_symbol", "currencySymbol"),
        ("1st", "field1st"),
        ("id", "id"),
        ("É", "field"),
    ],
)
def test_a_field_has_a_name_that_xdm_takes(column: str, field: str) -> None:
    assert field_name(column) == field


@pytest.mark.parametrize(
    ("column", "word"),
    [
        ({"name": "a", "type": "string", "xdm": {"type": "string"}}, "string"),
        ({"name": "a", "type": "string", "xdm": {"type": "String"}}, "string"),
        ({"name": "a", "type": "string", "xdm": {"type": "string", "format": "date-time"}}, "date-time"),
        ({"name": "a", "type": "string", "meta:xdmType": "date-time"}, "date-time"),
        ({"name": "a", "type": "Double", "xdm": {"type": "number"}}, "Double as number"),
        ({"name": "a", "type": "integer", "xdm": {"type": "integer", "format": "int64"}}, "integer:int64"),
    ],
)
def test_a_column_is_one_word(column: dict[str, object], word: str) -> None:
    assert word_of(column) == word
    assert word_of(wire_column("a", word)) == word
    assert is_date(word) == (word == "date-time")


GROUPED = {"Contacts": IngestedTable(group="people"), "Deals": IngestedTable(group="sales")}


def test_a_stack_brings_the_tables_of_its_group_or_all() -> None:
    assert tables_of(GROUPED, "sales") == {"Deals": GROUPED["Deals"]}
    assert tables_of(GROUPED, None) == GROUPED
    assert list(tables_of({"Leads": IngestedTable()}, None)) == ["Leads"]


@pytest.mark.parametrize("group", ["sale", ""])
def test_a_group_that_no_table_has_is_refused(group: str) -> None:
    line = f"ZohoIngestion: group: no table has the group '{group}': pass one of people, sales, or give it a table"
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        tables_of(GROUPED, group)


@pytest.mark.parametrize("group", ["sales", "other"])
def test_a_table_that_no_stack_would_bring_is_refused(group: str) -> None:
    tables = {**GROUPED, "Leads": IngestedTable(), "Accounts": IngestedTable(group="")}
    line = "ZohoIngestion: tables: no stack would bring Leads, Accounts: pass group to each IngestedTable"
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        tables_of(tables, group)
