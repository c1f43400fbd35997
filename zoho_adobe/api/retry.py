"""When a request is sent again: a function of what happened, without any I/O.

| what happened                         | GET, DELETE, PATCH | POST              |
|---------------------------------------|--------------------|-------------------|
| the request surely did not arrive     | again              | again             |
| 429                                   | again, all slower  | again, all slower |
| 5xx                                   | again              | look first        |
| no answer, or an answer that was cut  | again              | look first        |
| anything else                         | done               | done              |

"All slower" are all requests of this process to the same service: see `rate_limit`.
A wait is never shorter than a Retry-After header asks for. A PATCH may be repeated because it carries If-Match: when
the first one did its work, the second one gets 412 instead of doing it twice. "Look first" is the caller's business:
only it knows how to find what a POST may have made. A 503 does not prove that nothing was made, whatever it promises.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

MAX_ATTEMPTS = 5
FIRST_WAIT = 0.5
LONGEST_WAIT = 8.0
LONGEST_RETRY_AFTER = 60.0


class Outcome(Enum):
    """What became of one attempt."""

    ANSWERED = "answered"
    NOT_ARRIVED = "not arrived"
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a request, as the policy sees it.

    Attributes:
        number: 1 for the first attempt.
        method: the HTTP method, in upper case.
        outcome: what became of it.
        status: the HTTP status, 0 without an answer.
        retry_after: the seconds that the Retry-After header asks for, None without one.
        repeatable: whether doing the work twice is the same as doing it once; False for a POST that makes something.
    """

    number: int
    method: str
    outcome: Outcome
    status: int = 0
    retry_after: float | None = None
    repeatable: bool = True


def wait_before_retry(attempt: Attempt, *, jitter: float, remaining: float) -> float | None:
    """Decide whether to send a request again, and when.

    Args:
        attempt: what happened.
        jitter: a random number from 0 to 1, given so that the decision itself is not random.
        remaining: seconds until the operation's deadline.

    Returns:
        The seconds to wait before the next attempt, or None to stop.
    """
    if attempt.number >= MAX_ATTEMPTS or not _may_repeat(attempt):
        return None
    wait = min(FIRST_WAIT * 2 ** (attempt.number - 1), LONGEST_WAIT) * (0.5 + jitter / 2)
    if attempt.retry_after is not None:
        if attempt.retry_after > LONGEST_RETRY_AFTER:
            return None
        wait = max(wait, attempt.retry_after)
    return wait if wait < remaining else None


def _may_repeat(attempt: Attempt) -> bool:
    if attempt.outcome is Outcome.NOT_ARRIVED:
        return True
    if attempt.outcome is Outcome.NO_ANSWER:
        return attempt.repeatable
    return attempt.status == 429 or (attempt.status >= 500 and attempt.repeatable)
