"""Every row of the table of Zoho's refusals is a class of its own, with a remedy; the body decides, not the status."""

from __future__ import annotations

import json
from typing import Any

import pytest

from zoho_adobe import errors
from zoho_adobe.api.transport import Answer
from zoho_adobe.api.zoho_errors import Asked, crm_error, oauth_error

US = "https://accounts.zoho.com"
TOO_MANY = {"error": "Access Denied", "error_description": "You have made too many requests continuously."}


def answer(status: int, body: Any) -> Answer:
    return Answer(service="Zoho", status=status, text=json.dumps(body), request_id="", headers={})


@pytest.mark.parametrize("status", [200, 400, 401])
@pytest.mark.parametrize(
    ("body", "asked", "kind", "remedy"),
    [
        ({"error": "invalid_client"}, Asked.REFRESH, errors.ZohoClientError, "https://api-console.zoho.com"),
        ({"error": "invalid_client_secret"}, Asked.EXCHANGE, errors.ZohoClientError, "without spaces"),
        ({"error": "invalid_code"}, Asked.EXCHANGE, errors.ZohoGrantTokenError, "a few minutes, once"),
        ({"error": "invalid_grant"}, Asked.EXCHANGE, errors.ZohoGrantTokenError, "make a new one"),
        ({"error": "invalid_code"}, Asked.REFRESH, errors.ZohoRefreshTokenError, "python -m zoho_adobe authorize"),
        ({"error": "invalid_redirect_uri"}, Asked.EXCHANGE, errors.ZohoRedirectError, "to the letter"),
        ({"error": "redirect_uri_mismatch"}, Asked.EXCHANGE, errors.ZohoRedirectError, "to the letter"),
        ({"error": "invalid_scope"}, Asked.DEVICE, errors.ZohoScopeError, "how they are written"),
        ({"error": "access_denied"}, Asked.CONSENT, errors.ZohoDeniedError, "Somebody said no"),
        ({"error": "expired"}, Asked.DEVICE, errors.ZohoDeviceCodeError, "Start again"),
        (TOO_MANY, Asked.REFRESH, errors.ZohoThrottledError, "Wait ten minutes"),
        ({"error": "general_error"}, Asked.REFRESH, errors.ZohoOAuthError, ""),
        ({}, Asked.REFRESH, errors.ZohoOAuthError, ""),
    ],
)
def test_accounts(status: int, body: dict[str, str], asked: Asked, kind: type[errors.ApiError], remedy: str) -> None:
    error = oauth_error(answer(status, body), body, US, asked)
    assert type(error) is kind
    assert remedy in error.remedy


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (401, {"code": "INVALID_TOKEN"}, errors.ZohoStaleTokenError, "the refresh token decides"),
        (401, {"code": "OAUTH_SCOPE_MISMATCH"}, errors.ZohoScopeError, "it lacks the scope ZohoCRM.settings.READ"),
        (
            403,
            {"code": "NO_PERMISSION", "details": {"permissions": ["Crm_Implied_Api_Access"]}},
            errors.ZohoApiAccessError,
            "Developer Permissions",
        ),
        (403, {"code": "NO_PERMISSION", "details": {}}, errors.ZohoCrmError, "NO_PERMISSION"),
        (429, {"code": "TOO_MANY_REQUESTS"}, errors.ZohoCreditsError, "API credits"),
        (429, {}, errors.ZohoCreditsError, "API credits"),
        (400, {"code": "INVALID_MODULE", "message": "no such module"}, errors.ZohoCrmError, "no such module"),
        (500, {"code": "INTERNAL_ERROR"}, errors.ServerError, "Try again later"),
    ],
)
def test_crm(status: int, body: dict[str, Any], kind: type[errors.ApiError], said: str) -> None:
    error = crm_error(answer(status, body), "to list the modules", "ZohoCRM.settings.READ")
    assert type(error) is kind
    assert said in str(error)
