"""Registered clients: known in some data centers, there with a secret."""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from enum import StrEnum

from emulator.core.store import Document, Store
from emulator.zoho_accounts import exceptions


class ClientType(StrEnum):
    """What the API console offers to register."""

    WEB = "web"
    JAVASCRIPT = "javascript"
    MOBILE = "mobile"
    DEVICE = "device"
    SELF = "self"


REDIRECTING = (ClientType.WEB, ClientType.JAVASCRIPT, ClientType.MOBILE)


def new_secret() -> str:
    """Make a client secret in the shape of Zoho's."""
    return secrets.token_hex(21)


class Clients:
    """All clients. The id is the same in all data centers, the secret only where the client is so registered."""

    def __init__(self, store: Store) -> None:
        self._clients = store.collection("zoho_clients")

    def register(self, kind: ClientType, home: str, users: Sequence[str], *, own_secrets: bool = False) -> Document:
        """Register a client at its home data center, for the accounts that may sign in to it."""
        alphabet = string.ascii_uppercase + string.digits
        prefix = "1004" if kind is ClientType.DEVICE else "1000"
        client: Document = {
            "client_id": f"{prefix}." + "".join(secrets.choice(alphabet) for _ in range(30)),
            "type": kind.value,
            "name": "Emulated client",
            "home": home,
            "own_secrets": own_secrets,
            "secrets": {home: new_secret()},
            "redirect_uris": [],
            "users": list(users),
            "decides": "ask",
        }
        self.save(client)
        return client

    def enabled(self, client: Document, further: Sequence[str]) -> Document:
        """Copy a client with multi-DC switched on for exactly these data centers besides its home."""
        known: dict[str, str] = client["secrets"]
        common = known[client["home"]]
        wanted = [client["home"], *further]
        values = {dc: known.get(dc) or (new_secret() if client["own_secrets"] else common) for dc in wanted}
        return {**client, "secrets": values}

    def save(self, client: Document) -> None:
        self._clients.put(client["client_id"], client)

    def get(self, client_id: str) -> Document | None:
        return self._clients.get(client_id)

    def delete(self, client_id: str) -> None:
        self._clients.delete(client_id)

    def at(self, dc: str, client_id: str) -> Document | None:
        """Find a client that this data center knows."""
        client = self._clients.get(client_id)
        return client if client is not None and dc in client["secrets"] else None

    def authenticate(self, dc: str, client_id: str, client_secret: str) -> Document:
        """Check id and secret. A mobile client is public: it may leave the secret out, then PKCE is its proof."""
        client = self.at(dc, client_id)
        if client is None:
            raise exceptions.invalid_client()
        if client["type"] == ClientType.MOBILE and not client_secret:
            return client
        if not secrets.compare_digest(client["secrets"][dc].encode(), client_secret.encode()):
            raise exceptions.invalid_client_secret()
        return client

    def rotate(self, dc: str, client_id: str) -> str | None:
        """Give a client a new secret, in all data centers where it has a common one."""
        client = self.at(dc, client_id)
        if client is None:
            return None
        secret = new_secret()
        if client["own_secrets"]:
            values = {**client["secrets"], dc: secret}
        else:
            values = dict.fromkeys(client["secrets"], secret)
        self.save({**client, "secrets": values})
        return secret

    def secret_values(self) -> set[str]:
        return {secret for client in self._clients.all() for secret in client["secrets"].values()}
