"""Both ends of a dataflow: made once whatever is lost, replaced on any change, never patched."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.wire.deployment import SUFFIX
from tests.support.wire.ingestion import COLUMNS, Ingestion
from tests.support.wire.plugin import UNKNOWN, Refused

KINDS = [("source", "sourceConnections"), ("files", "sourceConnections"), ("target", "targetConnections")]
LOST: list[dict[str, Any]] = [{"kind": "drop_after"}, {"kind": "drop_before"}, {"kind": "truncate"}]


@pytest.mark.parametrize(("kind", "path"), KINDS)
@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault["kind"])
def test_a_lost_answer_leaves_one(ingestion: Ingestion, kind: str, path: str, fault: dict[str, Any]) -> None:
    ingestion.program(kind)
    ingestion.tenant.fault(method="POST", path=f"/{path}", **fault)
    made = ingestion.make(kind)
    (found,) = ingestion.objects(path)
    assert (found["id"], found["name"]) == (made.id, f"Leads {SUFFIX}")


@pytest.mark.parametrize(("kind", "path"), KINDS)
def test_what_an_earlier_create_left_behind_is_taken_over(ingestion: Ingestion, kind: str, path: str) -> None:
    first = ingestion.make(kind)
    assert ingestion.make(kind).id == first.id
    assert [item["id"] for item in ingestion.objects(path)] == [first.id]


@pytest.mark.parametrize(("kind", "path"), KINDS)
def test_one_of_the_same_name_that_differs_stays_and_is_named(ingestion: Ingestion, kind: str, path: str) -> None:
    retained = ingestion.make(kind)
    changed = ingestion.make(kind, description="Another one now")
    assert {item["id"] for item in ingestion.objects(path)} == {retained.id, changed.id}
    assert f"({retained.id}) stays, and another one of that name is made" in ingestion.said()
    assert ingestion.make(kind, description="Another one now").id == changed.id


@pytest.mark.parametrize(("kind", "path"), KINDS)
def test_a_lost_answer_beside_a_retained_one_deletes_nothing(ingestion: Ingestion, kind: str, path: str) -> None:
    retained = ingestion.make(kind)
    ingestion.tenant.fault(kind="drop_before", method="POST", path=f"/{path}")
    changed = ingestion.make(kind, description="Another one now")
    assert {item["id"] for item in ingestion.objects(path)} == {retained.id, changed.id}


@pytest.mark.parametrize(("kind", "path"), KINDS)
def test_without_a_suffix_a_name_that_is_taken_is_refused(ingestion: Ingestion, kind: str, path: str) -> None:
    first = ingestion.make(kind, suffix=None)
    with pytest.raises(Refused, match=rf"already has a {path[:6]} connection named 'Leads' \({first.id}\)"):
        ingestion.make(kind, suffix=None)
    assert len(ingestion.objects(path)) == 1


def test_every_change_replaces(ingestion: Ingestion) -> None:
    ingestion.make("source")
    assert ingestion.diff("source") == []
    assert ingestion.diff("source", description="New") == ["description"]
    assert ingestion.diff("source", columns={"Last_Name": "string"}) == ["columns"]
    assert ingestion.diff("source", base_connection_id=UNKNOWN) == ["base_connection_id"]
    ingestion.make("target")
    assert ingestion.diff("target") == []
    assert ingestion.diff("target", name="Other") == ["name"]
    assert ingestion.diff("target", dataset_id=UNKNOWN) == ["dataset_id"]


def test_columns_that_are_no_longer_given_are_all_columns(ingestion: Ingestion) -> None:
    ingestion.make("source")
    assert ingestion.diff("source", columns=None) == ["columns"]


def test_all_columns_that_come_to_be_given_are_no_change(ingestion: Ingestion) -> None:
    columns = ingestion.make("source", columns=None).outputs["columns"]
    ingestion.tenant.forget_requests()
    assert ingestion.update("source", columns=columns)["columns"] == columns
    assert ingestion.diff("source", columns=None) == ["columns"]
    assert ingestion.tenant.requests() == []


@pytest.mark.parametrize(("kind", "path"), KINDS)
def test_what_was_changed_by_hand_is_drift_and_replaces(ingestion: Ingestion, kind: str, path: str) -> None:
    made = ingestion.make(kind)
    ingestion.crm.change(path, made.id, description="By hand", name="Leads")
    inputs = ingestion.refresh(kind)
    assert inputs is not None
    assert (inputs["name"], inputs["description"], "suffix" in inputs) == ("Leads", "By hand", False)
    assert ingestion.made[kind].outputs["full_name"] == "Leads"
    assert ingestion.diff(kind) == ["suffix", "description"]


def test_columns_that_were_changed_by_hand_are_drift(ingestion: Ingestion) -> None:
    made = ingestion.make("source")
    ingestion.crm.change("sourceConnections", made.id, params={"tableName": "Leads", "columns": [{"name": "Company"}]})
    inputs = ingestion.refresh("source")
    assert inputs is not None
    assert inputs["columns"] == {"Company": "string"}
    assert ingestion.diff("source") == ["columns"]


def test_all_columns_are_read_where_none_are_given(ingestion: Ingestion) -> None:
    made = ingestion.make("source", columns=None)
    (found,) = ingestion.objects("sourceConnections")
    assert {column["name"] for column in found["params"]["columns"]} == set(made.outputs["columns"])
    assert "Annual_Revenue" in made.outputs["columns"]
    assert "columns" not in made.inputs
    assert ingestion.diff("source", columns=None) == []
    assert ingestion.refresh("source") == made.inputs
    assert ingestion.made["source"].outputs == made.outputs


def test_columns_go_to_adobe_as_it_wants_them(ingestion: Ingestion) -> None:
    ingestion.make("source")
    (found,) = ingestion.objects("sourceConnections")
    assert found["params"] == {
        "tableName": "Leads",
        "columns": [
            {"name": "Last_Name", "type": "string", "xdm": {"type": "string"}},
            {"name": "Modified_Time", "type": "string", "xdm": {"type": "string", "format": "date-time"}},
        ],
    }


def test_bad_input_is_found_without_any_network(ingestion: Ingestion) -> None:
    ingestion.tenant.forget_requests()
    assert ingestion.check("source", filters={"a": "b"}) == [
        "filters: Adobe cannot filter the rows of Zoho CRM at the source. Leave them out, and filter what has arrived."
    ]
    (line,) = ingestion.check("source", columns={**COLUMNS, "Gone": ""})
    assert line.startswith("columns: the table 'Leads' has no column 'Gone'.")
    assert ingestion.check("source", columns={}) == ["columns: the list is empty. Leave it out to read all columns."]
    assert ingestion.check("source", table=None) == ["table: it is missing. Pass table."]
    assert ingestion.tenant.requests() == []


def test_nothing_is_made_where_adobe_no_longer_accepts_zoho(ingestion: Ingestion) -> None:
    ingestion.crm.withdraw()
    with pytest.raises(Refused, match="Adobe no longer accepts Zoho CRM as the source of a dataflow"):
        ingestion.make("source")
    assert ingestion.objects("sourceConnections") == []


@pytest.mark.parametrize(("kind", "path"), KINDS)
def test_what_was_deleted_by_hand_is_gone_and_deleting_it_is_no_error(
    ingestion: Ingestion, kind: str, path: str
) -> None:
    made = ingestion.make(kind)
    assert ingestion.refresh(kind) == made.inputs
    ingestion.crm.remove(path, made.id)
    ingestion.delete(kind)
    ingestion.made[kind] = made
    assert ingestion.refresh(kind) is None


@pytest.mark.parametrize("end", ["source", "target"])
def test_an_end_waits_for_its_dataflow_that_is_being_deleted(ingestion: Ingestion, end: str) -> None:
    flow, made = ingestion.make("dataflow"), ingestion.made[end]
    with ThreadPoolExecutor() as pool:
        going = pool.submit(ingestion.provider(end).delete, made.id, made.outputs)
        time.sleep(1.0)
        ingestion.provider("dataflow").delete(flow.id, flow.outputs)
        going.result()
    assert ingestion.objects("flows") == ingestion.objects(f"{end}Connections") == []


@pytest.mark.parametrize(("end", "path"), KINDS)
def test_an_end_whose_dataflow_is_gone_a_moment_after_the_refusal_is_deleted(
    ingestion: Ingestion, end: str, path: str
) -> None:
    made = ingestion.make(end)
    body = {"message": f"Found active flows containing id {made.id}."}
    ingestion.tenant.fault(kind="status", status=400, body=body, method="DELETE", path=f"/{path}/")
    ingestion.delete(end)
    assert ingestion.objects(path) == []


def test_an_end_that_adobe_refuses_to_delete_is_tried_twice_and_no_more(ingestion: Ingestion) -> None:
    made, body = ingestion.make("target"), {"message": "Not today."}
    ingestion.tenant.fault(
        kind="status", status=400, body=body, method="DELETE", path="/targetConnections/", times=None
    )
    with pytest.raises(Refused, match="Not today"):
        ingestion.delete("target")
    assert len(ingestion.tenant.requests("DELETE", made.id)) == 2


def test_an_end_with_a_dataflow_that_stays_is_refused(ingestion: Ingestion) -> None:
    flow, made = ingestion.make("dataflow"), ingestion.made["target"]
    with pytest.raises(Refused, match=rf"is used by dataflows that nobody is deleting: .*\({flow.id}\)"):
        ingestion.provider("target").delete(made.id, made.outputs)
