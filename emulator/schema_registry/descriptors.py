"""Descriptors of fields: identities, labels, relationships, names shown instead, and the rules they live by."""

from __future__ import annotations

import secrets
from typing import Any

from emulator.core.clock import Clock
from emulator.core.http import Json
from emulator.core.store import Document
from emulator.core.tenants import Tenant
from emulator.identity.models import Namespaces
from emulator.policy.models import Labels
from emulator.schema_registry import exceptions, xdm
from emulator.schema_registry.models import FIELD_GROUPS, SCHEMAS, SchemaRegistry, is_union, tenant_id

IDENTITY, LABEL = "xdm:descriptorIdentity", "xdm:descriptorLabel"
ONE_TO_ONE, RELATIONSHIP = "xdm:descriptorOneToOne", "xdm:descriptorRelationship"
REFERENCE, DISPLAY, DEPRECATED = (
    "xdm:descriptorReferenceIdentity",
    "xdm:alternateDisplayInfo",
    "xdm:descriptorDeprecated",
)
FIELD = ("@type", "xdm:sourceSchema", "xdm:sourceVersion", "xdm:sourceProperty")
REQUIRED = {
    IDENTITY: ("xdm:namespace", "xdm:property"),
    LABEL: ("xdm:labels",),
    ONE_TO_ONE: ("xdm:destinationSchema", "xdm:destinationVersion"),
    RELATIONSHIP: ("xdm:destinationSchema", "xdm:cardinality"),
    REFERENCE: ("xdm:identityNamespace",),
    DISPLAY: ("xdm:title",),
    DEPRECATED: (),
}
OPTIONAL = {
    IDENTITY: ("xdm:isPrimary",),
    ONE_TO_ONE: ("xdm:destinationProperty",),
    RELATIONSHIP: (
        *("xdm:destinationVersion", "xdm:destinationProperty", "xdm:destinationNamespace"),
        *("xdm:sourceToDestinationName", "xdm:destinationToSourceName"),
        *("xdm:sourceToDestinationTitle", "xdm:destinationToSourceTitle"),
    ),
    DISPLAY: ("xdm:description", "meta:enum", "xdm:excludeMetaEnum"),
}
STAMPS = ("@id", "imsOrg", "created", "createdClient", "createdUser", "updated", "updatedUser", "meta:containerId")
CARDINALITIES = ("1:1", "1:0", "M:1", "M:0")
MOST = 4000


class Descriptors:
    """The descriptors of a sandbox."""

    def __init__(self, clock: Clock, registry: SchemaRegistry, namespaces: Namespaces, labels: Labels) -> None:
        self._clock = clock
        self._registry = registry
        self._namespaces = namespaces
        self._labels = labels
        self._descriptors = registry.descriptors

    def all(self, tenant: Tenant) -> list[Document]:
        """The oldest first."""
        found = [item["descriptor"] for _, item in self._descriptors.newest_first(tenant.partition)]
        return list(reversed(found))

    def of_organization(self, organization: str) -> list[Document]:
        return [
            {"id": item["descriptor"]["@id"], **item["descriptor"], "sandboxName": item["sandboxName"]}
            for item in self._descriptors.all()
            if item["imsOrgId"] == organization
        ]

    def find(self, tenant: Tenant, identifier: str) -> Document:
        for descriptor in self.all(tenant):
            if descriptor["@id"] == identifier:
                return descriptor
        raise exceptions.not_found(identifier)

    def create(self, tenant: Tenant, body: Json) -> Document:
        written = self._checked(tenant, body, None)
        if len(self.all(tenant)) >= MOST:
            raise exceptions.invalid(f"A sandbox has at most {MOST} descriptors")
        now = self._clock.now_ms()
        return self._save(tenant, secrets.token_hex(20), written, now, tenant.client_id)

    def replace(self, tenant: Tenant, identifier: str, body: Json) -> Document:
        there = self.find(tenant, identifier)
        written = self._checked(tenant, body, there)
        if any(written.get(key) != there.get(key) for key in (*FIELD, *REQUIRED[there["@type"]], "xdm:isPrimary")):
            self._refuse_if_in_profile(tenant, there)
        return self._save(tenant, identifier, written, there["created"], there["createdClient"])

    def delete(self, tenant: Tenant, identifier: str) -> None:
        self._refuse_if_in_profile(tenant, self.find(tenant, identifier))
        self.drop(tenant, identifier)

    def drop(self, tenant: Tenant, identifier: str) -> None:
        """Take a descriptor away without asking."""
        self._descriptors.delete(self.find(tenant, identifier)["@id"])

    # Rules

    def _refuse_if_in_profile(self, tenant: Tenant, descriptor: Document) -> None:
        for schema in self._registry.all(tenant, SCHEMAS):
            if schema["$id"] == descriptor["xdm:sourceSchema"] and descriptor["@type"] == IDENTITY and is_union(schema):
                raise exceptions.invalid("An identity of a schema that is enabled for Profile cannot be changed")

    def _checked(self, tenant: Tenant, body: Json, there: Document | None) -> Document:
        if not isinstance(body, dict):
            raise exceptions.invalid("The body must be a JSON object")
        kind = body.get("@type")
        if kind not in REQUIRED or (there is not None and there["@type"] != kind):
            raise exceptions.invalid(f"@type: one of {', '.join(REQUIRED)}")
        known = {*FIELD, *REQUIRED[kind], *OPTIONAL.get(kind, ())}
        unknown = sorted(set(body) - known - set(STAMPS))
        if unknown:
            raise exceptions.invalid(f"Unknown attributes: {', '.join(unknown)}")
        missing = [name for name in (*FIELD, *REQUIRED[kind]) if name not in body]
        if missing:
            raise exceptions.invalid(f"Required: {', '.join(missing)}")
        written = {name: body[name] for name in known if name in body}
        fields = self._fields(tenant, kind, written["xdm:sourceSchema"])
        field = self._field(tenant, kind, fields, written["xdm:sourceProperty"])
        for other in self.all(tenant):
            same = all(other[name] == written[name] for name in FIELD)
            if same and kind != LABEL and (there is None or other["@id"] != there["@id"]):
                raise exceptions.invalid(f"A descriptor of this type exists for {written['xdm:sourceProperty']}")
        if kind == IDENTITY:
            self._check_identity(tenant, written, field, there)
        elif kind == LABEL:
            self._check_labels(tenant, written)
        elif kind in (ONE_TO_ONE, RELATIONSHIP):
            self._check_relationship(tenant, written, field)
        elif kind == REFERENCE and not self._has_namespace(tenant, written["xdm:identityNamespace"]):
            raise exceptions.invalid(f"The namespace {written['xdm:identityNamespace']} does not exist")
        return written

    def _fields(self, tenant: Tenant, kind: str, identifier: Any) -> Document:
        """All fields of the schema, or of the field group that labels are put on."""
        kinds = (SCHEMAS, FIELD_GROUPS) if kind in (LABEL, DISPLAY) else (SCHEMAS,)
        for resources in kinds:
            for resource in self._registry.all(tenant, resources):
                if resource["$id"] == identifier:
                    return self._registry.properties(tenant, resource)
        raise exceptions.not_found(str(identifier))

    def _field(self, tenant: Tenant, kind: str, fields: Document, path: Any) -> Document:
        if not isinstance(path, str) or not path.startswith("/") or path.endswith("/"):
            raise exceptions.invalid("xdm:sourceProperty begins with a slash and does not end with one")
        steps = path[1:].split("/")
        if kind == LABEL and steps == [f"_{tenant_id(tenant.organization)}"]:
            raise exceptions.invalid("The tenant namespace object cannot be labelled")
        field: Document = {"properties": fields}
        for step in steps:
            field = field.get("properties", {}).get(step)
            if not isinstance(field, dict):
                raise exceptions.invalid(f"The schema has no field {path}")
        if kind in (LABEL, IDENTITY, REFERENCE) and "properties" in field:
            raise exceptions.invalid(f"{path} is an object: a field that holds a value is needed")
        return field

    def _check_identity(self, tenant: Tenant, written: Document, field: Document, there: Document | None) -> None:
        if xdm.field_type(field) != "string":
            raise exceptions.invalid(f"{written['xdm:sourceProperty']} is not a string, so it cannot be an identity")
        if written["xdm:property"] not in ("xdm:code", "xdm:id"):
            raise exceptions.invalid("xdm:property: xdm:code or xdm:id")
        if not self._has_namespace(tenant, written["xdm:namespace"], by_id=written["xdm:property"] == "xdm:id"):
            raise exceptions.invalid(f"The namespace {written['xdm:namespace']} does not exist")
        if not isinstance(written.setdefault("xdm:isPrimary", False), bool):
            raise exceptions.invalid("xdm:isPrimary must be true or false")
        others = (item for item in self.all(tenant) if there is None or item["@id"] != there["@id"])
        if written["xdm:isPrimary"] and any(
            (item["@type"], item["xdm:sourceSchema"], item.get("xdm:isPrimary"))
            == (IDENTITY, written["xdm:sourceSchema"], True)
            for item in others
        ):
            raise exceptions.invalid("The schema has a primary identity already")

    def _has_namespace(self, tenant: Tenant, named: Any, *, by_id: bool = False) -> bool:
        key = "id" if by_id else "code"
        return any(str(item[key]) == str(named) for item in self._namespaces.all(tenant))

    def _check_labels(self, tenant: Tenant, written: Document) -> None:
        labels = written["xdm:labels"]
        if not isinstance(labels, list) or not labels or len(set(labels)) < len(labels):
            raise exceptions.invalid("xdm:labels: different labels, at least one")
        for label in labels:
            if not isinstance(label, str) or not self._labels.exists(tenant, label):
                raise exceptions.invalid(f"The label {label} does not exist")

    def _check_relationship(self, tenant: Tenant, written: Document, field: Document) -> None:
        if written.get("xdm:cardinality", "M:1") not in CARDINALITIES:
            raise exceptions.invalid(f"xdm:cardinality: one of {', '.join(CARDINALITIES)}")
        other = self._fields(tenant, IDENTITY, written["xdm:destinationSchema"])
        primary = [
            item
            for item in self.all(tenant)
            if (item["@type"], item["xdm:sourceSchema"]) == (IDENTITY, written["xdm:destinationSchema"])
            and item["xdm:isPrimary"]
        ]
        if not primary:
            raise exceptions.invalid("The reference schema has no primary identity")
        there = self._field(
            tenant, REFERENCE, other, written.get("xdm:destinationProperty", primary[0]["xdm:sourceProperty"])
        )
        if xdm.field_type(there) != xdm.field_type(field):
            raise exceptions.invalid("Source and destination are of different types")

    def _save(self, tenant: Tenant, identifier: str, written: Document, created: int, client: str) -> Document:
        descriptor = {
            **written,
            "@id": identifier,
            "imsOrg": tenant.organization,
            "meta:containerId": "tenant",
            "created": created,
            "createdClient": client,
            "createdUser": client,
            "updated": self._clock.now_ms(),
            "updatedUser": tenant.client_id,
        }
        item = {"imsOrgId": tenant.organization, "sandboxName": tenant.sandbox, "descriptor": descriptor}
        self._descriptors.put(identifier, item)
        return descriptor
