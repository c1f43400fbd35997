"""Refresh and access tokens, each bound to a client, an account, and so to one data center and organization."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from emulator.core.clock import Clock
from emulator.core.store import Document, Store
from emulator.zoho_accounts import exceptions
from emulator.zoho_accounts.options import OptionsStore


def token_value(prefix: str = "1000") -> str:
    """Make a value in the shape of Zoho's tokens and codes."""
    return f"{prefix}.{secrets.token_hex(16)}.{secrets.token_hex(16)}"


def bind(client_id: str, user: Document, scopes: Sequence[str]) -> Document:
    """Say whom a token lets do what, on whose behalf."""
    return {
        "client_id": client_id,
        "zuid": user["zuid"],
        "dc": user["dc"],
        "organization": user["organization"],
        "scopes": list(scopes),
    }


def pair_of(document: Document) -> str:
    """Return the key of a client and an account."""
    return f"{document['client_id']}/{document['zuid']}"


class Tokens:
    """What is alive, within Zoho's limits."""

    def __init__(self, store: Store, clock: Clock, options: OptionsStore) -> None:
        self._store = store
        self._clock = clock
        self._options = options
        self._refresh = store.collection("zoho_refresh_tokens", pair_of)
        # A family: the access tokens of one refresh token, or those that a client got for an account without one.
        self._access = store.collection("zoho_access_tokens", lambda token: str(token["family"]))

    def grant(self, binding: Document) -> Document:
        """Make a refresh token. One too many ends the oldest of the same client and account."""
        limit = self._options.of(binding["client_id"]).refresh_tokens
        token = {**binding, "refresh_token": token_value(), "created_at": self._clock.now(), "minted_at": []}
        self._refresh.put(token["refresh_token"], token)
        siblings = sorted(self.refresh_tokens(binding), key=lambda sibling: float(sibling["created_at"]))
        for oldest in siblings[:-limit]:
            self._end(oldest)
        return token

    def refresh(self, dc: str, client_id: str, refresh_token: str) -> Document:
        """Make an access token, if the budget allows."""
        token = self.refresh_token(refresh_token)
        if token is None or (token["dc"], token["client_id"]) != (dc, client_id):
            raise exceptions.invalid_code()
        options, now = self._options.of(client_id), self._clock.now()
        recent = [at for at in token["minted_at"] if at > now - options.window]
        if len(recent) >= options.token_requests:
            raise exceptions.Throttled(options.throttle_status)
        with self._store.transaction():
            self._refresh.put(refresh_token, {**token, "minted_at": [*recent, now]})
            return self.mint(token, refresh_token)

    def mint(self, binding: Document, refresh_token: str | None = None) -> Document:
        """Make an access token. One too many ends the oldest of its family."""
        options, now = self._options.of(binding["client_id"]), self._clock.now()
        token: Document = {
            "access_token": token_value(),
            "family": refresh_token or pair_of(binding),
            **{name: binding[name] for name in ("client_id", "zuid", "dc", "organization", "scopes")},
            "expires_at": now + options.access_token_lifetime,
        }
        self._access.put(token["access_token"], token)
        live = 0
        for _, old in self._access.newest_first(token["family"]):
            live += old["expires_at"] > now
            if old["expires_at"] <= now or live > options.live_access_tokens:
                self._access.delete(old["access_token"])
        return token

    def refresh_token(self, value: str) -> Document | None:
        return self._refresh.get(value)

    def refresh_tokens(self, binding: Document) -> list[Document]:
        """List the refresh tokens that a client has of an account."""
        return [token for _, token in self._refresh.newest_first(pair_of(binding))]

    def access_token(self, dc: str, value: str) -> Document | None:
        """Find a live access token of this data center."""
        token = self._access.get(value)
        if token is None or token["dc"] != dc or token["expires_at"] <= self._clock.now():
            return None
        return token

    def throttle(self, refresh_token: str) -> bool:
        """Spend the budget of a refresh token now."""
        token = self.refresh_token(refresh_token)
        if token is None:
            return False
        spent = [self._clock.now()] * self._options.of(token["client_id"]).token_requests
        self._refresh.put(refresh_token, {**token, "minted_at": spent})
        return True

    def revoke(self, value: str) -> bool:
        """End a token of either kind; a refresh token takes its access tokens with it."""
        refresh_token = self.refresh_token(value)
        if refresh_token is not None:
            with self._store.transaction():
                self._end(refresh_token)
            return True
        if self._access.get(value) is not None:
            self._access.delete(value)
            return True
        return False

    def revoke_all(self, client_id: str) -> None:
        """End everything that a client has."""
        with self._store.transaction():
            for token in self._refresh.all():
                if token["client_id"] == client_id:
                    self._end(token)
            for token in self._access.all():
                if token["client_id"] == client_id:
                    self._access.delete(token["access_token"])

    def owner(self, value: str) -> str | None:
        """Tell which client has this token, alive or not."""
        token = self._access.get(value) or self._refresh.get(value)
        return None if token is None else str(token["client_id"])

    def of_client(self, client_id: str) -> dict[str, list[Document]]:
        """List what a client has, the oldest first."""
        now = self._clock.now()
        return {
            "refresh_tokens": sorted(
                (token for token in self._refresh.all() if token["client_id"] == client_id),
                key=lambda token: float(token["created_at"]),
            ),
            "access_tokens": [
                token for token in self._access.all() if token["client_id"] == client_id and token["expires_at"] > now
            ],
        }

    def secret_values(self) -> set[str]:
        return {token["refresh_token"] for token in self._refresh.all()} | {
            token["access_token"] for token in self._access.all()
        }

    def _end(self, refresh_token: Document) -> None:
        for _, token in self._access.newest_first(refresh_token["refresh_token"]):
            self._access.delete(token["access_token"])
        self._refresh.delete(refresh_token["refresh_token"])
