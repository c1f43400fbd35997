"""What a run has to export of a table: everything, or what changed. Nothing here asks anybody anything."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from zoho_adobe.exporter.document import Table
from zoho_adobe.exporter.watermark import Watermark
from zoho_adobe.exporter.windows import EPOCH, LAG, OVERLAP, Window, increment, whole

FULL, INCREMENT = "full", "increment"
DAY = 86_400
KEPT_DELETIONS = 60 * DAY
"""How long Zoho lists what is in the recycle bin."""
_ALL_DELETIONS = 120 * DAY


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be exported.

    Attributes:
        kind: FULL or INCREMENT.
        reason: why everything is, empty for an increment.
        windows: the windows, still to be counted and split.
        since: the watermark that it goes on from, None if there is none.
        until: the watermark that it leads to.
        deletions: the window of deletions, None if they are not exported.
    """

    kind: str
    reason: str
    windows: tuple[Window, ...]
    since: int | None
    until: int
    deletions: Window | None


def decide(table: Table, mark: Watermark | None, now: float, reason: str = "") -> Decision | None:
    """Decide what a run exports.

    Args:
        table: the table.
        mark: how far it has come, None if nothing can be said of that.
        now: Zoho's time.
        reason: why everything is to be exported, as far as it is not seen here; empty if there is none.

    Returns:
        The decision; None if no time has passed since the last run.
    """
    until = int(now) - LAG
    since = mark.until if mark else None
    asked, reason = reason, reason or _reason(table, mark, int(now))
    if mark is not None and not asked and until <= mark.until <= until + DAY:
        # A clock that is put right a little is not a reason to export everything.
        return None
    if reason or mark is None:
        windows = whole(table.created_by, until)
        return Decision(FULL, reason, windows, since, until, _deletions(table, mark, until))
    windows = increment(table.modified_by, mark.until, until)
    return Decision(INCREMENT, "", windows, since, until, _deletions(table, mark, until))


def baseline(table: Table, until: int) -> Window:
    """Return the window whose records are counted to see that none vanishes: it gains none by time."""
    return Window(table.created_by, EPOCH, until) if table.created_by else Window("", 0, 0)


def settled(table: Table, kind: str, since: int | None, until: int) -> Window | None:
    """Return what of a plan the next one does not export again, if that can be told: it gains no records any more.

    Args:
        table: the table.
        kind: FULL or INCREMENT.
        since: the watermark that the plan goes on from.
        until: the watermark that it leads to.
    """
    field, low = (table.created_by, EPOCH) if kind == FULL else (table.modified_by, max(EPOCH, (since or 0) - OVERLAP))
    return Window(field, low, until - OVERLAP) if field and low < until - OVERLAP else None


def columns_of(table: Table) -> str:
    """Return what tells the columns of a table, whatever their order and headers."""
    names = "\n".join(sorted(column.name for column in table.columns))
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def deletes_to(table: Table) -> str:
    """Return the dataset and folder of a table's files of deletions; empty if they are not marked."""
    return f"{table.deletes.target.dataset_id}/{table.deletes.target.path}" if table.deletes else ""


def _reason(table: Table, mark: Watermark | None, now: int) -> str:
    if mark is None:
        return "the dataset has no watermark of this table"
    if mark.until > now:
        return "the watermark is later than Zoho's time"
    if mark.columns != columns_of(table):
        return "the columns are others than before"
    if mark.path not in ("", table.target.path):
        return "the folder is another one than before"
    if mark.whole == 0:
        return "the last export may lack records or columns that came into sight meanwhile"
    if not table.modified_by:
        return "the module has no time of change"
    if table.whole_every_days and now - mark.whole >= table.whole_every_days * DAY:
        return f"the last time was {table.whole_every_days} days ago or more"
    return ""


def _deletions(table: Table, mark: Watermark | None, until: int) -> Window | None:
    if table.deletes is None:
        return None
    # Without a watermark, or with another dataset or folder, nobody knows what is there: all that Zoho still lists.
    goes_on = mark and 0 < mark.deletes <= until and mark.deletes_to in ("", deletes_to(table))
    low = mark.deletes - OVERLAP if mark and goes_on else until - _ALL_DELETIONS
    return Window("deleted", max(EPOCH, low), until)
