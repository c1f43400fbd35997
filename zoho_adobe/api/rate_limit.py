"""How fast a session may ask, learned from the service's own refusals: a rule without I/O, with a clock given.

Without a 429 nothing is ever held back. A 429 is an answer to all threads, not to the one that got it: the rate that
was reached is halved for everybody, at most once for requests that were under way together; each success raises it
again, by one request per second in a second; after a quiet time the limit is gone. What a Retry-After asks for is asked
of everybody too. This is how TCP shares a line (additive increase, multiplicative decrease: RFC 5681, section 3.1).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from zoho_adobe.api.retry import LONGEST_RETRY_AFTER
from zoho_adobe.session import current

SLOWEST = 2.0
"""Requests per second that no refusal takes away; waiting longer is the business of Retry-After."""
QUIET_SECONDS = 30.0
"""How long there must be no refusal for the limit to be lifted."""
_WINDOW = 1.0


class RateLimit:
    """The rate at which one client may ask one service.

    Args:
        clock: gives the seconds of a clock that never goes back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sent: deque[float] = deque(maxlen=1000)
        self._rate: float | None = None
        self._refused_at = 0.0
        self._next = 0.0

    def reserve(self) -> float:
        """Return the seconds to wait before the next request, which is taken for sent then."""
        with self._lock:
            now = self._clock()
            if self._rate is not None and now - self._refused_at >= QUIET_SECONDS:
                self._rate = None
            moment = now if self._rate is None else max(now, self._next)
            if self._rate is not None:
                self._next = moment + 1 / self._rate
            self._sent.append(moment)
            return moment - now

    def answered(self, status: int, retry_after: float | None, sent_at: float) -> None:
        """Learn from an answer.

        Args:
            status: its status.
            retry_after: the seconds that it asks for, None without any.
            sent_at: when the request was sent, by the same clock.
        """
        with self._lock:
            if status != 429:
                if self._rate is not None:
                    self._rate += 1 / self._rate
                return
            now = self._clock()
            if self._rate is None or sent_at >= self._refused_at:
                reached = self._rate or sum(moment > now - _WINDOW for moment in self._sent) / _WINDOW
                self._rate = max(SLOWEST, reached / 2)
                self._next = max(self._next, now + 1 / self._rate)
            self._refused_at = now
            if retry_after is not None and retry_after <= LONGEST_RETRY_AFTER:
                self._next = max(self._next, now + retry_after)


def limit_of(place: str, client: str) -> RateLimit:
    """Return the limit that all threads of this session share.

    Args:
        place: the service's host, with its scheme.
        client: whom the service counts the requests of; empty where it does not say in a header.
    """
    session = current()
    return session.keep((RateLimit, place, client), lambda: RateLimit(session.clock.monotonic))
