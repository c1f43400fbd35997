"""Mapping sets."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.emulator.pipeline import SCHEMA_VERSION, Pipeline

PATH = "/conversion/mappingSets"
EVERYTHING = {"limit": "100", "start": "0"}


def newer(schema: str, pairs: dict[str, str]) -> dict[str, Any]:
    return {
        "outputSchema": {"schemaRef": {"id": schema, "contentType": SCHEMA_VERSION}},
        "mappings": [
            {"sourceType": "ATTRIBUTE", "source": source, "destination": destination}
            for source, destination in pairs.items()
        ],
    }


def test_a_mapping_set_is_answered_with_200(pipeline: Pipeline) -> None:
    schema = pipeline.schema()
    answer = pipeline.platform("POST", PATH, json=pipeline.mapping_body(schema, pipeline.pairs()))
    assert answer.status_code == 200
    receipt = answer.json()
    assert set(receipt) == {"id", "version", "createdDate", "modifiedDate", "createdBy", "modifiedBy"}
    assert re.fullmatch(r"[0-9a-f]{32}", receipt["id"])
    assert (receipt["version"], receipt["createdBy"]) == (0, pipeline.credentials["client_id"])


@pytest.mark.parametrize("form", [Pipeline.mapping_body, lambda _, schema, pairs: newer(schema, pairs)])
def test_both_forms_say_the_same(pipeline: Pipeline, form: Any) -> None:
    schema, pairs = pipeline.schema(), pipeline.pairs()
    identifier = pipeline.platform("POST", PATH, json=form(pipeline, schema, pairs)).json()["id"]
    shown = pipeline.platform("GET", f"{PATH}/{identifier}").json()
    assert (shown["xdmSchema"], shown["xdmVersion"]) == (schema, "1.0")
    assert shown["outputSchema"]["schemaRef"]["id"] == schema
    assert {item["source"]: item["destination"] for item in shown["mappings"]} == pairs
    assert {item["sourceAttribute"]: item["destinationXdmPath"] for item in shown["mappings"]} == pairs


def test_a_destination_must_exist_in_the_schema(pipeline: Pipeline) -> None:
    schema = pipeline.schema()
    for path in ("person.name.firstName", f"{pipeline.namespace}.nothing", pipeline.namespace):
        answer = pipeline.platform("POST", PATH, json=pipeline.mapping_body(schema, {"Last_Name": path}))
        assert answer.status_code == 400
        assert f"The destination {path} does not exist" in answer.json()["detail"]


@pytest.mark.parametrize(
    "changes",
    [
        {"xdmSchema": "https://ns.adobe.com/nothing"},
        {"xdmSchema": None},
        {"xdmVersion": "2.0"},
        {"mappings": []},
        {"mappings": None},
        {"mappings": ["x"]},
        {"mappings": [{"sourceAttribute": "Last_Name"}]},
        {"mappings": [{"source": "x(", "destination": "_id", "sourceType": "EXPRESSION"}]},
        {"mappings": [{"source": "x", "destination": "_id"}, {"source": "y", "destination": "_id"}]},
        {"mappings": [{"source": "x", "destination": "_id", "nonsense": 1}]},
        {"nonsense": 1},
    ],
)
def test_a_bad_mapping_set_is_refused(pipeline: Pipeline, changes: dict[str, Any]) -> None:
    body = {**pipeline.mapping_body(pipeline.schema(), pipeline.pairs()), **changes}
    assert pipeline.platform("POST", PATH, json=body).status_code == 400
    assert pipeline.objects()["mappingSets"] == []


def test_a_change_makes_a_new_version_and_keeps_the_old_one(pipeline: Pipeline) -> None:
    schema, pairs = pipeline.schema(), pipeline.pairs()
    identifier = pipeline.mapping_set(schema, pairs)
    fewer = {"Last_Name": pairs["Last_Name"]}
    answer = pipeline.platform("PUT", f"{PATH}/{identifier}", json=pipeline.mapping_body(schema, fewer))
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert len(pipeline.platform("GET", f"{PATH}/{identifier}").json()["mappings"]) == 1
    first = pipeline.platform("GET", f"{PATH}/{identifier}", params={"version": "0"}).json()
    assert len(first["mappings"]) == len(pairs)
    assert pipeline.platform("GET", f"{PATH}/{identifier}", params={"version": "2"}).status_code == 404


def test_mapping_sets_are_listed_in_pages(pipeline: Pipeline) -> None:
    schema = pipeline.schema()
    made = [pipeline.mapping_set(schema) for _ in range(3)]
    page = pipeline.platform("GET", PATH, params={"limit": "2", "start": "0"}).json()
    assert [item["id"] for item in page["data"]] == [made[2], made[1]]
    assert page["_page"] == {"count": 2, "limit": 2}
    assert page["_links"]["next"]["href"].endswith("limit=2&start=1")
    last = pipeline.platform("GET", PATH, params={"limit": "2", "start": "1"}).json()
    assert [item["id"] for item in last["data"]] == [made[0]]
    assert last["_links"] == {}


@pytest.mark.parametrize("query", [{}, {"limit": "5"}, {"limit": "0", "start": "0"}, {**EVERYTHING, "nonsense": "1"}])
def test_a_list_needs_limit_and_start(pipeline: Pipeline, query: dict[str, str]) -> None:
    assert pipeline.platform("GET", PATH, params=query).status_code == 400


def test_there_is_no_delete(pipeline: Pipeline) -> None:
    identifier = pipeline.mapping_set(pipeline.schema())
    assert pipeline.platform("DELETE", f"{PATH}/{identifier}").status_code == 405
    assert pipeline.platform("GET", f"{PATH}/{identifier}").status_code == 200


def test_what_is_not_there_is_not_found(pipeline: Pipeline) -> None:
    assert pipeline.platform("GET", f"{PATH}/{'0' * 32}").status_code == 404
    body = pipeline.mapping_body(pipeline.schema(), pipeline.pairs())
    assert pipeline.platform("PUT", f"{PATH}/{'0' * 32}", json=body).status_code == 404


def test_sandboxes_are_apart(pipeline: Pipeline) -> None:
    identifier = pipeline.mapping_set(pipeline.schema())
    elsewhere = {"x-sandbox-name": "prod"}
    assert pipeline.platform("GET", f"{PATH}/{identifier}", headers=elsewhere).status_code == 404
    assert pipeline.platform("GET", PATH, params=EVERYTHING, headers=elsewhere).json()["data"] == []
