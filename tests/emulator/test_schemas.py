"""Schemas and field groups."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.support.emulator.pipeline import EVENT, FIELDS, PROFILE, XED, XED_FULL, XED_ID, Pipeline, made

SCHEMAS = "/schemaregistry/tenant/schemas"
GROUPS = "/schemaregistry/tenant/fieldgroups"


def problem(answer: requests.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["type"] == "/placeholder/type/uri"
    assert body["status"] == answer.status_code
    return answer.status_code, body["detail"]


def read(pipeline: Pipeline, identifier: str, headers: dict[str, str] | None = None) -> requests.Response:
    kind = GROUPS if "/mixins/" in identifier else SCHEMAS
    return pipeline.platform("GET", f"{kind}/{quote(identifier, safe='')}", headers=headers or XED)


def send(pipeline: Pipeline, method: str, identifier: str, body: Any = None) -> requests.Response:
    kind = GROUPS if "/mixins/" in identifier else SCHEMAS
    return pipeline.platform(method, f"{kind}/{quote(identifier, safe='')}", json=body)


def add_field(pipeline: Pipeline, name: str, field: dict[str, Any]) -> dict[str, Any]:
    path = f"/definitions/customFields/properties/{pipeline.namespace}/properties/{name}"
    return {"op": "add", "path": path, "value": field}


def test_stats_tell_the_tenant_id(pipeline: Pipeline) -> None:
    stats = pipeline.platform("GET", "/schemaregistry/stats").json()
    assert stats["imsOrg"] == pipeline.organization
    assert stats["tenantId"].isalnum()
    assert stats["counts"] == {"schemas": 0, "mixins": 0}


def test_a_schema_is_answered_whole(pipeline: Pipeline) -> None:
    group = pipeline.field_group()
    body = pipeline.schema_body(group, title="Zoho Leads")
    schema = made(pipeline.platform("POST", SCHEMAS, json={**body, "description": "why", "meta:class": PROFILE}))
    tenant = pipeline.namespace.removeprefix("_")
    assert schema["$id"].startswith(f"https://ns.adobe.com/{tenant}/schemas/")
    assert schema["meta:altId"] == f"_{tenant}.schemas.{schema['$id'].rpartition('/')[2]}"
    assert (schema["version"], schema["title"], schema["description"]) == ("1.0", "Zoho Leads", "why")
    assert schema["meta:class"] == PROFILE
    assert schema["meta:extends"] == [PROFILE, group, "https://ns.adobe.com/xdm/data/record"]
    assert schema["meta:registryMetadata"]["eTag"]
    assert read(pipeline, schema["$id"]).json() == schema
    assert read(pipeline, schema["meta:altId"]).json() == schema


def test_a_lookup_needs_an_accept_header(pipeline: Pipeline) -> None:
    schema = pipeline.schema()
    assert problem(read(pipeline, schema, {"Accept": "*/*"})) == (406, "Accept header parameter is required")
    assert problem(read(pipeline, schema, {"Accept": "application/json"}))[0] == 406
    assert problem(read(pipeline, schema, XED_ID))[0] == 406
    status, detail = problem(read(pipeline, schema, {"Accept": "application/vnd.adobe.xed+json"}))
    assert status == 400
    assert detail.startswith("version must be supplied in the accept header")
    other = {"Accept": "application/vnd.adobe.xed+json; version=2"}
    assert problem(read(pipeline, schema, other)) == (404, f"Object {schema} with version 2 not found")


def test_a_resolved_schema_has_all_fields(pipeline: Pipeline) -> None:
    group = pipeline.field_group()
    schema = pipeline.schema(f"{PROFILE}-person-details", group)
    resolved = read(pipeline, schema, XED_FULL).json()
    assert "allOf" not in resolved
    properties = resolved["properties"]
    assert properties["person"]["properties"]["name"]["properties"]["firstName"]["type"] == "string"
    own = properties[pipeline.namespace]["properties"]
    assert own["employees"]["meta:xdmType"] == "int"
    assert own["modified"]["meta:xdmType"] == "date-time"
    assert own["modified"]["title"] == "Modified"
    bare = read(pipeline, schema, {"Accept": "application/vnd.adobe.xed-full-notext+json; version=1"}).json()
    assert "title" not in bare["properties"][pipeline.namespace]["properties"]["modified"]


def test_schemas_are_listed_by_title(pipeline: Pipeline) -> None:
    group = pipeline.field_group()
    for title in ("b", "a", "c"):
        made(pipeline.platform("POST", SCHEMAS, json=pipeline.schema_body(group, title=title)))
    listed = pipeline.platform("GET", SCHEMAS, params={"orderby": "title"}, headers=XED_ID).json()
    assert [item["title"] for item in listed["results"]] == ["a", "b", "c"]
    assert set(listed["results"][0]) == {"$id", "meta:altId", "version", "title"}
    assert listed["_page"] == {"orderby": "title", "next": None, "count": 3}
    raw = {"Accept": "application/vnd.adobe.xed+json"}
    whole = pipeline.platform("GET", SCHEMAS, params={"property": "title==b"}, headers=raw).json()
    assert [item["meta:class"] for item in whole["results"]] == [PROFILE]
    assert problem(pipeline.platform("GET", SCHEMAS, headers={"Accept": "*/*"}))[0] == 406


def test_a_list_goes_on_where_it_ended(pipeline: Pipeline) -> None:
    group = pipeline.field_group()
    for title in ("a", "b", "c"):
        made(pipeline.platform("POST", SCHEMAS, json=pipeline.schema_body(group, title=title)))
    query = {"orderby": "title", "limit": "2"}
    first = pipeline.platform("GET", SCHEMAS, params=query, headers=XED_ID).json()
    query["start"] = first["_page"]["next"]
    second = pipeline.platform("GET", SCHEMAS, params=query, headers=XED_ID).json()
    assert [item["title"] for item in second["results"]] == ["c"]
    assert second["_links"]["next"] is None


def test_titles_are_unique_over_schemas_and_field_groups(pipeline: Pipeline) -> None:
    group = pipeline.field_group()
    body = pipeline.schema_body(group, title="taken")
    schema = made(pipeline.platform("POST", SCHEMAS, json=body))
    expected = f"Title must be unique. An object {schema['$id']} already exists with the same title."
    assert problem(pipeline.platform("POST", SCHEMAS, json=body)) == (400, expected)
    other = pipeline.field_group_body(FIELDS, title="taken")
    assert problem(pipeline.platform("POST", GROUPS, json=other)) == (400, expected)
    elsewhere = {"x-sandbox-name": "prod"}
    assert pipeline.platform("POST", GROUPS, json=other, headers=elsewhere).status_code == 201


@pytest.mark.parametrize(
    "spoil",
    [
        {"title": None},
        {"title": ""},
        {"type": "array"},
        {"allOf": None},
        {"allOf": []},
        {"allOf": [{"$ref": PROFILE}, {"$ref": EVENT}]},
        {"allOf": [{"$ref": f"{PROFILE}-person-details"}]},
        {"allOf": [{"$ref": EVENT}, {"$ref": f"{PROFILE}-person-details"}]},
        {"allOf": [{"$ref": PROFILE}, {"$ref": PROFILE}]},
        {"meta:class": EVENT},
        {"nonsense": 1},
    ],
)
def test_a_bad_schema_is_refused(refuser: Pipeline, spoil: dict[str, Any]) -> None:
    answer = refuser.platform("POST", SCHEMAS, json={**refuser.schema_body(), **spoil})
    assert problem(answer)[0] == 400


def test_a_reference_must_exist(pipeline: Pipeline) -> None:
    body = pipeline.schema_body("https://ns.adobe.com/xdm/context/nothing")
    assert problem(pipeline.platform("POST", SCHEMAS, json=body))[0] == 404


def test_custom_fields_stand_below_the_tenants_own(pipeline: Pipeline) -> None:
    body = pipeline.field_group_body(FIELDS)
    body["definitions"]["customFields"]["properties"] = FIELDS
    status, detail = problem(pipeline.platform("POST", GROUPS, json=body))
    assert status == 400
    assert f"top level field named {pipeline.namespace}" in detail


@pytest.mark.parametrize("spoil", [{"type": "text"}, {}, {"type": "object"}, {"type": "array"}])
def test_a_field_needs_a_type(refuser: Pipeline, spoil: dict[str, Any]) -> None:
    body = refuser.field_group_body({"field": spoil})
    assert problem(refuser.platform("POST", GROUPS, json=body))[0] == 400


def test_a_field_has_a_name_of_letters(pipeline: Pipeline) -> None:
    body = pipeline.field_group_body({"_field": {"type": "string"}})
    assert problem(pipeline.platform("POST", GROUPS, json=body))[0] == 400


@pytest.mark.parametrize("extends", [None, [], ["https://ns.adobe.com/xdm/context/nothing"]])
def test_a_field_group_extends_a_class(refuser: Pipeline, extends: list[str] | None) -> None:
    body = {**refuser.field_group_body(FIELDS), "meta:intendedToExtend": extends}
    assert problem(refuser.platform("POST", GROUPS, json=body))[0] in (400, 404)


def test_a_field_group_goes_with_its_class_only(pipeline: Pipeline) -> None:
    body = {**pipeline.schema_body(), "allOf": [{"$ref": EVENT}, {"$ref": pipeline.field_group()}]}
    assert problem(pipeline.platform("POST", SCHEMAS, json=body))[0] == 400


def test_a_change_makes_a_new_version(pipeline: Pipeline) -> None:
    group = pipeline.field_group()
    schema = pipeline.schema(group)
    before = read(pipeline, schema).json()
    other = pipeline.field_group({"other": {"type": "string"}})
    ops = [
        {"op": "add", "path": "/allOf/-", "value": {"$ref": other}},
        {"op": "add", "path": "/meta:extends/-", "value": other},
        {"op": "replace", "path": "/title", "value": "new title"},
    ]
    after = send(pipeline, "PATCH", schema, ops).json()
    assert (before["version"], after["version"]) == ("1.0", "1.1")
    assert after["allOf"][-1] == {"$ref": other}
    assert after["meta:registryMetadata"]["eTag"] != before["meta:registryMetadata"]["eTag"]
    assert "other" in read(pipeline, schema, XED_FULL).json()["properties"][pipeline.namespace]["properties"]
    replaced = send(pipeline, "PUT", schema, pipeline.schema_body(group, title="third")).json()
    assert (replaced["version"], replaced["title"], len(replaced["allOf"])) == ("1.2", "third", 2)


@pytest.mark.parametrize(
    "ops",
    [
        {},
        [],
        ["x"],
        [{"op": "move", "path": "/title", "value": "x"}],
        [{"op": "replace", "path": "/nothing/there", "value": "x"}],
        [{"op": "replace", "path": "/title"}],
        [{"op": "remove", "path": "/title"}],
        [{"op": "add", "path": "/allOf/9", "value": {"$ref": PROFILE}}],
    ],
)
def test_a_bad_patch_changes_nothing(pipeline: Pipeline, ops: Any) -> None:
    schema = pipeline.schema()
    before = read(pipeline, schema).json()
    assert problem(send(pipeline, "PATCH", schema, ops))[0] == 400
    assert read(pipeline, schema).json() == before


def test_a_schema_can_change_freely_until_a_dataset_uses_it(pipeline: Pipeline) -> None:
    group = pipeline.field_group()
    schema = pipeline.schema(group)
    assert send(pipeline, "PUT", group, pipeline.field_group_body({"lastName": {"type": "integer"}})).status_code == 200
    pipeline.dataset(schema)
    for fields in ({"lastName": {"type": "string"}}, {"other": {"type": "integer"}}):
        status, detail = problem(send(pipeline, "PUT", group, pipeline.field_group_body(fields)))
        assert status == 400
        assert f"{pipeline.namespace}.lastName" in detail
    assert send(pipeline, "PATCH", group, [add_field(pipeline, "more", {"type": "string"})]).status_code == 200
    assert problem(send(pipeline, "PUT", schema, pipeline.schema_body()))[0] == 400


def test_what_is_used_stays(pipeline: Pipeline) -> None:
    group = pipeline.field_group()
    schema = pipeline.schema(group)
    dataset = pipeline.dataset(schema)
    for identifier, user in ((schema, dataset), (group, schema)):
        status, detail = problem(send(pipeline, "DELETE", identifier))
        assert status == 400
        assert user in detail
    pipeline.platform("DELETE", f"/catalog/dataSets/{dataset}")
    for identifier in (schema, group):
        assert send(pipeline, "DELETE", identifier).status_code == 204
        assert problem(read(pipeline, identifier))[0] == 404
        assert problem(send(pipeline, "DELETE", identifier))[0] == 404


def test_mixins_is_another_name_of_field_groups(pipeline: Pipeline) -> None:
    identifier = quote(pipeline.field_group(), safe="")
    assert pipeline.platform("GET", f"/schemaregistry/tenant/mixins/{identifier}", headers=XED).status_code == 200


def test_sandboxes_are_apart(pipeline: Pipeline) -> None:
    schema = pipeline.schema()
    assert read(pipeline, schema, {**XED, "x-sandbox-name": "prod"}).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": None}, 403),
        ({"Authorization": "Bearer nonsense"}, 401),
        ({"x-api-key": None}, 403),
        ({"x-gw-ims-org-id": None}, 400),
        ({"x-gw-ims-org-id": "0@AdobeOrg"}, 403),
        ({"x-sandbox-name": None}, 400),
        ({"x-sandbox-name": "nothing"}, 404),
    ],
)
@pytest.mark.parametrize("path", [SCHEMAS, "/catalog/dataSets", "/conversion/mappingSets?limit=1&start=0"])
def test_the_door_is_the_same_everywhere(refuser: Pipeline, path: str, headers: dict[str, Any], status: int) -> None:
    assert refuser.platform("GET", path, headers={**XED_ID, **headers}).status_code == status


def test_who_may_only_view_makes_nothing(pipeline: Pipeline) -> None:
    body = pipeline.schema_body()
    order = {"organization": pipeline.organization, "permissions": ["view-sources"]}
    viewer = Pipeline(pipeline.emulator, pipeline.emulator.control("POST", "/clients", order))
    assert problem(viewer.platform("POST", SCHEMAS, json=body))[0] == 403
    assert viewer.platform("GET", SCHEMAS, headers=XED_ID).status_code == 200


def test_faults_and_the_log_know_every_service(pipeline: Pipeline) -> None:
    pipeline.fault("status", status=503, path="/schemaregistry/")
    assert pipeline.platform("GET", SCHEMAS, headers=XED_ID).status_code == 503
    assert pipeline.log()[-1]["faults"] == ["status"]
