"""Flows, their ends and their runs held against Adobe's OpenAPI document, by an excerpt of its facts."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from emulator.launch import Emulator
from tests.support.emulator.clients import replace
from tests.support.emulator.openapi import API, CONNECTION_OPERATIONS, check
from tests.support.emulator.pipeline import Pipeline, every_hour

OPERATIONS = [name for name in API["operations"] if name not in CONNECTION_OPERATIONS]
SOURCE, TARGET = "/sourceConnections/{SOURCE_CONNECTION_ID}", "/targetConnections/{TARGET_CONNECTION_ID}"


def call(pipeline: Pipeline, operation: str, identifier: str = "", **options: Any) -> Any:
    """Send an operation of the document and check status and body of its answer."""
    method, _, path = operation.partition(" ")
    described = API["operations"][operation]["answers"]
    answer = pipeline.request(method, _filled(path, identifier), **options)
    assert str(answer.status_code) in described, answer.text
    if not answer.content:
        return None
    schema = described[str(answer.status_code)]
    if schema is not None:
        check(_as_in_the_document(answer.json()), schema)
    return answer.json()


def _filled(path: str, identifier: str) -> str:
    head, _, rest = path.partition("{")
    return head + identifier + rest.partition("}")[2] if rest else path


def _as_in_the_document(body: Any) -> Any:
    """Put aside what the guides show otherwise than the document, and the guides are followed."""
    body = copy.deepcopy(body)
    if isinstance(body, list):
        return body
    for item in body.get("items", [body]):
        if "scheduleParams" in item:
            times = item["scheduleParams"]
            # Strings where numbers and booleans went in.
            times["startTime"] = int(times["startTime"])
            times["backfill"] = times.get("backfill") == "true"
        for name in ("percentCompleted", "status", "ops"):
            item.get("lastOperation", {}).pop(name, None)
        item.pop("options", None)
        for transformation in item.get("transformations", ()):
            transformation["params"].pop("deltaColumn", None)
        if "flowId" in item:
            # The document spells these two otherwise.
            item["eTag"] = item.pop("etag")
            item["activites"] = item.pop("activities")
        for name in ("columns", "tableName"):
            if "connectionSpec" in item:
                item.get("params", {}).pop(name, None)
    return body


@pytest.fixture(scope="module")
def standing(emulator: Emulator) -> tuple[Pipeline, dict[str, str]]:
    """A client with one object of each kind, which no test changes."""
    pipeline = Pipeline(emulator, emulator.control("POST", "/organizations"))
    flow = pipeline.flow(pipeline.create_flow()["id"])
    identifiers = {
        "flows": flow["id"],
        "sourceConnections": flow["sourceConnectionIds"][0],
        "targetConnections": flow["targetConnectionIds"][0],
        "runs": pipeline.run(flow["id"])["id"],
        "flowSpecs": flow["flowSpec"]["id"],
    }
    return pipeline, identifiers


def test_a_life_of_a_flow(pipeline: Pipeline) -> None:
    body = pipeline.flow_body(description="why", options={"errorDiagnosticsEnabled": True})
    check(_as_in_the_document(body), API["operations"]["POST /flows"]["body"])
    receipt = call(pipeline, "POST /flows", json=body)
    call(pipeline, "GET /flows")
    call(pipeline, "GET /flows/{FLOW_ID}", receipt["id"])
    ops = [replace("/name", "new")]
    headers = {"If-Match": receipt["etag"]}
    call(pipeline, "PATCH /flows/{FLOW_ID}", receipt["id"], json=ops, headers=headers)
    call(pipeline, "POST /flows/{FLOW_ID}/action", receipt["id"], params={"op": "disable"})
    assert call(pipeline, "DELETE /flows/{FLOW_ID}", receipt["id"]) is None


@pytest.mark.parametrize(
    ("one", "make"),
    [
        (SOURCE, lambda pipeline, _: pipeline.source_body(description="why")),
        (TARGET, lambda pipeline, schema: pipeline.target_body(schema, pipeline.dataset(schema), description="why")),
    ],
)
def test_a_life_of_an_end(pipeline: Pipeline, one: str, make: Callable[[Pipeline, str], dict[str, Any]]) -> None:
    collection = one.partition("/{")[0]
    body = make(pipeline, pipeline.schema())
    check(_as_in_the_document(body), API["operations"][f"POST {collection}"]["body"])
    receipt = call(pipeline, f"POST {collection}", json=body)
    call(pipeline, f"GET {collection}")
    call(pipeline, f"GET {one}", receipt["id"])
    headers = {"If-Match": receipt["etag"]}
    call(pipeline, f"PATCH {one}", receipt["id"], json=[replace("/name", "new")], headers=headers)
    assert call(pipeline, f"DELETE {one}", receipt["id"]) is None


def test_a_life_of_a_run(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow(scheduleParams=every_hour(frequency="once", interval=None))["id"]
    times = {"startTime": 1, "windowStartTime": 1, "windowEndTime": 2}
    body = {"flowId": flow, "params": times}
    check(body, API["operations"]["POST /runs"]["body"])
    body["params"] = {**times, "deltaColumn": {"name": "Modified_Time"}}
    receipt = call(pipeline, "POST /runs", json=body)
    call(pipeline, "GET /runs")
    call(pipeline, "GET /runs/{RUN_ID}", receipt["id"])
    pipeline.emulator.control("POST", "/zoho/revoke", {"refresh_token": pipeline.zoho["refresh_token"]})
    failed = call(pipeline, "POST /runs", json={"flowId": flow, "params": times})
    call(pipeline, "POST /runs/{RUN_ID}/action", failed["id"], params={"op": "RE_TRIGGER"})


def test_explore(pipeline: Pipeline) -> None:
    operation = "GET /connections/{BASE_CONNECTION_ID}/explore"
    call(pipeline, operation, pipeline.connection, params={"objectType": "root"})


def test_flow_specs(standing: tuple[Pipeline, dict[str, str]]) -> None:
    pipeline, identifiers = standing
    call(pipeline, "GET /flowSpecs")
    call(pipeline, "GET /flowSpecs/{FLOW_SPEC_ID}", identifiers["flowSpecs"])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_required_headers_are_required(standing: tuple[Pipeline, dict[str, str]], operation: str) -> None:
    pipeline, identifiers = standing
    method, _, path = operation.partition(" ")
    kind = path.split("/")[1]
    url = _filled(path, identifiers[kind])
    body = {"PATCH": [replace("/name", "x")]}.get(method)
    for missing in API["operations"][operation]["headers"]:
        headers = {} if missing == "if-match" else {missing: None, "If-Match": '"any"'}
        answer = pipeline.request(method, url, json=body, headers=headers)
        assert 400 <= answer.status_code < 500, missing
    there = {item.get("id") for items in pipeline.objects().values() for item in items}
    assert set(identifiers.values()) - {identifiers["flowSpecs"]} <= there


@pytest.mark.parametrize("kind", ["flows", "sourceConnections", "targetConnections", "runs"])
def test_every_documented_query_parameter_is_understood(standing: tuple[Pipeline, dict[str, str]], kind: str) -> None:
    pipeline, identifiers = standing
    values = {
        "property": f"id=={identifiers[kind]}",
        "limit": "1",
        "orderby": "createdAt",
        "count": "true",
    }
    documented = set(API["operations"][f"GET /{kind}"]["query"])
    assert documented == {*values, "continuationToken"}
    for name, value in values.items():
        assert pipeline.request("GET", f"/{kind}", params={name: value}).status_code == 200


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("/sourceConnections", "connectionSpec"),
        ("/sourceConnections", "data"),
        ("/sourceConnections", "name"),
        ("/targetConnections", "connectionSpec"),
        ("/targetConnections", "data"),
        ("/flows", "flowSpec"),
    ],
)
def test_a_body_that_the_document_refuses_is_refused(pipeline: Pipeline, path: str, missing: str) -> None:
    schema = pipeline.schema()
    bodies = {
        "/sourceConnections": pipeline.source_body,
        "/targetConnections": lambda: pipeline.target_body(schema, pipeline.dataset(schema)),
        "/flows": pipeline.flow_body,
    }
    body = {name: value for name, value in bodies[path]().items() if name != missing}
    with pytest.raises(jsonschema.ValidationError):
        check(_as_in_the_document(body), API["operations"][f"POST {path}"]["body"])
    assert pipeline.request("POST", path, json=body).status_code == 400
