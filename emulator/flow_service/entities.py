"""What all objects of Flow Service share: tenant, authorship, version, lists."""

from __future__ import annotations

import secrets
import uuid
from typing import Any, NamedTuple

from emulator.core.clock import Clock
from emulator.core.store import Document, Store
from emulator.core.tenants import Tenant
from emulator.flow_service import exceptions, listing

COMMON_FIELDS = frozenset(
    {
        "id",
        "createdAt",
        "updatedAt",
        "createdBy",
        "updatedBy",
        "createdClient",
        "updatedClient",
        "sandboxId",
        "sandboxName",
        "imsOrgId",
        "name",
        "description",
        "connectionSpec",
        "state",
        "version",
        "etag",
    }
)

END_FIELDS = frozenset({"data", "params", "inheritedAttributes", "providerRefId"})
FLOW_FIELDS = frozenset(
    {
        "flowSpec",
        "sourceConnectionIds",
        "targetConnectionIds",
        "inheritedAttributes",
        "scheduleParams",
        "transformations",
        "options",
        "lastOperation",
        "lastRunDetails",
    }
)
RUN_FIELDS = frozenset({"flowId", "flowSpec", "providerRefId", "metrics"})


class Entities:
    """The objects of one kind."""

    def __init__(self, store: Store, clock: Clock, kind: str, own_fields: frozenset[str] = frozenset()) -> None:
        self.kind = kind
        self.fields = COMMON_FIELDS | own_fields
        self._clock = clock
        self._documents = store.collection(kind, lambda item: f"{item['imsOrgId']}/{item['sandboxName']}")

    def add(self, tenant: Tenant, fields: Document) -> Document:
        now = self._clock.now_ms()
        document = {
            "id": str(uuid.uuid4()),
            "createdAt": now,
            "updatedAt": now,
            "createdBy": tenant.client_id,
            "updatedBy": tenant.client_id,
            "createdClient": tenant.client_id,
            "updatedClient": tenant.client_id,
            "sandboxId": tenant.sandbox_id,
            "sandboxName": tenant.sandbox,
            "imsOrgId": tenant.organization,
            **fields,
            **self._version(),
        }
        self._documents.put(document["id"], document)
        return document

    def find(self, tenant: Tenant, identifier: str) -> Document:
        if not self.has(tenant, identifier):
            raise exceptions.not_found(self.kind, identifier)
        return self.anywhere(identifier)

    def anywhere(self, identifier: str) -> Document:
        document = self._documents.get(identifier)
        if document is None:
            raise exceptions.not_found(self.kind, identifier)
        return document

    def save(self, document: Document, client_id: str) -> Document:
        """Replace an object with its changed copy, under a new version."""
        changed = {
            **document,
            "updatedAt": self._clock.now_ms(),
            "updatedBy": client_id,
            "updatedClient": client_id,
            **self._version(),
        }
        self._documents.put(changed["id"], changed)
        return changed

    def rewrite(self, document: Document) -> None:
        """Store what the service itself has done to an object: that is no new version."""
        self._documents.put(document["id"], document)

    def has(self, tenant: Tenant, identifier: str) -> bool:
        document = self._documents.get(identifier)
        return document is not None and (document["imsOrgId"], document["sandboxName"]) == (
            tenant.organization,
            tenant.sandbox,
        )

    def exists(self, identifier: str) -> bool:
        return self._documents.get(identifier) is not None

    def all(self) -> list[Document]:
        return self._documents.all()

    def drop(self, identifier: str) -> None:
        self._documents.delete(identifier)

    def newest_first(self, tenant: Tenant) -> list[tuple[int, Document]]:
        return self._documents.newest_first(tenant.partition)

    def of_organization(self, organization: str) -> list[Document]:
        return [document for document in self._documents.all() if document["imsOrgId"] == organization]

    def read_listing(self, tenant: Tenant, query: list[tuple[str, str]]) -> listing.Listing:
        return listing.read(query, self.fields, self._owner(tenant))

    def count(self, tenant: Tenant, wanted: listing.Listing) -> int:
        return len(listing.select(self.newest_first(tenant), wanted, self.fields))

    def page(self, tenant: Tenant, wanted: listing.Listing) -> listing.Page:
        return listing.page(self.newest_first(tenant), wanted, self.fields, self._owner(tenant))

    def _owner(self, tenant: Tenant) -> str:
        return f"{self.kind}/{tenant.sandbox_id}"

    def _version(self) -> dict[str, Any]:
        tag = f'"{secrets.token_hex(4)}-0000-0200-0000-{int(self._clock.now()):08x}0000"'
        return {"version": tag, "etag": tag}


class Objects(NamedTuple):
    """The objects of all kinds."""

    connections: Entities
    source_connections: Entities
    target_connections: Entities
    flows: Entities
    runs: Entities


def make_objects(store: Store, clock: Clock) -> Objects:
    """The objects that a store holds."""
    return Objects(
        Entities(store, clock, "connections"),
        Entities(store, clock, "sourceConnections", END_FIELDS | {"baseConnectionId"}),
        Entities(store, clock, "targetConnections", END_FIELDS),
        Entities(store, clock, "flows", FLOW_FIELDS),
        Entities(store, clock, "runs", RUN_FIELDS),
    )
