"""Where each table stands on its way from the retired source to files, and whether the next step may follow. No I/O.

A step may follow only where every check holds; what could not be checked does not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from zoho_adobe.exporter.watermark import TAG as EXPORTED
from zoho_adobe.exporter.watermark import Watermark, read_watermark
from zoho_adobe.inventory.findings import age, day
from zoho_adobe.resources.origin import by_files
from zoho_adobe.resources.progress import TAG as PROGRESS
from zoho_adobe.resources.progress import read_tag

if TYPE_CHECKING:
    from zoho_adobe.api.catalog import Dataset
    from zoho_adobe.exporter.document import Table
    from zoho_adobe.exporter.reconcile import Report
    from zoho_adobe.inventory.model import Pipe, Sandbox

SOAK_DAYS = 7
"""How long files have to come alone before the old connection goes: as long as the zone keeps a file."""
_DAY = 86_400
_SECONDS = {"minute": 60, "hour": 3_600, "day": _DAY, "week": 7 * _DAY}
_RUNS_OF_BOTH = 2
# A run may be late without anything being wrong.
_MISSED_RUNS = 2

Stage = Literal["source", "both", "landing-zone", "retired"]


@dataclass(frozen=True)
class Check:
    """One thing that has to be so before the next step.

    Attributes:
        name: what is checked.
        holds: whether it is so; None where it could not be found out, which stops the next step like False.
        text: what was found.
    """

    name: str
    holds: bool | None
    text: str


@dataclass(frozen=True)
class Standing:
    """Where a table stands.

    Attributes:
        table: its name.
        dataset_id: the dataset that its rows end in.
        stage: how rows come.
        checks: what has to be so before the next step.
        next_edit: the next edit of the program; empty where nothing is left to do.
    """

    table: str
    dataset_id: str
    stage: Stage
    checks: Sequence[Check]
    next_edit: str

    @property
    def may_go_on(self) -> bool:
        """Whether the next step may follow."""
        return all(check.holds for check in self.checks)

    def facts(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "table": self.table,
            "datasetId": self.dataset_id,
            "stage": self.stage,
            "checks": [{"name": item.name, "holds": item.holds, "text": item.text} for item in self.checks],
            "mayGoOn": self.may_go_on,
            "nextEdit": self.next_edit or None,
        }


def standings_of(
    sandbox: Sandbox,
    dataset_ids: Iterable[str],
    tables: Mapping[str, Table],
    reports: Mapping[str, Report] | None,
    *,
    one_at_a_time: bool,
) -> list[Standing]:
    """Say of each dataset of a stack where it stands.

    Args:
        sandbox: what there is in its sandbox.
        dataset_ids: the datasets of the stack.
        tables: what is exported, by the id of the dataset.
        reports: how Zoho's rows compare with what has arrived, by the id of the dataset; None if that was not asked.
        one_at_a_time: whether Adobe refuses two dataflows into one dataset.

    Returns:
        One standing a dataset that a dataflow fills, by the table's name.
    """
    found = []
    for id_ in dataset_ids:
        pipes = [pipe for pipe in sandbox.pipes if pipe.dataset is not None and pipe.dataset.id == id_]
        if pipes:
            found.append(_standing(sandbox, pipes, tables.get(id_), reports, one_at_a_time=one_at_a_time))
    return sorted(found, key=lambda standing: standing.table)


def _standing(
    sandbox: Sandbox,
    pipes: Sequence[Pipe],
    table: Table | None,
    reports: Mapping[str, Report] | None,
    *,
    one_at_a_time: bool,
) -> Standing:
    old = next((pipe for pipe in pipes if pipe.via == "source"), None)
    new = next((pipe for pipe in pipes if pipe.via == "landing-zone"), None)
    dataset = next(pipe.dataset for pipe in pipes if pipe.dataset is not None)
    name = old.table if old else table.name if table else dataset.name
    words = dataset.tags.get(EXPORTED, ())
    mark = read_watermark(words, table.module) if table else None
    compared = _compared(None if reports is None else reports.get(dataset.id))
    if new is None:
        old = old or pipes[0]
        edit = 'via="landing-zone"' if one_at_a_time else 'via="both"'
        return Standing(name, dataset.id, "source", [_last_window(sandbox, old)], f"{name}: set {edit}")
    if old is not None:
        checks = [*_of_files(sandbox, new, mark), _covered(old.covered_until, mark), _overlap(new), compared]
        return Standing(name, dataset.id, "both", checks, f'{name}: set via="landing-zone"')
    ended, connection = _end_of_source(dataset)
    gone = not connection or connection not in {item.id for item in sandbox.connections}
    checks = [*_of_files(sandbox, new, mark), _covered(ended, mark), _soaked(sandbox, new), compared]
    if gone:
        return Standing(name, dataset.id, "retired", [], "")
    edit = f"take the base connection {connection} out of the program, once no table reads through it"
    return Standing(name, dataset.id, "landing-zone", checks, edit)


def _last_window(sandbox: Sandbox, old: Pipe) -> Check:
    if not old.covered_until:
        return Check("last window", True, "the source never brought anything; the export brings all there is")
    gap = age(sandbox.now - old.covered_until)
    until = f"the source brought what changed until {day(old.covered_until)} UTC, {gap} ago"
    return Check("last window", True, f"{until}; the export brings all there is")


def _of_files(sandbox: Sandbox, new: Pipe, mark: Watermark | None) -> list[Check]:
    exported = (
        Check("exported", False, "nothing was exported yet: run the exporter")
        if mark is None
        else Check("exported", True, f"everything that changed until {day(mark.until)} UTC")
    )
    last = next((run for run in new.runs if run.done), None)
    between = max(new.flow.interval, 1) * _SECONDS.get(new.flow.frequency, _DAY)
    if last is None:
        taken = Check("taken", False, "the dataflow of the files has not run yet")
    elif not last.succeeded or last.failed:
        why = f": {last.errors[0]}" if last.errors else ""
        taken = Check("taken", False, f"its last run {'left out rows' if last.succeeded else 'failed'}{why}")
    elif new.flow.frequency != "once" and sandbox.now - last.started > (_MISSED_RUNS + 1) * between:
        taken = Check("taken", False, f"its last run was {age(sandbox.now - last.started)} ago")
    else:
        taken = Check("taken", True, f"its last run took {last.read} rows")
    return [exported, taken]


def _covered(until: float, mark: Watermark | None) -> Check:
    """Check that the export goes beyond what the source has brought: between them nothing is lost."""
    if mark is None:
        return Check("no gap", False, "nothing was exported yet")
    holds = mark.until > until
    text = f"the export covers what came after {day(until)} UTC" if until else "the export covers everything"
    return Check("no gap", holds, text if holds else f"the source has brought more, until {day(until)} UTC")


def _overlap(new: Pipe) -> Check:
    count = sum(run.succeeded and bool(run.read) for run in new.runs)
    holds = count >= _RUNS_OF_BOTH
    return Check("overlap", holds, f"{count} runs have brought files beside the source, of {_RUNS_OF_BOTH}")


def _soaked(sandbox: Sandbox, new: Pipe) -> Check:
    days = (sandbox.now - new.flow.start) / _DAY
    return Check("soak", days >= SOAK_DAYS, f"files have come for {max(days, 0):.0f} days, of {SOAK_DAYS}")


def _compared(report: Report | None) -> Check:
    if report is None:
        return Check("reconciled", None, "not compared: set ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN")
    if report.problems:
        return Check("reconciled", False, "; ".join(report.problems))
    if report.waiting or report.to_come:
        rows = report.waiting + report.to_come
        return Check("reconciled", False, f"{rows} rows are on their way: wait for the next run and ask again")
    return Check("reconciled", True, f"each of Zoho's {report.in_zoho} records is accounted for")


def _end_of_source(dataset: Dataset) -> tuple[float, str]:
    """Return until when the source has brought rows, and through which connection; 0 and nothing if it never did."""
    entries = read_tag(list(dataset.tags.get(PROGRESS, ()))).entries
    of_source = [entry for entry in entries if not by_files(entry.source)]
    last = max(of_source, key=lambda entry: entry.until or 0, default=None)
    return (float(last.until or 0), last.source.connection) if last else (0.0, "")
