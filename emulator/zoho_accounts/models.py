"""Clients, refresh tokens and access tokens, each bound to one data center."""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from urllib.parse import urlsplit

from emulator.core.clock import Clock
from emulator.core.site import Site
from emulator.core.store import Document, Store
from emulator.zoho_accounts import exceptions
from emulator.zoho_accounts.data_centers import ACCOUNTS_HOSTS

SCOPES = ("ZohoCRM.modules.READ", "ZohoCRM.settings.READ", "ZohoCRM.users.READ", "ZohoCRM.org.READ")
ACCESS_TOKEN_LIFETIME = 3600
LIVE_ACCESS_TOKENS = 15
THROTTLE_REQUESTS, THROTTLE_SECONDS = 10, 600


def token_value() -> str:
    """Make a value in the shape of Zoho's tokens and codes."""
    return f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"


class ZohoAccounts:
    """The emulated accounts servers of all data centers."""

    def __init__(self, store: Store, clock: Clock, site: Site) -> None:
        self._store = store
        self._clock = clock
        self._site = site
        self._clients = store.collection("zoho_clients", lambda client: str(client["dc"]))
        self._refresh_tokens = store.collection("zoho_refresh_tokens", lambda token: str(token["client_id"]))
        self._access_tokens = store.collection("zoho_access_tokens", lambda token: str(token["refresh_token"]))

    def create_client(self, dc: str) -> Document:
        alphabet = string.ascii_uppercase + string.digits
        client = {
            "dc": dc,
            "client_id": "1000." + "".join(secrets.choice(alphabet) for _ in range(30)),
            "client_secret": secrets.token_hex(21),
        }
        self._save_client(client)
        return client

    def rotate_secret(self, dc: str, client_id: str) -> Document | None:
        client = self.client(dc, client_id)
        if client is None:
            return None
        rotated = {**client, "client_secret": secrets.token_hex(21)}
        self._save_client(rotated)
        return rotated

    def client(self, dc: str, client_id: str) -> Document | None:
        return self._clients.get(f"{dc}/{client_id}")

    def create_refresh_token(self, dc: str, client_id: str, scopes: Sequence[str] = SCOPES) -> Document:
        token: Document = {
            "dc": dc,
            "client_id": client_id,
            "refresh_token": token_value(),
            "scopes": list(scopes),
            "minted_at": [],
        }
        self._refresh_tokens.put(token["refresh_token"], token)
        return token

    def revoke_refresh_token(self, refresh_token: str) -> bool:
        """A refresh token takes its access tokens with it."""
        if self._refresh_tokens.get(refresh_token) is None:
            return False
        with self._store.transaction():
            for _, token in self._access_tokens.newest_first(refresh_token):
                self._access_tokens.delete(token["access_token"])
            self._refresh_tokens.delete(refresh_token)
        return True

    def refresh(self, dc: str, client_id: str, client_secret: str, refresh_token: str) -> Document:
        self.authenticate(dc, client_id, client_secret)
        grant = self._refresh_tokens.get(refresh_token)
        if grant is None or (grant["dc"], grant["client_id"]) != (dc, client_id):
            raise exceptions.invalid_code()
        now = self._clock.now()
        recent = [at for at in grant["minted_at"] if at > now - THROTTLE_SECONDS]
        if len(recent) >= THROTTLE_REQUESTS:
            raise exceptions.Throttled()
        with self._store.transaction():
            self._refresh_tokens.put(refresh_token, {**grant, "minted_at": [*recent, now]})
            return self._mint(grant, now)

    def authenticate(self, dc: str, client_id: str, client_secret: str) -> Document:
        client = self.client(dc, client_id)
        if client is None:
            raise exceptions.invalid_client()
        if not secrets.compare_digest(client["client_secret"].encode(), client_secret.encode()):
            raise exceptions.invalid_client_secret()
        return client

    def access_token(self, dc: str, value: str) -> Document | None:
        """A live access token of this data center."""
        token = self._access_tokens.get(value)
        if token is None or token["dc"] != dc or token["expires_at"] <= self._clock.now():
            return None
        return token

    def accepts(self, accounts_url: str, client_id: str, client_secret: str, refresh_token: str) -> bool:
        """Tell whether these credentials would refresh at that URL. Costs nothing of the client's budget."""
        dc = self._dc_of(accounts_url)
        client = self.client(dc, client_id) if dc else None
        grant = self._refresh_tokens.get(refresh_token)
        return (
            client is not None
            and client["client_secret"] == client_secret
            and grant is not None
            and (grant["dc"], grant["client_id"]) == (dc, client_id)
        )

    def secret_values(self) -> set[str]:
        return (
            {client["client_secret"] for client in self._clients.all()}
            | {token["refresh_token"] for token in self._refresh_tokens.all()}
            | {token["access_token"] for token in self._access_tokens.all()}
        )

    def _save_client(self, client: Document) -> None:
        self._clients.put(f"{client['dc']}/{client['client_id']}", client)

    def _mint(self, grant: Document, now: float) -> Document:
        token = {
            "access_token": token_value(),
            "refresh_token": grant["refresh_token"],
            "dc": grant["dc"],
            "client_id": grant["client_id"],
            "scopes": grant["scopes"],
            "expires_at": now + ACCESS_TOKEN_LIFETIME,
        }
        self._access_tokens.put(token["access_token"], token)
        live = 0
        for _, old in self._access_tokens.newest_first(grant["refresh_token"]):
            live += old["expires_at"] > now
            if old["expires_at"] <= now or live > LIVE_ACCESS_TOKENS:
                self._access_tokens.delete(old["access_token"])
        return token

    def _dc_of(self, accounts_url: str) -> str | None:
        wanted = accounts_url.rstrip("/")
        parts = urlsplit(wanted)
        for dc, host in ACCOUNTS_HOSTS.items():
            if wanted == self._site.zoho_accounts(dc) or (parts.scheme, parts.netloc, parts.path) == (
                "https",
                host,
                "",
            ):
                return dc
        return None
