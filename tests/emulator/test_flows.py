"""Flows: made, changed, switched, deleted."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.emulator.clients import ZOHO_SPEC, code, replace
from tests.support.emulator.pipeline import COPY, DATA_LAKE_SPEC, FLOW_SPEC, Pipeline, every_hour, made

NOWHERE = "5f2b7e4e-0000-4000-8000-000000000000"


def schedule(**changes: Any) -> dict[str, Any]:
    return {"scheduleParams": every_hour(**changes)}


def test_a_flow_has_the_documented_fields(pipeline: Pipeline) -> None:
    body = pipeline.flow_body(description="why", options={"errorDiagnosticsEnabled": True})
    answer = pipeline.request("POST", "/flows", json=body)
    receipt = made(answer)
    assert set(receipt) == {"id", "etag"}
    assert answer.headers["Location"].endswith("/flows/" + receipt["id"])
    flow = pipeline.flow(receipt["id"])
    assert {name: flow[name] for name in body} == body
    assert (flow["state"], flow["etag"], flow["version"]) == ("enabled", receipt["etag"], receipt["etag"])
    assert flow["runs"] == f"/runs?property=flowId=={flow['id']}"
    assert "lastRunDetails" not in flow
    assert flow["inheritedAttributes"] == {
        "sourceConnections": [
            {
                "id": body["sourceConnectionIds"][0],
                "connectionSpec": ZOHO_SPEC,
                "baseConnection": {"id": pipeline.connection, "connectionSpec": ZOHO_SPEC},
            }
        ],
        "targetConnections": [{"id": body["targetConnectionIds"][0], "connectionSpec": DATA_LAKE_SPEC}],
    }


def test_a_new_flow_tells_its_last_operation(pipeline: Pipeline) -> None:
    operation = pipeline.flow(pipeline.create_flow()["id"])["lastOperation"]
    assert abs(operation.pop("started") / 1000 - time.time()) < 60
    assert operation == {
        "updated": 0,
        "operation": "create",
        "percentCompleted": 100.0,
        "status": {"value": "completed", "errors": []},
    }


def test_numbers_come_back_as_strings(pipeline: Pipeline) -> None:
    start = int(time.time()) + 300
    schedule = {"startTime": start, "frequency": "minute", "interval": 30, "backfill": False}
    body = pipeline.flow_body(scheduleParams=schedule)
    body["transformations"][1]["params"]["mappingVersion"] = 0
    flow = pipeline.flow(made(pipeline.request("POST", "/flows", json=body))["id"])
    assert flow["scheduleParams"] == {
        "startTime": str(start),
        "frequency": "minute",
        "interval": "30",
        "backfill": "false",
    }
    assert flow["transformations"][1]["params"]["mappingVersion"] == "0"


def test_a_percentage_comes_back_as_a_number(pipeline: Pipeline) -> None:
    flow = pipeline.flow(pipeline.create_flow(options={"partialIngestionPercent": "10"})["id"])
    assert flow["options"] == {"partialIngestionPercent": 10}


def test_a_flow_that_runs_once(pipeline: Pipeline) -> None:
    flow = pipeline.flow(pipeline.create_flow(**schedule(frequency="once", interval=None))["id"])
    assert set(flow["scheduleParams"]) == {"startTime", "frequency"}
    assert [item["name"] for item in flow["transformations"]] == ["Mapping"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": "enabled"}, "FLOW-1410-400"),
        ({"nonsense": 1}, "CONNECTOR-1312-400"),
        ({"name": ""}, "CONNECTOR-1304-400"),
        ({"description": 1}, "CONNECTOR-1304-400"),
        ({"flowSpec": None}, "CONNECTOR-1304-400"),
        ({"flowSpec": {"id": "9753525b-82c7-4dce-8a9b-5ccfce2b9876", "version": "1.0"}}, "FLOW-1413-400"),
        ({"flowSpec": {**FLOW_SPEC, "version": "2.0"}}, "FLOW-1413-400"),
        ({"sourceConnectionIds": None}, "CONNECTOR-1320-400"),
        ({"sourceConnectionIds": []}, "CONNECTOR-1320-400"),
        ({"sourceConnectionIds": [NOWHERE, NOWHERE]}, "CONNECTOR-1321-400"),
        ({"sourceConnectionIds": [NOWHERE]}, "FLOW-1101-404"),
        ({"targetConnectionIds": [NOWHERE, NOWHERE]}, "CONNECTOR-1321-400"),
        ({"targetConnectionIds": [NOWHERE]}, "FLOW-1101-404"),
        ({"scheduleParams": None}, "CONNECTOR-1317-400"),
        ({"scheduleParams": {}}, "CONNECTOR-1317-400"),
        ({"scheduleParams": {"frequency": "hour"}}, "CONNECTOR-1359-400"),
        ({"scheduleParams": {"startTime": "9999999999"}}, "CONNECTOR-1359-400"),
        (schedule(start=0), "CONNECTOR-1360-400"),
        (schedule(start=9999999999000), "CONNECTOR-1340-400"),
        (schedule(frequency="year"), "CONNECTOR-1397-400"),
        (schedule(interval=None), "CONNECTOR-1359-400"),
        (schedule(interval=0), "CONNECTOR-1363-400"),
        (schedule(interval="often"), "CONNECTOR-1363-400"),
        (schedule(frequency="minute", interval="14"), "CONNECTOR-1362-400"),
        (schedule(frequency="once"), "CONNECTOR-1361-400"),
        (schedule(frequency="once", interval=None, backfill=True), "CONNECTOR-1364-400"),
        (schedule(backfill="perhaps"), "CONNECTOR-1312-400"),
        (schedule(nonsense=1), "CONNECTOR-1312-400"),
        ({"transformations": None}, "CONNECTOR-1370-400"),
        ({"transformations": [COPY]}, "CONNECTOR-1370-400"),
        ({"transformations": {}}, "CONNECTOR-1392-400"),
        ({"transformations": [COPY, COPY]}, "CONNECTOR-1392-400"),
        ({"transformations": [{"name": "Encryption", "params": {}}]}, "CONNECTOR-1392-400"),
        ({"options": {"partialIngestionPercent": 0}}, "CONNECTOR-1312-400"),
        ({"options": {"partialIngestionPercent": 101}}, "CONNECTOR-1312-400"),
        ({"options": {"errorDiagnosticsEnabled": "true"}}, "CONNECTOR-1312-400"),
        ({"options": {"nonsense": 1}}, "CONNECTOR-1312-400"),
    ],
)
def test_a_bad_flow_is_refused(
    refuser: Pipeline, refused_flow: dict[str, Any], changes: dict[str, Any], expected: str
) -> None:
    body = {name: value for name, value in {**refused_flow, **changes}.items() if value is not None}
    assert code(refuser.request("POST", "/flows", json=body)) == expected
    assert refuser.objects()["flows"] == []


def test_a_flow_spec_needs_its_version(pipeline: Pipeline) -> None:
    body = pipeline.flow_body(flowSpec={"id": FLOW_SPEC["id"]})
    assert pipeline.request("POST", "/flows", json=body).status_code == 422


def test_a_draft_is_refused(pipeline: Pipeline) -> None:
    answer = pipeline.request("POST", "/flows", json=pipeline.flow_body(), params={"mode": "draft"})
    assert code(answer) == "CONNECTOR-1368-400"


def copy_by(column: Any) -> Callable[[dict[str, Any]], None]:
    def spoil(body: dict[str, Any]) -> None:
        body["transformations"][0] = {"name": "Copy", "params": {"deltaColumn": column} if column else {}}

    return spoil


def mapping(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: body["transformations"][1]["params"].update(changes)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda body: body["transformations"].pop(0), "CONNECTOR-1367-400"),
        (copy_by(None), "CONNECTOR-1367-400"),
        (copy_by({"timezone": "UTC"}), "CONNECTOR-1367-400"),
        (copy_by({"name": "Modified_Time", "dateFormat": 1}), "CONNECTOR-1312-400"),
        (copy_by({"name": "Nonsense"}), "CONNECTOR-1312-400"),
        (copy_by({"name": "Last_Name"}), "CONNECTOR-1312-400"),
        (lambda body: body.update(schedule(frequency="once", interval=None)), "CONNECTOR-1369-400"),
        (mapping(mappingVersion=None), "FLOW-1412-400"),
        (mapping(mappingVersion="first"), "FLOW-1412-400"),
        (mapping(mappingVersion="1"), "FLOW-1419-400"),
        (mapping(mappingId="0" * 32), "FLOW-1419-400"),
        (mapping(mappingId=None), "FLOW-1419-400"),
    ],
)
def test_bad_transformations_are_refused(
    refuser: Pipeline, refused_flow: dict[str, Any], spoil: Callable[[dict[str, Any]], None], expected: str
) -> None:
    body = copy.deepcopy(refused_flow)
    spoil(body)
    assert code(refuser.request("POST", "/flows", json=body)) == expected


def test_mapping_and_dataset_have_one_schema(pipeline: Pipeline) -> None:
    body = pipeline.flow_body()
    body["transformations"][1]["params"]["mappingId"] = pipeline.mapping_set(pipeline.schema())
    assert code(pipeline.request("POST", "/flows", json=body)) == "FLOW-1425-400"


def test_a_dataset_deleted_by_hand_is_told(pipeline: Pipeline) -> None:
    body = pipeline.flow_body()
    (dataset,) = pipeline.objects()["datasets"]
    pipeline.emulator.control("DELETE", f"/organizations/{pipeline.organization}/objects/datasets/{dataset['id']}")
    assert code(pipeline.request("POST", "/flows", json=body)) == "CONNECTOR-1102-404"


def test_patch_changes_what_may_be_changed(pipeline: Pipeline) -> None:
    receipt = pipeline.create_flow()
    before = pipeline.flow(receipt["id"])
    ops = [
        replace("/name", "after"),
        {"op": "add", "path": "/description", "value": "why"},
        replace("/scheduleParams/frequency", "minute"),
        replace("/scheduleParams/interval", 45),
        {"op": "add", "path": "/scheduleParams/backfill", "value": False},
        {"op": "add", "path": "/options", "value": {"partialIngestionPercent": "10"}},
        {"op": "add", "path": "/options/errorDiagnosticsEnabled", "value": True},
    ]
    answer = pipeline.patch_flow(receipt, *ops)
    flow = pipeline.flow(receipt["id"])
    assert (answer.status_code, answer.json()) == (200, {"id": flow["id"], "etag": flow["etag"]})
    assert flow["etag"] != receipt["etag"]
    assert (flow["name"], flow["description"]) == ("after", "why")
    times = before["scheduleParams"] | {"frequency": "minute", "interval": "45", "backfill": "false"}
    assert flow["scheduleParams"] == times
    assert flow["options"] == {"partialIngestionPercent": 10, "errorDiagnosticsEnabled": True}
    operation = flow["lastOperation"]
    assert (operation["operation"], operation["ops"], operation["percentCompleted"]) == ("update", ops, 100.0)
    assert operation["status"] == {"value": "completed", "errors": []}


def test_patch_changes_transformations(pipeline: Pipeline) -> None:
    receipt = pipeline.create_flow()
    delta = {"name": "Copy", "params": {"deltaColumn": {"name": "Created_Time"}}}
    receipt = pipeline.patch_flow(receipt, replace("/transformations/0", delta)).json()
    transformations = pipeline.flow(receipt["id"])["transformations"]
    assert transformations[0] == delta
    again = {"op": "add", "path": "/transformations", "value": [COPY, transformations[1]]}
    assert pipeline.patch_flow(receipt, again).status_code == 200
    assert pipeline.flow(receipt["id"])["transformations"] == [COPY, transformations[1]]


def test_a_flow_can_be_made_to_run_once_before_its_start(pipeline: Pipeline) -> None:
    receipt = pipeline.create_flow()
    transformations = pipeline.flow(receipt["id"])["transformations"]
    ops = [
        replace("/scheduleParams/frequency", "once"),
        {"op": "remove", "path": "/scheduleParams/interval", "value": "1"},
        replace("/transformations", transformations[1:]),
    ]
    assert pipeline.patch_flow(receipt, *ops).status_code == 200
    assert pipeline.flow(receipt["id"])["scheduleParams"]["frequency"] == "once"


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (replace("/flowSpec", FLOW_SPEC), "CONNECTOR-1365-400"),
        (replace("/sourceConnectionIds", [NOWHERE]), "CONNECTOR-1365-400"),
        (replace("/state", "disabled"), "CONNECTOR-1365-400"),
        (replace("/scheduleParams", {}), "CONNECTOR-1365-400"),
        (replace("/scheduleParams/backfill", True), "CONNECTOR-1365-400"),
        (replace("/transformations/7", COPY), "CONNECTOR-1365-400"),
        ({"op": "remove", "path": "/transformations/0", "value": COPY}, "CONNECTOR-1365-400"),
        (replace("/transformations", [COPY]), "CONNECTOR-1370-400"),
        (replace("/scheduleParams/interval", "0"), "CONNECTOR-1363-400"),
        (replace("/scheduleParams/frequency", "once"), "CONNECTOR-1361-400"),
        (replace("/scheduleParams/startTime", "1"), "CONNECTOR-1360-400"),
        ({"op": "REPLACE", "path": "/name", "value": "x"}, "FLOW-1434-400"),
        ({"op": "replace", "path": "/name"}, "FLOW-1455-400"),
        ({"op": "remove", "path": "/name", "value": ""}, "CONNECTOR-1304-400"),
    ],
)
def test_a_bad_patch_changes_nothing(pipeline: Pipeline, op: dict[str, Any], expected: str) -> None:
    receipt = pipeline.create_flow()
    before = pipeline.flow(receipt["id"])
    assert code(pipeline.patch_flow(receipt, op)) == expected
    assert pipeline.flow(receipt["id"]) == before


def test_patch_needs_the_current_etag(pipeline: Pipeline) -> None:
    receipt = pipeline.create_flow()
    answer = pipeline.request("PATCH", f"/flows/{receipt['id']}", json=[replace("/name", "x")])
    assert code(answer) == "FLOW-1403-400"
    assert pipeline.patch_flow({**receipt, "etag": '"old"'}, replace("/name", "x")).status_code == 412


def test_a_change_behind_our_back_spoils_the_etag(pipeline: Pipeline) -> None:
    receipt = pipeline.create_flow()
    pipeline.fault("change_behind", method="PATCH", path="/flows/")
    assert pipeline.patch_flow(receipt, replace("/name", "mine")).status_code == 412
    assert pipeline.flow(receipt["id"])["description"] == "changed behind your back"


def test_a_flow_can_be_disabled_and_enabled(pipeline: Pipeline) -> None:
    receipt = pipeline.create_flow()
    path = f"/flows/{receipt['id']}/action"
    for action, state in (("disable", "disabled"), ("enable", "enabled")):
        answer = pipeline.request("POST", path, params={"op": action})
        flow = pipeline.flow(receipt["id"])
        assert (answer.status_code, answer.json()) == (200, {"id": flow["id"], "etag": flow["etag"]})
        assert (flow["state"], flow["lastOperation"]["operation"]) == (state, action)
        assert flow["etag"] != receipt["etag"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "CONNECTOR-1359-400"),
        ({"op": "ENABLE"}, "CONNECTOR-1398-400"),
        ({"op": "publish"}, "CONNECTOR-1398-400"),
        ({"op": "enable"}, "FLOW-1422-400"),
        ({"op": "disable", "subOp": "PROGRESS"}, "FLOW-1436-400"),
    ],
)
def test_a_bad_action_is_refused(pipeline: Pipeline, query: dict[str, str], expected: str) -> None:
    path = f"/flows/{pipeline.create_flow()['id']}/action"
    assert code(pipeline.request("POST", path, params=query)) == expected


def test_an_action_heeds_an_etag(pipeline: Pipeline) -> None:
    path = f"/flows/{pipeline.create_flow()['id']}/action"
    answer = pipeline.request("POST", path, params={"op": "disable"}, headers={"If-Match": '"old"'})
    assert answer.status_code == 412


def test_a_deleted_flow_leaves_its_ends_behind(pipeline: Pipeline) -> None:
    identifier = pipeline.create_flow()["id"]
    pipeline.run(identifier)
    flow = pipeline.flow(identifier)
    answer = pipeline.request("DELETE", f"/flows/{identifier}")
    assert (answer.status_code, answer.content) == (204, b"")
    for method in ("GET", "DELETE"):
        assert pipeline.request(method, f"/flows/{identifier}").status_code == 404
    assert pipeline.runs(identifier) == []
    for kind in ("source", "target"):
        (end,) = flow[f"{kind}ConnectionIds"]
        assert pipeline.request("GET", f"/{kind}Connections/{end}").status_code == 200
        assert pipeline.request("DELETE", f"/{kind}Connections/{end}").status_code == 204


def test_a_base_connection_is_free_when_its_flow_is_gone(pipeline: Pipeline) -> None:
    identifier = pipeline.create_flow()["id"]
    path = f"/connections/{pipeline.connection}"
    assert code(pipeline.request("DELETE", path)) == "FLOW-1418-400"
    pipeline.request("DELETE", f"/flows/{identifier}")
    assert pipeline.request("DELETE", path).status_code == 204


def test_flows_are_found_by_their_ends(pipeline: Pipeline) -> None:
    flow = pipeline.flow(pipeline.create_flow(name="found")["id"])
    pipeline.create_flow(name="other")
    for expression in (
        f"sourceConnectionIds[]=={flow['sourceConnectionIds'][0]}",
        f"inheritedAttributes.targetConnections[].id=={flow['targetConnectionIds'][0]}",
        "name==found",
    ):
        items = pipeline.request("GET", "/flows", params={"property": expression}).json()["items"]
        assert [item["name"] for item in items] == ["found"]
    assert pipeline.request("GET", "/flows", params={"count": "true"}).json() == {"count": 2}


def test_a_flow_stopped_by_hand(pipeline: Pipeline) -> None:
    receipt = pipeline.create_flow()
    path = f"/organizations/{pipeline.organization}/objects/flows/{receipt['id']}"
    pipeline.emulator.control("PATCH", path, {"state": "disabled"})
    flow = pipeline.flow(receipt["id"])
    assert (flow["state"], flow["updatedClient"]) == ("disabled", "exc_app")
    assert flow["etag"] != receipt["etag"]
    pipeline.emulator.control("DELETE", path)
    assert pipeline.request("GET", f"/flows/{receipt['id']}").status_code == 404


def test_sandboxes_are_apart(pipeline: Pipeline) -> None:
    identifier = pipeline.create_flow()["id"]
    elsewhere = {"x-sandbox-name": "prod"}
    assert pipeline.request("GET", f"/flows/{identifier}", headers=elsewhere).status_code == 404
    assert pipeline.request("GET", "/flows", headers=elsewhere).json()["items"] == []
