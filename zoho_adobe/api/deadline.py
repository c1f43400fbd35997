"""One deadline for everything that an operation of a resource does; the engine itself sets none.

Every wait of this package goes through here: `pause` to let time pass, `held` for a lock under which others send
requests, `remaining_seconds` for what has a time-out of its own.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from typing import NamedTuple

from zoho_adobe.errors import OutOfTimeError
from zoho_adobe.session import current

OPERATION_SECONDS = 300.0
"""How long one operation may take, all its requests and waits together."""


class _Operation(NamedTuple):
    began: float
    ends: float


_operation: ContextVar[_Operation | None] = ContextVar("operation", default=None)


@contextlib.contextmanager
def operation(seconds: float = OPERATION_SECONDS) -> Iterator[None]:
    """Put everything that is sent inside under one deadline.

    Args:
        seconds: the time that the whole operation may take.
    """
    now = current().clock.monotonic()
    token = _operation.set(_Operation(now, now + seconds))
    try:
        yield
    finally:
        _operation.reset(token)


def operation_began() -> float:
    """Return when the operation that this code runs in began, by the session's monotonic clock; now outside of one."""
    running = _operation.get()
    return current().clock.monotonic() if running is None else running.began


def remaining_seconds() -> float:
    """Return the seconds until the deadline of the operation that this code runs in."""
    running = _operation.get()
    return OPERATION_SECONDS if running is None else max(0.0, running.ends - current().clock.monotonic())


def pause(seconds: float) -> None:
    """Wait, but no longer than the operation lasts; whatever is sent afterwards then fails for want of time.

    Args:
        seconds: how long to wait.
    """
    wait = min(seconds, remaining_seconds())
    if wait > 0:
        current().clock.sleep(wait)


@contextlib.contextmanager
def held(lock: threading.Lock) -> Iterator[None]:
    """Hold a lock under which another thread may be waiting for a service.

    Args:
        lock: the lock.

    Raises:
        OutOfTimeError: the operation's time is up before the lock is free.
    """
    if not lock.acquire(timeout=remaining_seconds()):
        raise OutOfTimeError(
            "the operation took too long, waiting for another one", remedy="Run the same command again"
        )
    try:
        yield
    finally:
        lock.release()
