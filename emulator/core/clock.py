"""The clock of the emulated world, which a test may advance."""

from __future__ import annotations

import time

from emulator.core.store import Collection


class Clock:
    """Wall time plus an offset that survives a restart."""

    def __init__(self, settings: Collection) -> None:
        self._settings = settings
        stored = settings.get("clock")
        self._offset: float = stored["offset"] if stored else 0.0

    @property
    def offset(self) -> float:
        return self._offset

    def now(self) -> float:
        return time.time() + self._offset

    def now_ms(self) -> int:
        return int(self.now() * 1000)

    def advance(self, seconds: float) -> None:
        self._offset += seconds
        self._settings.put("clock", {"offset": self._offset})
