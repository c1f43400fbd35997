"""How a storage is asked: by the policy of all other requests, and with credentials that may end at any time."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from zoho_adobe.api.deadline import pause, remaining_seconds
from zoho_adobe.api.retry import Attempt, Outcome, wait_before_retry
from zoho_adobe.errors import LostAnswerError, UnreachableError, ZohoAdobeError, ZoneConflictError, ZoneError
from zoho_adobe.redaction import redact

T = TypeVar("T")

FOREIGN = (ValueError, TypeError, KeyError, AttributeError)
"""What a storage's client raises at an answer that is not the storage's, such as that of a gateway."""


class Failed(NamedTuple):
    """A request that failed.

    Attributes:
        error: what it means.
        outcome: what became of the request.
        status: the HTTP status, 0 without an answer.
        denied: whether the credentials were not accepted.
    """

    error: ZohoAdobeError
    outcome: Outcome
    status: int = 0
    denied: bool = False


def ask(call: Callable[[], T], read: Callable[[Exception], Failed | None], renew: Callable[[], None]) -> T:
    """Ask a storage; where it does not accept the credentials, once more with those that are good now.

    Args:
        call: asks. Asking twice is the same as asking once, but for a condition that the first one has changed.
        read: says what an exception of the client means; None if it is not one of the client's.
        renew: fetches credentials.
    """
    renewed, number = False, 0
    while True:
        number += 1
        try:
            return call()
        except Exception as error:
            failed = read(error)
            if failed is None:
                raise
        if failed.denied and not renewed:
            renewed = True
            renew()
            continue
        attempt = Attempt(number, "PUT", failed.outcome, failed.status)
        # The jitter only spreads load: it needs no randomness of cryptographic quality.
        wait = wait_before_retry(attempt, jitter=random.random(), remaining=remaining_seconds())  # noqa: S311
        if wait is None:
            raise failed.error
        pause(wait)


def refused(doing: str, said: str, status: int, *, conflict: bool, denied: bool) -> Failed:
    """Say what a refusal of the storage means.

    Args:
        doing: what was asked, for messages.
        said: the storage's word for it.
        status: the HTTP status.
        conflict: whether there is another version of what was to be written.
        denied: whether the credentials are not accepted.
    """
    message = redact(f"the landing zone refuses {doing}: {said}")
    remedy = "Run the export again"
    if denied:
        remedy = "These are the credentials that Adobe has just given: run the export again, and then ask Adobe"
    error = ZoneConflictError(message) if conflict else ZoneError(message, remedy=remedy)
    return Failed(error, Outcome.ANSWERED, status, denied)


def not_arrived(doing: str, error: Exception) -> Failed:
    """Say that a request did not arrive."""
    message = f"the landing zone cannot be reached for {doing} ({type(error).__name__})"
    remedy = "Check the network and the proxy, and run the export again"
    return Failed(UnreachableError(message, remedy=remedy), Outcome.NOT_ARRIVED)


def no_answer(doing: str, error: Exception) -> Failed:
    """Say that no whole answer came, or that of something else."""
    message = f"the landing zone did not answer {doing} ({type(error).__name__})"
    return Failed(LostAnswerError(message), Outcome.NO_ANSWER)


def etag_of(given: object) -> str:
    """Return an etag; what answers in the storage's place has none."""
    if not isinstance(given, str) or not given:
        raise ValueError("no etag")
    return given
