"""Schemas and field groups of a sandbox, and the rules they live by."""

from __future__ import annotations

import secrets
from typing import Any

from emulator.core.clock import Clock
from emulator.core.http import Json
from emulator.core.store import Document, Store
from emulator.core.tenants import Tenant
from emulator.schema_registry import exceptions, json_patch, xdm

SCHEMAS, FIELD_GROUPS = "schemas", "fieldGroups"
# Field groups were once called mixins, and are to this day in what is stored.
RESOURCE_TYPES = {SCHEMAS: "schemas", FIELD_GROUPS: "mixins"}
WRITABLE = {
    SCHEMAS: frozenset({"title", "description", "type", "allOf", "meta:immutableTags"}),
    FIELD_GROUPS: frozenset(
        {"title", "description", "type", "allOf", "definitions", "properties", "meta:intendedToExtend"}
    ),
}
# What the registry says itself; a body may echo it.
READ_ONLY = frozenset(
    {
        "$id",
        "version",
        "imsOrg",
        "meta:altId",
        "meta:resourceType",
        "meta:containerId",
        "meta:xdmType",
        "meta:class",
        "meta:extends",
        "meta:abstract",
        "meta:extensible",
        "meta:registryMetadata",
        "meta:sandboxId",
        "meta:sandboxType",
        "meta:tenantNamespace",
    }
)


UNION = "union"


def is_union(schema: Document) -> bool:
    """Whether Profile takes the data of a schema."""
    return UNION in schema.get("meta:immutableTags", ())


def tenant_id(organization: str) -> str:
    """Name the namespace of an organization."""
    return f"t{organization[:12].lower()}"


class SchemaRegistry:
    """The emulated Schema Registry. It reads Catalog's datasets, which hold its schemas fast."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._clock = clock
        self.datasets = store.collection("datasets", lambda item: f"{item['imsOrgId']}/{item['sandboxName']}")
        self.descriptors = store.collection("descriptors", lambda item: f"{item['imsOrgId']}/{item['sandboxName']}")
        self._resources = {
            kind: store.collection(kind, lambda item: f"{item['imsOrgId']}/{item['sandboxName']}")
            for kind in RESOURCE_TYPES
        }

    # Reading

    def find(self, tenant: Tenant, kind: str, identifier: str) -> Document:
        """Find by `$id` or by `meta:altId`."""
        for resource in self.all(tenant, kind):
            if identifier in (resource["$id"], resource["meta:altId"]):
                return resource
        raise exceptions.not_found(identifier)

    def all(self, tenant: Tenant, kind: str) -> list[Document]:
        return [item["resource"] for _, item in self._resources[kind].newest_first(tenant.partition)]

    def of_organization(self, organization: str, kind: str) -> list[Document]:
        return [
            {**item["resource"], "sandboxName": item["sandboxName"]}
            for item in self._resources[kind].all()
            if item["imsOrgId"] == organization
        ]

    def properties(self, tenant: Tenant, resource: Document) -> Document:
        """All fields of a schema, of its class and of its field groups; or those of a field group."""
        if resource["meta:resourceType"] != RESOURCE_TYPES[SCHEMAS]:
            return xdm.own_properties(resource)
        return self._schema_properties(resource["allOf"], self._own_groups(tenant))

    def fields(self, tenant: Tenant, schema_id: str) -> dict[str, str] | None:
        """The fields of a schema that can hold a value, by path, with their types."""
        for schema in self.all(tenant, SCHEMAS):
            if schema["$id"] == schema_id:
                return xdm.leaves(self.properties(tenant, schema))
        return None

    def required(self, tenant: Tenant, schema_id: str) -> list[str]:
        """The fields that every row must have."""
        schema = self.find(tenant, SCHEMAS, schema_id)
        return list(xdm.CLASSES[schema["meta:class"]]["required"])

    # Writing

    def create(self, tenant: Tenant, kind: str, body: Json) -> Document:
        written = self._checked(tenant, kind, body, None)
        resource_type = RESOURCE_TYPES[kind]
        name = tenant_id(tenant.organization)
        identifier = f"{xdm.NAMESPACE}/{name}/{resource_type}/{secrets.token_hex(24)}"
        fixed = {
            "$id": identifier,
            "meta:altId": xdm.alt_id(identifier),
            "meta:resourceType": resource_type,
            "version": "1.0",
        }
        return self._store(tenant, kind, {**fixed, **self._described(tenant, kind, written, None)})

    def replace(self, tenant: Tenant, kind: str, identifier: str, body: Json) -> Document:
        return self._rewrite(tenant, kind, self.find(tenant, kind, identifier), body)

    def patch(self, tenant: Tenant, kind: str, identifier: str, instructions: Json) -> Document:
        resource = self.find(tenant, kind, identifier)
        return self._rewrite(tenant, kind, resource, json_patch.apply(resource, instructions))

    def delete(self, tenant: Tenant, kind: str, identifier: str) -> None:
        resource = self.find(tenant, kind, identifier)
        for user in self._users(tenant, kind, resource):
            raise exceptions.in_use(resource["$id"], user)
        self._resources[kind].delete(resource["$id"])

    def drop(self, tenant: Tenant, kind: str, identifier: str) -> None:
        """Take a resource away without asking who uses it."""
        self._resources[kind].delete(self.find(tenant, kind, identifier)["$id"])

    # Rules

    def _rewrite(self, tenant: Tenant, kind: str, resource: Document, body: Json) -> Document:
        written = self._checked(tenant, kind, body, resource)
        self._check_evolution(tenant, kind, resource, written)
        major, minor = resource["version"].split(".")
        fixed = {name: resource[name] for name in ("$id", "meta:altId", "meta:resourceType")}
        described = self._described(tenant, kind, written, resource["meta:registryMetadata"])
        return self._store(tenant, kind, {**fixed, "version": f"{major}.{int(minor) + 1}", **described})

    def _checked(self, tenant: Tenant, kind: str, body: Json, resource: Document | None) -> Document:
        if not isinstance(body, dict):
            raise exceptions.invalid("The body must be a JSON object")
        unknown = sorted(set(body) - WRITABLE[kind] - READ_ONLY)
        if unknown:
            raise exceptions.invalid(f"Unknown attributes: {', '.join(unknown)}")
        written: Document = {name: value for name, value in body.items() if name in WRITABLE[kind]}
        title = written.get("title")
        if not isinstance(title, str) or not title.strip():
            raise exceptions.invalid("title is required")
        if written.get("type") != "object":
            raise exceptions.invalid('type is required and must be "object"')
        if not isinstance(written.get("description", ""), str):
            raise exceptions.invalid("description must be a string")
        for other in (item for kind in RESOURCE_TYPES for item in self.all(tenant, kind)):
            if other["title"] == title and (resource is None or other["$id"] != resource["$id"]):
                raise exceptions.title_taken(other["$id"])
        if kind == SCHEMAS:
            self._check_schema(tenant, written, body.get("meta:class"))
            self._check_tags(tenant, written, resource)
        else:
            _check_group(tenant, written)
        return written

    def _check_schema(self, tenant: Tenant, written: Document, wanted_class: Any) -> None:
        found = xdm.references(written.get("allOf"))
        own = self._own_groups(tenant)
        for reference in found:
            if reference not in xdm.CLASSES and reference not in xdm.FIELD_GROUPS and reference not in own:
                raise exceptions.not_found(reference)
        implemented = xdm.one_class(found)
        if wanted_class not in (None, implemented):
            raise exceptions.invalid(f"meta:class must be {implemented}, the class in allOf")
        for reference in found:
            fitting = own[reference]["meta:intendedToExtend"] if reference in own else [xdm.PROFILE]
            if reference not in xdm.CLASSES and implemented not in fitting:
                raise exceptions.invalid(f"The field group {reference} is not intended to extend {implemented}")

    def _check_tags(self, tenant: Tenant, written: Document, resource: Document | None) -> None:
        tags, before = written.get("meta:immutableTags", []), (resource or {}).get("meta:immutableTags", [])
        if not isinstance(tags, list) or not set(tags) <= {UNION} or len(set(tags)) < len(tags):
            raise exceptions.invalid(f"meta:immutableTags: {UNION} once, or nothing")
        if not set(before) <= set(tags):
            raise exceptions.invalid("meta:immutableTags: a tag is never taken away")
        primary = (
            item["descriptor"].get("xdm:isPrimary")
            for _, item in self.descriptors.newest_first(tenant.partition)
            if resource is not None and item["descriptor"]["xdm:sourceSchema"] == resource["$id"]
        )
        if set(tags) - set(before) and not any(primary):
            raise exceptions.invalid("A schema without a primary identity cannot be enabled for Profile")

    def _check_evolution(self, tenant: Tenant, kind: str, resource: Document, written: Document) -> None:
        own = self._own_groups(tenant)
        changed = {**own, resource["$id"]: written} if kind == FIELD_GROUPS else own
        for schema in self.all(tenant, SCHEMAS):
            parts = written["allOf"] if schema["$id"] == resource["$id"] else schema["allOf"]
            if is_union(schema) or self._datasets_on(tenant, schema["$id"]):
                xdm.check_additive(
                    xdm.leaves(self._schema_properties(schema["allOf"], own)),
                    xdm.leaves(self._schema_properties(parts, changed)),
                )

    def _users(self, tenant: Tenant, kind: str, resource: Document) -> list[str]:
        if kind == SCHEMAS:
            if is_union(resource):
                return ["Real-Time Customer Profile"]
            return [f"the dataset {identifier}" for identifier in self._datasets_on(tenant, resource["$id"])]
        return [
            f"the schema {schema['$id']}"
            for schema in self.all(tenant, SCHEMAS)
            if {"$ref": resource["$id"]} in schema["allOf"]
        ]

    def _datasets_on(self, tenant: Tenant, schema_id: str) -> list[str]:
        return [
            item["id"]
            for _, item in self.datasets.newest_first(tenant.partition)
            if item["dataset"]["schemaRef"]["id"] == schema_id
        ]

    def _own_groups(self, tenant: Tenant) -> dict[str, Document]:
        return {group["$id"]: group for group in self.all(tenant, FIELD_GROUPS)}

    def _schema_properties(self, parts: list[Document], own: dict[str, Document]) -> Document:
        merged: Document = {}
        for part in parts:
            reference = part["$ref"]
            known = xdm.CLASSES.get(reference) or xdm.FIELD_GROUPS.get(reference)
            if known is not None:
                xdm.merge(merged, known["properties"])
            elif reference in own:
                xdm.merge(merged, xdm.own_properties(own[reference]))
        return merged

    def _described(self, tenant: Tenant, kind: str, written: Document, metadata: Document | None) -> Document:
        now = self._clock.now_ms()
        created = metadata or {"repo:createdDate": now, "xdm:createdClientId": tenant.client_id}
        described: Document = {
            **written,
            "imsOrg": tenant.organization,
            "meta:abstract": kind == FIELD_GROUPS,
            "meta:extensible": kind == FIELD_GROUPS,
            "meta:xdmType": "object",
            "meta:containerId": "tenant",
            "meta:sandboxId": tenant.sandbox_id,
            "meta:tenantNamespace": f"_{tenant_id(tenant.organization)}",
            "meta:registryMetadata": {
                **created,
                "repo:lastModifiedDate": now,
                "xdm:lastModifiedClientId": tenant.client_id,
                "eTag": secrets.token_hex(32),
            },
        }
        if kind == SCHEMAS:
            found = xdm.references(written["allOf"])
            implemented = xdm.one_class(found)
            described["allOf"] = [{"$ref": reference} for reference in found]
            described["meta:class"] = implemented
            described["meta:extends"] = [*found, xdm.CLASSES[implemented]["extends"]]
        return described

    def _store(self, tenant: Tenant, kind: str, resource: Document) -> Document:
        item = {"imsOrgId": tenant.organization, "sandboxName": tenant.sandbox, "resource": resource}
        self._resources[kind].put(resource["$id"], item)
        return resource


def _check_group(tenant: Tenant, written: Document) -> None:
    extends = written.get("meta:intendedToExtend")
    if not isinstance(extends, list) or not extends:
        raise exceptions.invalid("meta:intendedToExtend is required")
    for reference in extends:
        if reference not in xdm.CLASSES:
            raise exceptions.not_found(str(reference))
    if "properties" in written:
        xdm.check_fields(written["properties"])
    if not isinstance(written.get("definitions", {}), dict) or not isinstance(written.get("allOf", []), list):
        raise exceptions.invalid("definitions must be an object, and allOf an array")
    properties = xdm.own_properties(written)
    namespace = tenant_id(tenant.organization)
    if set(properties) != {f"_{namespace}"}:
        raise exceptions.fields_outside_tenant(namespace)
