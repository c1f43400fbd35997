"""How commands show what they do: a few lines, one a step, in colour where a person looks on."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from zoho_adobe.redaction import redact
from zoho_adobe.verification import Status

_MARKS = {
    Status.OK: ("✓", "ok", "green"),
    Status.WARNING: ("!", "!", "yellow"),
    Status.FAILED: ("✗", "x", "red"),
    Status.SKIPPED: ("·", "-", "dim"),
}


class Display:
    """Lines on one stream; results go to standard output, everything about the way there to standard error.

    Args:
        results: whether these are a command's results.
    """

    def __init__(self, *, results: bool = False) -> None:
        self.console = Console(file=sys.stdout if results else sys.stderr, highlight=False)
        self._unicode = (self.console.encoding or "").lower().startswith("utf")

    def line(self, text: str = "", style: str = "") -> None:
        """Show a line as it is; a long one is left to the terminal to break, so that a URL in it can be copied."""
        self.console.print(Text(redact(text), style=style), soft_wrap=True)

    def mark(self, status: Status, text: str, remedy: str = "", *, name: str = "", width: int = 0) -> None:
        """Show how something ended.

        Args:
            status: how.
            text: what was found.
            remedy: what to do about it.
            name: what it is about, in a column of its own.
            width: the width of that column.
        """
        fine, plain, style = _MARKS[status]
        column = f"{name:<{width}}  " if width else ""
        line = Text.assemble((fine if self._unicode else plain, style), " ", (column, "bold"), redact(text))
        self.console.print(line, soft_wrap=True)
        if remedy:
            arrow = "→" if self._unicode else "->"
            self.console.print(Text(f"{' ' * (2 + len(column))}{arrow} {redact(remedy)}"), soft_wrap=True)

    @contextlib.contextmanager
    def step(self, doing: str) -> Iterator[Step]:
        """Show a step while it runs, and how it ended.

        Args:
            doing: what is being done, such as "Verifying".
        """
        step = Step(doing)
        waiting = self.console.status(Text(redact(doing))) if self.console.is_terminal else contextlib.nullcontext()
        try:
            with waiting:
                yield step
        except BaseException:
            self.mark(Status.FAILED, doing)
            raise
        self.mark(Status.OK, step.done)


class Step:
    """A step that is being shown.

    Args:
        done: what to show at its end, unless something better is known then.
    """

    def __init__(self, done: str) -> None:
        self.done = done
