"""Profiles: fragments of rows, one of each dataset and primary identity, joined by the identities that they share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emulator.catalog.models import Catalog
from emulator.core.store import Document
from emulator.core.tenants import Tenant
from emulator.profile import exceptions
from emulator.schema_registry.descriptors import IDENTITY, Descriptors

MOST_IDENTITIES = 50
Identity = tuple[str, str]
"""The code of a namespace in lower case, and a value."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """What one dataset says of one person."""

    dataset: str
    identities: tuple[Identity, ...]
    entity: Document


class Profiles:
    """The emulated profile store. It is built anew from the rows for each look."""

    def __init__(self, catalog: Catalog, descriptors: Descriptors) -> None:
        self._catalog = catalog
        self._descriptors = descriptors

    def look_up(self, tenant: Tenant, namespace: str, value: str) -> tuple[str, Document]:
        """A profile's id, and the profile."""
        fragments = list(self._fragments(tenant).values())
        known: set[Identity] = {(namespace.lower(), value)}
        joined: list[Fragment] = []
        while more := [item for item in fragments if item not in joined and known & {*item.identities}]:
            joined += more
            known |= {identity for item in more for identity in item.identities}
        if not joined:
            raise exceptions.not_found()
        if len(known) > MOST_IDENTITIES:
            raise exceptions.too_many()
        entity: Document = {}
        # In the order in which they came, so that the latest one wins.
        for fragment in fragments:
            if fragment in joined:
                _merge(entity, fragment.entity)
        primary = {item.identities[0] for item in joined}
        entity["identities"] = [
            {"id": of, "namespace": {"code": code}, **({"primary": True} if (code, of) in primary else {})}
            for code, of in sorted(known)
        ]
        identifier = hashlib.sha256(json.dumps(sorted(known)).encode()).hexdigest()[:30]
        return identifier, {
            "entityId": identifier,
            "sources": sorted({item.dataset for item in joined}),
            "entity": entity,
        }

    def _fragments(self, tenant: Tenant) -> dict[tuple[str, Identity], Fragment]:
        found: dict[tuple[str, Identity], Fragment] = {}
        of_schema: dict[str, list[tuple[list[str], str]]] = {}
        for dataset, line in self._catalog.profile_rows(tenant):
            schema_id = dataset["dataset"]["schemaRef"]["id"]
            if schema_id not in of_schema:
                of_schema[schema_id] = list(self._identities(tenant, schema_id))
            row = json.loads(line)
            fields = of_schema[schema_id]
            identities = [(code.lower(), str(value)) for path, code in fields if (value := _at(row, path))]
            if not fields or not _at(row, fields[0][0]):
                # A row without its primary identity is nobody's.
                continue
            key = dataset["id"], identities[0]
            # A later one goes to the end: it is newer than all the others.
            found.pop(key, None)
            found[key] = Fragment(dataset["id"], tuple(identities), row)
        return found

    def _identities(self, tenant: Tenant, schema_id: str) -> Iterator[tuple[list[str], str]]:
        """The paths of the identity fields with their namespaces, the primary one first."""
        found = [
            item
            for item in self._descriptors.all(tenant)
            if (item["@type"], item["xdm:sourceSchema"]) == (IDENTITY, schema_id)
        ]
        for item in sorted(found, key=lambda item: not item["xdm:isPrimary"]):
            yield item["xdm:sourceProperty"][1:].split("/"), item["xdm:namespace"]


def _at(row: Any, path: list[str]) -> Any:
    for step in path:
        row = row.get(step) if isinstance(row, dict) else None
    return row


def _merge(into: Document, more: Document) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = json.loads(json.dumps(value))
