"""Whether records vanished that nobody deleted, or appeared where no increment looks for them.

An increment reads what changed since the last run. A record that was restored, imported with its old times, or shown to
the user again has not changed: counting what was created before the last run tells of it, and everything is exported.
"""

from __future__ import annotations

from dataclasses import replace

from zoho_adobe.api.zoho_bulk import ZohoBulk
from zoho_adobe.errors import FewerRowsError
from zoho_adobe.exporter.document import Table
from zoho_adobe.exporter.manifest import Part
from zoho_adobe.exporter.planning import DAY, KEPT_DELETIONS, baseline
from zoho_adobe.exporter.watermark import Watermark
from zoho_adobe.exporter.windows import LAG, OVERLAP, Window

CONVERTIBLE = "Leads"
"""The module whose records are converted, and then are among its records no more."""
_BIN = 45 * DAY
"""How far back the list of deletions is compared: the rest of the 60 days is the time between two runs."""


def check_none_vanished(table: Table, zoho: ZohoBulk, until: int, counted: int) -> int:
    """Refuse to go on where records vanished that nobody deleted: what changes while they are hidden would be lost.

    Args:
        table: the table.
        zoho: whom to ask.
        until: when they were counted.
        counted: how many they were.

    Returns:
        How many there are now, of those created before `until`.

    Raises:
        FewerRowsError: the token's user sees fewer records than before.
    """
    now = zoho.count(table.module, baseline(table, until).condition())
    if now >= counted:
        return now
    since = max(0, until - LAG)
    gone = {item.id for item in zoho.deleted(table.module, since)}
    if table.module == CONVERTIBLE:
        gone.update(item.id for item in zoho.converted(table.module, since))
    # What was in the bin for the moment of the first count only is in neither that nor the list.
    now = max(now, zoho.count(table.module, baseline(table, until).condition()))
    vanished = counted - now - len(gone)
    if vanished > 0:
        raise FewerRowsError(
            f"{table.module} has {vanished} records fewer than they were before, besides {len(gone)} that "
            "were deleted or converted: the rights of Zoho's user may have become narrower",
            remedy="Give the user its rights back, or, if it is right so, export once with --accept-fewer-rows",
        )
    return now


def why_no_increment(table: Table, zoho: ZohoBulk, mark: Watermark, there: int) -> str:
    """Return why reading what changed would not bring everything, empty if it would.

    Args:
        table: the table.
        zoho: whom to ask.
        mark: how far the table has come.
        there: records that were created before the watermark, as they are counted now.
    """
    if table.modified_by and zoho.count(table.module, f"{table.modified_by} is null"):
        return "there are records without a time of change"
    times = deletion_times(table, zoho, mark.listed_at)
    if times is not None and listed(times, mark.listed_at) < mark.listed:
        return "records came back from the recycle bin"
    if table.created_by and there > mark.counted:
        # What became visible a little late is in the next increment.
        late = Window(table.created_by, max(0, mark.until - OVERLAP), mark.until)
        if there - mark.counted > zoho.count(table.module, late.condition()):
            return "records appeared that were created before the last export"
    return ""


def deletion_times(table: Table, zoho: ZohoBulk, until: int) -> list[int] | None:
    """Read when the deletions happened that Zoho lists; None where the list does not reach back far enough, or is none.

    Args:
        table: the table; only one that marks deletions is known to have such a list.
        zoho: whom to ask.
        until: a time for which they are to be counted.
    """
    since = max(0, until - _BIN)
    if table.deletes is None or not until or zoho.now - since >= KEPT_DELETIONS:
        return None
    return list({item.id: item.at for item in zoho.deleted(table.module, since)}.values())


def listed(times: list[int] | None, until: int) -> int:
    """Count the deletions before a time: they become fewer where a record comes back, and in no other way."""
    return sum(until - _BIN <= at < until for at in times or ())


def lacks_records(table: Table, zoho: ZohoBulk, parts: list[Part], until: int) -> bool:
    """Return whether a record is back that was gone for just as long as its window was read.

    How many were counted before does not matter: another record may have come into the window meanwhile.

    Args:
        table: the table.
        zoho: whom to ask.
        parts: the windows with what was exported of them.
        until: the watermark that they lead to; what is a little before it, the next increment has.
    """
    rows: dict[Window, int] = {}
    for part in parts:
        rows[part.window] = rows.get(part.window, 0) + part.rows
    for window, given in rows.items():
        calm = replace(window, high=min(window.high, until - OVERLAP))
        if window.field and calm.low < calm.high and zoho.count(table.module, calm.condition()) > given:
            return True
    return False
