"""Zoho's accounts server: consent and tokens by OAuth 2.0.

Sources: https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html,
https://www.zoho.com/crm/developer/docs/api/v8/access-refresh.html and
https://www.zoho.com/accounts/protocol/oauth/multi-dc/client-authorization.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlencode

from zoho_adobe.api.token_cache import AccessToken, shared_token
from zoho_adobe.api.transport import Answer, Transport
from zoho_adobe.api.zoho_errors import Asked, accounts_failure, oauth_error
from zoho_adobe.data_centers import is_loopback
from zoho_adobe.errors import LostAnswerError, ServerError, UnreadableAnswerError, ZohoNoRefreshTokenError
from zoho_adobe.redaction import protect
from zoho_adobe.session import current
from zoho_adobe.settings import Reach, check_named_url, check_zoho_url
from zoho_adobe.zoho_credentials import ZohoCredentials, normal_url
from zoho_adobe.zoho_scopes import split_scopes


@dataclass(frozen=True)
class ZohoAccessToken(AccessToken):
    """An access token of Zoho.

    Attributes:
        api_domain: the base URL of the API that it is good for.
        scopes: the scopes it covers, empty where Zoho does not say.
    """

    longest_life: ClassVar[float] = 3600.0

    api_domain: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class ZohoTokens:
    """What a person's consent gives.

    Attributes:
        refresh_token: makes access tokens until it is revoked.
        access: the first access token.
    """

    refresh_token: str = field(repr=False)
    access: ZohoAccessToken


class ZohoAccounts:
    """One of Zoho's accounts servers.

    Args:
        accounts_url: its URL, such as "https://accounts.zoho.eu"; the caller has checked that it is Zoho's.
        timeout: how long one request may take, in seconds.
    """

    def __init__(self, accounts_url: str, *, timeout: float) -> None:
        self.accounts_url = normal_url(accounts_url)
        self.timeout = timeout
        self._transport = Transport("Zoho accounts", self.accounts_url, timeout=timeout)

    def consent_url(
        self, client_id: str, redirect_uri: str, scopes: Sequence[str], *, state: str, code_challenge: str
    ) -> str:
        """Return the page where a person consents.

        Without offline access there is no refresh token, and without prompting there is none for a person who has
        consented before.

        Args:
            client_id: the client's id.
            redirect_uri: where Zoho sends the person back to, as it is registered.
            scopes: what is asked for.
            state: what the redirect has to bring back.
            code_challenge: the SHA-256 of the secret that has to come with the code (PKCE).
        """
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "scope": ",".join(scopes),
            "access_type": "offline",
            "prompt": "consent",
            "state": state,
            "code_challenge": code_challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.accounts_url}/oauth/v2/auth?{urlencode(query)}"

    def exchange(
        self, client_id: str, client_secret: str, code: str, *, redirect_uri: str = "", code_verifier: str = ""
    ) -> ZohoTokens:
        """Exchange a grant token for tokens. It is spent by that, whatever becomes of the answer.

        Args:
            client_id: the client's id.
            client_secret: its secret.
            code: the grant token.
            redirect_uri: the redirect URI that the code came to; empty for a self client, which has none.
            code_verifier: the secret whose SHA-256 went with the consent, empty if none did.

        Raises:
            ZohoOAuthError: Zoho refuses; the class says which of the values to look at.
            ZohoNoRefreshTokenError: there is no refresh token in the answer.
            LostAnswerError: no whole answer came, and the code may be spent.
        """
        protect(client_secret, code)
        form = {
            "grant_type": "authorization_code",
            "client_id": client_id,
            "client_secret": client_secret,
            "code": code,
        }
        if redirect_uri:
            form["redirect_uri"] = redirect_uri
        if code_verifier:
            form["code_verifier"] = code_verifier
        try:
            answer, body = self.post("/oauth/v2/token", form, Asked.EXCHANGE)
        except (LostAnswerError, ServerError, UnreadableAnswerError) as error:
            raise LostAnswerError(
                f"{error.message}, so the grant token may be spent", remedy="Make a new one and start again"
            ) from error
        return self.tokens(answer, body)

    def refresh(self, client_id: str, client_secret: str, refresh_token: str) -> ZohoAccessToken:
        """Mint an access token from a refresh token; this spends one of ten requests in ten minutes.

        Args:
            client_id: the client's id.
            client_secret: its secret.
            refresh_token: a refresh token of that client.

        Raises:
            ZohoOAuthError: Zoho refuses; the class says which of the values to look at.
            NoAnswerError: Zoho did not answer.
        """
        protect(client_secret, refresh_token)
        form = {
            "grant_type": "refresh_token",
            "client_id": client_id,
            "client_secret": client_secret,
            "refresh_token": refresh_token,
        }
        try:
            answer, body = self.post("/oauth/v2/token", form, Asked.REFRESH)
        except (LostAnswerError, ServerError):
            # A token too many is harmless, but each try counts: this one is the last.
            answer, body = self.post("/oauth/v2/token", form, Asked.REFRESH)
        return _access_token(answer, body)

    def revoke(self, refresh_token: str) -> None:
        """Revoke a refresh token with all its access tokens; one that is unknown already is no error.

        Source: https://www.zoho.com/accounts/protocol/oauth/revoke-refresh-token.html

        Raises:
            ZohoOAuthError: Zoho refuses, so the token is still good.
            ApiError: the answer does not say that it is revoked.
            NoAnswerError: Zoho did not answer.
        """
        protect(refresh_token)
        answer = self._transport.send("POST", "/oauth/v2/token/revoke", form={"token": refresh_token}, repeatable=True)
        if answer.status >= 500:
            raise accounts_failure(answer, self.accounts_url)
        # All that Zoho documents of its answer to an unknown token is this status.
        if answer.status == 400:
            return
        body = answer.json_object()
        if "error" in body or not answer.ok:
            raise oauth_error(answer, body, self.accounts_url, Asked.REFRESH)

    def locations(self) -> Mapping[str, str]:
        """Return the accounts server of each data center, as this one lists them."""
        answer = self._transport.send("GET", "/oauth/serverinfo")
        if answer.status >= 500:
            raise accounts_failure(answer, self.accounts_url)
        found = answer.json_object().get("locations")
        return {str(code): str(url) for code, url in found.items()} if isinstance(found, dict) else {}

    def post(self, path: str, form: Mapping[str, str], asked: Asked) -> tuple[Answer, dict[str, Any]]:
        """Send a form once, and give the answer if it is not a refusal.

        Args:
            path: the path below the accounts URL.
            form: what to send; a body of JSON would not be read.
            asked: what it asks for, to name a refusal by.
        """
        answer = self._transport.send("POST", path, form=form, repeatable=False)
        if answer.status >= 500:
            raise accounts_failure(answer, self.accounts_url)
        body = answer.json_object()
        if "error" in body or not answer.ok:
            raise oauth_error(answer, body, self.accounts_url, asked)
        return answer, body

    def tokens(self, answer: Answer, body: dict[str, Any]) -> ZohoTokens:
        """Read both tokens from an answer.

        Raises:
            ZohoNoRefreshTokenError: there is an access token alone.
        """
        access = _access_token(answer, body)
        refresh_token = body.get("refresh_token")
        if not isinstance(refresh_token, str) or not refresh_token:
            raise ZohoNoRefreshTokenError(
                f"Zoho accounts at {self.accounts_url} gave an access token, but no refresh token",
                service="Zoho accounts",
                status=answer.status,
                remedy="The consent must ask for offline access and be prompted for, with a web-based client, a self "
                "client or a non-browser one; `python -m zoho_adobe authorize` does so",
            )
        protect(refresh_token)
        return ZohoTokens(refresh_token, access)


def zoho_token(
    credentials: ZohoCredentials, reach: Reach, *, rejected: str = "", made_since: float | None = None
) -> ZohoAccessToken:
    """Return an access token, from the shared cache where it still has ten minutes of life.

    Args:
        credentials: whose.
        reach: how far requests may go.
        rejected: a token that Zoho has just refused; it is not given again.
        made_since: take none but a token that was made then or later, which proves that Zoho accepts the credentials.

    Raises:
        SettingError: the accounts URL is not one that credentials may be sent to.
        ZohoOAuthError: Zoho refuses; the class says which of the values to look at.
        NoAnswerError: Zoho did not answer.
    """
    check_zoho_url("accounts_url", credentials.accounts_url, reach.allowed_hosts)
    accounts = ZohoAccounts(credentials.accounts_url, timeout=reach.request_timeout)
    return shared_token(
        ZohoAccessToken,
        credentials.token_owner,
        lambda: accounts.refresh(credentials.client_id, credentials.client_secret, credentials.refresh_token),
        rejected=rejected,
        made_since=made_since,
    )


def api_url_of(token: ZohoAccessToken, credentials: ZohoCredentials, reach: Reach) -> str:
    """Return the base URL of the API that a token opens.

    Args:
        token: the token, whose answer named the API.
        credentials: what it was made from.
        reach: how far requests may go.

    Raises:
        ForeignHostError: the named host is not one that a token may be sent to.
    """
    center = credentials.center
    if not token.api_domain and center and center.api_host and not is_loopback(credentials.accounts_url):
        return f"https://{center.api_host}"
    check_named_url("api_domain", token.api_domain, credentials.accounts_url, reach.allowed_hosts)
    return token.api_domain


def _access_token(answer: Answer, body: dict[str, Any]) -> ZohoAccessToken:
    token = body.get("access_token")
    if not isinstance(token, str) or not token:
        raise answer.unreadable("no access token")
    protect(token)
    return ZohoAccessToken(
        value=token,
        expires_at=current().clock.now() + _lifetime(body),
        api_domain=str(body.get("api_domain") or ""),
        scopes=split_scopes(str(body.get("scope") or "")),
    )


def _lifetime(body: dict[str, Any]) -> float:
    """Read the seconds a token lives; older answers give `expires_in` in milliseconds beside `expires_in_sec`."""
    seconds = body.get("expires_in_sec", body.get("expires_in"))
    longest = ZohoAccessToken.longest_life
    return float(seconds) if isinstance(seconds, int | float) and 0 < seconds <= longest else longest
