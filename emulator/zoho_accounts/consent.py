"""What a person sees and clicks: the consent to a client, and to a device."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from emulator.core.http import Answer, Refusal, Request
from emulator.core.site import Site
from emulator.core.store import Document
from emulator.zoho_accounts import pages
from emulator.zoho_accounts.asks import Ask, BadAsk, read_ask
from emulator.zoho_accounts.codes import QuotaSpent
from emulator.zoho_accounts.models import ZohoAccounts
from emulator.zoho_accounts.tokens import bind


class ConsentResponses:
    """The pages of the emulated accounts servers. Whoever is at the browser counts as signed in."""

    def __init__(self, accounts: ZohoAccounts, site: Site) -> None:
        self._accounts = accounts
        self._site = site

    # A client that redirects

    def show(self, request: Request) -> Answer:
        ask, users = self._read(request)
        decides = ask.client["decides"]
        if decides != "ask":
            return self._answer(ask, users[0], accept=decides == "accept")
        known = not self._accounts.codes.is_new(bind(ask.client["client_id"], users[0], ask.scopes))
        if known and not ask.prompt and len(users) == 1:
            return self._answer(ask, users[0], accept=True)
        parts = urlsplit(ask.redirect_uri)
        destination = f"You are then sent back to {parts.scheme}://{parts.netloc}{parts.path}"
        companies = self._companies(users)
        return pages.consent_page(
            ask.client, users, companies, ask.scopes, offline=ask.offline, destination=destination
        )

    def decide(self, request: Request) -> Answer:
        ask, users = self._read(request)
        return self._answer(ask, _chosen(users, request), accept=_accepted(request))

    def _read(self, request: Request) -> tuple[Ask, list[Document]]:
        dc = request.params["dc"]
        try:
            ask = read_ask(self._accounts.clients, dc, dict(request.query))
        except BadAsk as bad:
            raise Refusal(pages.error_page(bad.title, bad.text)) from bad
        return ask, self._users(dc, ask.client)

    def _answer(self, ask: Ask, user: Document, *, accept: bool) -> Answer:
        """Send the browser back."""
        self._require_known(ask.client, user)
        if not accept:
            return _redirect(ask.redirect({"error": "access_denied"}))
        client_id = ask.client["client_id"]
        binding = bind(client_id, user, ask.scopes)
        place = {"location": user["dc"], "accounts-server": self._site.zoho_accounts(user["dc"])}
        offline = self._accounts.agree(binding, offline=ask.offline, prompt=ask.prompt)
        options = self._accounts.options.of(client_id)
        if ask.wants_token:
            token = self._accounts.issue(binding, offline=False).access_token
            given = {"access_token": token["access_token"], "expires_in": f"{options.access_token_lifetime:.0f}"}
            api = self._site.zoho_api(user["dc"], self._accounts.api_host(token))
            return _redirect(ask.redirect({**given, "api_domain": api, **place}))
        try:
            code = self._accounts.codes.issue(
                binding,
                lifetime=options.code_lifetime,
                offline=offline,
                redirect_uri=ask.redirect_uri,
                challenge=ask.challenge,
            )
        except QuotaSpent:
            return _redirect(ask.redirect({"error": "access_denied"}))
        return _redirect(ask.redirect({"code": code["code"], **place}))

    # A device

    def show_device(self, request: Request) -> Answer:
        typed = dict(request.query).get("user_code")
        if typed is None:
            return pages.device_page()
        device, client, users = self._device(request, typed)
        return pages.consent_page(
            client,
            users,
            self._companies(users),
            device["scopes"],
            offline=device["offline"],
            destination=f"This is for the device that shows the code {device['user_code']}",
            hidden=pages.hidden_field("user_code", device["user_code"]),
        )

    def decide_device(self, request: Request) -> Answer:
        device, client, users = self._device(request, request.form().get("user_code", ""))
        user, accept = _chosen(users, request), _accepted(request)
        self._require_known(client, user)
        self._accounts.decide_device(device, user, accept=accept)
        if accept:
            return pages.message_page("The device is connected", "You can close this page and go back to it.")
        return pages.message_page("The device is not connected", "You rejected it. You can close this page.")

    def _device(self, request: Request, typed: str) -> tuple[Document, Document, list[Document]]:
        dc = request.params["dc"]
        device = self._accounts.devices.pending(typed)
        client = self._accounts.clients.at(dc, device["client_id"]) if device else None
        if device is None or client is None or device["dc"] != dc:
            raise Refusal(pages.device_page("This code is wrong, has been used, or has expired."))
        return device, client, self._users(dc, client)

    # Both

    def _users(self, dc: str, client: Document) -> list[Document]:
        users = self._accounts.candidates(dc, client)
        if not users:
            raise Refusal(pages.error_page("No Account", "None of your accounts can sign in at this data center."))
        return users

    def _companies(self, users: Sequence[Document]) -> list[str]:
        organizations = [self._accounts.users.organization(user["organization"]) or {} for user in users]
        return [str(organization.get("company_name", "")) for organization in organizations]

    def _require_known(self, client: Document, user: Document) -> None:
        if user["dc"] not in client["secrets"]:
            text = f"The client is not enabled for the data center of this account ({user['dc']})."
            raise Refusal(pages.error_page("Invalid Client", text))


def _chosen(users: Sequence[Document], request: Request) -> Document:
    wanted = request.form().get("account", users[0]["zuid"])
    for user in users:
        if user["zuid"] == wanted:
            return user
    raise Refusal(pages.error_page("No Account", "This account is not one of yours."))


def _accepted(request: Request) -> bool:
    decision = request.form().get("decision")
    if decision not in ("accept", "reject"):
        raise Refusal(pages.error_page("No Decision", "Neither accepted nor rejected."))
    return decision == "accept"


def _redirect(url: str) -> Answer:
    return Answer(302, b"", {"Location": url, "Cache-Control": "no-store"})
