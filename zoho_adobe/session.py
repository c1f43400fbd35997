"""What one run shares: a provider's process, or a command of the command line.

HTTP connections, clients, rate limits, access tokens, the secrets to redact and the clock belong to a session and to no
module, so that programs which share a process share nothing else. Code finds its session by a context variable; a
thread that is started inside a session has to run in a copy of its context.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True)
class Clock:
    """The time, and how to let it pass.

    Attributes:
        now: returns the seconds since 1970.
        monotonic: returns the seconds of a clock that never goes back.
        sleep: waits for a number of seconds.
    """

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Session:
    """Holds one object of each kind for whoever runs in it.

    Args:
        clock: the clock; a test passes its own.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        # What is made may itself ask for another object.
        self._lock = threading.RLock()
        self._kept: dict[Hashable, Any] = {}

    @contextlib.contextmanager
    def active(self) -> Iterator[Session]:
        """Make this the session of everything that runs inside."""
        token = _current.set(self)
        try:
            yield self
        finally:
            _current.reset(token)

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the session's object of a key, made when it is first asked for.

        Args:
            key: what it is.
            make: makes it; it must not send anything, since the session is locked meanwhile.
        """
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            return cast(T, self._kept[key])

    def first(self, key: Hashable) -> bool:
        """Return whether a key is asked for the first time, for what is to happen once.

        Args:
            key: what it is.
        """
        with self._lock:
            known = key in self._kept
            self._kept[key] = True
            return not known


_current: ContextVar[Session] = ContextVar("session")


def current() -> Session:
    """Return the session that this code runs in; code outside of any gets one of its own."""
    try:
        return _current.get()
    except LookupError:
        session = Session()
        _current.set(session)
        return session
