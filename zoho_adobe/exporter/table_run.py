"""One table on its way: what is planned for it, what is kept of that in the zone, and how it ends."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import NamedTuple

from zoho_adobe.api.catalog import Catalog
from zoho_adobe.api.zoho_bulk import Job, ZohoBulk
from zoho_adobe.errors import FewerRowsError, ZohoAdobeError, ZohoFieldError, ZoneConflictError
from zoho_adobe.exporter import events
from zoho_adobe.exporter.conversion import examined
from zoho_adobe.exporter.document import Table
from zoho_adobe.exporter.events import Tell
from zoho_adobe.exporter.lease import Lease
from zoho_adobe.exporter.manifest import Manifest, Part, read_manifest
from zoho_adobe.exporter.planning import FULL, KEPT_DELETIONS, baseline, columns_of, decide, deletes_to, settled
from zoho_adobe.exporter.presence import (
    CONVERTIBLE,
    check_none_vanished,
    deletion_times,
    lacks_records,
    listed,
    why_no_increment,
)
from zoho_adobe.exporter.watermark import TAG, UNKNOWN, Watermark, read_watermark, with_watermark
from zoho_adobe.exporter.windows import ALL, LAG, Counted, Window, split, stamp_after, whole, zoho_time
from zoho_adobe.exporter.zone import Zone
from zoho_adobe.session import current

_LEASE = "lease.json"
_TRIES = 3


class Services(NamedTuple):
    """Whom an export talks to."""

    zoho: ZohoBulk
    catalog: Catalog
    zone: Zone
    tell: Tell


class TableRun:
    """The export of one table.

    Args:
        table: the table.
        manifests: the folder of the exporter's own files.
        services: whom to talk to.
        again: whether everything is to be exported.
        accept_fewer: whether it is right that there are fewer records than before.
    """

    def __init__(
        self, table: Table, manifests: str, services: Services, *, again: bool = False, accept_fewer: bool = False
    ) -> None:
        self.table = table
        self.manifest: Manifest | None = None
        self.failure: ZohoAdobeError | None = None
        self._folder = _folder(manifests, table)
        self._services = services
        self._again = again
        self._accept_fewer = accept_fewer
        self._mark: Watermark | None = None
        self._etag: str | None = None
        self._last = ""
        self._adobe_ahead = 0.0
        self.lease = Lease(services.zone, f"{self._folder}/{_LEASE}", table.name)

    @property
    def plan(self) -> Manifest:
        """The manifest; there is one once the run is prepared."""
        if self.manifest is None:
            raise LookupError("the run is not prepared")
        return self.manifest

    def prepare(self, beat: Callable[[], None]) -> bool:
        """Find out what is to be exported, and keep that in the zone before anything else is done.

        Args:
            beat: is called again and again meanwhile.

        Returns:
            Whether a run that was cut off is gone on with; what changed since is left to the next preparation.
        """
        resumed = self.look(beat)
        if self.manifest is None:
            self._services.tell(events.NOTHING, self.table.name)
        elif resumed:
            self._adopt(beat)
            self.save()
            left = sum(not part.done for part in self.plan.files)
            self._services.tell(events.RESUMED, self.table.name, run=self.plan.run, left=left)
        else:
            self.save()
        return resumed

    def look(self, beat: Callable[[], None]) -> bool:
        """Find out what is to be exported, without changing anything; see `prepare`."""
        dataset = self._services.catalog.dataset(self.table.target.dataset_id)
        self._mark = read_watermark(dataset.tags.get(TAG, ()), self.table.module)
        self._adobe_ahead = dataset.now - current().clock.monotonic()
        self.manifest, self._etag = self._unfinished()
        if self.manifest is not None:
            return True
        self._plan(beat)
        return False

    def save(self) -> None:
        """Keep the manifest in the zone.

        Raises:
            ZoneConflictError: another exporter has written it meanwhile.
        """
        name = f"{self._folder}/{self.plan.run}.json"
        self._etag = self._services.zone.write(name, self.plan.text(), self._etag)

    def restart(self, part: Part) -> Part:
        """Plan a window again whose job or page is gone, under a name that was not used yet.

        Pages of one job do not fit those of another, so that all pages that are not in the zone are asked for again.
        """
        parts = self.plan.parts
        fresh = [other for other in parts if other.window != part.window or other.done]
        pages = sum(other.window == part.window for other in fresh)
        again = Part(part.window, part.counted, self.plan.file_of(part.window, pages + 1))
        parts[:] = [*fresh, again]
        self.save()
        return again

    def made(self, part: Part, job: Job) -> None:
        """Write down that a part has a job."""
        plan, before = self.plan, self._mark.user if self._mark else ""
        if job.user and before and job.user not in (before, plan.user):
            message = (
                f"these are the records of Zoho's user {job.user}, and those of {before} before: their rights differ"
            )
            self._services.tell(events.ALARM, self.table.name, message=message)
        part.job, plan.user = job.id, job.user or plan.user
        self.save()

    def commit(self) -> None:
        """Write the watermark: everything that was planned is in the zone."""
        plan = self.plan
        before = self._mark
        try:
            self._check_fewer(plan.until, plan.total)
        except FewerRowsError:
            # What was exported may lack what was hidden: the next run begins where this one began.
            plan.closed = plan.given_up = True
            self.save()
            raise
        # From here on nothing is read any more: a deletion before it that is undone later will not be listed again.
        zoho, read = self._services.zoho, int(self._services.zoho.now) + 1
        if self.table.deletes is not None:
            # A second that is over gains no deletions, so that of those before it none is missed.
            current().clock.sleep(max(0.0, read - zoho.now))
        times = deletion_times(self.table, zoho, plan.planned)
        lacking = listed(times, plan.planned) < plan.listed if times is not None else False
        if not self._accept_fewer:
            lacking = lacking or lacks_records(self.table, zoho, plan.parts, plan.until)
        mark = Watermark(
            module=self.table.module,
            until=plan.until,
            whole=0 if lacking else self._whole(),
            columns=plan.columns,
            counted=plan.total,
            deletes=plan.until if plan.deletes else before.deletes if before else 0,
            user=plan.user or (before.user if before else ""),
            dropped=self._dropped(),
            listed=listed(times, read),
            listed_at=read if times is not None else 0,
            path=self.table.target.path,
            deletes_to=deletes_to(self.table) or (before.deletes_to if before else ""),
        )
        self._write_mark(mark)
        plan.closed = True
        self.save()
        self._mark = mark
        if plan.kind == FULL:
            self._again = False
        rows = sum(part.rows for part in plan.parts)
        files = sum(part.size > 0 for part in plan.files)
        facts = {"kind": plan.kind, "rows": rows, "files": files, "until": zoho_time(plan.until)}
        self._services.tell(events.COMMITTED, self.table.name, **facts)

    def _whole(self) -> int:
        """Return when everything was exported last; 0 if records or columns came in sight since."""
        plan, before = self.plan, self._mark
        if plan.kind == FULL or before is None:
            return plan.planned
        other = bool(plan.user and before.user and plan.user != before.user)
        known = {*before.dropped.split(","), UNKNOWN} if before.dropped else set()
        more = before.dropped != UNKNOWN and bool(known - {*self._dropped().split(","), UNKNOWN})
        return 0 if other or more else before.whole

    def _dropped(self) -> str:
        if self._mark is not None and not any(part.job for part in self.plan.parts):
            return self._mark.dropped
        return ",".join(sorted(self.plan.dropped))

    def drop(self, error: ZohoFieldError) -> None:
        """Go on without a column that Zoho does not give.

        Raises:
            FewerRowsError: the last export had it: files without it would empty what the dataset has.
        """
        plan, mark = self.plan, self._mark
        gave = mark is not None and mark.columns == plan.columns and mark.dropped != UNKNOWN
        if gave and mark is not None and error.name not in mark.dropped.split(",") and not self._accept_fewer:
            raise FewerRowsError(
                f"Zoho no longer gives the column {error.name} of {self.table.module} ({error.message})",
                remedy="Give the user its rights back, remove the column from the program, or, if it is to become "
                "empty, export once with --accept-fewer-rows",
            )
        plan.dropped.append(error.name)
        self.save()
        self._services.tell(events.DROPPED, self.table.name, column=error.name, message=error.message)

    def _write_mark(self, mark: Watermark) -> None:
        catalog, module = self._services.catalog, self.table.module
        for _ in range(_TRIES):
            self.lease.keep()
            dataset = catalog.dataset(self.table.target.dataset_id)
            words = dataset.tags.get(TAG, ())
            present = read_watermark(words, module)
            if present == mark:
                return
            if present != self._mark:
                raise ZoneConflictError(
                    f"the watermark of {self.table.name} was changed by somebody else while it was exported",
                    remedy="Run the export again",
                )
            catalog.tag_dataset(dataset, {TAG: with_watermark(words, mark)})
        # Catalog knows no precondition: what others wrote at the same time may have taken ours away.
        if read_watermark(catalog.dataset(dataset.id).tags.get(TAG, ()), module) != mark:
            raise ZoneConflictError(
                f"the watermark of {self.table.name} does not stay in the dataset {dataset.id}",
                remedy="Run the export again when nobody else changes the dataset",
            )

    def _unfinished(self) -> tuple[Manifest | None, str | None]:
        """Find the run that was cut off, if it fits what the stack and the dataset say today."""
        zone = self._services.zone
        names = _manifest_names(zone, self._folder)
        self._last = names[-1].rpartition("/")[2].partition("-")[0] if names else ""
        stored = zone.read(names[-1]) if names else None
        found = read_manifest(stored.text) if stored else None
        if stored is None or found is None or found.closed:
            return None, None
        target = self.table.target
        fits = (
            (found.module, found.dataset_id, found.path) == (self.table.module, target.dataset_id, target.path)
            and found.columns == columns_of(self.table)
            and found.since == (self._mark.until if self._mark else None)
            and not (self._again and found.kind != FULL)
        )
        return (found, stored.etag) if fits else (None, None)

    def _adopt(self, beat: Callable[[], None]) -> None:
        """Take for done what is in the zone already: the run was cut off before it could write that down."""
        zone = self._services.zone
        folders = [self.table.target.path, *([self.table.deletes.target.path] if self.table.deletes else [])]
        present = {name for folder in folders for name in zone.names(folder)}
        for part in self.plan.files:
            if not part.done and part.file in present:
                part.rows, part.sha256, part.size = examined(zone.pieces(part.file), beat)
                part.done, part.at = True, int(self._services.zoho.now)

    def _plan(self, beat: Callable[[], None]) -> None:
        zoho, table, mark = self._services.zoho, self.table, self._mark
        reason = "it was asked for" if self._again else ""
        if mark is not None:
            there = self._check_fewer(mark.until, mark.counted)
            reason = reason or why_no_increment(table, zoho, mark, there)
        else:
            # Its answer tells Zoho's time, too.
            zoho.count(table.module, ALL)
        now = self._now()
        decision = decide(table, mark, now, reason)
        if decision is None:
            return

        def count(window: Window) -> int:
            beat()
            return zoho.count(table.module, window.condition())

        calm = settled(table, decision.kind, decision.since, decision.until)
        dated = decision.kind != FULL or not table.created_by or not self._undated(table.created_by)
        manifest = Manifest(
            run=f"{stamp_after(self._last, int(now))}-{secrets.token_hex(4)}",
            module=table.module,
            dataset_id=table.target.dataset_id,
            path=table.target.path,
            columns=columns_of(table),
            kind=decision.kind,
            reason=decision.reason,
            since=decision.since,
            until=decision.until,
            planned=int(now),
            total=count(baseline(table, decision.until)),
            settled=count(calm) if calm else 0,
            listed=listed(deletion_times(table, zoho, int(now)), int(now)),
        )
        for counted in split(decision.windows if dated else whole("", decision.until), count):
            manifest.add(counted)
        if decision.deletions is not None and table.deletes is not None:
            name = f"{table.deletes.target.path}/{table.module}_{decision.deletions.name()}_{manifest.run}.csv.gz"
            manifest.deletes = Part(decision.deletions, 0, name)
            self._check_deletions(decision.until)
        self.manifest = manifest
        counts = [Counted(part.window, part.counted) for part in manifest.parts]
        facts = {"kind": manifest.kind, "reason": manifest.reason, "windows": len(counts)}
        rows, jobs = sum(it.rows for it in counts), sum(it.jobs for it in counts)
        self._services.tell(events.PLANNED, table.name, **facts, rows=rows, jobs=jobs)

    def _now(self) -> float:
        """Return the time by the slower one of two clocks: what a fast one passes over would be lost."""
        zoho, adobe = self._services.zoho.now, self._adobe_ahead + current().clock.monotonic()
        if abs(zoho - adobe) > LAG:
            text = f"Zoho's clock says {zoho_time(int(zoho))}, and Adobe's {zoho_time(int(adobe))}"
            self._services.tell(events.ALARM, self.table.name, message=f"{text}: the earlier one counts")
        return min(zoho, adobe)

    def _undated(self, field: str) -> int:
        return self._services.zoho.count(self.table.module, f"{field} is null")

    def accepts_fewer(self, missing: int, window: Window) -> bool:
        """Return whether a result may lack records that Zoho counts: converted leads may be counted, and not given."""
        if self._accept_fewer or self.table.module != CONVERTIBLE:
            return self._accept_fewer
        since = window.low if window.field == self.table.modified_by else 0
        return missing <= len({item.id for item in self._services.zoho.converted(self.table.module, since)})

    def _check_fewer(self, until: int, counted: int) -> int:
        if self._accept_fewer:
            return self._services.zoho.count(self.table.module, baseline(self.table, until).condition())
        return check_none_vanished(self.table, self._services.zoho, until, counted)

    def _check_deletions(self, until: int) -> None:
        mark = self._mark
        if mark is not None and 0 < mark.deletes < until - KEPT_DELETIONS:
            text = f"deletions were last exported at {zoho_time(mark.deletes)}, and Zoho lists them for 60 days"
            self._services.tell(events.ALARM, self.table.name, message=f"{text}: some may be missing")


def manifests_of(zone: Zone, manifests: str, table: Table) -> list[Manifest]:
    """Return the manifests of a table that the zone still has, the oldest first."""
    stored = [zone.read(name) for name in _manifest_names(zone, _folder(manifests, table))]
    found = [read_manifest(item.text) for item in stored if item]
    return [manifest for manifest in found if manifest]


def _folder(manifests: str, table: Table) -> str:
    """Return where a table's manifests are: a table that gets another name or path keeps them."""
    return f"{manifests}/{table.target.dataset_id}/{table.module}"


def _manifest_names(zone: Zone, folder: str) -> list[str]:
    return sorted(name for name in zone.names(folder) if name.endswith(".json") and not name.endswith(f"/{_LEASE}"))
