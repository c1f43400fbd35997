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


def module_not_supported(module: str) -> CrmRefused:
    """A module that this API does not give."""
    return CrmRefused(400, "MODULE_NOT_SUPPORTED", "The module is not supported", {"api_name": module})


def field_not_supported(name: str) -> CrmRefused:
    """A field that Bulk Read does not give."""
    return CrmRefused(400, "FIELD_NOT_SUPPORTED", "the field is not supported", {"api_name": name})


def field_not_available(name: str) -> CrmRefused:
    """A field that the module does not have, or that cannot be compared."""
    return CrmRefused(400, "FIELD_NOT_AVAILABLE", "the field is not available", {"api_name": name})


def criteria_limit(most: int) -> CrmRefused:
    """More comparisons than criteria may have."""
    return CrmRefused(400, "CRITERIA_LIMIT_EXCEEDED", "the criteria limit is exceeded", {"limit": most})


def page_range(most: int) -> CrmRefused:
    """A page behind the last that there can be."""
    return CrmRefused(400, "PAGE_RANGE_EXCEEDED", "the page range is exceeded", {"limit": most})


def no_module_permission(module: str) -> CrmRefused:
    """The user's profile does not open the module."""
    return CrmRefused(403, "NO_PERMISSION", "permission denied", {"permissions": [f"Crm_Implied_View_{module}"]})


def no_such_job() -> CrmRefused:
    """A job of nobody, of somebody else, or one whose result has gone."""
    return CrmRefused(404, "RESOURCE_NOT_FOUND", "The requested resource doesn't exist")


def syntax_error() -> CrmRefused:
    """A query that is no COQL, or more of it than is emulated."""
    return CrmRefused(400, "SYNTAX_ERROR", "error occurred while parsing the query")


def invalid_query(name: str) -> CrmRefused:
    """A query about what the module does not have."""
    return CrmRefused(400, "INVALID_QUERY", "invalid query formed", {"column_name": name})


def too_many_jobs(most: int) -> CrmRefused:
    """More unfinished jobs than the edition allows."""
    return CrmRefused(400, "TOO_MANY_REQUESTS", "Too many jobs are in progress", {"limit": most})


def too_many_downloads() -> CrmRefused:
    """More than ten downloads in a minute."""
    return CrmRefused(429, "TOO_MANY_REQUESTS", "You have exceeded the download limit")


def wrong_media_type() -> CrmRefused:
    """A body that does not say that it is JSON."""
    return CrmRefused(415, "UNSUPPORTED_MEDIA_TYPE", "The media type is not supported")
