"""Zoho's accounts server: tokens by OAuth 2.0.

Zoho answers most refusals with HTTP 200 and an error in the body, so what counts is the body.
Source: https://www.zoho.com/crm/developer/docs/api/v8/access-refresh.html
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from zoho_adobe.api.transport import Answer, Transport
from zoho_adobe.data_centers import data_center_of
from zoho_adobe.errors import (
    ServerError,
    ZohoClientError,
    ZohoCodeError,
    ZohoOAuthError,
    ZohoRedirectError,
    ZohoScopeError,
    ZohoThrottledError,
)
from zoho_adobe.redaction import protect, redact


@dataclass(frozen=True)
class ZohoAccessToken:
    """An access token of Zoho.

    Attributes:
        value: the token itself.
        expires_at: when it ends, in seconds since 1970.
        api_domain: the base URL of the API that it is good for.
        scopes: the scopes it covers, empty where Zoho does not say.
    """

    value: str
    expires_at: float
    api_domain: str
    scopes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"ZohoAccessToken(expires_at={self.expires_at}, api_domain={self.api_domain!r})"


class ZohoAccounts:
    """One of Zoho's accounts servers.

    Args:
        accounts_url: its URL, such as "https://accounts.zoho.eu"; the caller has checked that it is Zoho's.
        timeout: how long one request may take, in seconds.
    """

    def __init__(self, accounts_url: str, *, timeout: float) -> None:
        self.accounts_url = accounts_url
        self._transport = Transport("Zoho accounts", accounts_url, timeout=timeout)

    def refresh(self, client_id: str, client_secret: str, refresh_token: str) -> ZohoAccessToken:
        """Mint an access token from a refresh token; this spends one of ten requests in ten minutes.

        Args:
            client_id: the client's id.
            client_secret: its secret.
            refresh_token: a refresh token of that client.

        Returns:
            The access token.

        Raises:
            ZohoOAuthError: Zoho refuses; the class says which of the values to look at.
            NoAnswerError: Zoho did not answer.
        """
        protect(client_secret, refresh_token)
        answer = self._transport.send(
            "POST",
            "/oauth/v2/token",
            form={
                "grant_type": "refresh_token",
                "client_id": client_id,
                "client_secret": client_secret,
                "refresh_token": refresh_token,
            },
            # A token too many is harmless, and the old one stays good.
            repeatable=True,
        )
        body = self._body(answer)
        if "error" in body or not answer.ok:
            raise self._refusal(answer, body, refreshing=True)
        token = body.get("access_token")
        if not isinstance(token, str) or not token:
            raise answer.unreadable("no access token")
        protect(token)
        return ZohoAccessToken(
            value=token,
            expires_at=time.time() + _lifetime(body),
            api_domain=str(body.get("api_domain") or ""),
            scopes=tuple(str(body.get("scope") or "").replace(",", " ").split()),
        )

    def _body(self, answer: Answer) -> dict[str, Any]:
        if answer.status >= 500:
            raise ServerError(
                f"Zoho accounts at {self.accounts_url} fails with {answer.status}",
                service="Zoho accounts",
                status=answer.status,
                remedy="Try again later",
            )
        return answer.json_object()

    def _refusal(self, answer: Answer, body: dict[str, Any], *, refreshing: bool) -> ZohoOAuthError:
        code = str(body.get("error") or f"status {answer.status}")
        said = str(body.get("error_description") or code)
        kind, message, remedy = self._classify(code, said, refreshing=refreshing)
        return kind(redact(message), service="Zoho accounts", status=answer.status, code=code, remedy=remedy)

    def _classify(self, code: str, said: str, *, refreshing: bool) -> tuple[type[ZohoOAuthError], str, str]:
        center = data_center_of(self.accounts_url)
        console = f" at {center.console_url}" if center else ""
        where = f"Zoho accounts at {self.accounts_url}"
        lower = code.lower().replace("_", " ")
        if lower in ("invalid client", "invalid client secret"):
            return (
                ZohoClientError,
                f"{where} does not know this client id and client secret ({code})",
                f"Compare both with the API console{console}, without spaces around them; if they are right, the "
                "client belongs to another data center, or this one has a secret of its own",
            )
        if lower in ("invalid code", "invalid grant"):
            return (
                ZohoCodeError,
                f"{where} does not accept the {'refresh token' if refreshing else 'grant token'} ({code})",
                "It was revoked, pushed out by newer ones (Zoho keeps twenty), or belongs to another data center: make "
                "a new one"
                if refreshing
                else "It is expired, used already, or of another data center: make a new one",
            )
        if lower in ("invalid redirect uri", "redirect uri mismatch"):
            return (
                ZohoRedirectError,
                f"{where} does not accept the redirect URI ({code})",
                f"It must equal, to the letter, the one that is registered{console}",
            )
        if lower in ("invalid scope", "invalid oauthscope"):
            return ZohoScopeError, f"{where} does not accept the scopes ({code})", "Check their spelling"
        if lower == "access denied" or "too many requests" in said.lower():
            return (
                ZohoThrottledError,
                f"{where} refuses more token requests for now ({said})",
                "Wait ten minutes before the next try: each earlier one prolongs the wait",
            )
        return ZohoOAuthError, f"{where} refuses: {said}", ""


def _lifetime(body: dict[str, Any]) -> float:
    """Read the seconds a token lives; older answers give `expires_in` in milliseconds beside `expires_in_sec`."""
    seconds = body.get("expires_in_sec", body.get("expires_in"))
    return float(seconds) if isinstance(seconds, int | float) and 0 < seconds <= 86400 else 3600.0
