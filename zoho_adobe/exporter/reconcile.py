"""Whether every row of Zoho CRM has arrived: Zoho's counts, the manifests and the dataflow's runs, side by side.

What is as old as the zone's days to live is known by the watermark alone. A window that has passed can only lose
records: they change, and are in a later one, or are deleted. If it has more of them now than were exported, some are
missing. A full export makes good what went wrong before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from zoho_adobe.api.runs import Run
from zoho_adobe.exporter.document import LandingZonePlace, Table, Target
from zoho_adobe.exporter.manifest import Manifest, Part
from zoho_adobe.exporter.planning import DAY, FULL, settled
from zoho_adobe.exporter.table_run import Services, manifests_of
from zoho_adobe.exporter.watermark import TAG, read_watermark
from zoho_adobe.exporter.windows import ALL, Window, zoho_time

RunsOf = Callable[[str], Iterable[Run]]
"""Gives the runs of a dataflow, the newest first."""

_SCHEDULES = 2
"""Schedules that a file may wait for."""
_LAST_DAYS = 2
"""Days before the end of a file's life that it has to be taken by, whatever the schedule is."""


@dataclass(slots=True)
class Report:
    """How it is with a table.

    Attributes:
        table: its name.
        in_zoho: records that Zoho has.
        exported: rows of the files that the manifests have, some of them several times.
        taken: rows of those files that the dataflow has taken.
        waiting: rows of those files that are in the zone for its next run.
        to_come: records that changed since the last export.
        until: until when everything is exported, empty if nothing is.
        problems: what is not accounted for.
    """

    table: str
    in_zoho: int = 0
    exported: int = 0
    taken: int = 0
    waiting: int = 0
    to_come: int = 0
    until: str = ""
    problems: list[str] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """Return the report as JSON has it."""
        return {**asdict(self), "accounted": not self.problems}

    def row(self) -> tuple[Any, ...]:
        """Return the report as a row of a table."""
        return self.table, self.in_zoho, self.exported, self.taken, self.waiting, self.to_come, self.until


class _File(NamedTuple):
    """A file that was exported, with where it went."""

    part: Part
    target: Target


def reconcile(table: Table, place: LandingZonePlace, services: Services, runs_of: RunsOf) -> Report:
    """Find out whether every row of a table has arrived.

    Args:
        table: the table.
        place: the landing zone.
        services: whom to ask.
        runs_of: gives the runs of a dataflow.
    """
    report = Report(table.name)
    report.in_zoho = services.zoho.count(table.module, ALL)
    now = services.zoho.now
    dataset = services.catalog.dataset(table.target.dataset_id)
    mark = read_watermark(dataset.tags.get(TAG, ()), table.module)
    manifests = _that_count(table, manifests_of(services.zone, place.manifests, table))
    if mark is None:
        report.to_come = report.in_zoho
        report.problems.append("it was never exported to the end: run the export")
    else:
        report.until = zoho_time(mark.until)
        if table.modified_by:
            later = f"{table.modified_by} >= '{zoho_time(mark.until)}'"
            report.to_come = services.zoho.count(table.module, later)
        if table.schedule_seconds and now - mark.until > _SCHEDULES * table.schedule_seconds + DAY / 24:
            report.problems.append(f"the last export was at {report.until}, which is more than two schedules ago")
    for manifest in manifests:
        if manifest.closed and mark is not None and manifest.until <= mark.until:
            report.problems += _missing(table, manifest, services)
    _follow(table, place, manifests, services, runs_of, report, now)
    return report


def _that_count(table: Table, manifests: list[Manifest]) -> list[Manifest]:
    """Leave out runs for another dataset, those that were given up, and what a later full export has made good."""
    place = (table.module, table.target.dataset_id)
    found = [item for item in manifests if (item.module, item.dataset_id) == place and not item.given_up]
    full = [at for at, item in enumerate(found) if item.kind == FULL and item.closed]
    return found[full[-1] :] if full else found


def _missing(table: Table, manifest: Manifest, services: Services) -> list[str]:
    """Compare the windows of a run with what Zoho has in them today."""
    calm = settled(table, manifest.kind, manifest.since, manifest.until)
    if calm is None:
        return []
    exported: dict[Window, int] = {}
    for part in manifest.parts:
        exported[part.window] = exported.get(part.window, 0) + part.rows
    # What was empty has no part: together they must not have become more, either.
    expected = {calm: min(manifest.settled, sum(exported.values()))}
    expected |= {window: rows for window, rows in exported.items() if window.field and window.high <= calm.high}
    problems = []
    for window, rows in expected.items():
        there = services.zoho.count(table.module, window.condition())
        if there > rows:
            problems.append(
                f"Zoho has {there} records with {window}, and {rows} were exported: run the export with --whole"
            )
    return problems


def _follow(
    table: Table,
    place: LandingZonePlace,
    manifests: list[Manifest],
    services: Services,
    runs_of: RunsOf,
    report: Report,
    now: float,
) -> None:
    """Follow each file to the run that took it."""
    files = [_File(part, table.target) for manifest in manifests for part in manifest.parts if part.size]
    if table.deletes is not None:
        deletions = [manifest.deletes for manifest in manifests if manifest.deletes and manifest.deletes.size]
        files += [_File(part, table.deletes.target) for part in deletions]
    wait = place.days_to_live * DAY - _LAST_DAYS * DAY
    if table.schedule_seconds:
        wait = min(wait, _SCHEDULES * table.schedule_seconds)
    by_target: dict[Target, list[Part]] = {}
    for file in files:
        by_target.setdefault(file.target, []).append(file.part)
    for target, parts in by_target.items():
        present = services.zone.names(target.path)
        runs = list(runs_of(target.dataflow_id))
        taken = _taken(runs, parts, report)
        for part in parts:
            rows = part.rows if target is table.target else 0
            report.exported += rows
            if part.file in taken:
                report.taken += rows
            elif part.file not in present:
                report.problems.append(
                    f"no run of the dataflow {target.dataflow_id} took {part.file}, which is no longer in the zone: "
                    f"{part.rows} rows are lost; run the export with --whole"
                )
            elif now - part.at > wait:
                report.waiting += rows
                days = (part.at + place.days_to_live * DAY - now) / DAY
                report.problems.append(
                    f"no run of the dataflow {target.dataflow_id} took {part.file} with {part.rows} rows, and it goes "
                    f"in {max(days, 0):.1f} days: see why with `python -m zoho_adobe runs {target.dataflow_id}`"
                )
            else:
                report.waiting += rows


def _taken(runs: list[Run], parts: list[Part], report: Report) -> set[str]:
    """Return the files that runs took, and report what those runs did not write."""
    # Adobe's runs name a file with what is above the zone; its last component is of this file alone.
    known = {part.file.rpartition("/")[2]: part for part in parts}
    taken: set[str] = set()
    for run in runs:
        names = {name for path in run.files if (name := path.rpartition("/")[2]) in known}
        if not names or not run.done:
            continue
        if not run.succeeded:
            # Its files come with the next run, or stay behind and are reported as such.
            continue
        taken |= {known[name].file for name in names}
        if run.failed:
            report.problems.append(f"the run {run.id} could not write {run.failed} of {run.read} rows")
        expected = sum(known[name].rows for name in names)
        if len(names) == len(run.files) and run.read != expected:
            report.problems.append(f"the run {run.id} read {run.read} rows of files that have {expected}")
    return taken
