"""What takes its time: changes of flows, runs, schedules. With a clock of its own, which no other test sees."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from emulator.launch import Emulator, start
from tests.support.emulator.clients import code, replace
from tests.support.emulator.pipeline import Pipeline, every_hour


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with start(tmp_path_factory.mktemp("emulator")) as running:
        yield running


@pytest.fixture
def flow(pipeline: Pipeline) -> dict[str, Any]:
    """A flow that starts in five minutes and then runs every hour."""
    return pipeline.create_flow(scheduleParams=every_hour(pipeline.now() + 300))


def test_a_change_takes_its_time(pipeline: Pipeline, flow: dict[str, Any]) -> None:
    pipeline.set_pace(flow_seconds=30)
    receipt = pipeline.patch_flow(flow, replace("/scheduleParams/interval", "2")).json()
    shown = pipeline.flow(flow["id"])
    assert (shown["state"], shown["etag"]) == ("updating", receipt["etag"])
    assert shown["scheduleParams"]["interval"] == "1"
    operation = shown["lastOperation"]
    assert (operation["operation"], operation["percentCompleted"]) == ("update", 0.0)
    assert operation["status"] == {"value": "inProgress", "errors": []}
    pipeline.pass_time(31)
    shown = pipeline.flow(flow["id"])
    assert (shown["state"], shown["etag"]) == ("enabled", receipt["etag"])
    assert shown["scheduleParams"]["interval"] == "2"
    operation = shown["lastOperation"]
    assert (operation["percentCompleted"], operation["status"]["value"]) == (100.0, "completed")
    assert operation["updated"] - operation["started"] == 30_000


def test_a_flow_that_is_being_changed_refuses(pipeline: Pipeline, flow: dict[str, Any]) -> None:
    pipeline.set_pace(flow_seconds=30)
    receipt = pipeline.patch_flow(flow, replace("/name", "x")).json()
    assert code(pipeline.patch_flow(receipt, replace("/name", "y"))) == "FLOW-1420-400"
    action = pipeline.request("POST", f"/flows/{flow['id']}/action", params={"op": "disable"})
    assert code(action) == "FLOW-1421-400"
    assert code(pipeline.request("DELETE", f"/flows/{flow['id']}")) == "FLOW-1458-400"


def test_a_new_flow_takes_its_time(pipeline: Pipeline) -> None:
    pipeline.set_pace(flow_seconds=30)
    identifier = pipeline.create_flow(scheduleParams=every_hour(pipeline.now() + 300))["id"]
    assert pipeline.flow(identifier)["state"] == "enabling"
    pipeline.pass_time(31)
    shown = pipeline.flow(identifier)
    assert (shown["state"], shown["lastOperation"]["updated"]) == ("enabled", 0)


def test_a_switch_takes_its_time(pipeline: Pipeline, flow: dict[str, Any]) -> None:
    pipeline.set_pace(flow_seconds=30)
    pipeline.request("POST", f"/flows/{flow['id']}/action", params={"op": "disable"})
    assert pipeline.flow(flow["id"])["state"] == "disabling"
    pipeline.pass_time(31)
    assert pipeline.flow(flow["id"])["state"] == "disabled"


def test_a_run_takes_its_time(pipeline: Pipeline, flow: dict[str, Any]) -> None:
    pipeline.set_pace(run_seconds=60)
    run = pipeline.run(flow["id"])
    (shown,) = pipeline.runs(flow["id"])
    assert shown["metrics"]["statusSummary"]["status"] == "inProgress"
    assert "completedAtUTC" not in shown["metrics"]["durationSummary"]
    assert pipeline.flow(flow["id"])["lastRunDetails"]["state"] == "inProgress"
    assert pipeline.rows(flow["id"]) == []
    pipeline.pass_time(61)
    (shown,) = pipeline.runs(flow["id"])
    assert (shown["id"], shown["metrics"]["statusSummary"]["status"]) == (run["id"], "success")
    assert len(pipeline.rows(flow["id"])) == 3


def test_a_flow_runs_when_it_is_due(pipeline: Pipeline, flow: dict[str, Any]) -> None:
    assert pipeline.runs(flow["id"]) == []
    pipeline.pass_time(299 - 10)
    assert pipeline.runs(flow["id"]) == []
    pipeline.pass_time(30)
    assert len(pipeline.runs(flow["id"])) == 1
    pipeline.pass_time(30)
    assert len(pipeline.runs(flow["id"])) == 1
    lead = pipeline.add_lead(Last_Name="Later")
    pipeline.pass_time(3600)
    last, first = pipeline.runs(flow["id"])
    windows = [run["activities"][0]["durationSummary"]["extensions"] for run in (first, last)]
    assert windows[1]["windowStart"] == windows[0]["windowEnd"]
    assert windows[1]["windowEnd"] - windows[0]["windowEnd"] == 3_600_000
    assert last["metrics"]["recordSummary"]["outputRecordCount"] == 1
    assert pipeline.rows(flow["id"])[-1]["lastName"] == lead["Last_Name"]


def test_due_times_passed_over_make_one_run(pipeline: Pipeline, flow: dict[str, Any]) -> None:
    pipeline.pass_time(5 * 3600)
    assert len(pipeline.runs(flow["id"])) == 1


def test_a_flow_that_runs_once_runs_once(pipeline: Pipeline) -> None:
    schedule = every_hour(pipeline.now() + 300, frequency="once", interval=None)
    flow = pipeline.create_flow(scheduleParams=schedule)["id"]
    for _ in range(2):
        pipeline.pass_time(3600)
    assert len(pipeline.runs(flow)) == 1


def test_a_disabled_flow_is_not_due(pipeline: Pipeline, flow: dict[str, Any]) -> None:
    pipeline.request("POST", f"/flows/{flow['id']}/action", params={"op": "disable"})
    pipeline.pass_time(3600)
    assert pipeline.runs(flow["id"]) == []


@pytest.mark.parametrize(
    ("ops", "expected"),
    [
        ([replace("/scheduleParams/startTime", "9999999999")], "CONNECTOR-1366-400"),
        ([{"op": "add", "path": "/scheduleParams/backfill", "value": False}], "CONNECTOR-1404-400"),
        (
            [
                replace("/scheduleParams/frequency", "once"),
                {"op": "remove", "path": "/scheduleParams/interval", "value": "1"},
            ],
            "CONNECTOR-1403-400",
        ),
    ],
)
def test_after_the_start_some_things_stay(
    pipeline: Pipeline, flow: dict[str, Any], ops: list[dict[str, Any]], expected: str
) -> None:
    pipeline.pass_time(301)
    assert code(pipeline.patch_flow(flow, *ops)) == expected
    assert pipeline.patch_flow(flow, replace("/scheduleParams/interval", "2")).status_code == 200


def test_before_the_start_it_can_be_moved(pipeline: Pipeline, flow: dict[str, Any]) -> None:
    assert pipeline.patch_flow(flow, replace("/scheduleParams/startTime", 9999999999)).status_code == 200
    assert pipeline.flow(flow["id"])["scheduleParams"]["startTime"] == "9999999999"


def test_answers_tell_the_emulated_time(pipeline: Pipeline) -> None:
    pipeline.pass_time(60)
    date = pipeline.request("GET", "/flows").headers["Date"]
    assert abs(_seconds(date) - pipeline.now()) < 5


def test_all_of_it_survives_a_restart(tmp_path: Path) -> None:
    with start(tmp_path) as first:
        pipeline = Pipeline(first, first.info)
        receipt = pipeline.create_flow(scheduleParams=every_hour(pipeline.now() + 300))
        flow = receipt["id"]
        pipeline.run(flow)
        pipeline.set_pace(flow_seconds=30)
        pipeline.patch_flow(receipt, replace("/name", "new"))
        before = pipeline.objects()
        first.kill()
    with start(tmp_path) as second:
        again = Pipeline(second, second.info)
        assert again.objects() == before
        assert len(again.rows(flow)) == 3
        again.pass_time(31)
        assert (again.flow(flow)["state"], again.flow(flow)["name"]) == ("enabled", "new")
        again.zoho, again.crm = pipeline.zoho, pipeline.crm
        again.add_lead(Last_Name="After")
        assert again.run(flow)["metrics"]["recordSummary"]["outputRecordCount"] == 1


def _seconds(date: str) -> float:
    return parsedate_to_datetime(date).timestamp()
