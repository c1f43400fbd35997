"""Zoho's OAuth errors: HTTP 200 with an error in the body, but for the throttle and a revocation."""

from __future__ import annotations

from http import HTTPStatus

from emulator.core.http import Answer, Refusal, json_answer


class OAuthRefused(Refusal):
    """An error body of the accounts server."""

    def __init__(self, error: str, status: int = 200, **further: str) -> None:
        super().__init__(json_answer({"error": error, **further}, status))


class Throttled(Refusal):
    """Too many token requests with one refresh token."""

    def __init__(self, status: int) -> None:
        body = {
            "error_description": "You have made too many requests continuously. Please try again after some time.",
            "error": "Access Denied",
            "status": "failure",
        }
        super().__init__(json_answer(body, status))


def server_error() -> OAuthRefused:
    """GET where only POST is served."""
    return OAuthRefused("server error", 405)


def invalid_client() -> OAuthRefused:
    """No such client in this data center, or not with this grant."""
    return OAuthRefused("invalid_client")


def invalid_client_secret() -> OAuthRefused:
    """The client exists, its secret is another."""
    return OAuthRefused("invalid_client_secret")


def invalid_code() -> OAuthRefused:
    """A code or refresh token that is not this client's here, or no longer."""
    return OAuthRefused("invalid_code")


def invalid_redirect_uri() -> OAuthRefused:
    """Another redirect URI than the code was sent to."""
    return OAuthRefused("invalid_redirect_uri")


def invalid_scope() -> OAuthRefused:
    """A scope that does not exist."""
    return OAuthRefused("invalid_scope")


def missing_org_info() -> OAuthRefused:
    """Client credentials without an organization that they are good for."""
    return OAuthRefused("missing_org_info")


def unsupported_grant_type() -> OAuthRefused:
    """A grant type that does not exist."""
    return OAuthRefused("unsupported_grant_type")


def authorization_pending() -> OAuthRefused:
    """Nobody has decided on the device code yet."""
    return OAuthRefused("authorization_pending")


def slow_down() -> OAuthRefused:
    """The device asks too often."""
    return OAuthRefused("slow_down")


def access_denied() -> OAuthRefused:
    """The person said no."""
    return OAuthRefused("access_denied")


def expired() -> OAuthRefused:
    """The device code has ended."""
    return OAuthRefused("expired")


def other_dc(location: str) -> OAuthRefused:
    """The account is at home in another data center, where the device has to ask from now on."""
    return OAuthRefused("other_dc", user_location=location)


def unknown_token() -> OAuthRefused:
    """Nothing to revoke."""
    return OAuthRefused("invalid_token", 400)


def invalid_oauth_token() -> OAuthRefused:
    """An access token that does not open the account's data."""
    return OAuthRefused("invalid_token", 401)


def plain(status: int) -> Answer:
    """What Zoho answers in the way of an error whose reason is not told."""
    phrase = HTTPStatus(status).phrase
    code = {400: "INVALID_DATA", 429: "TOO_MANY_REQUESTS", 500: "INTERNAL_ERROR"}.get(status, phrase.upper())
    body = {"code": code.replace(" ", "_"), "details": {}, "message": phrase, "status": "error"}
    return json_answer(body, status)


def expired_token() -> Answer:
    """What Zoho answers to an access token that has ended."""
    body = {"code": "INVALID_TOKEN", "details": {}, "message": "invalid oauth token", "status": "error"}
    return json_answer(body, 401)
