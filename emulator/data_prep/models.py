"""Mapping sets, every version of each."""

from __future__ import annotations

import re
import uuid
from typing import Any

from emulator.core.clock import Clock
from emulator.core.http import Json
from emulator.core.store import Document, Store
from emulator.core.tenants import Tenant
from emulator.data_prep import exceptions, expressions
from emulator.data_prep.mapper import ATTRIBUTE, EXPRESSION
from emulator.schema_registry.models import SchemaRegistry

CONTENT_TYPE = re.compile(r"application/vnd\.adobe\.xed(-full)?(-notext)?\+json;\s*version=1(\.\d+)?|1\.\d+")
STAMPS = frozenset({"id", "version", "createdDate", "modifiedDate", "createdBy", "modifiedBy"})
KNOWN = STAMPS | {"name", "mappings", "xdmSchema", "xdmVersion", "outputSchema", "inputSchema", "schemaRef"}
KNOWN_OF_MAPPING = STAMPS | {
    "name",
    "description",
    "sourceType",
    "source",
    "destination",
    "sourceAttribute",
    "destinationXdmPath",
    "identity",
    "primaryIdentity",
    "identityGroup",
    "namespaceCode",
    "matchScore",
    "functionVersion",
}
# How the kinds of mappings may be called: the newer name, and for columns the older one too.
SOURCE_TYPES = {ATTRIBUTE: ATTRIBUTE, "text/x.schema-path": ATTRIBUTE, EXPRESSION: EXPRESSION}


class DataPrep:
    """The emulated Data Prep."""

    def __init__(self, store: Store, clock: Clock, registry: SchemaRegistry) -> None:
        self._clock = clock
        self._registry = registry
        self._sets = store.collection("mapping_sets", lambda item: f"{item['imsOrgId']}/{item['sandboxName']}")

    def create(self, tenant: Tenant, body: Json) -> Document:
        return self._save(tenant, uuid.uuid4().hex, body, [])

    def replace(self, tenant: Tenant, identifier: str, body: Json) -> Document:
        """A new version; the earlier ones stay, flows may use them."""
        return self._save(tenant, identifier, body, self._item(tenant, identifier)["versions"])

    def find(self, tenant: Tenant, identifier: str, version: int | None = None) -> Document:
        versions: list[Document] = self._item(tenant, identifier)["versions"]
        if version is not None and version >= len(versions):
            raise exceptions.not_found(f"{identifier} of version {version}")
        return versions[-1 if version is None else version]

    def look(self, tenant: Tenant, identifier: str, version: int) -> Document | None:
        item = self._sets.get(identifier)
        if item is None or (item["imsOrgId"], item["sandboxName"]) != (tenant.organization, tenant.sandbox):
            return None
        versions: list[Document] = item["versions"]
        return versions[version] if version < len(versions) else None

    def all(self, tenant: Tenant) -> list[Document]:
        """The last version of each, the newest first."""
        return [item["versions"][-1] for _, item in self._sets.newest_first(tenant.partition)]

    def of_organization(self, organization: str) -> list[Document]:
        return [
            {**item["versions"][-1], "sandboxName": item["sandboxName"]}
            for item in self._sets.all()
            if item["imsOrgId"] == organization
        ]

    def drop(self, tenant: Tenant, identifier: str) -> None:
        self._sets.delete(self._item(tenant, identifier)["id"])

    def _item(self, tenant: Tenant, identifier: str) -> Document:
        if self.look(tenant, identifier, 0) is None:
            raise exceptions.not_found(identifier)
        item = self._sets.get(identifier)
        return item or {}

    def _save(self, tenant: Tenant, identifier: str, body: Json, earlier: list[Document]) -> Document:
        if not isinstance(body, dict):
            raise exceptions.invalid("The body must be a JSON object")
        _only(body, KNOWN)
        schema = _schema(body)
        fields = self._registry.fields(tenant, schema["id"])
        if fields is None:
            raise exceptions.invalid(f"The schema {schema['id']} does not exist")
        now = self._clock.now_ms()
        first = earlier[0] if earlier else {"createdDate": now, "createdBy": tenant.client_id}
        stamps = {
            "version": len(earlier),
            "createdDate": first["createdDate"],
            "modifiedDate": now,
            "createdBy": first["createdBy"],
            "modifiedBy": tenant.client_id,
        }
        mapping_set = {
            "id": identifier,
            **stamps,
            **({"name": body["name"]} if "name" in body else {}),
            "xdmSchema": schema["id"],
            "xdmVersion": "1.0",
            "schemaRef": schema,
            "outputSchema": {"schemaRef": schema},
            "mappings": _mappings(body.get("mappings"), fields, schema["id"], stamps),
        }
        item = {
            "id": identifier,
            "imsOrgId": tenant.organization,
            "sandboxName": tenant.sandbox,
            "versions": [*earlier, mapping_set],
        }
        self._sets.put(identifier, item)
        return mapping_set


def _only(given: Document, known: frozenset[str]) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise exceptions.invalid(f"Unrecognized fields: {', '.join(unknown)}")


def _schema(body: Document) -> Document:
    """The schema, in the older form or in the newer one."""
    if "xdmSchema" in body and "outputSchema" not in body:
        if not isinstance(body["xdmSchema"], str) or not str(body.get("xdmVersion")).startswith("1"):
            raise exceptions.invalid("xdmSchema is required, and with it xdmVersion")
        return {"id": body["xdmSchema"], "contentType": "application/vnd.adobe.xed-full+json;version=1"}
    output = body.get("outputSchema")
    reference = output.get("schemaRef") if isinstance(output, dict) else None
    if not isinstance(reference, dict) or not isinstance(reference.get("id"), str):
        raise exceptions.invalid("outputSchema.schemaRef is required, or xdmSchema and xdmVersion")
    if CONTENT_TYPE.fullmatch(str(reference.get("contentType"))) is None:
        raise exceptions.invalid("outputSchema.schemaRef.contentType must name the media type, with its version")
    return {"id": reference["id"], "contentType": reference["contentType"]}


def _check_expression(text: str) -> None:
    try:
        expressions.parse(text)
    except ValueError as error:
        raise exceptions.invalid(f"The expression {text} is not valid: {error}") from error


def _mappings(given: Any, fields: dict[str, str], schema: str, stamps: Document) -> list[Document]:
    if not isinstance(given, list) or not given:
        raise exceptions.invalid("mappings: at least one is required")
    taken: set[str] = set()
    mappings = []
    for mapping in given:
        if not isinstance(mapping, dict):
            raise exceptions.invalid("mappings: every element is an object")
        _only(mapping, KNOWN_OF_MAPPING)
        source = mapping.get("source", mapping.get("sourceAttribute"))
        destination = mapping.get("destination", mapping.get("destinationXdmPath"))
        kind = SOURCE_TYPES.get(str(mapping.get("sourceType", ATTRIBUTE)))
        if kind is None:
            raise exceptions.invalid(f"sourceType: {ATTRIBUTE} or {EXPRESSION}")
        if not isinstance(source, str) or not source or not isinstance(destination, str) or not destination:
            raise exceptions.invalid("mappings: source and destination are required")
        if kind == EXPRESSION:
            _check_expression(source)
        if destination not in fields:
            raise exceptions.destination_unknown(destination, schema)
        if destination in taken:
            raise exceptions.invalid(f"mappings: two of them have the destination {destination}")
        taken.add(destination)
        mappings.append(
            {
                "id": uuid.uuid4().hex,
                **stamps,
                **{name: mapping[name] for name in ("name", "description") if name in mapping},
                "sourceType": kind,
                "source": source,
                "destination": destination,
                "identity": bool(mapping.get("identity", False)),
                "primaryIdentity": False,
                "matchScore": 0.0,
                "functionVersion": 1,
                "sourceAttribute": source,
                "destinationXdmPath": destination,
            }
        )
    return mappings
