"""Zoho CRM's errors."""

from __future__ import annotations

from emulator.core.http import Refusal, json_answer


class CrmRefused(Refusal):
    """An error body of the CRM API."""

    def __init__(self, status: int, code: str, message: str) -> None:
        body = {"code": code, "details": {}, "message": message, "status": "error"}
        super().__init__(json_answer(body, status))


def authentication_failure() -> CrmRefused:
    """No usable Authorization header."""
    return CrmRefused(401, "AUTHENTICATION_FAILURE", "Authentication failed")


def invalid_token() -> CrmRefused:
    """A token that is expired, revoked, or of another data center."""
    return CrmRefused(401, "INVALID_TOKEN", "invalid oauth token")


def scope_mismatch() -> CrmRefused:
    """A token whose scopes do not cover the call."""
    return CrmRefused(401, "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL")


def invalid_url() -> CrmRefused:
    """A path that the API does not have."""
    return CrmRefused(404, "INVALID_URL_PATTERN", "Please check if the URL trying to access is a correct one")
