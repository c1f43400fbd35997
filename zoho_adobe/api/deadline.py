"""One deadline for everything that an operation of a resource does; the engine itself sets none."""

from __future__ import annotations

import contextlib
import contextvars
import time
from collections.abc import Iterator

OPERATION_SECONDS = 300.0
"""How long one operation may take, all its requests and waits together."""

_deadline: contextvars.ContextVar[float | None] = contextvars.ContextVar("deadline", default=None)


@contextlib.contextmanager
def operation(seconds: float = OPERATION_SECONDS) -> Iterator[None]:
    """Put everything that is sent inside under one deadline.

    Args:
        seconds: the time that the whole operation may take.
    """
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining_seconds() -> float:
    """Give the seconds until the deadline of the operation that this code runs in."""
    deadline = _deadline.get()
    return OPERATION_SECONDS if deadline is None else max(0.0, deadline - time.monotonic())
