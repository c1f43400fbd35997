"""Windows: spans of time small enough for one Bulk Read job. Nothing here asks anybody anything.

A module is never paged through where it can be avoided: while pages are read, records that change move between them.
A span of time is counted and halved until each part fits one job; `[low, high)` in whole seconds, as Zoho keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

MOST_ROWS = 200_000
"""Rows that one Bulk Read job gives: https://www.zoho.com/crm/developer/docs/api/v8/bulk-read/limitations.html"""

EPOCH = 0
FAR = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
"""A window that begins or ends here has no bound there: whatever a record's time is, a full export has it."""

LAG = 300
"""Seconds that a window stays behind Zoho's clock: a record may become visible later than its time says."""
OVERLAP = 600
"""Seconds that are exported again by the next increment, for records that became visible later still."""

_FORM = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Records of one module whose time in a field is in a span; all records where there is no field.

    Attributes:
        field: the API name of the field, empty for all records.
        low: the first second, since 1970.
        high: the second after the last.
    """

    field: str
    low: int
    high: int

    def halves(self) -> tuple[Window, Window] | None:
        """Return the window in two parts; None where it is one second, or has no field to be split by."""
        if not self.field or self.high - self.low < 2:
            return None
        middle = (self.low + self.high) // 2
        return Window(self.field, self.low, middle), Window(self.field, middle, self.high)

    def criteria(self) -> dict[str, Any] | None:
        """Return the window as Bulk Read's criteria, None for all records."""
        if not self.field:
            return None
        group = [
            {"field": {"api_name": self.field}, "comparator": comparator, "value": zoho_time(second)}
            for _, comparator, second in self._bounds()
        ]
        return {"group_operator": "and", "group": group} if len(group) > 1 else group[0]

    def condition(self) -> str:
        """Return the window as a condition of COQL."""
        if not self.field:
            return ALL
        return " and ".join(f"{self.field} {sign} '{zoho_time(second)}'" for sign, _, second in self._bounds())

    def _bounds(self) -> list[tuple[str, str, int]]:
        low = [(">=", "greater_equal", self.low)] if self.low > EPOCH else []
        return low + ([("<", "less_than", self.high)] if self.high < FAR or not low else [])

    def name(self) -> str:
        """Return the window as it stands in the name of a file."""
        if not self.field:
            return "all"
        return f"{re.sub(r'[^A-Za-z0-9]+', '-', self.field).lower()}_{stamp(self.low)}_{stamp(self.high)}"

    def __str__(self) -> str:
        return f"{self.field} from {zoho_time(self.low)} to {zoho_time(self.high)}" if self.field else "all records"


ALL = "id is not null"
"""The condition of COQL that every record meets."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A window and how many records were in it when it was counted."""

    window: Window
    rows: int

    @property
    def jobs(self) -> int:
        """How many Bulk Read jobs it takes: none if it is empty."""
        return -(-self.rows // MOST_ROWS)


def split(windows: Iterator[Window] | tuple[Window, ...], count: Callable[[Window], int]) -> list[Counted]:
    """Halve windows until each fits a job, and leave out what is empty.

    Args:
        windows: the windows, apart from each other.
        count: tells how many records are in a window.

    Returns:
        Windows in the order of time that hold all records of the given ones. One that cannot be halved may hold more
        than a job gives.
    """
    found: list[Counted] = []
    waiting = list(windows)[::-1]
    while waiting:
        window = waiting.pop()
        rows = count(window)
        halves = window.halves() if rows > MOST_ROWS else None
        if halves:
            waiting += halves[::-1]
        elif rows:
            found.append(Counted(window, rows))
    return found


def whole(created_by: str, until: int) -> tuple[Window, ...]:
    """Return the windows of a full export.

    Args:
        created_by: the field that tells when a record was created, empty if there is none.
        until: a second in the recent past; what was created later is a window of its own.
    """
    if not created_by:
        return (Window("", 0, 0),)
    return Window(created_by, EPOCH, until), Window(created_by, until, FAR)


def increment(modified_by: str, since: int, until: int) -> tuple[Window, ...]:
    """Return the window of what changed; none if no time has passed.

    Args:
        modified_by: the field that tells when a record changed.
        since: until when everything was exported.
        until: until when everything is to be exported now.
    """
    return (Window(modified_by, max(EPOCH, since - OVERLAP), until),) if until > since else ()


def zoho_time(second: int) -> str:
    """Write a time as Zoho wants it in criteria: with an offset, and without fractions of a second."""
    return datetime.fromtimestamp(second, UTC).isoformat()


def stamp(second: int) -> str:
    """Write a time as it stands in the name of a file, where a colon must not be."""
    return datetime.fromtimestamp(second, UTC).strftime(_FORM)


def stamp_after(last: str, second: int) -> str:
    """Write a time as `stamp` does, one second later than another at least: runs are put in order by it.

    Args:
        last: the stamp of the run before, whose clock may have been ahead; empty if there is none.
        second: the time.
    """
    try:
        before = int(datetime.strptime(last, _FORM).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return stamp(second)
    return stamp(max(second, before + 1))
