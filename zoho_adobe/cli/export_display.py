"""How `export` shows what happens: bars on a terminal, and one line of JSON for each event elsewhere."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zoho_adobe.exporter import events
from zoho_adobe.redaction import redact
from zoho_adobe.session import current

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from zoho_adobe.exporter.events import Tell

_LOUD = {events.DROPPED, events.ALARM, events.FAILED, events.WAITING}


@contextlib.contextmanager
def display() -> Iterator[Tell]:
    """Return what events are told to."""
    if not sys.stdout.isatty():
        yield _print
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[said]}"))
    with Progress(*columns, TimeElapsedColumn()) as progress:
        yield _Bars(progress).tell


def _print(event: str, table: str = "", **facts: Any) -> None:
    time = round(current().clock.now(), 3)
    line = json.dumps({"time": time, "event": event, **({"table": table} if table else {}), **facts})
    sys.stdout.write(redact(line) + "\n")
    sys.stdout.flush()


class _Bars:
    """A bar for each table: files in the zone, of those that are planned."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}
        self._rows: dict[str, int] = {}

    def tell(self, event: str, table: str = "", **facts: Any) -> None:
        """Show an event."""
        from rich.text import Text

        if event == "plan":
            self._plan(table, facts)
            return
        if event in _LOUD:
            said = " ".join(str(facts[key]) for key in ("column", "message") if key in facts)
            self._progress.console.print(Text(redact(f"{table}: {event}: {said}")), soft_wrap=True)
        if event in (events.PLANNED, events.RESUMED):
            total = facts.get("windows", facts.get("left", 0))
            self._bars[table] = self._progress.add_task(redact(table), total=total, said="")
            self._rows[table] = 0
        bar = self._bars.get(table)
        if event == events.EXPORTED and bar is not None:
            self._rows[table] += facts["rows"]
            self._progress.update(bar, advance=1, said=f"{self._rows[table]} rows")
        elif event == events.COMMITTED and bar is not None:
            self._progress.update(bar, total=1, completed=1, said=f"{facts['rows']} rows, up to {facts['until']}")

    def _plan(self, table: str, facts: dict[str, Any]) -> None:
        from rich.text import Text

        reason = f" ({facts['reason']})" if facts["reason"] else ""
        jobs = "1 job" if facts["jobs"] == 1 else f"{facts['jobs']} jobs"
        costs = f"{facts['rows']} rows, {jobs}, about {facts['credits']} credits"
        lines = [f"{table}: {facts['kind']}{reason}: {costs}"]
        lines += [f"  {item['window']}: {item['rows']} rows" for item in facts["windows"]]
        for line in lines:
            self._progress.console.print(Text(redact(line)), soft_wrap=True)
