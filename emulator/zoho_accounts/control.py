"""Control routes for what happens in Zoho's API console, in its accounts, and behind a client's back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.core.http import Answer, Request, Route, json_answer
from emulator.core.orders import ControlRefused, read_object
from emulator.core.site import Site
from emulator.core.store import Document, Store
from emulator.zoho_accounts import scopes
from emulator.zoho_accounts.clients import REDIRECTING, ClientType
from emulator.zoho_accounts.codes import QuotaSpent
from emulator.zoho_accounts.data_centers import ACCOUNTS_HOSTS
from emulator.zoho_accounts.models import SCOPES, ZohoAccounts
from emulator.zoho_accounts.options import EVERYBODY, BadOption
from emulator.zoho_accounts.tokens import bind
from emulator.zoho_accounts.users import Environment

CHANGEABLE = ("name", "redirect_uris", "data_centers", "users", "decides", "options")
DECIDES = ("ask", "accept", "reject")


@dataclass(frozen=True, slots=True)
class ZohoAccountsControl:
    """HTTP of the control routes below `/zoho`."""

    store: Store
    accounts: ZohoAccounts
    site: Site

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/zoho/credentials", self.create_credentials),
            Route("POST", "/zoho/clients", self.register_client),
            Route("GET", "/zoho/clients/{client_id}", self.show_client),
            Route("PATCH", "/zoho/clients/{client_id}", self.change_client),
            Route("DELETE", "/zoho/clients/{client_id}", self.delete_client),
            Route("POST", "/zoho/users", self.create_user),
            Route("PATCH", "/zoho/users/{zuid}", self.change_user),
            Route("POST", "/zoho/codes", self.create_code),
            Route("POST", "/zoho/devices/{user_code}", self.decide_device),
            Route("POST", "/zoho/rotate", self.rotate_secret),
            Route("POST", "/zoho/revoke", self.revoke),
            Route("POST", "/zoho/throttle", self.throttle),
            Route("GET", "/zoho/options", self.options),
            Route("PATCH", "/zoho/options", self.change_options),
            Route("DELETE", "/zoho/options", self.reset_options),
        ]

    # Clients

    def create_credentials(self, request: Request) -> Answer:
        body = read_object(request, ("dc", "scopes"))
        dc = _dc(body)
        made = self.accounts.create_credentials(dc, _scopes(body))
        (zuid,) = self._client(made["client_id"])["users"]
        user = self._user(zuid)
        return json_answer({**made, "dc": dc, "user": zuid, "organization": user["organization"]}, 201)

    def register_client(self, request: Request) -> Answer:
        known = ("type", "dc", "name", "redirect_uris", "data_centers", "own_secrets", "users", "decides", "options")
        body = read_object(request, known)
        dc, kind = _dc(body), _one_of(body, "type", tuple(ClientType), ClientType.WEB)
        if bool(body.get("redirect_uris")) != (kind in REDIRECTING):
            raise ControlRefused(400, f"redirect_uris: the types {', '.join(REDIRECTING)} have them, no other has")
        users = body.get("users") or [self.accounts.users.create(dc)["zuid"]]
        own_secrets = bool(body.get("own_secrets"))
        with self.store.transaction():
            client = self.accounts.clients.register(ClientType(kind), dc, users, own_secrets=own_secrets)
            self._change(client, {name: body[name] for name in CHANGEABLE if name in body})
        return json_answer(self._describe(client["client_id"]), 201)

    def show_client(self, request: Request) -> Answer:
        client_id = request.params["client_id"]
        return json_answer({**self._describe(client_id), **self.accounts.tokens.of_client(client_id)})

    def change_client(self, request: Request) -> Answer:
        client = self._client(request.params["client_id"])
        self._change(client, read_object(request, CHANGEABLE))
        return json_answer(self._describe(client["client_id"]))

    def delete_client(self, request: Request) -> Answer:
        client = self._client(request.params["client_id"])
        self.accounts.tokens.revoke_all(client["client_id"])
        self.accounts.clients.delete(client["client_id"])
        return Answer(204)

    def rotate_secret(self, request: Request) -> Answer:
        body = read_object(request, ("dc", "client_id"))
        secret = self.accounts.clients.rotate(_dc(body), str(body.get("client_id")))
        if secret is None:
            raise ControlRefused(404, "no such client in this data center")
        return json_answer({"client_secret": secret})

    # Accounts

    def create_user(self, request: Request) -> Answer:
        body = read_object(request, ("dc", "name", "email", "organization", "environment"))
        texts = {name: str(body[name]) for name in ("name", "email", "organization") if body.get(name)}
        environment = Environment(_one_of(body, "environment", tuple(Environment), Environment.PRODUCTION))
        dc = _dc(body)
        if "organization" in texts and (self.accounts.users.organization(texts["organization"]) or {}).get("dc") != dc:
            raise ControlRefused(404, "no such organization in this data center")
        return json_answer(self.accounts.users.create(dc, environment=environment, **texts), 201)

    def change_user(self, request: Request) -> Answer:
        user = self._user(request.params["zuid"])
        changed = {**user, **read_object(request, ("api_access", "hidden_modules", "first_name", "last_name", "email"))}
        self.accounts.users.save(changed)
        return json_answer(changed)

    # What people decide

    def create_code(self, request: Request) -> Answer:
        """Do what the console's "Generate Code" does for a self client."""
        body = read_object(request, ("client_id", "scopes", "minutes", "user"))
        client = self._client(str(body.get("client_id")))
        if client["type"] != ClientType.SELF:
            raise ControlRefused(400, "only a self client gets its codes in the console")
        minutes = body.get("minutes")
        if minutes is not None and minutes not in range(1, 11):
            raise ControlRefused(400, "minutes: 1 to 10")
        binding = bind(client["client_id"], self._user(str(body.get("user", client["users"][0]))), _scopes(body))
        default = self.accounts.options.of(client["client_id"]).self_client_code_lifetime
        lifetime = default if minutes is None else minutes * 60
        try:
            code = self.accounts.codes.issue(binding, lifetime=lifetime, offline=True)
        except QuotaSpent as spent:
            raise ControlRefused(429, "access_denied") from spent
        return json_answer({"code": code["code"], "expires_at": code["expires_at"]}, 201)

    def decide_device(self, request: Request) -> Answer:
        body = read_object(request, ("decision", "user"))
        device = self.accounts.devices.pending(request.params["user_code"])
        if device is None:
            raise ControlRefused(404, "no such code, or nothing to decide any more")
        accept = _one_of(body, "decision", DECIDES[1:], "accept") == "accept"
        users = self._client(device["client_id"])["users"]
        self.accounts.decide_device(device, self._user(str(body.get("user", users[0]))), accept=accept)
        return Answer(204)

    # Tokens

    def revoke(self, request: Request) -> Answer:
        body = read_object(request, ("refresh_token", "access_token"))
        if not self.accounts.tokens.revoke(str(body.get("refresh_token") or body.get("access_token"))):
            raise ControlRefused(404, "no such token")
        return Answer(204)

    def throttle(self, request: Request) -> Answer:
        if not self.accounts.tokens.throttle(str(read_object(request, ("refresh_token",)).get("refresh_token"))):
            raise ControlRefused(404, "no such refresh token")
        return Answer(204)

    # Options

    def options(self, _: Request) -> Answer:
        return json_answer(self.accounts.options.show())

    def change_options(self, request: Request) -> Answer:
        self._set_options(read_object(request), EVERYBODY)
        return json_answer(self.accounts.options.show())

    def reset_options(self, _: Request) -> Answer:
        self.accounts.options.reset()
        return Answer(204)

    def _set_options(self, changes: Any, client_id: str) -> None:
        if not isinstance(changes, dict):
            raise ControlRefused(400, "options: an object")
        try:
            self.accounts.options.change(changes, client_id)
        except BadOption as bad:
            raise ControlRefused(400, str(bad)) from bad

    def _change(self, client: Document, changes: Document) -> None:
        client_id = client["client_id"]
        if "options" in changes:
            self._set_options(changes["options"], client_id)
        for name in ("redirect_uris", "users", "data_centers"):
            if not isinstance(changes.get(name, []), list):
                raise ControlRefused(400, f"{name}: a list")
        for zuid in changes.get("users", []):
            self._user(zuid)
        _one_of(changes, "decides", DECIDES, "ask")
        kept: Document = {
            name: changes[name] for name in ("name", "redirect_uris", "users", "decides") if name in changes
        }
        further = changes.get("data_centers", [dc for dc in client["secrets"] if dc != client["home"]])
        for dc in further:
            _dc({"dc": dc})
        self.accounts.clients.save(self.accounts.clients.enabled({**client, **kept}, further))

    def _describe(self, client_id: str) -> Document:
        client = self._client(client_id)
        home = client["home"]
        return {
            **client,
            "client_secret": client["secrets"][home],
            "accounts": self.site.zoho_accounts(home),
            "api": self.site.zoho_api(home),
            "options": self.accounts.options.show(client_id),
        }

    def _client(self, client_id: str) -> Document:
        client = self.accounts.clients.get(client_id)
        if client is None:
            raise ControlRefused(404, "no such client")
        return client

    def _user(self, zuid: str) -> Document:
        user = self.accounts.users.get(zuid)
        if user is None:
            raise ControlRefused(404, f"no such user: {zuid}")
        return user


def _dc(body: Document) -> str:
    return _one_of(body, "dc", tuple(ACCOUNTS_HOSTS), "us")


def _one_of(body: Document, name: str, allowed: tuple[str, ...], default: str) -> str:
    value = str(body.get(name, default))
    if value not in allowed:
        raise ControlRefused(400, f"{name}: one of {', '.join(allowed)}")
    return value


def _scopes(body: Document) -> list[str]:
    wanted = scopes.parse(",".join(body.get("scopes", SCOPES)))
    if wanted is None:
        raise ControlRefused(400, "scopes: one of them does not exist")
    return wanted
