"""A run: all tables of a document, or some of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from zoho_adobe.errors import FewerRowsError, HeldError, ZohoAdobeError, ZohoCreditsError
from zoho_adobe.exporter import events
from zoho_adobe.exporter.document import Table
from zoho_adobe.exporter.manifest import Manifest
from zoho_adobe.exporter.pool import Pool
from zoho_adobe.exporter.table_run import Services, TableRun


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a run is asked for.

    Attributes:
        again: export everything, whatever the watermarks say.
        accept_fewer: it is right that there are fewer records than before.
    """

    again: bool = False
    accept_fewer: bool = False


@dataclass(slots=True)
class Outcome:
    """How a run ended.

    Attributes:
        failures: the errors by table.
        done: the tables whose watermark is up to date.
    """

    failures: dict[str, ZohoAdobeError] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        """The exit code: 0 for success, 3 for an alarm, 4 for a held table, 5 for used-up credits, 1 for all else."""
        if not self.failures:
            return 0
        found = {_CODES.get(type(error), 1) for error in self.failures.values()}
        return next(code for code in (1, 3, 5, 4) if code in found)


_CODES: dict[type[ZohoAdobeError], int] = {FewerRowsError: 3, HeldError: 4, ZohoCreditsError: 5}


def export(tables: tuple[Table, ...], manifests: str, services: Services, wishes: Wishes) -> Outcome:
    """Export tables. A run that was cut off is finished first; one table's failure does not stop the others.

    Args:
        tables: the tables.
        manifests: the folder of the exporter's own files.
        services: whom to talk to.
        wishes: what is asked for.
    """
    runs = [_run(table, manifests, services, wishes) for table in tables]
    outcome = Outcome()
    held: list[TableRun] = []
    try:
        for run in runs:
            try:
                run.lease.take()
                held.append(run)
            except ZohoAdobeError as error:
                _fail(run, error, services)
        active = [run for run in held if run.failure is None]
        while active:
            active = _round(active, services)
    finally:
        for run in held:
            _release(run)
    for run in runs:
        if run.failure is None:
            outcome.done.append(run.table.name)
        else:
            outcome.failures[run.table.name] = run.failure
    return outcome


class Planned(NamedTuple):
    """What a run would do with a table.

    Attributes:
        manifest: what it would export; None if there is nothing new.
        counting: the credits that finding this out has cost, and that the run spends again.
    """

    manifest: Manifest | None
    counting: int


def plans(tables: tuple[Table, ...], manifests: str, services: Services, wishes: Wishes) -> list[Planned]:
    """Find out what a run would export, and change nothing."""
    found = []
    for table in tables:
        run, before = _run(table, manifests, services, wishes), services.zoho.credits
        run.look(lambda: None)
        found.append(Planned(run.manifest, services.zoho.credits - before))
    return found


def _run(table: Table, manifests: str, services: Services, wishes: Wishes) -> TableRun:
    return TableRun(table, manifests, services, again=wishes.again, accept_fewer=wishes.accept_fewer)


def _round(active: list[TableRun], services: Services) -> list[TableRun]:
    """Prepare and export tables; return those that only finished what an earlier run had begun."""
    resumed = []
    pool = Pool(services, active)
    for run in active:
        try:
            if run.prepare(pool.beat):
                resumed.append(run)
        except ZohoAdobeError as error:
            _fail(run, error, services)
    ready = [run for run in active if run.failure is None and run.manifest is not None]
    pool = Pool(services, ready)
    pool.work()
    return [run for run in resumed if run.failure is None]


def _fail(run: TableRun, error: ZohoAdobeError, services: Services) -> None:
    run.failure = error
    services.tell(events.FAILED, run.table.name, message=str(error))


def _release(run: TableRun) -> None:
    try:
        run.lease.release()
    except ZohoAdobeError:
        # It ends by itself.
        return
