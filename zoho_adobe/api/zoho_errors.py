"""Turns the refusals of Zoho's accounts servers and of Zoho CRM into this package's errors.

Zoho answers most OAuth errors with HTTP 200, and the same ones with 400 or 401 at other times: what counts is the body.
Sources: https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token.html and
https://www.zoho.com/crm/developer/docs/api/v8/status-codes.html
"""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

from zoho_adobe.api.transport import Answer
from zoho_adobe.data_centers import data_center_of
from zoho_adobe.errors import (
    ApiError,
    ServerError,
    ZohoApiAccessError,
    ZohoClientError,
    ZohoCreditsError,
    ZohoCrmError,
    ZohoDeniedError,
    ZohoDeviceCodeError,
    ZohoGrantTokenError,
    ZohoOAuthError,
    ZohoRedirectError,
    ZohoRefreshTokenError,
    ZohoScopeError,
    ZohoStaleTokenError,
    ZohoThrottledError,
)
from zoho_adobe.redaction import redact

API_ACCESS = "Crm_Implied_Api_Access"

_LONGEST_TEXT = 200


class Asked(Enum):
    """What an accounts server was asked for, as far as it changes what a refusal means."""

    CONSENT = "consent"
    EXCHANGE = "exchange"
    REFRESH = "refresh"
    DEVICE = "device"


class _Diagnosis(NamedTuple):
    kind: type[ApiError]
    message: str
    remedy: str


def oauth_error(answer: Answer, body: dict[str, Any], accounts_url: str, asked: Asked) -> ApiError:
    """Make the error that an accounts server's answer means.

    Args:
        answer: the answer.
        body: its body.
        accounts_url: which accounts server it is from.
        asked: what was asked for.

    Returns:
        The error; its class says which of the values to look at.
    """
    code = str(body.get("error") or f"status {answer.status}")
    said = _short(str(body.get("error_description") or code))
    found = diagnose_oauth(code, said, accounts_url, asked)
    error = found.kind(
        redact(found.message), service="Zoho accounts", status=answer.status, code=code, remedy=found.remedy
    )
    if isinstance(error, ZohoOAuthError):
        error.location = str(body.get("user_location") or "")
    return error


def diagnose_oauth(code: str, said: str, accounts_url: str, asked: Asked) -> _Diagnosis:
    """Say what an OAuth error code of Zoho's means.

    Args:
        code: the code, such as "invalid_code".
        said: Zoho's own words, the code itself if there are none.
        accounts_url: which accounts server said so.
        asked: what was asked for.
    """
    center = data_center_of(accounts_url)
    console = f" at {center.console_url}" if center else ""
    where = f"Zoho accounts at {accounts_url}"
    match code.lower().replace("_", " "):
        case "access denied" if "too many" in said.lower():
            return _throttled(where, said)
        case "invalid client" | "invalid client secret":
            return _Diagnosis(
                ZohoClientError,
                f"{where} does not know this client id and client secret ({code})",
                f"Compare both with the API console{console}, without spaces around them; if they are right, the "
                "client is registered in another data center, is not enabled for several, or has a secret of its own "
                "in this one",
            )
        case "invalid code" | "invalid grant" if asked is Asked.REFRESH:
            return _Diagnosis(
                ZohoRefreshTokenError,
                f"{where} does not accept the refresh token ({code})",
                "It was revoked, pushed out by newer ones (Zoho keeps twenty of a user and client), or belongs to "
                "another data center: make a new one with `python -m zoho_adobe authorize`",
            )
        case "invalid code" | "invalid grant":
            return _Diagnosis(
                ZohoGrantTokenError,
                f"{where} does not accept the grant token ({code})",
                "It is good for a few minutes, once (a run that was cut off has used it), and in its own data center "
                "only: make a new one",
            )
        case "invalid redirect uri" | "redirect uri mismatch":
            return _Diagnosis(
                ZohoRedirectError,
                f"{where} does not accept the redirect URI ({code})",
                f"It must equal, to the letter, the one that is registered{console}; a self client has none",
            )
        case "invalid scope" | "invalid oauthscope":
            return _Diagnosis(
                ZohoScopeError, f"{where} does not accept the scopes ({code})", "Check how they are written"
            )
        case "access denied":
            return _Diagnosis(
                ZohoDeniedError,
                f"Zoho gives no consent ({said})",
                "Somebody said no on Zoho's page, or the client asked for more than ten codes in ten minutes: start "
                "again when that is settled",
            )
        case "expired" | "device code expired" if asked is Asked.DEVICE:
            return _Diagnosis(
                ZohoDeviceCodeError, "nobody approved the device before its code expired", "Start again for a new code"
            )
    if "too many requests" in said.lower():
        return _throttled(where, said)
    return _Diagnosis(ZohoOAuthError, f"{where} refuses: {said}", "")


def _throttled(where: str, said: str) -> _Diagnosis:
    return _Diagnosis(
        ZohoThrottledError,
        f"{where} refuses more token requests for now ({said})",
        "Wait ten minutes before the next try: each earlier one prolongs the wait",
    )


def accounts_failure(answer: Answer, accounts_url: str) -> ServerError:
    """Make the error for an accounts server that fails."""
    return ServerError(
        f"Zoho accounts at {accounts_url} fails with {answer.status}",
        service="Zoho accounts",
        status=answer.status,
        remedy="Try again later",
    )


def crm_error(answer: Answer, doing: str, scope: str) -> ApiError:
    """Make the error that an answer of Zoho CRM means.

    Args:
        answer: an answer whose status is not one of success.
        doing: what was asked, such as "to list the modules".
        scope: the scope that the call needs.
    """
    if answer.status >= 500:
        return ServerError(
            f"Zoho CRM fails with {answer.status} when asked {doing}",
            service=answer.service,
            status=answer.status,
            remedy="Try again later",
        )
    body = answer.json_object()
    code = str(body.get("code") or "")
    said = _short(str(body.get("message") or code or f"status {answer.status}"))
    kind, message, remedy = _diagnose_crm(answer.status, code, said, str(body.get("details") or ""), doing, scope)
    return kind(redact(message), service=answer.service, status=answer.status, code=code, remedy=remedy)


def _diagnose_crm(status: int, code: str, said: str, details: str, doing: str, scope: str) -> _Diagnosis:
    if code in ("INVALID_TOKEN", "INVALID_OAUTHTOKEN", "AUTHENTICATION_FAILURE"):
        return _Diagnosis(
            ZohoStaleTokenError,
            f"Zoho CRM does not accept the access token ({code})",
            "It is expired or was pushed out by newer ones; one made from the refresh token decides",
        )
    if code in ("OAUTH_SCOPE_MISMATCH", "INVALID_OAUTHSCOPE"):
        return _Diagnosis(
            ZohoScopeError,
            f"the token may not be used {doing} ({code}): it lacks the scope {scope}",
            "Scopes are fixed at the consent: give a new one with `python -m zoho_adobe authorize`",
        )
    if code == "NO_PERMISSION" and API_ACCESS in details:
        return _Diagnosis(
            ZohoApiAccessError,
            f"the token is good, but its user's profile may not use Zoho CRM's API ({code}, {API_ACCESS})",
            'Switch on "Zoho CRM API Access" in Zoho CRM: Setup > Security Control > Profiles > Developer Permissions',
        )
    if status == 429 or code in ("TOO_MANY_REQUESTS", "LICENSE_LIMIT_EXCEEDED"):
        return _Diagnosis(
            ZohoCreditsError,
            f"Zoho CRM takes no more calls for now ({said})",
            "The account's API credits of 24 hours are used up, or too many calls run at once: wait, and see Setup > "
            "Developer Space > APIs in Zoho CRM",
        )
    return _Diagnosis(ZohoCrmError, f"Zoho CRM refused {doing}: {said}{f' ({code})' if code else ''}", "")


def _short(text: str) -> str:
    # Masked before it is cut: the beginning of a secret would no longer be recognized.
    return redact(" ".join(text.split()))[:_LONGEST_TEXT]
