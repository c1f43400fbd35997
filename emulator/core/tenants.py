"""Organizations, their sandboxes, and the clients that may act in them."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from emulator.core.store import Document, Store

SANDBOXES = ("prod", "dev", "stage")
SCOPES = ("openid", "AdobeID", "read_organizations", "additional_info.projectedProductContext")
VIEW, MANAGE = "view-sources", "manage-sources"
TOKEN_LIFETIME = 86399
# A client that no test is: whoever edits behind a test's back.
ANOTHER_CLIENT = "exc_app"


@dataclass(frozen=True, slots=True)
class Tenant:
    """A client at work in a sandbox of its organization."""

    organization: str
    sandbox: str
    sandbox_id: str
    client_id: str

    @property
    def partition(self) -> str:
        return f"{self.organization}/{self.sandbox}"


class Tenants:
    """Who exists in the emulated Adobe."""

    def __init__(self, store: Store) -> None:
        self._organizations = store.collection("organizations")
        self._clients = store.collection("clients", lambda client: str(client["organization"]))

    def create_organization(self, sandboxes: Sequence[str] = SANDBOXES) -> Document:
        organization: Document = {
            "id": f"{secrets.token_hex(12).upper()}@AdobeOrg",
            "sandboxes": {name: str(uuid.uuid4()) for name in sandboxes},
        }
        self._organizations.put(organization["id"], organization)
        return organization

    def create_client(self, organization: str, permissions: Sequence[str] = (VIEW, MANAGE)) -> Document:
        client = {
            "client_id": secrets.token_hex(16),
            "client_secret": f"p8e-{secrets.token_urlsafe(24)}",
            "organization": organization,
            "scopes": list(SCOPES),
            "permissions": list(permissions),
            "token_lifetime": TOKEN_LIFETIME,
            "token_requests": 0,
        }
        self.save_client(client)
        return client

    def save_client(self, client: Document) -> None:
        self._clients.put(client["client_id"], client)

    def organization(self, identifier: str) -> Document | None:
        return self._organizations.get(identifier)

    def client(self, identifier: str) -> Document | None:
        return self._clients.get(identifier)

    def clients_of(self, organization: str) -> list[Document]:
        return [client for _, client in self._clients.newest_first(organization)]

    def describe(self, client: Document) -> Document:
        """What a program needs to act as this client."""
        organization = self._organizations.get(client["organization"])
        return {
            "organization": client["organization"],
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
            "scopes": ",".join(client["scopes"]),
            "sandboxes": list(organization["sandboxes"]) if organization else [],
        }

    def secret_values(self) -> set[str]:
        return {client["client_secret"] for client in self._clients.all()}
