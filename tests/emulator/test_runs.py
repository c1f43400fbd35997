"""Runs: rows of Zoho in the dataset."""

from __future__ import annotations

import time
from typing import Any

import pytest

from emulator.launch import EmulatorError
from tests.support.emulator.clients import code
from tests.support.emulator.pipeline import EVENT, PROFILE, Pipeline, counts, error, every_hour, made, status


def once() -> dict[str, Any]:
    return every_hour(frequency="once", interval=None)


def demand(flow: str, **changes: Any) -> dict[str, Any]:
    params = {
        "startTime": "1663735590",
        "windowStartTime": "0",
        "windowEndTime": "9999999999",
        "deltaColumn": {"name": "Modified_Time"},
        **changes,
    }
    return {"flowId": flow, "params": {name: value for name, value in params.items() if value is not None}}


def text_into_number(pipeline: Pipeline) -> dict[str, Any]:
    """Transformations by which most rows do not fit."""
    schema = pipeline.schema()
    dataset = pipeline.dataset(schema)
    pairs = {"Last_Name": f"{pipeline.namespace}.lastName", "Company": f"{pipeline.namespace}.revenue"}
    mapping = {"mappingId": pipeline.mapping_set(schema, pairs), "mappingVersion": "0"}
    copy = {"name": "Copy", "params": {"deltaColumn": {"name": "Modified_Time"}}}
    return {
        "targetConnectionIds": [pipeline.target(schema, dataset)],
        "transformations": [copy, {"name": "Mapping", "params": mapping}],
    }


def test_a_run_moves_the_rows(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    assert counts(pipeline.run(flow)) == (3, 3, 0)
    rows, leads = pipeline.rows(flow), pipeline.leads()
    assert [row["lastName"] for row in rows] == [lead["Last_Name"] for lead in leads]
    assert rows[0] == {
        "lastName": "Kidman",
        "revenue": 850000.0,
        "employees": 55,
        "optedOut": False,
        "modified": leads[0]["Modified_Time"],
    }


def test_a_second_run_brings_only_what_changed(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    pipeline.run(flow)
    assert counts(pipeline.run(flow)) == (0, 0, 0)
    lead = pipeline.add_lead(Last_Name="Newcomer")
    assert counts(pipeline.run(flow)) == (1, 1, 0)
    pipeline.change_lead(lead["id"], Last_Name="Renamed")
    assert counts(pipeline.run(flow)) == (1, 1, 0)
    assert [row["lastName"] for row in pipeline.rows(flow)[3:]] == ["Newcomer", "Renamed"]


def test_without_backfill_the_start_is_where_it_begins(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow(scheduleParams=every_hour(backfill=False))["id"]
    assert counts(pipeline.run(flow)) == (0, 0, 0)


def test_a_run_has_the_documented_shape(pipeline: Pipeline) -> None:
    flow = pipeline.flow(pipeline.create_flow()["id"])
    pipeline.run(flow["id"])
    (run,) = pipeline.runs(flow["id"])
    assert "version" not in run
    assert (run["flowId"], run["flowSpec"]) == (flow["id"], flow["flowSpec"])
    metrics = run["metrics"]
    assert set(metrics) == {"durationSummary", "sizeSummary", "recordSummary", "fileSummary", "statusSummary"}
    assert metrics["statusSummary"] == {"status": "success", "errors": [], "activityRefs": ["promotionActivity"]}
    assert metrics["sizeSummary"]["inputBytes"] > metrics["sizeSummary"]["outputBytes"] > 0
    copy, promotion = run["activities"]
    assert (copy["id"], promotion["id"]) == ("copyActivity", "promotionActivity")
    window = copy["durationSummary"]["extensions"]
    assert window["windowStart"] == 0
    assert abs(window["windowEnd"] / 1000 - time.time()) < 60
    assert copy["sourceInfo"][0]["id"] == flow["sourceConnectionIds"][0]
    assert copy["sourceInfo"][0]["reference"]["type"] == "AdfRunId"
    assert promotion["targetInfo"][0]["id"] == flow["targetConnectionIds"][0]
    assert pipeline.request("GET", f"/runs/{run['id']}").json() == {"items": [run]}
    assert pipeline.request("GET", f"/flows/{flow['id']}/runs").json()["items"] == [run]


def test_a_flow_tells_its_last_run(pipeline: Pipeline) -> None:
    receipt = pipeline.create_flow()
    run = pipeline.run(receipt["id"])
    flow = pipeline.flow(receipt["id"])
    duration = run["metrics"]["durationSummary"]
    assert flow["lastRunDetails"] == {"id": run["id"], "state": "success", **duration}
    assert flow["etag"] == receipt["etag"]


def test_runs_can_be_filtered_and_paged(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    for _ in range(3):
        pipeline.run(flow)
    pairs = [("property", f"flowId=={flow}"), ("property", "metrics.recordSummary.outputRecordCount>0")]
    assert len(pipeline.request("GET", "/runs", params=pairs).json()["items"]) == 1
    page = pipeline.request("GET", "/runs", params=[*pairs[:1], ("limit", "2")]).json()
    assert len(page["items"]) == 2
    rest = pipeline.request("GET", page["_links"]["next"]["href"]).json()
    assert len(rest["items"]) == 1


def test_a_flow_that_runs_once_brings_everything_once(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow(scheduleParams=once())["id"]
    assert counts(pipeline.run(flow)) == (3, 3, 0)
    with pytest.raises(EmulatorError, match="409"):
        pipeline.run(flow)


def test_a_disabled_flow_does_not_run(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    pipeline.request("POST", f"/flows/{flow}/action", params={"op": "disable"})
    with pytest.raises(EmulatorError, match="409"):
        pipeline.run(flow)


def test_rows_that_do_not_fit_fail(pipeline: Pipeline) -> None:
    pipeline.add_lead(Last_Name="Fits", Company="12.5")
    options = {"partialIngestionPercent": 80, "errorDiagnosticsEnabled": True}
    flow = pipeline.create_flow(options=options, **text_into_number(pipeline))["id"]
    run = pipeline.run(flow)
    assert (status(run), counts(run)) == ("success", (4, 1, 3))
    assert error(run) == ("CONNECTOR-2001-500", "Error occurred at promotion activity.")
    assert pipeline.rows(flow) == [{"lastName": "Fits", "revenue": 12.5}]
    extensions = run["activities"][1]["statusSummary"]["extensions"]
    assert [item["code"] for item in extensions["errors"]] == ["INGEST-1212-400", "MAPPER-3700-400"]
    assert extensions["errors"][1]["recordCount"] == 3
    assert extensions["manifest"]["failedRecords"].endswith("path=row_errors")


def test_too_many_rows_that_do_not_fit_fail_the_run(pipeline: Pipeline) -> None:
    pipeline.add_lead(Last_Name="Fits", Company="12.5")
    flow = pipeline.create_flow(**text_into_number(pipeline))["id"]
    run = pipeline.run(flow)
    assert (status(run), counts(run)) == ("failed", (4, 0, 4))
    assert pipeline.rows(flow) == []
    assert "manifest" not in run["activities"][1]["statusSummary"]["extensions"]
    batches = pipeline.platform("GET", "/catalog/batches", params={"dataSet": pipeline.dataset_of(flow)}).json()
    assert [batch["status"] for batch in batches.values()] == ["failed"]
    assert counts(pipeline.run(flow))[0] == 4


def test_a_row_without_a_required_field_fails(pipeline: Pipeline) -> None:
    title = {"title": "events", "type": "object", "allOf": [{"$ref": EVENT}]}
    schema = made(pipeline.platform("POST", "/schemaregistry/tenant/schemas", json=title))["$id"]
    pairs = {"id": "_id", "Modified_Time": "timestamp"}
    for given, expected in ((pairs, 0), ({"id": "_id"}, 3)):
        mapping = {"mappingId": pipeline.mapping_set(schema, given), "mappingVersion": "0"}
        changes = {
            "targetConnectionIds": [pipeline.target(schema, pipeline.dataset(schema))],
            "transformations": [pipeline.flow_body()["transformations"][0], {"name": "Mapping", "params": mapping}],
        }
        assert counts(pipeline.run(pipeline.create_flow(**changes)["id"]))[2] == expected


def test_a_flow_keeps_its_ends_as_they_were(pipeline: Pipeline) -> None:
    flow = pipeline.flow(pipeline.create_flow()["id"])
    path = f"/sourceConnections/{flow['sourceConnectionIds'][0]}"
    etag = pipeline.request("GET", path).json()["items"][0]["etag"]
    params = {"tableName": "Accounts", "columns": pipeline.columns("Accounts")}
    ops = [{"op": "replace", "path": "/params", "value": params}]
    assert pipeline.request("PATCH", path, json=ops, headers={"If-Match": etag}).status_code == 200
    assert counts(pipeline.run(flow["id"])) == (3, 3, 0)


def test_dead_credentials_fail_the_run(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    pipeline.emulator.control("POST", "/zoho/revoke", {"refresh_token": pipeline.zoho["refresh_token"]})
    run = pipeline.run(flow)
    assert (status(run), counts(run)) == ("failed", (0, 0, 0))
    assert error(run)[0] == "CONNECTOR-1308-400"
    assert [activity["id"] for activity in run["activities"]] == ["copyActivity"]
    assert pipeline.flow(flow)["lastRunDetails"]["state"] == "failed"


def test_a_column_that_vanished_fails_the_run(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    pipeline.emulator.control("DELETE", pipeline.module + "/fields/Company")
    run_error = error(pipeline.run(flow))
    assert run_error[0] == "CONNECTOR-1308-400"
    assert "Company" in run_error[1]


def test_a_dataset_deleted_by_hand_fails_the_run(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    pipeline.platform("DELETE", f"/catalog/dataSets/{pipeline.dataset_of(flow)}")
    assert error(pipeline.run(flow))[0] == "CONNECTOR-1102-404"


def test_a_mapping_that_no_longer_fits_fails_the_run(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    (group,) = pipeline.objects()["fieldGroups"]
    path = f"/organizations/{pipeline.organization}/objects/fieldGroups/{group['meta:altId']}"
    pipeline.emulator.control("DELETE", path)
    assert error(pipeline.run(flow))[0] == "FLOW-1419-400"


def test_what_a_failed_run_missed_comes_with_the_next(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    pipeline.run(flow)
    receipt = pipeline.get(pipeline.connection)
    path = f"/connections/{receipt['id']}"
    wrong = {"op": "replace", "path": "/auth/params", "value": pipeline.params(clientSecret="wrong")}
    right = {"op": "replace", "path": "/auth/params", "value": pipeline.params()}
    pipeline.add_lead(Last_Name="Missed")
    pipeline.emulator.control("PATCH", path, [wrong])
    assert status(pipeline.run(flow)) == "failed"
    pipeline.emulator.control("PATCH", path, [right])
    assert counts(pipeline.run(flow)) == (1, 1, 0)


def test_a_failed_run_can_be_triggered_again(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    path = f"/connections/{pipeline.connection}"
    wrong = {"op": "replace", "path": "/auth/params", "value": pipeline.params(clientSecret="wrong")}
    right = {"op": "replace", "path": "/auth/params", "value": pipeline.params()}
    pipeline.emulator.control("PATCH", path, [wrong])
    failed = pipeline.run(flow)
    pipeline.emulator.control("PATCH", path, [right])
    answer = pipeline.request("POST", f"/runs/{failed['id']}/action", params={"op": "RE_TRIGGER"})
    assert answer.status_code == 200
    again = answer.json()
    assert again["id"] != failed["id"]
    assert (status(again), counts(again)) == ("success", (3, 3, 0))
    windows = [run["activities"][0]["durationSummary"]["extensions"] for run in (failed, again)]
    assert windows[0] == windows[1]
    assert counts(pipeline.run(flow)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"op": "RE_TRIGGER"}, "CONNECTOR-1387-400"),
        ({"op": "re_trigger"}, "CONNECTOR-1401-400"),
        ({}, "CONNECTOR-1359-400"),
    ],
)
def test_a_run_that_went_well_is_not_triggered_again(pipeline: Pipeline, query: dict[str, str], expected: str) -> None:
    run = pipeline.run(pipeline.create_flow()["id"])
    assert code(pipeline.request("POST", f"/runs/{run['id']}/action", params=query)) == expected


def test_a_disabled_flow_is_not_triggered_again(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    pipeline.platform("DELETE", f"/catalog/dataSets/{pipeline.dataset_of(flow)}")
    run = pipeline.run(flow)
    pipeline.request("POST", f"/flows/{flow}/action", params={"op": "disable"})
    answer = pipeline.request("POST", f"/runs/{run['id']}/action", params={"op": "RE_TRIGGER"})
    assert code(answer) == "CONNECTOR-1388-400"


def test_a_run_on_demand(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow(scheduleParams=once())["id"]
    answer = pipeline.request("POST", "/runs", json=demand(flow))
    receipt = made(answer)
    assert set(receipt) == {"id", "etag"}
    (run,) = pipeline.request("GET", f"/runs/{receipt['id']}").json()["items"]
    assert (status(run), counts(run)) == ("success", (3, 3, 0))
    copy = pipeline.flow(flow)["transformations"][0]
    assert copy == {"name": "Copy", "params": {"deltaColumn": {"name": "Modified_Time"}}}
    again = pipeline.request("POST", "/runs", json=demand(flow, deltaColumn=None, windowEndTime="1"))
    (run,) = pipeline.request("GET", f"/runs/{made(again)['id']}").json()["items"]
    assert counts(run) == (0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"startTime": None}, "CONNECTOR-1359-400"),
        ({"windowEndTime": "soon"}, "CONNECTOR-1340-400"),
        ({"windowStartTime": "2", "windowEndTime": "1"}, "CONNECTOR-1381-400"),
        ({"deltaColumn": None}, "CONNECTOR-1383-400"),
        ({"deltaColumn": {"name": "Last_Name"}}, "CONNECTOR-1312-400"),
    ],
)
def test_a_bad_run_on_demand_is_refused(pipeline: Pipeline, changes: dict[str, Any], expected: str) -> None:
    flow = pipeline.create_flow(scheduleParams=once())["id"]
    assert code(pipeline.request("POST", "/runs", json=demand(flow, **changes))) == expected
    assert code(pipeline.request("POST", "/runs", json={"flowId": flow, "params": {}})) == "CONNECTOR-1384-400"
    assert pipeline.runs(flow) == []


def test_the_first_run_on_demand_fixes_the_delta_column(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow(scheduleParams=once())["id"]
    pipeline.request("POST", "/runs", json=demand(flow))
    other = demand(flow, deltaColumn={"name": "Created_Time"})
    assert code(pipeline.request("POST", "/runs", json=other)) == "CONNECTOR-1382-400"


def test_only_a_flow_that_runs_once_runs_on_demand(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    assert code(pipeline.request("POST", "/runs", json=demand(flow))) == "CONNECTOR-1386-400"
    assert code(pipeline.request("POST", "/runs", json=demand("nothing"))) == "FLOW-1430-400"


def test_several_tables_into_several_datasets(pipeline: Pipeline) -> None:
    counted = {}
    for table, column in (("Leads", "Last_Name"), ("Accounts", "Account_Name"), ("Contacts", "Last_Name")):
        schema = pipeline.schema(pipeline.field_group({"name": {"type": "string"}}))
        mapping_set = pipeline.mapping_set(schema, {column: f"{pipeline.namespace}.name"})
        copy = {"name": "Copy", "params": {"deltaColumn": {"name": "Modified_Time"}}}
        mapping = {"name": "Mapping", "params": {"mappingId": mapping_set, "mappingVersion": "0"}}
        flow = pipeline.create_flow(
            sourceConnectionIds=[pipeline.source(params={"tableName": table, "columns": pipeline.columns(table)})],
            targetConnectionIds=[pipeline.target(schema, pipeline.dataset(schema))],
            transformations=[copy, mapping],
        )["id"]
        counted[table] = counts(pipeline.run(flow))[1]
        assert len(pipeline.rows(flow)) == counted[table]
    assert counted == {"Leads": 3, "Accounts": 2, "Contacts": 2}


def test_standard_fields_are_filled(pipeline: Pipeline) -> None:
    schema = pipeline.schema(f"{PROFILE}-person-details", f"{PROFILE}-personal-details")
    pairs = {"First_Name": "person.name.firstName", "Email": "personalEmail.address"}
    mapping = {"mappingId": pipeline.mapping_set(schema, pairs), "mappingVersion": "0"}
    dataset = pipeline.dataset(schema)
    flow = pipeline.create_flow(
        targetConnectionIds=[pipeline.target(schema, dataset)],
        transformations=[pipeline.flow_body()["transformations"][0], {"name": "Mapping", "params": mapping}],
    )["id"]
    pipeline.run(flow)
    rows = pipeline.emulator.control("GET", f"/datasets/{dataset}/rows")["rows"]
    assert rows[0] == {
        "person": {"name": {"firstName": "Carissa"}},
        "personalEmail": {"address": "carissa.kidman@example.com"},
    }
