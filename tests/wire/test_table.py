"""Table: columns as Zoho has them, and one line for what Zoho does not have."""

from __future__ import annotations

import pytest

from tests.support.wire.ingestion import Ingestion
from tests.support.wire.plugin import Refused


def test_columns_and_dates_are_read(ingestion: Ingestion) -> None:
    made = ingestion.make("table")
    assert made.id == f"{ingestion.base_id}/Leads"
    assert made.outputs["columns"]["Annual_Revenue"] == "number"
    assert made.outputs["columns"]["Modified_Time"] == "date-time"
    assert made.outputs["date_columns"] == ["Created_Time", "Modified_Time"]


def test_what_changed_in_zoho_shows_at_a_refresh(ingestion: Ingestion) -> None:
    ingestion.make("table")
    ingestion.crm.add_field("Leads", "Birthday", "date")
    ingestion.crm.remove_field("Leads", "Company")
    ingestion.refresh("table")
    outputs = ingestion.made["table"].outputs
    assert "Company" not in outputs["columns"]
    assert "Birthday" in outputs["date_columns"]
    assert "the table 'Leads' no longer has the column 'Company'" in ingestion.said()


def test_a_table_that_is_not_there_is_named_with_what_is(ingestion: Ingestion) -> None:
    with pytest.raises(Refused, match=r"^table: the base connection .* reaches no table 'Lead' in Zoho. Did you mean"):
        ingestion.make("table", table="Lead")


def test_a_base_connection_that_is_gone_takes_its_tables_along(ingestion: Ingestion) -> None:
    ingestion.make("table")
    ingestion.tenant.remove(ingestion.base_id)
    assert ingestion.refresh("table") is None


def test_dead_credentials_do_not_fail_a_refresh_so_that_a_rotation_can_begin_with_one(ingestion: Ingestion) -> None:
    made = ingestion.make("table")
    ingestion.tenant.emulator.control("POST", "/zoho/revoke", {"refresh_token": ingestion.tenant.zoho["refresh_token"]})
    columns = dict(made.outputs["columns"])
    assert ingestion.refresh("table") is not None
    assert ingestion.made["table"].outputs["columns"] == columns
    assert "Its columns stay in the state as they were read before." in ingestion.said()


def test_another_table_is_another_object_and_deleting_deletes_nothing(ingestion: Ingestion) -> None:
    ingestion.make("table")
    assert ingestion.diff("table", table="Accounts") == ["table"]
    ingestion.tenant.forget_requests()
    ingestion.delete("table")
    assert ingestion.tenant.requests() == []
