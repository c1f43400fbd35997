"""Zoho CRM's errors."""

from __future__ import annotations

from typing import Any

from emulator.core.http import Refusal, json_answer


class CrmRefused(Refusal):
    """An error body of the CRM API."""

    def __init__(self, status: int, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        body = {"code": code, "details": details or {}, "message": message, "status": "error"}
        super().__init__(json_answer(body, status))


def authentication_failure() -> CrmRefused:
    """No usable Authorization header."""
    return CrmRefused(401, "AUTHENTICATION_FAILURE", "Authentication failed")


def invalid_token() -> CrmRefused:
    """A token that is expired, revoked, or of another data center or environment."""
    return CrmRefused(401, "INVALID_TOKEN", "invalid oauth token")


def scope_mismatch() -> CrmRefused:
    """A token whose scopes do not cover the call."""
    return CrmRefused(401, "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL")


def no_permission() -> CrmRefused:
    """The account's profile may not use the API at all."""
    return CrmRefused(403, "NO_PERMISSION", "permission denied", {"permissions": ["Crm_Implied_Api_Access"]})


def invalid_url() -> CrmRefused:
    """A path that the API does not have."""
    return CrmRefused(404, "INVALID_URL_PATTERN", "Please check if the URL trying to access is a correct one")


def invalid_method() -> CrmRefused:
    """A path that exists, but not with this method."""
    return CrmRefused(400, "INVALID_REQUEST_METHOD", "The http request method type is not a valid one")


def invalid_module() -> CrmRefused:
    """A module that the organization does not have."""
    return CrmRefused(400, "INVALID_MODULE", "the module name given seems to be invalid")


def missing_parameter(name: str) -> CrmRefused:
    """A parameter without which there is no answer."""
    message = "One of the expected parameter is missing"
    return CrmRefused(400, "REQUIRED_PARAM_MISSING", message, {"param_name": name})


def invalid_data(name: str) -> CrmRefused:
    """A parameter that cannot be read, or is out of its range."""
    return CrmRefused(400, "INVALID_DATA", "invalid data", {"param_name": name})


def out_of_credits() -> CrmRefused:
    """No calls left for today."""
    return CrmRefused(429, "TOO_MANY_REQUESTS", "Request limit exceeded")


def page_limit() -> CrmRefused:
    """More pages than can be counted: from here on only by page token."""
    message = "You can only get the first 2000 records without using page_token param."
    return CrmRefused(400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED", message, {"limit": 2000})
