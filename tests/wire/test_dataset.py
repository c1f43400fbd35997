"""Dataset: made once, renamed in place, and not deleted with data in it unless that is said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.wire.deployment import SUFFIX
from tests.support.wire.ingestion import Ingestion
from tests.support.wire.plugin import UNKNOWN, Refused

LOST: list[dict[str, Any]] = [
    {"kind": "drop_after"},
    {"kind": "drop_before"},
    {"kind": "garbage_json", "after_work": True},
]


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault["kind"])
def test_a_lost_answer_leaves_one(ingestion: Ingestion, fault: dict[str, Any]) -> None:
    ingestion.need("schema")
    ingestion.tenant.fault(method="POST", path="/catalog/dataSets", **fault)
    made = ingestion.make("dataset")
    (found,) = ingestion.objects("datasets")
    assert (found["id"], found["name"]) == (made.id, f"Leads {SUFFIX}")


def test_it_is_renamed_in_place_and_drift_shows(ingestion: Ingestion) -> None:
    made = ingestion.make("dataset")
    ingestion.update("dataset", name="Leads of Zoho", description="All of them")
    (found,) = ingestion.objects("datasets")
    assert (found["id"], found["name"], found["description"]) == (made.id, f"Leads of Zoho {SUFFIX}", "All of them")
    assert ingestion.refresh("dataset") == ingestion.made["dataset"].inputs
    ingestion.crm.change("datasets", made.id, name="By hand", description="")
    inputs = ingestion.refresh("dataset")
    assert inputs is not None
    assert inputs["name"] == "By hand"
    assert "description" not in inputs


def test_a_suffix_that_was_taken_away_by_hand_is_drift(ingestion: Ingestion) -> None:
    made = ingestion.make("dataset")
    ingestion.crm.change("datasets", made.id, name="Leads")
    inputs = ingestion.refresh("dataset")
    assert inputs is not None
    assert (inputs["name"], "suffix" in inputs) == ("Leads", False)
    ingestion.update("dataset")
    (found,) = ingestion.objects("datasets")
    assert found["name"] == f"Leads {SUFFIX}"


@pytest.mark.parametrize("kind", ["html", "garbage_json"])
def test_what_answers_in_adobes_place_passes_for_nothing(ingestion: Ingestion, kind: str) -> None:
    ingestion.make("dataset")
    for method in ("PATCH", "DELETE"):
        ingestion.tenant.fault(method=method, path="/dataSets/", kind=kind, status=200)
    with pytest.raises(Refused, match="Catalog answered 200 with"):
        ingestion.update("dataset", description="New")
    with pytest.raises(Refused, match="Catalog answered 200 with"):
        ingestion.delete("dataset")


def test_another_schema_replaces_it(ingestion: Ingestion) -> None:
    ingestion.make("dataset")
    assert ingestion.diff("dataset") == []
    assert ingestion.diff("dataset", schema_id=UNKNOWN) == ["schema_id"]


def test_data_is_deleted_only_where_that_is_said(ingestion: Ingestion) -> None:
    dataset = ingestion.make("dataset").id
    flow = ingestion.make("dataflow")
    ingestion.crm.run(flow.id)
    for kind in ("dataflow", "target"):
        ingestion.delete(kind)
    with pytest.raises(Refused, match=rf"^the dataset 'Leads {SUFFIX}' \({dataset}\) cannot be deleted: it holds data"):
        ingestion.delete("dataset")
    with pytest.raises(Refused, match=r"cannot be replaced .*: it holds data"):
        ingestion.diff("dataset", schema_id=UNKNOWN)
    assert len(ingestion.crm.arrived(dataset)) == 3
    ingestion.update("dataset", force_destroy=True)
    ingestion.delete("dataset")
    assert ingestion.objects("datasets") == []


def test_a_destroy_that_would_end_at_the_data_does_not_begin(ingestion: Ingestion) -> None:
    dataset, flow = ingestion.make("dataset").id, ingestion.make("dataflow", keep_data=True)
    ingestion.crm.run(flow.id)
    with pytest.raises(Refused, match=rf"its dataset {dataset} would be deleted with it and holds data.*force_destroy"):
        ingestion.provider("dataflow").delete(flow.id, flow.outputs)
    assert [item["id"] for item in ingestion.objects("flows")] == [flow.id]
    assert (
        "keep_data"
        not in ingestion.provider("dataflow")
        .check(
            ingestion.program("dataflow", keep_data=True),
            {key: value for key, value in flow.inputs.items() if key != "keep_data"},
        )
        .inputs
    )


def test_a_replacement_of_the_dataflow_and_an_empty_dataset_need_no_word(ingestion: Ingestion) -> None:
    flow = ingestion.make("dataflow", keep_data=True)
    ingestion.provider("dataflow").delete(flow.id, flow.outputs)
    assert ingestion.objects("flows") == []
    flow = ingestion.make("dataflow", keep_data=True)
    ingestion.crm.run(flow.id)
    command = ingestion.provider("dataflow")
    inputs = command.check(ingestion.program("dataflow", keep_data=True), flow.inputs).inputs
    command.diff(flow.id, flow.outputs, {**inputs, "source_connection_id": UNKNOWN})
    command.delete(flow.id, flow.outputs)
    assert ingestion.objects("flows") == []


def test_one_that_was_deleted_by_hand_is_gone(ingestion: Ingestion) -> None:
    made = ingestion.make("dataset")
    ingestion.crm.remove("datasets", made.id)
    with pytest.raises(Refused, match=f"the dataset {made.id} no longer exists in sandbox 'dev'"):
        ingestion.update("dataset", name="New")
    ingestion.delete("dataset")
    ingestion.made["dataset"] = made
    assert ingestion.refresh("dataset") is None
