"""OAuth requests in, Zoho's answers out."""

from __future__ import annotations

import secrets

from emulator.core.http import Answer, Handler, Refusal, Request, json_answer
from emulator.core.site import Site
from emulator.core.store import Document
from emulator.zoho_accounts import exceptions
from emulator.zoho_accounts.models import ACCESS_TOKEN_LIFETIME, ZohoAccounts


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

    def token(self, request: Request) -> Answer:
        if request.method != "POST":
            return json_answer({"error": "server error"}, 405)
        dc, form = request.params["dc"], request.form()
        client_id, client_secret = form.get("client_id", ""), form.get("client_secret", "")
        self._accounts.authenticate(dc, client_id, client_secret)
        if form.get("grant_type") != "refresh_token":
            raise exceptions.unsupported_grant_type()
        token = self._accounts.refresh(dc, client_id, client_secret, form.get("refresh_token", ""))
        return json_answer(self._token_body(token))

    def _token_body(self, token: Document) -> Document:
        return {
            "access_token": token["access_token"],
            "scope": " ".join(token["scopes"]),
            "api_domain": self._site.zoho_api(token["dc"]),
            "token_type": "Bearer",
            "expires_in": ACCESS_TOKEN_LIFETIME,
        }
