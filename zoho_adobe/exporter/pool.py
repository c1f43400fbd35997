"""Jobs, from their making to the file in the zone, for all tables at once.

There is one thread: Zoho takes minutes for a job and gives ten results a minute, which one core streams with time left.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from zoho_adobe.api.deadline import pause
from zoho_adobe.api.zoho_bulk import JobState
from zoho_adobe.errors import (
    ExportError,
    NoAnswerError,
    ResultError,
    ServerError,
    ZohoAdobeError,
    ZohoCreditsError,
    ZohoCrmError,
    ZohoFieldError,
    ZoneConflictError,
)
from zoho_adobe.exporter import deletions, events
from zoho_adobe.exporter.conversion import Conversion, examined
from zoho_adobe.exporter.document import ID
from zoho_adobe.exporter.manifest import Part
from zoho_adobe.exporter.table_run import Services, TableRun
from zoho_adobe.session import current

MOST_JOBS = 10
"""Unfinished jobs at a time; Zoho's smallest edition allows five, and says when it is too many."""
DOWNLOADS, MINUTE = 10, 60.0
"""Results that Zoho gives in a minute: one more, and it gives none for a minute."""
_TRIES = 4
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 30.0
_BEAT = 5.0


@dataclass(slots=True)
class _Work:
    """A part that is not in the zone yet; `spent` means that its job is of no more use."""

    run: TableRun
    part: Part
    due: float = 0.0
    polls: int = 0
    failures: int = 0
    spent: bool = False


class Pool:
    """Everything that is under way.

    Args:
        services: whom to talk to.
        runs: the tables, each prepared.
    """

    def __init__(self, services: Services, runs: list[TableRun]) -> None:
        self._services = services
        self._runs = runs
        self._waiting: deque[_Work] = deque()
        self._running: list[_Work] = []
        self._most = MOST_JOBS
        self._downloads: deque[float] = deque(maxlen=DOWNLOADS)
        self.exhausted: ZohoCreditsError | None = None

    def work(self) -> None:
        """Bring every part of every table into the zone, or find out why that cannot be."""
        for run in self._runs:
            for part in run.plan.parts:
                if not part.done:
                    self._queue(_Work(run, part))
            self._guard(run, partial(self._finish, run))
        while self._running or (self._waiting and self.exhausted is None):
            self.beat()
            self._drop_failed()
            self._submit()
            self._poll()
            self._rest()
        for work in self._waiting:
            # What had a job is in the zone; there are no credits for the others.
            if self.exhausted is not None:
                self._fail(work.run, self.exhausted)

    def beat(self) -> None:
        """Renew what leases are due."""
        for run in self._runs:
            if run.failure is None:
                self._guard(run, run.lease.keep)

    # Steps

    def _submit(self) -> None:
        while self._waiting and len(self._running) < self._most and self.exhausted is None:
            work = self._waiting.popleft()
            if not self._guard(work.run, partial(self._create, work), work):
                return

    def _create(self, work: _Work) -> None:
        run, part = work.run, work.part
        try:
            if part.page_token:
                job = self._services.zoho.continue_job(run.table.module, part.page_token)
            else:
                names = [column.name for column in run.table.columns]
                fields = [name for name in names if name != ID and name not in run.plan.dropped]
                job = self._services.zoho.create_job(run.table.module, fields, part.window.criteria())
        except ZohoFieldError as error:
            if error.name not in fields:
                raise
            run.drop(error)
            self._waiting.appendleft(work)
            return
        except ZohoCreditsError as error:
            if error.status == 429:
                self.exhausted = error
                self._waiting.appendleft(work)
                return
            self._too_many(work, error)
            return
        except ZohoCrmError as error:
            if not part.page_token or error.code != "INVALID_DATA":
                raise
            # The token of the page has ended.
            self._restart(work)
            return
        run.made(part, job)
        work.due, work.polls = current().clock.monotonic(), 0
        self._running.append(work)
        self._tell(events.JOB, run, job=job.id, window=str(part.window))

    def _too_many(self, work: _Work, error: ZohoCreditsError) -> None:
        """Make no further job until one is done; others' jobs count too."""
        self._waiting.appendleft(work)
        if self._running:
            self._most = len(self._running)
            return
        work.failures += 1
        if work.failures > _TRIES:
            raise error
        self._tell(events.WAITING, work.run, message=error.message)
        self._wait(MINUTE)

    def _poll(self) -> None:
        now = current().clock.monotonic()
        for work in [work for work in self._running if work.due <= now]:
            if work in self._running:
                self._guard(work.run, partial(self._look, work), work)

    def _look(self, work: _Work) -> None:
        if work.part.done:
            # It is in the zone, and what came after that has failed for once.
            self._running.remove(work)
            self._finish(work.run)
            return
        state = self._services.zoho.job(work.part.job)
        if state is None:
            work.spent = True
            raise ResultError(f"Zoho no longer knows the job {work.part.job}")
        if state.failure:
            work.spent = True
            raise ResultError(f"Zoho failed to export {work.part.window}: {state.failure}")
        if state.completed:
            self._running.remove(work)
            self._completed(work, state)
        else:
            work.due = current().clock.monotonic() + min(_FIRST_WAIT * 1.5**work.polls, _LONGEST_WAIT)
            work.polls += 1

    def _again(self, work: _Work) -> None:
        """Ask for a part again whose job is of no more use.

        The token of a page asks for the same page again. Without one, all pages of the window begin anew.
        """
        if work in self._running:
            self._running.remove(work)
        if work.part.page_token:
            work.part.job, work.spent = "", False
            work.run.save()
            self._waiting.appendleft(work)
            return
        self._restart(work)

    def _restart(self, work: _Work) -> None:
        window, run = work.part.window, work.run
        same = [other for other in (*self._running, *self._waiting) if other.run is run and other.part.window == window]
        self._running = [other for other in self._running if other not in same]
        self._waiting = deque(other for other in self._waiting if other not in same)
        self._waiting.appendleft(_Work(run, run.restart(work.part), failures=work.failures))

    def _completed(self, work: _Work, state: JobState) -> None:
        run, part = work.run, work.part
        halves = part.window.halves() if state.more and not part.page_token else None
        if halves:
            run.plan.replace(part, halves)
            run.save()
            self._waiting.extendleft(_Work(run, half) for half in run.plan.parts if half.window in halves)
            return
        if state.more:
            self._plan_page(work, state)
        if state.count < part.counted and not state.more and not part.page_token:
            self._check_count(work, state.count)
        if state.count:
            self._move(work, state)
        else:
            part.done = True
            run.save()
        self._most = MOST_JOBS
        self._finish(run)

    def _check_count(self, work: _Work, given: int) -> None:
        """Refuse a result that lacks records: those of a window that has passed only become fewer."""
        run, window = work.run, work.part.window
        there = self._services.zoho.count(run.table.module, window.condition())
        if there > given and not run.accepts_fewer(there - given, window):
            work.spent = True
            raise ResultError(
                f"the job {work.part.job} has {given} records of {window}, and Zoho counts {there}",
                remedy="Run the export again, or, if it is right so, export once with --accept-fewer-rows",
            )

    def _plan_page(self, work: _Work, state: JobState) -> None:
        """Plan the next page before this one is in the zone: a run that is cut off between them must not forget it."""
        run, part, parts = work.run, work.part, work.run.plan.parts
        if any(other.page_token == state.page_token for other in parts):
            return
        if not state.page_token:
            raise ResultError(f"Zoho has more rows of {part.window}, and no token for them")
        pages = sum(other.window == part.window for other in parts)
        page = Part(part.window, 0, run.plan.file_of(part.window, pages + 1), page_token=state.page_token)
        parts.insert(parts.index(part) + 1, page)
        run.save()
        self._waiting.appendleft(_Work(run, page))

    def _move(self, work: _Work, state: JobState) -> None:
        run, part, zone = work.run, work.part, self._services.zone
        conversion = Conversion(run.table.columns, run.plan.dropped)
        upload = zone.create(part.file)
        try:
            with tempfile.TemporaryFile() as packed:
                if not self._download(part.job, packed):
                    work.spent = True
                    raise ResultError(f"Zoho no longer has the result of the job {part.job}")
                packed.seek(0)
                for piece in conversion.of_result(packed):
                    upload.write(piece)
                    self.beat()
        except OSError as error:
            raise ExportError(
                f"the result of a job cannot be kept on disk for as long as it is read: {error.strerror}",
                remedy=f"Make room in {tempfile.gettempdir()}, or set TMPDIR to a folder that has it",
            ) from None
        if conversion.rows != state.count:
            raise ResultError(f"the result of a job has {conversion.rows} rows, and Zoho announced {state.count}")
        if run.failure is not None:
            raise run.failure
        if not upload.commit() and examined(zone.pieces(part.file), self.beat)[1] != conversion.sha256:
            raise ZoneConflictError(f"{part.file} is in the landing zone already, and another exporter wrote it")
        part.rows, part.sha256, part.size = conversion.rows, conversion.sha256, conversion.size
        part.done, part.at = True, int(self._services.zoho.now)
        run.save()
        facts = {"file": part.file, "rows": part.rows, "bytes": part.size, "sha256": part.sha256, "job": part.job}
        self._tell(events.EXPORTED, run, **facts)

    def _download(self, job: str, packed: BinaryIO) -> bool:
        for attempt in range(1, _TRIES + 1):
            self._take_slot()
            try:
                return self._services.zoho.download(job, packed, self.beat)
            except ZohoCreditsError:
                if attempt == _TRIES:
                    raise
                # Others take results, too: Zoho gives none to anybody for a minute.
                self._wait(MINUTE + 1)
        raise AssertionError

    def _take_slot(self) -> None:
        """Wait until another result may be taken."""
        now = current().clock.monotonic()
        if len(self._downloads) == DOWNLOADS and now - self._downloads[0] < MINUTE + 1:
            self._wait(MINUTE + 1 - (now - self._downloads[0]))
        self._downloads.append(current().clock.monotonic())

    def _finish(self, run: TableRun) -> None:
        plan = run.plan
        if run.failure is not None or any(not part.done for part in plan.parts):
            return
        if plan.deletes is not None and not plan.deletes.done:
            deletions.export(run, plan.deletes, self._services, self.beat)
        run.commit()

    # What keeps it going

    def _guard(self, run: TableRun, step: Callable[[], None], work: _Work | None = None) -> bool:
        """Take a step of a table. What fails for once is tried again; what fails for good ends this table alone."""
        try:
            step()
            return True
        except (ServerError, NoAnswerError, ResultError) as error:
            if work is None or work.failures >= _TRIES:
                self._fail(run, error)
                return False
            work.failures += 1
            self._tell(events.WAITING, run, message=error.message)
            self._requeue(work, error)
            self._wait(_FIRST_WAIT * 2**work.failures)
        except ZohoAdobeError as error:
            self._fail(run, error)
        return False

    def _requeue(self, work: _Work, error: ZohoAdobeError) -> None:
        if work in self._running:
            self._running.remove(work)
        known = work.part in work.run.plan.parts
        if isinstance(error, ResultError) and known and not work.part.done and (work.spent or work.failures > 1):
            # The same result once more would be, or was, of no use.
            self._again(work)
        elif known and work not in self._waiting:
            self._queue(work)

    def _queue(self, work: _Work) -> None:
        if work.part.job:
            work.due = current().clock.monotonic()
            self._running.append(work)
        else:
            self._waiting.append(work)

    def _fail(self, run: TableRun, error: ZohoAdobeError) -> None:
        if run.failure is None:
            run.failure = error
            self._tell(events.FAILED, run, message=str(error))

    def _drop_failed(self) -> None:
        self._running = [work for work in self._running if work.run.failure is None]
        self._waiting = deque(work for work in self._waiting if work.run.failure is None)

    def _rest(self) -> None:
        """Wait until a job is due, if there is nothing else to do."""
        more = self._waiting and self.exhausted is None and len(self._running) < self._most
        if self._running and not more:
            next_due = min(work.due for work in self._running)
            self._wait(next_due - current().clock.monotonic())

    def _wait(self, seconds: float) -> None:
        ends = current().clock.monotonic() + seconds
        while (left := ends - current().clock.monotonic()) > 0:
            pause(min(left, _BEAT))
            self.beat()

    def _tell(self, event: str, run: TableRun, **facts: object) -> None:
        self._services.tell(event, run.table.name, **facts)
