"""What this package writes to the standard library's loggers, and how a person gets to see it.

`zoho_adobe.http` has one line a request, `zoho_adobe` the traceback of an error that nobody expected, both at the level
DEBUG and redacted before any handler sees them. Nothing is shown unless `ZOHO_ADOBE_DEBUG=1` asks for it, or the
program's own logging does.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

from zoho_adobe.redaction import printable, redact, redacted_line

VARIABLE = "ZOHO_ADOBE_DEBUG"

_log = logging.getLogger("zoho_adobe")
_http = logging.getLogger("zoho_adobe.http")


class _ToStandardError(logging.StreamHandler):  # type: ignore[type-arg]  # its parameter exists for type checkers only
    """The handler of whoever asked by the environment."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))


def show_if_asked(environ: Mapping[str, str] = os.environ) -> None:
    """Show the lines on standard error where the environment asks for it; a second call changes nothing.

    Args:
        environ: the environment variables.
    """
    if environ.get(VARIABLE) != "1" or any(isinstance(handler, _ToStandardError) for handler in _log.handlers):
        return
    _log.addHandler(_ToStandardError())
    _log.setLevel(logging.DEBUG)
    # It would also appear in a form of the root logger's, where there is one.
    _log.propagate = False


def log_request(
    service: str, method: str, path: str, outcome: str, seconds: float, *, request_id: str = "", attempt: int
) -> None:
    """Log one request.

    Args:
        service: the service's name.
        method: the HTTP method.
        path: the path; what stands behind a question mark may hold secrets and is left out.
        outcome: the status, or what happened instead of an answer.
        seconds: how long it took.
        request_id: the service's id of the request, empty if it gave none.
        attempt: 1 for the first attempt.
    """
    if _http.isEnabledFor(logging.DEBUG):
        path = path.partition("?")[0]
        told = f", request id {request_id}" if request_id else ""
        line = f"{service}: {method} {path} {outcome} in {seconds * 1000:.0f} ms{told}, attempt {attempt}"
        _http.debug("%s", redacted_line(line))


def unexpected(error: Exception) -> str:
    """Log the traceback of an error that nobody expected, and return what to tell a person.

    Args:
        error: the error.

    Returns:
        One sentence with the place in the code, to be redacted; the values in a traceback would show too much.
    """
    if _log.isEnabledFor(logging.DEBUG):
        lines = redact("".join(traceback.format_exception(error))).splitlines()
        _log.debug("%s", "\n".join(map(printable, lines)))
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return (
        f"zoho-adobe failed unexpectedly: {type(error).__name__} at {place}: {error}. "
        f"Please report it with the version of zoho-adobe; {VARIABLE}=1 shows the traceback."
    )
