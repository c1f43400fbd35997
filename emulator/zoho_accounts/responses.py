"""OAuth requests of programs in, Zoho's answers out."""

from __future__ import annotations

import secrets
from base64 import b64decode

from emulator.core.http import Answer, Handler, Refusal, Request, json_answer
from emulator.core.site import Site
from emulator.core.store import Document
from emulator.zoho_accounts import exceptions, scopes
from emulator.zoho_accounts.clients import ClientType
from emulator.zoho_accounts.data_centers import ACCOUNTS_HOSTS
from emulator.zoho_accounts.models import Issued, ZohoAccounts
from emulator.zoho_accounts.users import full_name

PROFILE_SCOPE = "AaaServer.profile.READ"


def as_zoho(handler: Handler) -> Handler:
    """Wrap a handler so that its answers carry the headers of Zoho's servers."""

    def dressed(request: Request) -> Answer:
        try:
            answer = handler(request)
        except Refusal as refusal:
            answer = refusal.answer
        if answer.headers.get("Content-Type") == "application/json":
            answer.headers["Content-Type"] = "application/json;charset=UTF-8"
        answer.headers["Server"] = "ZGS"
        answer.headers["Set-Cookie"] = f"_zcsr_tmp={secrets.token_hex(8)};path=/;SameSite=Strict"
        return answer

    return dressed


class ZohoAccountsResponses:
    """HTTP of the emulated accounts servers."""

    def __init__(self, accounts: ZohoAccounts, site: Site) -> None:
        self._accounts = accounts
        self._site = site

    def server_info(self, _: Request) -> Answer:
        locations = {dc: self._site.zoho_accounts(dc) for dc in ACCOUNTS_HOSTS}
        return json_answer({"result": "success", "locations": locations})

    # Tokens

    def token(self, request: Request) -> Answer:
        if request.method != "POST":
            raise exceptions.server_error()
        dc, form = request.params["dc"], request.form()
        client = self._client(dc, form)
        match form.get("grant_type"):
            case "refresh_token":
                refresh_token = form.get("refresh_token", "")
                issued = Issued(self._accounts.tokens.refresh(dc, client["client_id"], refresh_token))
            case "authorization_code":
                issued = self._accounts.exchange(dc, client, form)
            case "client_credentials":
                issued = self._accounts.own_token(dc, client, form)
            case _:
                raise exceptions.unsupported_grant_type()
        return json_answer(self._token_body(issued))

    def start_device(self, request: Request) -> Answer:
        if request.method != "POST":
            raise exceptions.server_error()
        dc, form = request.params["dc"], request.form()
        client = self._accounts.clients.at(dc, form.get("client_id", ""))
        if client is None or client["type"] != ClientType.DEVICE:
            raise exceptions.invalid_client()
        if form.get("grant_type") != "device_request":
            raise exceptions.unsupported_grant_type()
        asked = scopes.parse(form.get("scope", ""))
        if asked is None:
            raise exceptions.invalid_scope()
        offline = form.get("access_type") == "offline"
        prompt = form.get("prompt", "").lower() == "consent"
        device = self._accounts.devices.start(dc, client["client_id"], asked, offline=offline, prompt=prompt)
        options = self._accounts.options.of(client["client_id"])
        page = f"{self._site.zoho_accounts(dc)}/oauth/v3/device"
        return json_answer(
            {
                "user_code": device["user_code"],
                "device_code": device["device_code"],
                "verification_url": page,
                "verification_uri_complete": f"{page}?user_code={device['user_code']}",
                "interval": int(options.device_poll_interval * 1000),
                "expires_in": int(options.device_code_lifetime * 1000),
            }
        )

    def poll_device(self, request: Request) -> Answer:
        if request.method != "POST":
            raise exceptions.server_error()
        dc, form = request.params["dc"], request.form()
        client = self._client(dc, form)
        if form.get("grant_type") != "device_token":
            raise exceptions.unsupported_grant_type()
        return json_answer(self._token_body(self._accounts.poll_device(dc, client, form.get("code", ""))))

    def revoke(self, request: Request) -> Answer:
        """Zoho's older page: whoever has the token may revoke it."""
        if not self._accounts.tokens.revoke(request.form().get("token", "")):
            raise exceptions.unknown_token()
        return json_answer({"status": "success"})

    def revoke_own(self, request: Request) -> Answer:
        """Zoho's newer page: the client authenticates, and revokes only what is its own."""
        client_id, client_secret = _basic(request)
        self._accounts.clients.authenticate(request.params["dc"], client_id, client_secret)
        if self._accounts.tokens.owner(request.form().get("token", "")) != client_id:
            raise exceptions.unknown_token()
        return self.revoke(request)

    def user_info(self, request: Request) -> Answer:
        _, _, value = request.headers.get("Authorization", "").partition(" ")
        token = self._accounts.tokens.access_token(request.params["dc"], value)
        user = self._accounts.users.get(token["zuid"]) if token else None
        if token is None or user is None or not scopes.covers(token["scopes"], PROFILE_SCOPE):
            raise exceptions.invalid_oauth_token()
        return json_answer(
            {
                "First_Name": user["first_name"],
                "Last_Name": user["last_name"],
                "Display_Name": full_name(user),
                "Email": user["email"],
                "ZUID": int(user["zuid"]),
            }
        )

    def _client(self, dc: str, form: dict[str, str]) -> Document:
        return self._accounts.clients.authenticate(dc, form.get("client_id", ""), form.get("client_secret", ""))

    def _token_body(self, issued: Issued) -> Document:
        token = issued.access_token
        options = self._accounts.options.of(token["client_id"])
        body: Document = {"access_token": token["access_token"]}
        if issued.refresh_token is not None:
            body["refresh_token"] = issued.refresh_token
        if options.tell_scope:
            body["scope"] = " ".join(token["scopes"])
        body["api_domain"] = self._site.zoho_api(token["dc"], self._accounts.api_host(token))
        lifetime = int(options.access_token_lifetime)
        expiry = {"expires_in": lifetime}
        if options.legacy_expiry:
            expiry = {"expires_in_sec": lifetime, "expires_in": lifetime * 1000}
        return {**body, "token_type": "Bearer", **expiry}


def _basic(request: Request) -> tuple[str, str]:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        raise exceptions.invalid_client()
    try:
        client_id, _, client_secret = b64decode(value, validate=True).decode().partition(":")
    except ValueError as error:
        raise exceptions.invalid_client() from error
    return client_id, client_secret
