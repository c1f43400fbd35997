"""Namespaces, labels, descriptors of fields, and profiles that rows become."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.support.emulator.pipeline import Pipeline, made

DESCRIPTORS = "/schemaregistry/tenant/descriptors"
LABELS = "/dulepolicy/labels"
PAGES = {"Accept": "application/vnd.adobe.xdm-v2+json"}
PRIMARY: dict[str, Any] = {"xdm:isPrimary": True}
IDENTITY, LABEL, RELATIONSHIP = "xdm:descriptorIdentity", "xdm:descriptorLabel", "xdm:descriptorRelationship"


def core(pipeline: Pipeline, method: str, path: str, **options: Any) -> requests.Response:
    """Send a request to the services below /data/core."""
    return pipeline.session.request(method, f"{pipeline.emulator.info['adobe']}/data/core{path}", timeout=10, **options)


def descriptor(pipeline: Pipeline, schema: str, kind: str = IDENTITY, **changes: Any) -> requests.Response:
    """Ask for a descriptor of the last name."""
    of_kind: dict[str, dict[str, Any]] = {
        IDENTITY: {"xdm:namespace": "Email", "xdm:property": "xdm:code", "xdm:isPrimary": False},
        LABEL: {"xdm:labels": ["core/I1"]},
        RELATIONSHIP: {"xdm:cardinality": "M:1"},
    }
    body = {
        "@type": kind,
        "xdm:sourceSchema": schema,
        "xdm:sourceVersion": 1,
        "xdm:sourceProperty": f"/{pipeline.namespace}/lastName",
        **of_kind[kind],
        **changes,
    }
    return pipeline.platform("POST", DESCRIPTORS, json=body)


def enable(pipeline: Pipeline, schema: str) -> requests.Response:
    """Enable a schema for Profile."""
    ops = [{"op": "add", "path": "/meta:immutableTags", "value": ["union"]}]
    return pipeline.platform("PATCH", f"/schemaregistry/tenant/schemas/{quote(schema, safe='')}", json=ops)


def detail(answer: requests.Response) -> str:
    assert answer.status_code == 400, answer.text
    found: str = answer.json()["detail"]
    return found


# --- namespaces -------------------------------------------------------------------------------------------------------


def test_namespaces_are_adobes_and_the_organizations_own_in_every_sandbox(pipeline: Pipeline) -> None:
    body = {"code": "CrmId", "name": "CRM id", "idType": "Cross_device", "description": ""}
    mine = made(core(pipeline, "POST", "/idnamespace/identities", json=body))
    assert (mine["idType"], mine["custom"], mine["status"]) == ("CROSS_DEVICE", True, "ACTIVE")
    listed = core(pipeline, "GET", "/idnamespace/identities", headers={"x-sandbox-name": "prod"}).json()
    assert {"Email", "ECID", "CrmId"} <= {item["code"] for item in listed}
    one = f"/idnamespace/identities/{mine['id']}"
    assert core(pipeline, "GET", one).json() == mine
    renamed = core(pipeline, "PUT", one, json={**body, "idType": "CROSS_DEVICE", "name": "Id of the CRM"})
    assert renamed.json()["name"] == "Id of the CRM"
    assert core(pipeline, "DELETE", one).status_code == 405
    assert core(pipeline, "GET", "/idnamespace/identities/1").status_code == 404


@pytest.mark.parametrize("changes", [{"code": "Email"}, {"code": "two words"}, {"idType": "PERSON"}, {"name": ""}])
def test_a_wrong_namespace_is_refused(pipeline: Pipeline, changes: dict[str, str]) -> None:
    body = {"code": "CrmId", "name": "CRM id", "idType": "EMAIL", **changes}
    assert core(pipeline, "POST", "/idnamespace/identities", json=body).status_code == 400


def test_a_standard_namespace_and_a_code_do_not_change(pipeline: Pipeline) -> None:
    assert core(pipeline, "PUT", "/idnamespace/identities/6", json={"name": "Mail"}).status_code == 400
    body = {"code": "CrmId", "name": "CRM id", "idType": "EMAIL"}
    mine = made(core(pipeline, "POST", "/idnamespace/identities", json=body))
    assert core(pipeline, "PUT", f"/idnamespace/identities/{mine['id']}", json={"code": "Other"}).status_code == 400


# --- labels -----------------------------------------------------------------------------------------------------------


def test_labels_are_adobes_and_the_sandboxs_own(pipeline: Pipeline) -> None:
    assert pipeline.platform("GET", f"{LABELS}/core/I1").json()["category"] == "Identity"
    body = {"name": "L1", "category": "Custom", "friendlyName": "Banking"}
    assert pipeline.platform("PUT", f"{LABELS}/custom/L1", json=body).status_code == 201
    assert pipeline.platform("PUT", f"{LABELS}/custom/L1", json=body).status_code == 200
    listed = pipeline.platform("GET", f"{LABELS}/custom").json()
    assert ([item["name"] for item in listed["children"]], listed["_page"]) == (["L1"], {"count": 1})
    assert pipeline.platform("DELETE", f"{LABELS}/custom/L1").status_code == 405
    assert pipeline.platform("PUT", f"{LABELS}/core/I1", json=body).status_code == 405
    assert pipeline.platform("GET", f"{LABELS}/custom/L1", headers={"x-sandbox-name": "prod"}).status_code == 404
    assert pipeline.platform("PUT", f"{LABELS}/custom/L2", json=body).status_code == 400


# --- descriptors ------------------------------------------------------------------------------------------------------


def test_a_descriptor_is_made_read_rewritten_and_deleted(pipeline: Pipeline) -> None:
    schema = pipeline.schema()
    first = made(descriptor(pipeline, schema))
    assert (len(first["@id"]), first["meta:containerId"]) == (40, "tenant")
    one = f"{DESCRIPTORS}/{first['@id']}"
    assert pipeline.platform("GET", one).json() == first
    body = {key: value for key, value in first.items() if key.startswith(("@type", "xdm:"))}
    changed = pipeline.platform("PUT", one, json={**body, "xdm:isPrimary": True})
    assert (changed.status_code, changed.json()) == (201, {"@id": first["@id"]})
    assert pipeline.platform("GET", one).json()["xdm:isPrimary"] is True
    assert pipeline.platform("DELETE", one).status_code == 204
    assert pipeline.platform("GET", one).status_code == 404


def test_descriptors_are_listed_by_type_or_in_pages(pipeline: Pipeline) -> None:
    schema, other = pipeline.schema(), pipeline.schema()
    first, second = made(descriptor(pipeline, schema)), made(descriptor(pipeline, other))
    third = made(descriptor(pipeline, schema, LABEL))

    def listed(form: str, **query: Any) -> Any:
        headers = {"Accept": f"application/vnd.adobe.{form}+json"}
        return pipeline.platform("GET", DESCRIPTORS, params=query, headers=headers).json()

    assert listed("xdm-id") == {IDENTITY: [first["@id"], second["@id"]], LABEL: [third["@id"]]}
    assert listed("xdm-link")[LABEL] == [f"/tenant/descriptors/{third['@id']}"]
    assert listed("xdm")[LABEL] == [third]
    both = [f"@type=={IDENTITY}", f"xdm:sourceSchema=={schema}"]
    assert listed("xdm-v2", property=both)["results"] == listed("xdm-v2", property=",".join(both))["results"] == [first]
    page = listed("xdm-v2", limit=2)
    assert (page["results"], page["_page"]["next"]) == ([first, second], "2")
    assert listed("xdm-v2", limit=2, start=2)["results"] == [third]
    for wrong in ({"limit": 301}, {"property": "title==x"}, {"page": 1}):
        assert pipeline.platform("GET", DESCRIPTORS, params=wrong, headers=PAGES).status_code == 400
    assert pipeline.platform("GET", DESCRIPTORS, headers={"Accept": "application/json"}).status_code == 406


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        (IDENTITY, {"@type": "xdm:descriptorNothing"}, "@type: one of"),
        (IDENTITY, {"xdm:namespace": "Nobody"}, "The namespace Nobody does not exist"),
        (IDENTITY, {"xdm:namespace": 6, "xdm:property": "xdm:code"}, "The namespace 6 does not exist"),
        (IDENTITY, {"xdm:sourceProperty": "lastName"}, "begins with a slash"),
        (IDENTITY, {"xdm:sourceProperty": "/personID/"}, "does not end with one"),
        (IDENTITY, {"xdm:sourceProperty": "/properties/personID"}, "has no field /properties/personID"),
        (IDENTITY, {"xdm:other": 1}, "Unknown attributes: xdm:other"),
        (LABEL, {"xdm:labels": []}, "different labels, at least one"),
        (LABEL, {"xdm:labels": ["core/I9"]}, "The label core/I9 does not exist"),
        (LABEL, {"xdm:labels": ["I1"]}, "The label I1 does not exist"),
        (RELATIONSHIP, {}, "Required: xdm:destinationSchema"),
    ],
)
def test_a_wrong_descriptor_is_refused(pipeline: Pipeline, kind: str, changes: dict[str, Any], expected: str) -> None:
    assert expected in detail(descriptor(pipeline, pipeline.schema(), kind, **changes))


def test_identities_are_text_one_a_field_and_one_of_them_primary(pipeline: Pipeline) -> None:
    schema, path = pipeline.schema(), f"/{pipeline.namespace}"
    assert "is not a string" in detail(descriptor(pipeline, schema, **{"xdm:sourceProperty": f"{path}/revenue"}))
    assert "is not a string" in detail(descriptor(pipeline, schema, **{"xdm:sourceProperty": f"{path}/modified"}))
    assert "is an object" in detail(descriptor(pipeline, schema, **{"xdm:sourceProperty": path}))
    made(descriptor(pipeline, schema, **PRIMARY))
    assert "exists for" in detail(descriptor(pipeline, schema))
    again = {"xdm:sourceProperty": "/personID", **PRIMARY}
    assert "has a primary identity already" in detail(descriptor(pipeline, schema, **again))


def test_the_tenants_object_is_not_labelled(pipeline: Pipeline) -> None:
    changes = {"xdm:sourceProperty": f"/{pipeline.namespace}"}
    assert "cannot be labelled" in detail(descriptor(pipeline, pipeline.field_group(), LABEL, **changes))


def test_a_relationship_leads_to_a_primary_identity_of_the_same_type(pipeline: Pipeline) -> None:
    schema, other = pipeline.schema(), pipeline.schema()
    to = {"xdm:destinationSchema": other}
    assert "no primary identity" in detail(descriptor(pipeline, schema, RELATIONSHIP, **to))
    made(descriptor(pipeline, other, **PRIMARY))
    wrong = {**to, "xdm:sourceProperty": f"/{pipeline.namespace}/revenue"}
    assert "different types" in detail(descriptor(pipeline, schema, RELATIONSHIP, **wrong))
    made(descriptor(pipeline, schema, RELATIONSHIP, **to))


# --- Profile ----------------------------------------------------------------------------------------------------------


def test_a_schema_is_enabled_once_it_has_a_primary_identity_and_for_ever(pipeline: Pipeline) -> None:
    schema = pipeline.schema()
    assert "without a primary identity" in detail(enable(pipeline, schema))
    first = made(descriptor(pipeline, schema, **PRIMARY))
    assert enable(pipeline, schema).status_code == 200
    one = f"/schemaregistry/tenant/schemas/{quote(schema, safe='')}"
    taken = [{"op": "remove", "path": "/meta:immutableTags"}]
    assert "never taken away" in detail(pipeline.platform("PATCH", one, json=taken))
    assert "used by Real-Time Customer Profile" in detail(pipeline.platform("DELETE", one))
    identity = f"{DESCRIPTORS}/{first['@id']}"
    assert "cannot be changed" in detail(pipeline.platform("DELETE", identity))
    body = {key: value for key, value in first.items() if key.startswith(("@type", "xdm:"))}
    assert "cannot be changed" in detail(pipeline.platform("PUT", identity, json={**body, "xdm:namespace": "ECID"}))
    headers = {"Accept": "application/vnd.adobe.xed-id+json"}
    query = {"property": "meta:immutableTags==union"}
    found = pipeline.platform("GET", "/schemaregistry/tenant/schemas", params=query, headers=headers).json()
    assert [item["$id"] for item in found["results"]] == [schema]


def test_a_dataset_is_enabled_after_its_schema(pipeline: Pipeline) -> None:
    schema = pipeline.schema()
    tags = {"unifiedProfile": ["enabled:true"], "unifiedIdentity": ["enabled:true"]}
    body = pipeline.dataset_body(schema, tags=tags)
    assert "is not enabled" in detail(pipeline.platform("POST", "/catalog/dataSets", json=body))
    made(descriptor(pipeline, schema, **PRIMARY))
    enable(pipeline, schema)
    assert pipeline.platform("POST", "/catalog/dataSets", json=body).status_code == 201


def test_rows_become_profiles_from_then_on_and_the_last_one_counts(pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    dataset = pipeline.dataset_of(flow)
    schema = pipeline.platform("GET", f"/catalog/dataSets/{dataset}").json()[dataset]["schemaRef"]["id"]
    before = pipeline.add_lead(Last_Name="Before")
    pipeline.run(flow)
    made(descriptor(pipeline, schema, **PRIMARY))
    assert enable(pipeline, schema).status_code == 200
    tags = {"unifiedProfile": ["enabled:true"], "unifiedIdentity": ["enabled:true"]}
    assert pipeline.platform("PATCH", f"/catalog/dataSets/{dataset}", json={"tags": tags}).status_code == 200

    def profile(value: str) -> requests.Response:
        query = {"schema.name": "_xdm.context.profile", "entityId": value, "entityIdNS": "email"}
        return core(pipeline, "GET", "/ups/access/entities", params=query)

    assert profile("Before").status_code == 404
    after = pipeline.add_lead(Last_Name="After", Annual_Revenue=1.0)
    pipeline.run(flow)
    (found,) = profile("After").json().values()
    assert found["entity"][pipeline.namespace]["revenue"] == 1.0
    assert found["sources"] == [dataset]
    assert found["entity"]["identities"] == [{"id": "After", "namespace": {"code": "email"}, "primary": True}]
    pipeline.change_lead(after["id"], Annual_Revenue=2.0)
    pipeline.change_lead(before["id"], Annual_Revenue=3.0)
    pipeline.run(flow)
    revenues = [
        next(iter(profile(name).json().values()))["entity"][pipeline.namespace]["revenue"]
        for name in ("After", "Before")
    ]
    assert revenues == [2.0, 3.0]


def test_expressions_are_validated(pipeline: Pipeline) -> None:
    def validate(text: str) -> Any:
        return pipeline.platform("POST", "/conversion/languages/el/validate", json={"expression": text}).json()

    assert validate("lower(Email)") == {"valid": True}
    assert validate("lower(Email, 1)")["valid"] is False
    assert "not emulated" in validate("lowr(Email)")["error"]
