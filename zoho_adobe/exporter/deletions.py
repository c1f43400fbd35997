"""The file of deletions: which records were deleted, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from zoho_adobe.api.zoho_bulk import Deleted
from zoho_adobe.errors import ResultError, ZoneConflictError
from zoho_adobe.exporter import events
from zoho_adobe.exporter.conversion import Conversion, examined
from zoho_adobe.exporter.document import ID, Column
from zoho_adobe.exporter.manifest import Part
from zoho_adobe.exporter.presence import CONVERTIBLE
from zoho_adobe.exporter.table_run import Services, TableRun
from zoho_adobe.exporter.windows import zoho_time

_MOST_READINGS = 6


def export(run: TableRun, part: Part, services: Services, beat: Callable[[], None]) -> None:
    """Bring the deletions of a window into the zone.

    Args:
        run: the table's run.
        part: the file to be.
        services: whom to talk to.
        beat: is called again and again meanwhile.
    """
    deletes = run.table.deletes
    if deletes is None:
        raise LookupError("the table's deletions are not exported")
    found = _read(run.table.module, part, services, beat)
    rows = sorted((identifier, zoho_time(at)) for identifier, at in found.items() if at < part.window.high)
    if rows:
        columns = (Column(ID, "bigint", deletes.id_header), Column("deleted_time", "datetime", deletes.time_header))
        conversion = Conversion(columns)
        upload = services.zone.create(part.file)
        for piece in conversion.of_rows(rows):
            upload.write(piece)
        run.lease.keep()
        if not upload.commit() and examined(services.zone.pieces(part.file), beat)[1] != conversion.sha256:
            raise ZoneConflictError(f"{part.file} is in the landing zone already, and another exporter wrote it")
        part.rows, part.sha256, part.size = conversion.rows, conversion.sha256, conversion.size
        services.tell(events.EXPORTED, run.table.name, file=part.file, rows=part.rows, bytes=part.size)
    part.done, part.at = True, int(services.zoho.now)
    run.save()


def _gone(module: str, part: Part, services: Services) -> Iterator[Deleted]:
    yield from services.zoho.deleted(module, part.window.low)
    if module == CONVERTIBLE:
        yield from services.zoho.converted(module, part.window.low)


def _read(module: str, part: Part, services: Services, beat: Callable[[], None]) -> dict[str, int]:
    """Read the list until a reading brings nothing new: while it is read page by page, it may move."""
    found: dict[str, int] = {}
    for _ in range(_MOST_READINGS):
        before = dict(found)
        for item in _gone(module, part, services):
            found[item.id] = max(item.at, found.get(item.id, 0))
        beat()
        if found == before:
            return found
    raise ResultError(f"the list of deleted records of {module} keeps changing")
