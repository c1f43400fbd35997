"""Tokens: issued to clients, checked by the platform's services."""

from __future__ import annotations

import base64
import json
import secrets
from typing import NamedTuple

from emulator.core.clock import Clock
from emulator.core.store import Document, Store
from emulator.core.tenants import Tenants
from emulator.ims import exceptions


class Issued(NamedTuple):
    """A new access token."""

    access_token: str
    expires_in: int


class Ims:
    """The emulated IMS."""

    def __init__(self, store: Store, clock: Clock, tenants: Tenants) -> None:
        self._store = store
        self._clock = clock
        self._tenants = tenants
        self._tokens = store.collection("ims_tokens", lambda token: str(token["client_id"]))

    def issue(self, grant_type: str, client_id: str, client_secret: str, scope: str) -> Issued:
        client = self._tenants.client(client_id)
        if client is not None:
            client = {**client, "token_requests": client["token_requests"] + 1}
            self._tenants.save_client(client)
        if grant_type != "client_credentials":
            raise exceptions.bad_grant_type()
        if client is None:
            raise exceptions.unknown_client()
        if not secrets.compare_digest(client["client_secret"].encode(), client_secret.encode()):
            raise exceptions.wrong_secret()
        for wanted in scope.split(","):
            if wanted not in client["scopes"]:
                raise exceptions.bad_scope(wanted)
        now = self._clock.now()
        token = _token_value(client_id, now)
        document = {"client_id": client_id, "token": token, "expires_at": now + client["token_lifetime"]}
        with self._store.transaction():
            for _, old in self._tokens.newest_first(client_id):
                if old["expires_at"] <= now:
                    self._tokens.delete(old["token"])
            self._tokens.put(token, document)
        return Issued(token, client["token_lifetime"])

    def client_of(self, token: str) -> Document | None:
        """The client that a live token was issued to."""
        document = self._tokens.get(token)
        if document is None or document["expires_at"] <= self._clock.now():
            return None
        return self._tenants.client(document["client_id"])

    def set_lifetime(self, organization: str, seconds: int) -> None:
        for client in self._tenants.clients_of(organization):
            self._tenants.save_client({**client, "token_lifetime": seconds})

    def revoke_all(self, organization: str) -> int:
        revoked = 0
        with self._store.transaction():
            for client in self._tenants.clients_of(organization):
                for _, token in self._tokens.newest_first(client["client_id"]):
                    self._tokens.delete(token["token"])
                    revoked += 1
        return revoked

    def live_tokens(self, client_id: str) -> int:
        now = self._clock.now()
        return sum(token["expires_at"] > now for _, token in self._tokens.newest_first(client_id))

    def secret_values(self) -> set[str]:
        return {token["token"] for token in self._tokens.all()}


def _token_value(client_id: str, now: float) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {"client_id": client_id, "type": "access_token", "created_at": str(int(now * 1000))}
    return f"{part({'alg': 'RS256'})}.{part(claims)}.{secrets.token_urlsafe(32)}"
