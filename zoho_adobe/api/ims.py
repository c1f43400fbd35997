"""Adobe's identity service: access tokens by OAuth server-to-server.

Source: https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/
"""

from __future__ import annotations

from typing import NamedTuple

from zoho_adobe.api.flights import Flights
from zoho_adobe.api.token_cache import AccessToken, shared_token
from zoho_adobe.api.transport import Answer, Transport
from zoho_adobe.errors import AuthenticationError, ServerError, ThrottledError
from zoho_adobe.redaction import protect, redact
from zoho_adobe.session import current
from zoho_adobe.settings import Settings

RENEW_BEFORE = 300.0
"""Seconds of life below which a token is no longer used; at most a tenth of the life it had when it was taken."""


def token_owner(settings: Settings) -> tuple[str, ...]:
    """Return what an access token belongs to, for the shared cache.

    Args:
        settings: the organization's settings, with credentials.
    """
    return settings.ims_url, settings.client_id, settings.client_secret, settings.scopes


class _Kept(NamedTuple):
    token: str
    use_until: float


class Ims:
    """Gives access tokens: one for all threads, and for all processes of the user while it lives long enough.

    Args:
        settings: the organization's settings, with credentials.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._transport = Transport("Adobe IMS", settings.ims_url, timeout=settings.request_timeout)
        self._flights: Flights[_Kept] = Flights()
        self._kept: _Kept | None = None

    def token(self, *, rejected: str = "") -> str:
        """Return an access token with enough life left for the calls to come.

        Args:
            rejected: a token that a service has just refused with 401; it is not given again.

        Returns:
            The token, from memory or the shared cache where possible.

        Raises:
            SettingError: no credentials are configured.
            AuthenticationError: IMS does not accept them, or the ready token was refused.
        """
        self._settings.require_credentials()
        if self._settings.access_token:
            return self._ready_token(rejected)
        while True:
            kept, taken_here = self._flights.join("token", lambda: self._take(rejected))
            if taken_here or kept.token != rejected:
                return kept.token

    def _ready_token(self, rejected: str) -> str:
        if rejected:
            raise AuthenticationError(
                "Adobe does not accept the access token",
                service="Adobe IMS",
                status=401,
                remedy="It may have expired: set a new ADOBE_ACCESS_TOKEN, "
                "or give a client secret so that tokens are renewed",
            )
        protect(self._settings.access_token)
        return self._settings.access_token

    def _take(self, rejected: str) -> _Kept:
        now = current().clock.now()
        if self._kept is None or self._kept.token == rejected or now > self._kept.use_until:
            protect(self._settings.client_secret)
            token = shared_token(AccessToken, token_owner(self._settings), self._fetch, rejected=rejected)
            life = token.expires_at - current().clock.now()
            self._kept = _Kept(token.value, token.expires_at - min(RENEW_BEFORE, life / 10))
        return self._kept

    def _fetch(self) -> AccessToken:
        answer = self._transport.send(
            "POST",
            "/ims/token/v3",
            form={
                "grant_type": "client_credentials",
                "client_id": self._settings.client_id,
                "client_secret": self._settings.client_secret,
                "scope": self._settings.scopes,
            },
            # Asking twice makes two tokens, and both are good.
            repeatable=True,
        )
        if not answer.ok:
            raise self._refusal(answer)
        body = answer.json_object()
        token, seconds = body.get("access_token"), body.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int | float):
            raise answer.unreadable("no access token")
        return AccessToken(token, current().clock.now() + min(seconds, AccessToken.longest_life))

    def _refusal(self, answer: Answer) -> Exception:
        if answer.status == 429:
            return ThrottledError(
                "Adobe IMS gets too many token requests from this client",
                service="Adobe IMS",
                status=429,
                request_id=answer.request_id,
                remedy="Wait a few minutes",
            )
        if answer.status >= 500:
            return ServerError(
                f"Adobe IMS fails with {answer.status}",
                service="Adobe IMS",
                status=answer.status,
                request_id=answer.request_id,
                remedy="Try again later",
            )
        body = answer.json_object()
        code = str(body.get("error", ""))
        said = str(body.get("error_description", "")) or code or f"status {answer.status}"
        remedies = {
            "invalid_client": f"Check {self._settings.client_id_env} and {self._settings.client_secret_env} (or "
            "clientId and clientSecret in the stack's config); a rotated secret must be set in both places",
            "invalid_scope": "Set zoho-adobe:scopes to the scopes that the Developer Console shows for the credential",
        }
        return AuthenticationError(
            redact(f"Adobe IMS does not accept the client's credentials: {said}"),
            service="Adobe IMS",
            status=answer.status,
            code=code,
            request_id=answer.request_id,
            remedy=remedies.get(code, "Check client id and client secret"),
        )
