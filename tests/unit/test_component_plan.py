"""Which columns of a table go where, as `ZohoIngestion` plans it."""

from __future__ import annotations

import re
from typing import Any

import pulumi
import pytest

from zoho_adobe import Identity, IngestedTable, ZohoIngestion
from zoho_adobe.columns import field_name, is_date, wire_column, word_of
from zoho_adobe.components.ingested_table import tables_of
from zoho_adobe.components.table_plan import labels_of, plan_of

LATER: Any = object.__new__(pulumi.Output)
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


def test_a_field_below_one_of_the_namespace_keeps_its_whole_path() -> None:
    plan = plan_of(COLUMNS, IngestedTable(fields={"Email": "_tenant.contact.email", "Sum": "_tenant.total"}))
    assert plan.mappings["_tenant.contact.email"] == "Email"
    assert plan.mappings["_tenant.total"] == "Sum"
    assert set(plan.fields) == {"total", "lastName", "modifiedTime"}


@pytest.mark.parametrize(
    "how",
    [
        {"columns": [LATER]},
        {"columns": LATER},
        {"fields": {"Email": LATER}},
        {"delta_column": LATER},
        {"group": LATER},
        {"columns": "Email"},
    ],
)
def test_what_decides_which_resources_there_are_has_to_be_known(how: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=rf"^IngestedTable: {next(iter(how))}: pass "):
        IngestedTable(**how)


def test_some_columns_come_and_the_delta_column_with_them() -> None:
    assert set(plan_of(COLUMNS, IngestedTable(columns=["Email"])).columns) == {"Email", "Modified_Time"}
    assert set(plan_of(COLUMNS, IngestedTable(columns=["Email"], delta_column=None)).columns) == {"Email"}


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        (IngestedTable(columns=["E_Mail"]), "columns: the table has no column 'E_Mail'. Did you mean 'Email'?"),
        (IngestedTable(fields={"email": "a.b"}), "fields: the table has no column 'email'. Did you mean 'Email'?"),
        (
            IngestedTable(fields={"Last Name": "x"}),
            "fields: the table has no column 'Last Name'. Did you mean 'Last_Name'?",
        ),
        (
            IngestedTable(fields={"Zip": "x"}),
            "fields: the table has no column 'Zip'. Use its field name in Zoho, which is not its label",
        ),
        (
            IngestedTable(delta_column="Changed"),
            "delta_column: the table has no column 'Changed'. Its columns with a date: Modified_Time",
        ),
        (
            IngestedTable(columns=["Sum"], fields={"Email": "mail"}),
            "fields: 'Email' is not among the columns: add it to them, or take it out of fields",
        ),
        (
            IngestedTable(fields={"Email": "x", "Sum": "x"}),
            "fields: 'Email' and 'Sum' both go to 'x': choose another field for one",
        ),
        (
            IngestedTable(fields={"Email": "a.b", "Sum": "a.b"}),
            "fields: 'Email' and 'Sum' both go to 'a.b': choose another field for one",
        ),
        (
            IngestedTable(fields={"Email": "_tenant.x", "Sum": "x"}),
            "fields: 'Email' and 'Sum' both go to 'x': choose another field for one",
        ),
    ],
)
def test_what_the_program_says_of_columns_fits_the_table(how: IngestedTable, problem: str) -> None:
    assert plan_of(COLUMNS, how).problems == [problem]


@pytest.mark.parametrize(
    "names", [("A_b", "aB", "ab"), ("Name", "name", "Name2"), ("É", "Ö", "_"), ("Last_Name", "LastName", "Last__Name")]
)
def test_two_columns_never_share_a_field(names: tuple[str, ...]) -> None:
    plan = plan_of(dict.fromkeys(names, "string"), IngestedTable(delta_column=None))
    assert sorted(plan.mappings.values()) == sorted(names)
    assert (len(plan.fields), plan.problems) == (len(names), [])


def test_a_field_that_was_asked_for_is_not_given_to_another_column() -> None:
    how = IngestedTable(delta_column=None, fields={"Phone": "mobile"})
    plan = plan_of({"Mobile": "string", "Phone": "string"}, how)
    assert plan.mappings == {"_tenant.mobile": "Phone", "_tenant.mobile2": "Mobile"}


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


MODULE = {"id": "string", "Email": "string", "Modified_Time": "date-time", "Sum": "number", "Score": "integer"}


def test_by_files_text_becomes_what_the_schema_holds_and_the_id_comes_along() -> None:
    plan = plan_of(None, IngestedTable(fields={"Email": "personalEmail.address"}), MODULE, files=True)
    assert plan.names == ["Email", "Modified_Time", "Score", "Sum", "id"]
    assert plan.texts == {
        "personalEmail.address": "Email",
        "_tenant.id": "id",
        "_tenant.modifiedTime": "date(Modified_Time, \"yyyy-MM-dd'T'HH:mm:ssXXX\")",
        "_tenant.score": "to_integer(Score)",
        "_tenant.sum": "to_decimal(Sum)",
    }
    assert plan.problems == []


def test_by_both_ways_each_brings_what_it_has_into_the_same_fields() -> None:
    plan = plan_of(COLUMNS, IngestedTable(), {**MODULE, "Sum": "string"}, files=True)
    assert plan.columns == COLUMNS
    assert plan.names == ["Email", "Modified_Time", "Score", "Sum", "id"]
    # The source came first, and so its type is the field's.
    assert plan.fields["sum"] == "number"
    assert plan.texts["_tenant.sum"] == "to_decimal(Sum)"
    assert set(plan.mappings) == {"_tenant.email", "_tenant.lastName", "_tenant.modifiedTime", "_tenant.sum"}
    assert set(plan.mappings) - set(plan.texts) == {"_tenant.lastName"}
    assert plan.differing == {"Sum": ("number", "string")}
    assert plan_of(COLUMNS, IngestedTable(), MODULE, files=True).differing == {}
    assert plan_of(None, IngestedTable(), MODULE, files=True).differing == {}


def test_named_columns_are_known_before_the_module_is() -> None:
    how = IngestedTable(columns=["Email", "Sum"])
    before, after = plan_of(None, how, files=True), plan_of(None, how, MODULE, files=True)
    assert before.texts.keys() == after.texts.keys() == {f"_tenant.{x}" for x in ("email", "sum", "modifiedTime", "id")}
    # The id was not asked for, so the source does not read it.
    assert set(plan_of(COLUMNS, how, MODULE, files=True).columns) == {"Email", "Sum", "Modified_Time"}


@pytest.mark.parametrize(
    ("how", "module", "problem"),
    [
        (IngestedTable(columns=["Last_Name"]), {}, "columns: the module has no column 'Last_Name'. Use its field name"),
        (IngestedTable(), {"Modified_Time": "date"}, "delta_column: the module has no column 'Modified_Time'. Its"),
        (
            IngestedTable(columns=["Tags"]),
            {"Tags": "array"},
            "columns: 'Tags' cannot come by files: text does not become",
        ),
        (IngestedTable(), {"a.b": "string"}, "columns: 'a.b' cannot come by files: 'a.b' is not a name that Data Prep"),
    ],
)
def test_what_cannot_come_by_files_is_said(how: IngestedTable, module: dict[str, str], problem: str) -> None:
    found = {name: word for name, word in {**MODULE, **module}.items() if word != "date"}
    (said,) = plan_of(None, how, found, files=True).problems
    assert said.startswith(problem)


MARKS: dict[str, Any] = {
    "identities": {"Email": Identity("Email", primary=True)},
    "labels": {"Last_Name": ["I2"]},
    "expressions": {"Email": "lower(Email)"},
}


def test_what_is_said_of_columns_goes_to_their_fields() -> None:
    plan = plan_of(COLUMNS, IngestedTable(fields={"Email": "personalEmail.address"}, **MARKS))
    assert (plan.keys["Email"], plan.keys["Last_Name"]) == ("personalEmail.address", "lastName")
    assert plan.mappings["personalEmail.address"] == "lower(Email)"
    assert labels_of(plan, IngestedTable(**MARKS), suggested=False) == {"lastName": ["I2"]}
    assert labels_of(plan, IngestedTable(**MARKS), suggested=True) == {
        "personalEmail.address": ["I1"],
        "lastName": ["I2"],
    }
    assert labels_of(plan, IngestedTable(labels={"Email": [], "Last_Name": []}), suggested=True) == {}


def test_an_expression_takes_the_place_of_what_a_file_needs() -> None:
    how = IngestedTable(expressions={"Score": "to_integer(trim(Score))"})
    assert plan_of(None, how, MODULE, files=True).texts["_tenant.score"] == "to_integer(trim(Score))"


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ({"identities": {"E_Mail": Identity("Email")}}, "identities: the table has no column 'E_Mail'. Did you mean"),
        ({"labels": {"Zip": ["I2"]}}, "labels: the table has no column 'Zip'. Use its field name in Zoho"),
        ({"expressions": {"Email": "lower(Emial)"}}, "expressions: 'Email' reads 'Emial', which is not among the"),
        (
            {"columns": ["Email"], "expressions": {"Email": "concat(Email, Last_Name)"}},
            "expressions: 'Email' reads 'Last_Name', which is not among the columns. Add it to columns",
        ),
        (
            {"columns": ["Email"], "labels": {"Last_Name": ["I1"]}},
            "labels: 'Last_Name' is not among the columns: add it to them, or take it out of labels",
        ),
    ],
)
def test_what_is_said_of_other_columns_is_a_problem(how: dict[str, Any], problem: str) -> None:
    (said,) = plan_of(COLUMNS, IngestedTable(**how)).problems
    assert said.startswith(problem)


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        (
            {"Contacts": IngestedTable(relationships={"Account_Name": "Accounts"})},
            "'Account_Name' refers to 'Accounts'",
        ),
        (
            {"Contacts": IngestedTable(relationships={"Account_Name": "Accounts"}), "Accounts": IngestedTable()},
            "'Account_Name' refers to 'Accounts', which has no primary identity",
        ),
    ],
)
def test_a_relationship_leads_to_a_table_with_a_primary_identity(
    tables: dict[str, IngestedTable], problem: str
) -> None:
    line = f"ZohoIngestion: tables: Contacts: relationships: {problem}"
    with pytest.raises(ValueError, match=f"^{re.escape(line)}"):
        ZohoIngestion("crm", tables=tables, zoho=CRM, schedule={"frequency": "once"})


CRM = {"data_center": "eu"}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"via": "files", "zoho": CRM}, "via: 'files' is unknown: use 'source', 'both', 'landing-zone'"),
        ({"via": LATER}, "via: pass a plain value"),
        ({"deletes": "keep", "zoho": CRM}, "deletes: 'keep' is unknown: use 'ignore', 'mark'"),
        ({"via": "both", "zoho": CRM}, "via: Leads would be read through a base connection: pass either"),
        ({}, 'zoho: say where Zoho CRM is, such as zoho={"data_center": "eu"}'),
        ({"base_connection_id": "b", "via": "both"}, "zoho: say where Zoho CRM is"),
        ({"base_connection_id": "b", "connection": {}}, "pass either base_connection_id or connection"),
        (
            {"base_connection_id": "b", "deletes": "mark"},
            "deletes: the source does not tell what was deleted from Leads",
        ),
    ],
)
def test_an_ingestion_that_cannot_be_is_refused(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=f"^ZohoIngestion: {re.escape(problem)}"):
        ZohoIngestion("crm", tables={"Leads": IngestedTable()}, schedule={"frequency": "once"}, **arguments)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"via": "file"}, "via: 'file' is unknown"),
        ({"deletes": LATER}, "deletes: pass plain values"),
        ({"whole_every_days": -1}, "whole_every_days: -1 is not a number of days"),
        ({"identities": LATER}, "identities: pass plain values"),
        (
            {"identities": {"a": Identity("Email", primary=True), "b": Identity("ECID", primary=True)}},
            "identities: 'a' and 'b' are both primary",
        ),
        ({"profile": True, "identities": {"a": Identity("Email")}}, "profile: no identity is primary"),
        ({"whole_every_days": True}, "whole_every_days: True is not a number of days"),
    ],
)
def test_a_table_that_cannot_be_is_refused(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=f"^IngestedTable: {re.escape(problem)}"):
        IngestedTable(**arguments)


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
    line = "ZohoIngestion: tables: no stack would ingest Leads, Accounts: pass group to each IngestedTable"
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        tables_of(tables, group)
