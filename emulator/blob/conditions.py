"""Conditional headers. No storage."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from emulator.blob import exceptions
from emulator.core.http import Answer, Refusal
from emulator.core.store import Document


def check_write(headers: Mapping[str, str], blob: Document | None) -> None:
    """Refuse a write whose condition the blob, if there is one, does not meet."""
    if headers.get("If-None-Match") == "*" and blob is not None:
        raise exceptions.already_exists()
    if not _holds(headers, blob):
        raise exceptions.condition_not_met()


def check_read(headers: Mapping[str, str], blob: Document) -> None:
    """Refuse a read whose condition the blob does not meet: what did not change has not to be sent."""
    if not _holds({name: headers[name] for name in ("If-Match", "If-Unmodified-Since") if name in headers}, blob):
        raise exceptions.condition_not_met()
    if not _holds(headers, blob):
        raise Refusal(Answer(304, headers={"ETag": blob["etag"], "x-ms-error-code": "ConditionNotMet"}))


def _holds(headers: Mapping[str, str], blob: Document | None) -> bool:
    if blob is None:
        return "If-Match" not in headers
    modified = blob["modified"]
    checks = (
        ("If-Match", lambda text: text in ("*", blob["etag"])),
        ("If-None-Match", lambda text: text not in ("*", blob["etag"])),
        ("If-Modified-Since", lambda text: modified > _moment(text)),
        ("If-Unmodified-Since", lambda text: modified <= _moment(text)),
    )
    return all(check(headers[name]) for name, check in checks if name in headers)


def _moment(text: str) -> float:
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError as error:
        raise exceptions.invalid_header(text) from error
