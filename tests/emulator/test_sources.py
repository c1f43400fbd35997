"""Source and target connections."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator.clients import ZOHO_SPEC, code, replace
from tests.support.emulator.pipeline import DATA_LAKE_SPEC, Pipeline

COLUMN = {"name": "Last_Name", "type": "string", "xdm": {"type": "String"}}


def params(**changes: Any) -> dict[str, Any]:
    return {"tableName": "Leads", "columns": [COLUMN], **changes}


def test_a_source_connection_has_the_documented_fields(pipeline: Pipeline) -> None:
    body = pipeline.source_body(description="why", params=params())
    answer = pipeline.request("POST", "/sourceConnections", json=body)
    assert (answer.status_code, set(answer.json())) == (201, {"id", "etag"})
    path = f"/sourceConnections/{answer.json()['id']}"
    assert answer.headers["Location"].endswith(path)
    (item,) = pipeline.request("GET", path).json()["items"]
    assert {name: item[name] for name in body} == body
    assert item["state"] == "enabled"
    base = {"id": pipeline.connection, "connectionSpec": ZOHO_SPEC}
    assert item["inheritedAttributes"] == {"baseConnection": base}


def test_a_table_is_stored_as_explored(pipeline: Pipeline) -> None:
    identifier = pipeline.source()
    (item,) = pipeline.request("GET", f"/sourceConnections/{identifier}").json()["items"]
    assert item["params"]["columns"] == pipeline.columns()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": ""}, "CONNECTOR-1304-400"),
        ({"description": 1}, "CONNECTOR-1304-400"),
        ({"baseConnectionId": None}, "CONNECTOR-1304-400"),
        ({"baseConnectionId": "5f2b7e4e-0000-4000-8000-000000000000"}, "FLOW-1101-404"),
        ({"data": None}, "CONNECTOR-1304-400"),
        ({"data": {}}, "CONNECTOR-1327-400"),
        ({"data": {"format": "delimited"}}, "CONNECTOR-1327-400"),
        ({"connectionSpec": None}, "CONNECTOR-1304-400"),
        ({"params": None}, "CONNECTOR-1304-400"),
        ({"params": {"columns": [COLUMN]}}, "CONNECTOR-1304-400"),
        ({"params": {"tableName": "Leads"}}, "CONNECTOR-1330-400"),
        ({"params": params(columns=[])}, "CONNECTOR-1330-400"),
        ({"params": params(tableName="Nonsense")}, "CONNECTOR-1330-400"),
        ({"params": params(columns=[{**COLUMN, "name": "Nonsense"}])}, "CONNECTOR-1312-400"),
        ({"params": params(columns=[COLUMN, COLUMN])}, "CONNECTOR-1312-400"),
        ({"params": params(columns=[{"name": "Last_Name"}])}, "CONNECTOR-1312-400"),
        ({"params": params(columns=[{**COLUMN, "xdm": {"type": "text"}}])}, "CONNECTOR-1312-400"),
        ({"params": params(filters={})}, "CONNECTOR-1353-400"),
        ({"params": params(cdcEnabled=True)}, "CONNECTOR-1312-400"),
    ],
)
def test_a_bad_source_is_refused(refuser: Pipeline, changes: dict[str, Any], expected: str) -> None:
    body = refuser.source_body(**{"params": params(), **changes})
    assert code(refuser.request("POST", "/sourceConnections", json=body)) == expected
    assert refuser.objects()["sourceConnections"] == []


def test_a_source_spec_needs_its_version_and_the_base_connections_id(pipeline: Pipeline) -> None:
    body = pipeline.source_body(connectionSpec={"id": ZOHO_SPEC["id"]})
    assert pipeline.request("POST", "/sourceConnections", json=body).status_code == 422
    body = pipeline.source_body(connectionSpec=DATA_LAKE_SPEC)
    refused = pipeline.request("POST", "/sourceConnections", json=body)
    assert refused.json() == {"message": "Please provide a valid spec id"}


def test_a_base_connection_of_another_sandbox_is_not_there(pipeline: Pipeline) -> None:
    body = pipeline.source_body()
    headers = {"x-sandbox-name": "prod"}
    assert code(pipeline.request("POST", "/sourceConnections", json=body, headers=headers)) == "FLOW-1101-404"


def test_a_source_needs_credentials_that_work(pipeline: Pipeline) -> None:
    body = pipeline.source_body()
    pipeline.emulator.control("POST", "/zoho/revoke", {"refresh_token": pipeline.zoho["refresh_token"]})
    assert code(pipeline.request("POST", "/sourceConnections", json=body)) == "CONNECTOR-1308-400"


def test_a_source_can_be_patched(pipeline: Pipeline) -> None:
    identifier = pipeline.source()
    path = f"/sourceConnections/{identifier}"
    etag = pipeline.request("GET", path).json()["items"][0]["etag"]
    answer = pipeline.request("PATCH", path, json=[replace("/params", params())], headers={"If-Match": etag})
    (item,) = answer.json()["items"]
    assert item["params"] == params()
    assert item["etag"] != etag
    stale = pipeline.request("PATCH", path, json=[replace("/name", "x")], headers={"If-Match": etag})
    assert stale.status_code == 412
    assert code(pipeline.request("PATCH", path, json=[replace("/name", "x")])) == "FLOW-1403-400"


def test_a_patched_source_is_checked_as_a_new_one(pipeline: Pipeline) -> None:
    path = f"/sourceConnections/{pipeline.source()}"
    etag = pipeline.request("GET", path).json()["items"][0]["etag"]
    ops = [replace("/params", params(tableName="Nonsense"))]
    assert code(pipeline.request("PATCH", path, json=ops, headers={"If-Match": etag})) == "CONNECTOR-1330-400"


def test_sources_can_be_filtered_by_table(pipeline: Pipeline) -> None:
    pipeline.source(name="leads")
    pipeline.source(name="accounts", params={"tableName": "Accounts", "columns": pipeline.columns("Accounts")})
    pairs = [("property", f"baseConnectionId=={pipeline.connection}"), ("property", "params.tableName==Accounts")]
    items = pipeline.request("GET", "/sourceConnections", params=pairs).json()["items"]
    assert [item["name"] for item in items] == ["accounts"]
    pairs = [("property", "params.columns[].name==Website")]
    items = pipeline.request("GET", "/sourceConnections", params=pairs).json()["items"]
    assert [item["name"] for item in items] == ["accounts"]


def test_a_target_connection_has_the_documented_fields(pipeline: Pipeline) -> None:
    schema = pipeline.schema()
    body = pipeline.target_body(schema, pipeline.dataset(schema), description="why")
    answer = pipeline.request("POST", "/targetConnections", json=body)
    assert (answer.status_code, set(answer.json())) == (201, {"id", "etag"})
    (item,) = pipeline.request("GET", f"/targetConnections/{answer.json()['id']}").json()["items"]
    assert {name: item[name] for name in body} == body
    assert "baseConnectionId" not in item


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": 1}, "CONNECTOR-1304-400"),
        ({"connectionSpec": ZOHO_SPEC}, "CONNECTOR-1307-400"),
        ({"connectionSpec": {"version": "1.0"}}, "CONNECTOR-1307-400"),
        ({"connectionSpec": None}, "CONNECTOR-1304-400"),
        ({"baseConnectionId": "x"}, "CONNECTOR-1332-400"),
        ({"data": None}, "CONNECTOR-1304-400"),
        ({"data": {"schema": {"id": "x"}}}, "CONNECTOR-1304-400"),
        ({"data": {"schema": {"version": "application/vnd.adobe.xed-full+json;version=1"}}}, "CONNECTOR-1304-400"),
        ({"data": {"schema": {"id": "x", "version": "1.0"}}}, "CONNECTOR-1312-400"),
        ({"params": {}}, "CONNECTOR-1325-400"),
        ({"params": {"dataSetId": "000000000000000000000000"}}, "CONNECTOR-1102-404"),
    ],
)
def test_a_bad_target_is_refused(
    refuser: Pipeline, right_target: dict[str, Any], changes: dict[str, Any], expected: str
) -> None:
    assert code(refuser.request("POST", "/targetConnections", json={**right_target, **changes})) == expected
    assert refuser.objects()["targetConnections"] == []


@pytest.fixture(scope="module")
def right_target(refuser: Pipeline) -> dict[str, Any]:
    schema = refuser.schema()
    return refuser.target_body(schema, refuser.dataset(schema))


def test_a_target_names_the_schema_of_its_dataset(pipeline: Pipeline) -> None:
    group = pipeline.field_group()
    body = pipeline.target_body(pipeline.schema(group), pipeline.dataset(pipeline.schema(group)))
    assert code(pipeline.request("POST", "/targetConnections", json=body)) == "FLOW-1425-400"


def test_a_target_spec_needs_its_version(pipeline: Pipeline) -> None:
    schema = pipeline.schema()
    body = pipeline.target_body(schema, pipeline.dataset(schema), connectionSpec={"id": DATA_LAKE_SPEC["id"]})
    assert pipeline.request("POST", "/targetConnections", json=body).status_code == 422


@pytest.mark.parametrize("kind", ["sourceConnections", "targetConnections"])
def test_an_end_without_a_flow_can_be_deleted(pipeline: Pipeline, kind: str) -> None:
    schema = pipeline.schema()
    identifier = pipeline.source() if kind == "sourceConnections" else pipeline.target(schema, pipeline.dataset(schema))
    assert pipeline.request("DELETE", f"/{kind}/{identifier}").status_code == 204
    for method in ("GET", "DELETE"):
        missing = pipeline.request(method, f"/{kind}/{identifier}")
        assert missing.status_code == 404
        assert missing.json()["errorMessage"] == f"{kind} not found with id = [{identifier}]"


@pytest.mark.parametrize("kind", ["sourceConnection", "targetConnection"])
def test_an_end_of_a_flow_stays(pipeline: Pipeline, kind: str) -> None:
    flow = pipeline.flow(pipeline.create_flow()["id"])
    identifier = flow[f"{kind}Ids"][0]
    answer = pipeline.request("DELETE", f"/{kind}s/{identifier}")
    assert code(answer) == "FLOW-1447-400"
    assert identifier in answer.json()["detail"]


def test_a_base_connection_with_sources_only_can_be_deleted(pipeline: Pipeline) -> None:
    identifier = pipeline.source()
    assert pipeline.request("DELETE", f"/connections/{pipeline.connection}").status_code == 204
    assert pipeline.request("GET", f"/sourceConnections/{identifier}").status_code == 200


def test_who_may_only_view_makes_nothing(pipeline: Pipeline) -> None:
    body = pipeline.source_body()
    order = {"organization": pipeline.organization, "permissions": ["view-sources"]}
    viewer = Pipeline(pipeline.emulator, pipeline.emulator.control("POST", "/clients", order))
    assert code(viewer.request("POST", "/sourceConnections", json=body)) == "FLOW-2121-403"
    assert viewer.request("GET", "/sourceConnections").status_code == 200
