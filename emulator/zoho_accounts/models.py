"""The emulated accounts servers of all data centers, put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from emulator.core.clock import Clock
from emulator.core.http import Request
from emulator.core.site import Site
from emulator.core.store import Document, Store
from emulator.zoho_accounts import exceptions, scopes
from emulator.zoho_accounts.clients import Clients, ClientType
from emulator.zoho_accounts.codes import Codes
from emulator.zoho_accounts.data_centers import ACCOUNTS_HOSTS
from emulator.zoho_accounts.devices import Devices
from emulator.zoho_accounts.options import OptionsStore
from emulator.zoho_accounts.tokens import Tokens, bind
from emulator.zoho_accounts.users import Environment, Users

SCOPES = ("ZohoCRM.modules.READ", "ZohoCRM.settings.READ", "ZohoCRM.users.READ", "ZohoCRM.org.READ")
API_HOSTS = {Environment.PRODUCTION: "api", Environment.SANDBOX: "sandbox", Environment.DEVELOPER: "developer"}


class Issued(NamedTuple):
    """What a token request has brought."""

    access_token: Document
    refresh_token: str | None = None


class ZohoAccounts:
    """Who exists in the emulated Zoho, and what they have been given."""

    def __init__(self, store: Store, clock: Clock, site: Site) -> None:
        self._site = site
        self.options = OptionsStore(store)
        self.clients = Clients(store)
        self.users = Users(store)
        self.tokens = Tokens(store, clock, self.options)
        self.codes = Codes(store, clock, self.options)
        self.devices = Devices(store, clock, self.options)

    # Credentials ready for use

    def create_credentials(self, dc: str, granted: Sequence[str] = SCOPES) -> Document:
        """Make an account, a client of its own, and a refresh token."""
        user = self.users.create(dc)
        client = self.clients.register(ClientType.SELF, dc, [user["zuid"]])
        token = self.tokens.grant(bind(client["client_id"], user, granted))
        return self.credentials(dc, client["client_id"], token["refresh_token"])

    def credentials(self, dc: str, client_id: str, refresh_token: str) -> Document:
        client = self.clients.at(dc, client_id)
        return {
            "accounts": self._site.zoho_accounts(dc),
            "api": self._site.zoho_api(dc),
            "client_id": client_id,
            "client_secret": client["secrets"][dc] if client else None,
            "refresh_token": refresh_token,
        }

    # Grants

    def exchange(self, dc: str, client: Document, form: dict[str, str]) -> Issued:
        code = self.codes.redeem(dc, client, form)
        return self.issue(code["binding"], offline=code["offline"])

    def poll_device(self, dc: str, client: Document, device_code: str) -> Issued:
        device = self.devices.poll(dc, client["client_id"], device_code)
        user = self.users.get(device["zuid"])
        if user is None:
            raise exceptions.invalid_code()
        return self.issue(bind(client["client_id"], user, device["scopes"]), offline=device["offline"])

    def agree(self, binding: Document, *, offline: bool, prompt: bool) -> bool:
        """Remember a consent; tell whether it is a lasting one, which takes a question that was really asked."""
        asked = prompt or self.codes.is_new(binding)
        self.codes.agree(binding)
        return offline and asked

    def decide_device(self, device: Document, user: Document, *, accept: bool) -> None:
        """Let a person answer a device."""
        offline = False
        if accept:
            binding = bind(device["client_id"], user, device["scopes"])
            offline = self.agree(binding, offline=device["offline"], prompt=device["prompt"])
        self.devices.decide(device, user, accept=accept, offline=offline)

    def own_token(self, dc: str, client: Document, form: dict[str, str]) -> Issued:
        """Grant a self client what it asks for in the name of its owner, for the organization that it names."""
        if client["type"] != ClientType.SELF:
            raise exceptions.invalid_client()
        wanted = scopes.parse(form.get("scope", ""))
        if wanted is None:
            raise exceptions.invalid_scope()
        for user in self.candidates(dc, client):
            if form.get("soid") == f"ZohoCRM.{user['organization']}" and user["dc"] == dc:
                return self.issue(bind(client["client_id"], user, wanted), offline=False)
        raise exceptions.missing_org_info()

    def issue(self, binding: Document, *, offline: bool) -> Issued:
        if not offline:
            return Issued(self.tokens.mint(binding))
        refresh_token = self.tokens.grant(binding)["refresh_token"]
        return Issued(self.tokens.mint(binding, refresh_token), refresh_token)

    def candidates(self, dc: str, client: Document) -> list[Document]:
        """List the accounts that can sign in at this data center. China's keep to themselves."""
        users = [self.users.get(zuid) for zuid in client["users"]]
        return [user for user in users if user is not None and (user["dc"] == "cn") == (dc == "cn")]

    # Questions of the other services

    def identify(self, request: Request) -> str | None:
        """Tell whose token a request carries."""
        _, _, value = request.headers.get("Authorization", "").partition(" ")
        return self.tokens.owner(request.form().get("token") or value)

    def api_host(self, token: Document) -> str:
        """Name the API host that a token is good at."""
        organization = self.users.organization(token["organization"]) or {}
        return API_HOSTS[Environment(organization.get("environment", Environment.PRODUCTION))]

    def accepts(self, accounts_url: str, client_id: str, client_secret: str, refresh_token: str) -> bool:
        """Return whether these credentials would refresh at that URL. Costs nothing of the client's budget."""
        dc = self._dc_of(accounts_url)
        client = self.clients.at(dc, client_id) if dc else None
        token = self.tokens.refresh_token(refresh_token)
        return (
            client is not None
            and client["secrets"][dc] == client_secret
            and token is not None
            and (token["dc"], token["client_id"]) == (dc, client_id)
        )

    def secret_values(self) -> set[str]:
        return (
            self.clients.secret_values()
            | self.tokens.secret_values()
            | self.codes.secret_values()
            | self.devices.secret_values()
        )

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
