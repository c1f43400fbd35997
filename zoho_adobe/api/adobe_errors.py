"""Turns the error answers of Adobe Experience Platform into this package's errors.

Adobe's services word the same refusal in several shapes and reuse code numbers, so what counts is the status and the
text; see https://experienceleague.adobe.com/en/docs/experience-platform/sources/troubleshooting/flow-service-errors.
"""

from __future__ import annotations

import json
import re
from typing import Any

from zoho_adobe.api.transport import Answer
from zoho_adobe.errors import (
    ApiError,
    AuthenticationError,
    EtagMismatchError,
    NotFoundError,
    PermissionDeniedError,
    RejectedError,
    SandboxNotFoundError,
    ServerError,
    ThrottledError,
)
from zoho_adobe.redaction import redact

_LONGEST_TEXT = 300

# What gateways and proxies say of a path that they do not know; a service names the object.
_MISSING_PAGE = re.compile(r"|(404 )?((resource|page|path|url) )?not found\.?|no route matched.*", re.IGNORECASE)


def error_of(answer: Answer, doing: str, *, sandbox: str) -> ApiError:
    """Make the error that an answer means.

    Args:
        answer: an answer whose status is not one of success.
        doing: what was asked, such as "reading the base connection 1f…".
        sandbox: the sandbox it was asked in.

    Returns:
        The error; its class says what the caller can do.
    """
    code, text = _said(answer)
    kind, remedy = _classify(answer.status, code, text, sandbox)
    if kind is NotFoundError and not code and _MISSING_PAGE.fullmatch(text):
        # A missing page is not a missing object: taking it for one would drop the object from the state.
        return answer.unreadable("no error that Adobe documents")
    if kind is ServerError:
        # It may have done what it was asked before it failed.
        message = f"{answer.service} failed with {answer.status} at {doing}{f': {text}' if text else ''}"
    else:
        message = f"{answer.service} refused {doing}: {text or f'status {answer.status}'}"
    return kind(
        message,
        service=answer.service,
        status=answer.status,
        code=code,
        request_id=answer.request_id,
        remedy=remedy,
    )


def _classify(status: int, code: str, text: str, sandbox: str) -> tuple[type[ApiError], str]:
    lower = text.lower()
    if status == 401:
        return AuthenticationError, "Check Adobe's client id, client secret and organization"
    if status == 403:
        return (
            PermissionDeniedError,
            "In Adobe's Permissions, give the credential a role with this sandbox and with View Sources and Manage "
            "Sources",
        )
    if status == 404 and ("sandbox" in lower or re.search(r"\b(2100|2101|2103)\b", code)):
        return SandboxNotFoundError, f"Check that the organization has a sandbox named {sandbox!r}"
    if status == 404:
        return NotFoundError, ""
    if status == 412:
        return EtagMismatchError, ""
    if status == 429:
        return ThrottledError, "Wait a few minutes"
    if status >= 500:
        return ServerError, "Try again later; if it stays, give Adobe the request id"
    if "spec" in lower and ("1413" in code or "valid spec id" in lower or "spec id" in lower):
        return (
            RejectedError,
            "Adobe has retired the Zoho CRM source and may no longer accept it; its alternative is Data Landing Zone",
        )
    return RejectedError, ""


def _said(answer: Answer) -> tuple[str, str]:
    """Find code and text in any of the shapes that Adobe's services use."""
    try:
        body: Any = json.loads(answer.text)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(body, dict):
        return "", ""
    code = str(body.get("error_code") or body.get("errorCode") or body.get("code") or "")
    problem = re.search(r"/errors/([\w-]+)$", str(body.get("type") or ""))
    if not code and problem:
        code = problem.group(1)
    for key in ("errorMessage", "message", "detail", "title", "error_description"):
        if body.get(key):
            # Masked before it is cut: the beginning of a secret would no longer be recognized.
            return code, " ".join(redact(str(body[key])).split())[:_LONGEST_TEXT]
    return code, ""
