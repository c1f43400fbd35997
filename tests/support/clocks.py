"""Time in a test's hands."""

from __future__ import annotations

import threading

from zoho_adobe.session import Clock


class ManualClock:
    """A clock that stands still but for what is slept; each wait is kept."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._lock = threading.Lock()
        self.now = now
        self.waits: list[float] = []

    @property
    def clock(self) -> Clock:
        """The clock, as a session takes it."""
        return Clock(now=lambda: self.now, monotonic=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        with self._lock:
            self.waits.append(seconds)
            self.now += seconds
