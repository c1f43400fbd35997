"""Datasets and batches."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator.pipeline import Pipeline

PATH = "/catalog/dataSets"


def test_a_dataset_is_answered_by_reference(pipeline: Pipeline) -> None:
    body = pipeline.dataset_body(pipeline.schema(), description="why", tags={"zoho": ["leads"]})
    answer = pipeline.platform("POST", PATH + "?requestDataSource=true", json=body)
    assert answer.status_code == 201
    (reference,) = answer.json()
    identifier = reference.removeprefix("@/dataSets/")
    assert len(identifier) == 24
    shown = pipeline.platform("GET", f"{PATH}/{identifier}").json()
    assert list(shown) == [identifier]
    assert {name: shown[identifier][name] for name in body} == body
    assert shown[identifier]["imsOrg"] == pipeline.organization
    assert shown[identifier]["version"] == "1.0.0"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": None},
        {"name": " "},
        {"schemaRef": None},
        {"schemaRef": {"id": "https://ns.adobe.com/nothing"}},
        {"schemaRef": {"id": "https://ns.adobe.com/x", "contentType": "application/vnd.adobe.xed+json;version=1"}},
        {"description": 1},
        {"tags": []},
        {"nonsense": 1},
    ],
)
def test_a_bad_dataset_is_refused(pipeline: Pipeline, changes: dict[str, Any]) -> None:
    body = {**pipeline.dataset_body(pipeline.schema()), **changes}
    assert pipeline.platform("POST", PATH, json=body).status_code == 400
    assert pipeline.objects()["datasets"] == []


def test_a_schema_reference_needs_a_version(pipeline: Pipeline) -> None:
    body = pipeline.dataset_body(pipeline.schema())
    body["schemaRef"]["contentType"] = "application/vnd.adobe.xed-full+json"
    assert pipeline.platform("POST", PATH, json=body).status_code == 400


def test_datasets_are_found_by_name(pipeline: Pipeline) -> None:
    schema = pipeline.schema()
    for name in ("a", "b", "b"):
        answer = pipeline.platform("POST", PATH, json=pipeline.dataset_body(schema, name=name))
        assert answer.status_code == 201
    assert len(pipeline.platform("GET", PATH).json()) == 3
    found = pipeline.platform("GET", PATH, params={"name": "b", "properties": "name"}).json()
    assert list(found.values()) == [{"name": "b"}, {"name": "b"}]
    pages = [pipeline.platform("GET", PATH, params={"limit": "2", "start": start}).json() for start in ("0", "2")]
    assert [len(page) for page in pages] == [2, 1]
    for query in ({"limit": "101"}, {"limit": "x"}, {"nonsense": "1"}):
        assert pipeline.platform("GET", PATH, params=query).status_code == 400


def test_a_dataset_can_be_renamed_and_described(pipeline: Pipeline) -> None:
    identifier = pipeline.dataset(pipeline.schema())
    answer = pipeline.platform("PATCH", f"{PATH}/{identifier}", json={"name": "new", "description": "why"})
    assert (answer.status_code, answer.json()) == (200, [f"@/dataSets/{identifier}"])
    dataset = pipeline.platform("GET", f"{PATH}/{identifier}").json()[identifier]
    assert (dataset["name"], dataset["description"], dataset["version"]) == ("new", "why", "1.0.1")


def test_a_dataset_keeps_its_schema(pipeline: Pipeline) -> None:
    identifier = pipeline.dataset(pipeline.schema())
    change = {"schemaRef": {"id": pipeline.schema(), "contentType": "application/vnd.adobe.xed+json;version=1"}}
    assert pipeline.platform("PATCH", f"{PATH}/{identifier}", json=change).status_code == 400


def test_what_is_deleted_is_not_found(pipeline: Pipeline) -> None:
    identifier = pipeline.dataset(pipeline.schema())
    answer = pipeline.platform("DELETE", f"{PATH}/{identifier}")
    assert (answer.status_code, answer.json()) == (200, [f"@/dataSets/{identifier}"])
    assert pipeline.platform("GET", f"{PATH}/{identifier}").status_code == 404
    again = pipeline.platform("DELETE", f"{PATH}/{identifier}")
    assert (again.status_code, again.json()) == (200, [])


def test_sandboxes_are_apart(pipeline: Pipeline) -> None:
    identifier = pipeline.dataset(pipeline.schema())
    elsewhere = {"x-sandbox-name": "prod"}
    assert pipeline.platform("GET", f"{PATH}/{identifier}", headers=elsewhere).status_code == 404
    assert pipeline.platform("GET", PATH, headers=elsewhere).json() == {}


def test_a_run_leaves_a_batch(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    dataset = pipeline.dataset_of(flow)
    assert pipeline.platform("GET", "/catalog/batches", params={"dataSet": dataset}).json() == {}
    run = pipeline.run(flow)
    batches = pipeline.platform("GET", "/catalog/batches", params={"dataSet": dataset}).json()
    ((identifier, batch),) = batches.items()
    assert run["activities"][1]["targetInfo"][0]["reference"] == {"type": "Batch", "ids": [identifier]}
    assert batch["relatedObjects"] == [{"type": "dataSet", "id": dataset}]
    assert (batch["status"], batch["metrics"]["recordsWritten"]) == ("success", 3)
    assert pipeline.platform("GET", f"/catalog/batches/{identifier}").json() == {identifier: batch}


def test_a_run_with_nothing_new_leaves_no_batch(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    for _ in range(2):
        pipeline.run(flow)
    query = {"dataSet": pipeline.dataset_of(flow), "orderBy": "desc:created", "limit": "5"}
    assert len(pipeline.platform("GET", "/catalog/batches", params=query).json()) == 1


def test_rows_go_with_their_dataset(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    pipeline.run(flow)
    dataset = pipeline.dataset_of(flow)
    (shown,) = pipeline.objects()["datasets"]
    assert (shown["id"], shown["rows"]) == (dataset, 3)
    pipeline.platform("DELETE", f"{PATH}/{dataset}")
    assert pipeline.emulator.control("GET", f"/datasets/{dataset}/rows") == {"rows": []}


def test_planted_and_removed_behind_our_back(pipeline: Pipeline) -> None:
    path = f"/organizations/{pipeline.organization}/objects"

    def plant(kind: str, item: dict[str, Any]) -> dict[str, Any]:
        planted: dict[str, Any] = pipeline.emulator.control(
            "POST", path, {"kind": kind, "sandbox": "dev", "item": item}
        )
        return planted

    group = plant("fieldGroups", pipeline.field_group_body({"lastName": {"type": "string"}}))["$id"]
    schema = plant("schemas", pipeline.schema_body(group))["$id"]
    dataset = plant("datasets", pipeline.dataset_body(schema))["id"]
    pairs = {"Last_Name": f"{pipeline.namespace}.lastName"}
    mapping_set = plant("mappingSets", pipeline.mapping_body(schema, pairs))["id"]
    objects = pipeline.objects()
    kinds = ("fieldGroups", "schemas", "datasets", "mappingSets")
    assert [len(objects[kind]) for kind in kinds] == [1, 1, 1, 1]
    assert objects["datasets"][0]["createdUser"] == "exc_app"
    pipeline.emulator.control("PATCH", f"{path}/datasets/{dataset}", {"name": "theirs"})
    assert pipeline.objects()["datasets"][0]["name"] == "theirs"
    alt_id = objects["schemas"][0]["meta:altId"]
    pipeline.emulator.control("PATCH", f"{path}/schemas/{alt_id}", {"title": "theirs"})
    assert pipeline.objects()["schemas"][0]["title"] == "theirs"
    for kind, identifier in (
        ("fieldGroups", objects["fieldGroups"][0]["meta:altId"]),
        ("schemas", alt_id),
        ("datasets", dataset),
        ("mappingSets", mapping_set),
    ):
        pipeline.emulator.control("DELETE", f"{path}/{kind}/{identifier}")
    assert [len(pipeline.objects()[kind]) for kind in kinds] == [0, 0, 0, 0]
