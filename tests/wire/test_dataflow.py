"""Dataflow: schedules that Adobe takes, changes in place that are waited for, and no row moved twice."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.wire.deployment import SUFFIX
from tests.support.wire.ingestion import COLUMNS, SCHEDULE, Ingestion
from tests.support.wire.plugin import UNKNOWN, Plugin, Refused

FULL_NAME = f"Leads {SUFFIX}"
LOST: list[dict[str, Any]] = [{"kind": "drop_after"}, {"kind": "drop_before"}, {"kind": "truncate"}]
HOUR = 3600


def flow(ingestion: Ingestion) -> dict[str, Any]:
    """Return the one dataflow that exists."""
    (found,) = ingestion.objects("flows")
    return found


def names(ingestion: Ingestion, dataset: str) -> list[str]:
    """List the last names that have arrived."""
    rows = [next(iter(row.values())) for row in ingestion.crm.arrived(dataset)]
    return sorted(row["lastName"] for row in rows)


# --- create ---------------------------------------------------------------------------------------------------------


def test_a_dataflow_is_made_with_all_that_the_program_says(ingestion: Ingestion) -> None:
    before = time.time()
    made = ingestion.make(
        "dataflow", description="Leads, all half hour", error_diagnostics=True, partial_ingestion_percent=10
    )
    found = flow(ingestion)
    assert (found["id"], found["name"], found["description"]) == (made.id, FULL_NAME, "Leads, all half hour")
    assert found["scheduleParams"] == {
        "startTime": str(made.outputs["start"]).removesuffix(".0"),
        "frequency": "minute",
        "interval": "30",
        "backfill": "true",
    }
    assert before + 290 < made.outputs["start"] < before + 330
    assert [part["name"] for part in found["transformations"]] == ["Copy", "Mapping"]
    assert found["options"] == {"errorDiagnosticsEnabled": True, "partialIngestionPercent": 10}
    assert made.outputs["state"] == "enabled"


def test_strings_where_numbers_went_in_are_no_drift(ingestion: Ingestion) -> None:
    made = ingestion.make("dataflow", schedule={**SCHEDULE, "backfill": False, "start": int(time.time()) + HOUR})
    assert ingestion.refresh("dataflow") == made.inputs
    assert made.outputs == ingestion.made["dataflow"].outputs


def test_the_columns_do_not_stay_in_the_state(ingestion: Ingestion) -> None:
    made = ingestion.make("dataflow")
    assert "columns" not in made.inputs
    assert "columns" not in made.outputs


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault["kind"])
def test_a_lost_answer_leaves_one(ingestion: Ingestion, fault: dict[str, Any]) -> None:
    ingestion.program("dataflow")
    ingestion.tenant.fault(method="POST", path="/flows$", **fault)
    made = ingestion.make("dataflow")
    assert flow(ingestion)["id"] == made.id


def test_what_an_earlier_create_left_behind_is_taken_over(ingestion: Ingestion) -> None:
    first = ingestion.make("dataflow")
    assert ingestion.make("dataflow").id == first.id
    changed = ingestion.make("dataflow", schedule={"frequency": "day", "interval": 1})
    assert changed.id != first.id
    assert flow(ingestion)["id"] == changed.id


def test_one_that_is_not_brought_to_its_end_is_named(ingestion: Ingestion) -> None:
    ingestion.program("dataflow")
    ingestion.tenant.fault(method="GET", path="/flows/[^/]+$", kind="status", status=403, body={"message": "not now"})
    with pytest.raises(Refused, match=r"not now.* The dataflow (\S+) was made: run the command again") as refused:
        ingestion.make("dataflow")
    assert flow(ingestion)["id"] in str(refused.value)
    assert ingestion.make("dataflow").id == flow(ingestion)["id"]


def test_one_that_was_there_before_a_create_failed_stays(ingestion: Ingestion, tmp_path: Path) -> None:
    made = ingestion.make("dataflow", suffix=None)
    ingestion.tenant.fault(method="GET", path="/flows/[^/]+$", kind="status", status=403, body={"message": "not now"})
    with Plugin.start(tmp_path, ZOHO_ADOBE_ADOPT=made.id) as plugin:
        ingestion.plugin = plugin
        with pytest.raises(Refused, match=rf"not now.* The dataflow {made.id} was there before and stays"):
            ingestion.make("dataflow", suffix=None)
    assert flow(ingestion)["id"] == made.id


def test_without_a_suffix_one_that_is_not_brought_to_its_end_is_deleted_again(ingestion: Ingestion) -> None:
    ingestion.program("dataflow")
    refusal = {"kind": "status", "status": 403, "body": {"message": "not now"}}
    ingestion.tenant.fault(method="GET", path="/flows/[^/]+$", **refusal)
    with pytest.raises(Refused, match=r"not now.* The dataflow \S+ was deleted again"):
        ingestion.make("dataflow", suffix=None)
    assert ingestion.objects("flows") == []
    ingestion.tenant.fault(method="GET", path="/flows/[^/]+$", **refusal)
    ingestion.tenant.fault(method="DELETE", path="/flows/", **refusal)
    with pytest.raises(Refused, match=r"The dataflow \S+ was made and may still exist: look for it in Adobe"):
        ingestion.make("dataflow", suffix=None)
    assert len(ingestion.objects("flows")) == 1


def test_without_a_suffix_one_that_may_be_gone_is_not_said_to_exist(ingestion: Ingestion) -> None:
    ingestion.program("dataflow")
    refusal = {"kind": "status", "status": 403, "body": {"message": "not now"}}
    ingestion.tenant.fault(method="GET", path="/flows/[^/]+$", **refusal)
    # Of the writes to the tag, the last one says that the dataflow is gone.
    ingestion.tenant.fault(method="PATCH", path="/catalog/", skip=2, **refusal)
    with pytest.raises(Refused, match=r"not now.* The dataflow \S+ was made and may still exist: look for it in Adobe"):
        ingestion.make("dataflow", suffix=None)
    assert ingestion.objects("flows") == []


def test_one_whose_making_adobe_has_failed_at_is_made_anew(ingestion: Ingestion) -> None:
    first = ingestion.make("dataflow")
    status = {"value": "failed", "errors": [{"message": "no capacity"}]}
    ingestion.crm.change("flows", first.id, lastOperation={"operation": "create", "status": status})
    second = ingestion.make("dataflow")
    assert flow(ingestion)["id"] == second.id != first.id
    ingestion.crm.change("flows", second.id, lastOperation={"operation": "update", "status": status})
    ingestion.delete("dataflow")
    assert ingestion.objects("flows") == []


def test_a_dataflow_can_be_made_stopped(ingestion: Ingestion) -> None:
    made = ingestion.make("dataflow", enabled=False)
    assert flow(ingestion)["state"] == made.outputs["state"] == "disabled"


def test_a_start_that_has_passed_is_moved_on_and_said(ingestion: Ingestion) -> None:
    asked = int(time.time()) - 10 * HOUR - 60
    made = ingestion.make("dataflow", schedule={"frequency": "hour", "interval": 6, "start": asked})
    start = made.outputs["start"]
    assert time.time() < start < time.time() + 6 * HOUR
    assert (start - asked) % (6 * HOUR) == 0
    assert f"has passed: '{FULL_NAME}' starts at" in ingestion.said()
    assert ingestion.diff("dataflow", schedule={"frequency": "hour", "interval": 6, "start": asked}) == []


def test_a_dataflow_runs_once(ingestion: Ingestion) -> None:
    made = ingestion.make("dataflow", schedule={"frequency": "once"}, delta_column=None)
    assert [part["name"] for part in flow(ingestion)["transformations"]] == ["Mapping"]
    ingestion.crm.run(made.id)
    assert len(names(ingestion, ingestion.need("dataset"))) == 3
    assert ingestion.refresh("dataflow") == made.inputs


def test_nothing_is_made_where_adobe_no_longer_accepts_zoho(ingestion: Ingestion) -> None:
    ingestion.program("dataflow")
    ingestion.crm.withdraw()
    with pytest.raises(Refused, match="Adobe no longer accepts Zoho CRM as the source of a dataflow in sandbox 'dev'"):
        ingestion.make("dataflow")
    assert ingestion.objects("flows") == []


def test_a_dataset_that_was_deleted_by_hand_is_one_line(ingestion: Ingestion) -> None:
    ingestion.program("dataflow")
    ingestion.crm.remove("datasets", ingestion.need("dataset"))
    with pytest.raises(Refused, match=r"the dataset \w+, which the target connection .* fills, no longer exists"):
        ingestion.make("dataflow")


# --- check ----------------------------------------------------------------------------------------------------------

BAD: list[tuple[dict[str, Any], str]] = [
    ({"schedule": None}, "schedule: it is missing."),
    ({"schedule": {"interval": 30}}, "schedule.frequency: it is missing."),
    ({"schedule": {"frequency": "month", "interval": 1}}, "schedule.frequency: 'month' is unknown."),
    ({"schedule": {"frequency": "minute"}}, "schedule.interval: it is missing for the frequency 'minute'."),
    ({"schedule": {"frequency": "minute", "interval": 14}}, "schedule.interval: 14 is too short"),
    ({"schedule": {"frequency": "hour", "interval": 0}}, "schedule.interval: 0 is too short"),
    ({"schedule": {"frequency": "day", "interval": 1.5}}, "schedule.interval: 1.5 is not a whole number."),
    ({"schedule": {**SCHEDULE, "backfill": "yes"}}, "schedule.backfill: 'yes' is neither True nor False."),
    ({"schedule": {**SCHEDULE, "start": "soon"}}, "schedule.start: 'soon' is not a valid time."),
    (
        {"schedule": {**SCHEDULE, "start": 1767225600000}},
        "schedule.start: 1767225600000 is not a time in seconds: it may",
    ),
    ({"schedule": {**SCHEDULE, "every": 5}}, "schedule.every: a schedule has no such part."),
    ({"delta_column": None}, "delta_column: it is missing"),
    (
        {"delta_column": "Last_Name"},
        "delta_column: 'Last_Name' is string, not a date. Its columns with a date: Modified",
    ),
    ({"delta_column": "Gone"}, "delta_column: the table has no column 'Gone'."),
    ({"partial_ingestion_percent": 0}, "partial_ingestion_percent: 0 is not a percentage above 0."),
]


@pytest.mark.parametrize(("changes", "line"), BAD, ids=[line for _, line in BAD])
def test_bad_input_is_found_without_any_network(ingestion: Ingestion, changes: dict[str, Any], line: str) -> None:
    ids = {"source_connection_id": "s", "target_connection_id": "t", "mapping_set_id": "m"}
    inputs = {"name": "Leads", **ids, "delta_column": "Modified_Time", "schedule": SCHEDULE, "columns": COLUMNS}
    given = {key: value for key, value in {**inputs, **changes}.items() if value is not None}
    ingestion.tenant.forget_requests()
    failures = ingestion.provider("dataflow").check(given).failures
    assert [failure for failure in failures if failure.startswith(line)] == failures != []
    assert ingestion.tenant.requests() == []


def test_once_takes_neither_interval_nor_backfill_nor_delta_column(ingestion: Ingestion) -> None:
    schedule = {"frequency": "once", "interval": 1, "backfill": True}
    assert sorted(ingestion.check("dataflow", schedule=schedule)) == [
        'delta_column: it does not go with the frequency "once". Leave it out.',
        'schedule.backfill: it does not go with "once". Leave it out.',
        'schedule.interval: it does not go with "once". Leave it out.',
    ]


# --- update ---------------------------------------------------------------------------------------------------------


def test_a_schedule_changes_in_place_and_is_waited_for(ingestion: Ingestion) -> None:
    made = ingestion.make("dataflow")
    ingestion.crm.pace(flow=1)
    outputs = ingestion.update("dataflow", schedule={"frequency": "day", "interval": 2}, description="Every other day")
    found = flow(ingestion)
    assert found["id"] == made.id
    assert (found["scheduleParams"]["frequency"], found["scheduleParams"]["interval"]) == ("day", "2")
    assert found["state"] == outputs["state"] == "enabled"
    assert found["etag"] == outputs["etag"]
    assert len(ingestion.tenant.requests("PATCH", "/flows/")) == 1
    assert ingestion.refresh("dataflow") == ingestion.made["dataflow"].inputs


def test_it_is_stopped_and_started(ingestion: Ingestion) -> None:
    ingestion.make("dataflow")
    ingestion.crm.pace(flow=0.5)
    assert ingestion.update("dataflow", enabled=False)["state"] == flow(ingestion)["state"] == "disabled"
    assert ingestion.update("dataflow")["state"] == flow(ingestion)["state"] == "enabled"


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_lost_answer_to_a_change_is_no_failure(ingestion: Ingestion, kind: str) -> None:
    ingestion.make("dataflow", description="To be taken away")
    ingestion.tenant.fault(method="PATCH", path="/flows/", kind=kind)
    ingestion.tenant.fault(method="POST", path="/flows/.*/action", kind=kind)
    ingestion.update(
        "dataflow", schedule={"frequency": "day", "interval": 1}, name="Daily", enabled=kind != "drop_after"
    )
    assert (flow(ingestion)["name"], flow(ingestion)["scheduleParams"]["frequency"]) == (f"Daily {SUFFIX}", "day")


def test_somebody_elses_change_is_not_written_over(ingestion: Ingestion) -> None:
    made = ingestion.make("dataflow")
    ingestion.crm.change("flows", made.id, name="By hand")
    with pytest.raises(Refused, match=r"was changed elsewhere by .*: name is 'By hand'.*pulumi refresh"):
        ingestion.update("dataflow", description="New")
    assert flow(ingestion)["name"] == "By hand"


def test_a_patch_lost_for_good_before_an_edit_is_not_called_somebody_elses(ingestion: Ingestion) -> None:
    ingestion.make("dataflow")
    ingestion.tenant.fault(method="PATCH", path="/flows/", kind="drop_after")
    ingestion.tenant.fault(method="GET", path="/flows/[^/]+$", kind="status", status=403, body={"message": "not now"})
    with pytest.raises(Refused, match="not now"):
        ingestion.update("dataflow", name="Lost")
    with pytest.raises(Refused, match=rf"was changed by an update that was cut off, .*: name is 'Lost {SUFFIX}'"):
        ingestion.update("dataflow", name="Renamed")
    ingestion.refresh("dataflow")
    ingestion.update("dataflow", name="Renamed")
    assert flow(ingestion)["name"] == f"Renamed {SUFFIX}"


def test_another_mapping_set_is_taken_in_place(ingestion: Ingestion) -> None:
    made = ingestion.make("dataflow")
    other = ingestion.make("mapping", mappings={"_tenant.lastName": "Last_Name"}).id
    ingestion.update("dataflow")
    assert flow(ingestion)["id"] == made.id
    assert flow(ingestion)["transformations"][1]["params"] == {"mappingId": other, "mappingVersion": "0"}


def test_what_replaces_it(ingestion: Ingestion) -> None:
    ingestion.make("dataflow")
    assert ingestion.diff("dataflow") == []
    assert ingestion.diff("dataflow", source_connection_id=UNKNOWN) == ["source_connection_id"]
    assert ingestion.diff("dataflow", target_connection_id=UNKNOWN) == ["target_connection_id"]
    assert ingestion.diff("dataflow", mapping_set_id=UNKNOWN) == []
    assert ingestion.diff("dataflow", schedule={"frequency": "once"}, delta_column=None) == ["delta_column", "schedule"]
    assert ingestion.diff("dataflow", error_diagnostics=True) == ["error_diagnostics"]


def test_a_start_that_has_come_does_not_change_any_more(ingestion: Ingestion) -> None:
    soon = int(time.time()) + 2
    schedule = {**SCHEDULE, "start": soon, "backfill": True}
    ingestion.make("dataflow", schedule=schedule)
    assert ingestion.update("dataflow", schedule={**schedule, "start": soon + 1})["start"] == soon + 1
    time.sleep(3.1)
    with pytest.raises(
        Refused, match=r"^schedule.start: the dataflow started at .*, and its start can no longer change"
    ):
        ingestion.diff("dataflow", schedule={**schedule, "start": soon + HOUR})
    with pytest.raises(Refused, match=r"^schedule.backfill: the dataflow started at .*matters to its first run alone"):
        ingestion.diff("dataflow", schedule={**schedule, "start": soon + 1, "backfill": False})
    assert ingestion.diff("dataflow", schedule=SCHEDULE) == []


# --- read -----------------------------------------------------------------------------------------------------------


def test_drift_shows_and_a_stop_by_hand_is_said(ingestion: Ingestion) -> None:
    made = ingestion.make("dataflow")
    times = {**flow(ingestion)["scheduleParams"], "interval": "60"}
    ingestion.crm.change("flows", made.id, state="disabled", scheduleParams=times)
    inputs = ingestion.refresh("dataflow")
    assert inputs is not None
    assert (inputs["enabled"], inputs["schedule"]["interval"]) == (False, 60)
    assert f"the dataflow '{FULL_NAME}' ({made.id}) was stopped by" in ingestion.said()
    ingestion.update("dataflow")
    assert (flow(ingestion)["state"], flow(ingestion)["scheduleParams"]["interval"]) == ("enabled", "30")


def test_one_that_was_deleted_by_hand_is_gone(ingestion: Ingestion) -> None:
    made = ingestion.make("dataflow")
    ingestion.crm.remove("flows", made.id)
    with pytest.raises(Refused, match=f"the dataflow {made.id} no longer exists in sandbox 'dev'"):
        ingestion.update("dataflow", description="New")
    ingestion.delete("dataflow")
    ingestion.made["dataflow"] = made
    assert ingestion.refresh("dataflow") is None


# --- one after another ----------------------------------------------------------------------------------------------


def test_a_new_dataflow_goes_on_where_the_old_one_ended(ingestion: Ingestion) -> None:
    first, dataset = ingestion.make("dataflow"), ingestion.need("dataset")
    ingestion.crm.let_a_second_pass()
    ingestion.crm.run(first.id)
    time.sleep(1.1)
    ingestion.crm.add("Leads", Last_Name="Before the delete")
    ingestion.delete("dataflow")
    ingestion.crm.add("Leads", Last_Name="Between the two")
    # Another process than the one that deleted it, as after a crash.
    second = ingestion.make("dataflow")
    assert f"'{FULL_NAME}' ingests what has changed since " in ingestion.said()
    assert flow(ingestion)["scheduleParams"]["backfill"] == "false"
    assert {"Before the delete", "Between the two"} <= set(names(ingestion, dataset))
    ingestion.crm.add("Leads", Last_Name="After the start")
    ingestion.crm.run(second.id)
    assert names(ingestion, dataset) == sorted(row["Last_Name"] for row in ingestion.crm.rows("Leads"))


def test_a_gap_that_was_interrupted_is_closed_by_the_next_command(ingestion: Ingestion) -> None:
    first, dataset = ingestion.make("dataflow"), ingestion.need("dataset")
    ingestion.crm.let_a_second_pass()
    ingestion.crm.run(first.id)
    time.sleep(1.1)
    ingestion.crm.add("Leads", Last_Name="In the gap")
    ingestion.delete("dataflow")
    ingestion.tenant.fault(method="GET", path="/runs$", kind="status", status=403, body={"message": "not now"})
    with pytest.raises(Refused):
        ingestion.make("dataflow")
    assert len(ingestion.objects("flows")) == 2
    ingestion.make("dataflow")
    assert flow(ingestion)["name"] == FULL_NAME
    assert names(ingestion, dataset) == sorted(row["Last_Name"] for row in ingestion.crm.rows("Leads"))


def test_a_gap_that_adobe_does_not_close_is_said(ingestion: Ingestion) -> None:
    first = ingestion.make("dataflow")
    ingestion.crm.run(first.id)
    ingestion.delete("dataflow")
    ingestion.tenant.fault(method="POST", path="/runs$", kind="status", status=400, body={"message": "none on demand"})
    ingestion.make("dataflow")
    assert flow(ingestion)["name"] == FULL_NAME
    assert "none on demand. A new dataflow with schedule.backfill=True re-ingests all rows" in ingestion.said()


def test_backfill_is_for_those_who_ask(ingestion: Ingestion) -> None:
    first = ingestion.make("dataflow")
    ingestion.crm.run(first.id)
    ingestion.delete("dataflow")
    second = ingestion.make("dataflow", schedule={**SCHEDULE, "backfill": True})
    ingestion.crm.run(second.id)
    assert len(names(ingestion, ingestion.need("dataset"))) == 2 * len(ingestion.crm.rows("Leads"))


def test_a_run_that_is_under_way_is_waited_for(ingestion: Ingestion) -> None:
    made = ingestion.make("dataflow")
    ingestion.crm.pace(run=3)
    ingestion.crm.run(made.id)
    ingestion.delete("dataflow")
    assert ingestion.objects("flows") == []
    assert len(names(ingestion, ingestion.need("dataset"))) == 3
    (dataset,) = ingestion.objects("datasets")
    (entry,) = [json.loads(word) for word in dataset["tags"]["zohoAdobeProgress"]]
    assert (entry["table"], entry["connection"], entry["until"] > 0) == ("Leads", ingestion.base_id, True)
