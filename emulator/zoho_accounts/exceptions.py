"""Zoho's OAuth errors: HTTP 200 with an error in the body, but for the throttle."""

from __future__ import annotations

from emulator.core.http import Refusal, json_answer


class OAuthRefused(Refusal):
    """An error body of the token endpoint."""

    def __init__(self, error: str) -> None:
        super().__init__(json_answer({"error": error}))


class Throttled(Refusal):
    """Too many token requests with one refresh token."""

    def __init__(self) -> None:
        body = {
            "error_description": "You have made too many requests continuously. Please try again after some time.",
            "error": "Access Denied",
            "status": "failure",
        }
        super().__init__(json_answer(body, 400))


def invalid_client() -> OAuthRefused:
    """No such client in this data center."""
    return OAuthRefused("invalid_client")


def invalid_client_secret() -> OAuthRefused:
    """The client exists, its secret is another."""
    return OAuthRefused("invalid_client_secret")


def invalid_code() -> OAuthRefused:
    """A code or refresh token that is not this client's here, or no longer."""
    return OAuthRefused("invalid_code")


def unsupported_grant_type() -> OAuthRefused:
    """A grant type that is not emulated."""
    return OAuthRefused("unsupported_grant_type")
