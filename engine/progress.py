"""Shows what takes long, and for how long it has been going on."""

import shutil
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

Say = Callable[[str], None]
"""Takes one line for the user."""

HEARTBEAT = 30.0
"""Seconds between two signs of life where no line can be redrawn."""


def duration(seconds: float) -> str:
    """Write a duration as people do.

    Args:
        seconds: How long.

    Returns:
        Such as ``0.4 s``, ``12 s`` or ``4 min 31 s``.
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


class Step:
    """One long step, as a context manager.

    On a terminal one line is redrawn with the time that has passed. Elsewhere (CI, a pipe) there is a line at
    the start and one at most every 30 seconds. Both end with a line that says how long the step took; a step
    that fails ends without one, as its error speaks for itself.

    Args:
        say: Takes the lines that stay.
        title: What is going on, such as ``building Pulumi``.
        terminal: Where the line is redrawn if it is a terminal; standard error if not given.
    """

    def __init__(self, say: Say, title: str, terminal: TextIO | None = None) -> None:
        self._say = say
        self._title = title
        self._terminal = terminal or sys.stderr
        self._redraws = self._terminal.isatty()
        self._detail = ""
        self._started = time.monotonic()
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Step":
        if not self._redraws:
            self._say(f"{self._title} ...")
        self._started = time.monotonic()
        self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._ticker.join()
        if self._redraws:
            self._terminal.write("\r\x1b[K")
            self._terminal.flush()
        if kind is None:
            self._say(f"{self._title}: done in {duration(time.monotonic() - self._started)}")

    def note(self, detail: str) -> None:
        """Tell what the step is at; shown with the next sign of life.

        Args:
            detail: A few words, such as ``412 packages compiled``.
        """
        self._detail = detail

    def _tick(self) -> None:
        while not self._over.wait(0.5 if self._redraws else HEARTBEAT):
            line = f"{self._title} ... {duration(time.monotonic() - self._started)}"
            if self._detail:
                line += f", {self._detail}"
            if self._redraws:
                width = shutil.get_terminal_size().columns
                self._terminal.write(f"\r\x1b[K{line[: width - 1]}")
                self._terminal.flush()
            else:
                self._say(line)
