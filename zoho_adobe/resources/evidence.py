"""What is known of the rows that a dataset holds already, before a dataflow into it is made.

Evidence, the best first: the dataset's tag, the runs of the dataflow that it names, the dataset's batches. Where that
ends, the program decides, by saying `backfill`: without its word, neither are all rows brought again, nor any left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zoho_adobe.api.catalog import SOURCES_CLIENT
from zoho_adobe.errors import InputError, NotFoundError
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.looking import exists
from zoho_adobe.resources.origin import by_files
from zoho_adobe.resources.progress import Entry, Source, Tag, believable, reached
from zoho_adobe.resources.schedule import moment, seconds_between

if TYPE_CHECKING:
    from zoho_adobe.api.catalog import Dataset
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.api.flow_request import FlowRequest
    from zoho_adobe.api.flows import Flow

# A run covers what changed until it was due, and may begin later than that.
_LEAST_OVERLAP = 3600


@dataclass(frozen=True, slots=True)
class Known:
    """How far a source has come in a dataset.

    Attributes:
        until: everything older than this has arrived; 0 if nothing has, as far as that is known.
        entry: the entry of the tag that says so, if there is one.
        name: the name under which an earlier version wrote that down, empty if it did not.
        more: why more may have arrived than that, so that rows come twice; empty if none can have.
        open_: what the program has to decide, since rows would come twice or never; empty if it need not.
        undecided: whether that was open, and only the program's word tells what to bring.
    """

    until: int
    entry: Entry | None = None
    name: str = ""
    more: str = ""
    open_: str = ""
    undecided: bool = False

    def decided(self, request: FlowRequest, now: int) -> Known:
        """Say what will happen, or ask for the program's word where only that can tell.

        Args:
            request: the dataflow that is about to be made.
            now: the time at Adobe: what changes between it and the start of the dataflow has to come too.

        Returns:
            The same, with nothing left open.

        Raises:
            InputError: the program has to decide whether all rows are ingested again.
        """
        name, until = request.name, self.until
        if request.frequency == "once" or request.backfill:
            if self.until or self.open_:
                why = 'the frequency "once"' if request.frequency == "once" else "schedule.backfill=True"
                notice(
                    f"{name!r} re-ingests all rows, including those that the dataset already holds, because of {why}"
                )
        elif self.open_ and request.backfill is None:
            raise InputError(
                "schedule.backfill",
                f"{name!r} would ingest all rows again, or never ingest some: {self.open_}",
                remedy="Decide in the schedule: backfill=True ingests all rows, backfill=False only what "
                f"changes from {moment(self.until) if self.until else 'now'} on",
            )
        elif self.open_ and not self.until:
            until = now
            notice(f"{name!r} ingests only what changes from now on, because of schedule.backfill=False: {self.open_}")
        elif self.until and self.more:
            notice(
                f"{name!r} goes on from {moment(self.until)}: rows that changed since then may arrive twice, for "
                f"{self.more}"
            )
        return replace(self, until=until, open_="", undecided=bool(self.open_))


class Evidence:
    """Looks for how far the sources of one dataset have come.

    Args:
        clients: the clients of the organization.
        sandbox: the sandbox.
        dataset: the dataset, read a moment ago.
        tag: what its tag says.
    """

    def __init__(self, clients: Clients, sandbox: str, dataset: Dataset, tag: Tag) -> None:
        self._clients = clients
        self._dataflows = clients.dataflows(sandbox)
        self._catalog = clients.catalog(sandbox)
        self._runs = clients.runs(sandbox)
        self._sandbox = sandbox
        self._dataset = dataset
        self._tag = tag

    def of(self, source: Source, request: FlowRequest) -> Known:
        """Find out how far a source has come.

        Args:
            source: the source.
            request: the dataflow that is about to be made from it.
        """
        entry = self._tag.of(source) or self._moved(source)
        if entry is not None:
            known = self._of_entry(entry, request)
            others = self._tag.elsewhere(source)
            if others and not known.until and not known.open_:
                # Nothing came through this connection, so all rows there are came through the others.
                known = self._of_none(source)
            elif not known.more:
                known = replace(known, more=_since_then(others, known.until))
            return replace(known, entry=entry)
        name = self._tag.name_of(request.name)
        if name:
            return replace(self._of_name(name), name=name)
        return self._of_none(source)

    def _of_entry(self, entry: Entry, request: FlowRequest) -> Known:
        until = entry.until if self._believe(entry.until, entry.source.table) else None
        flow = self._flow(entry.dataflow) if entry.dataflow else None
        came_to = int(self._runs.covered_until(entry.dataflow)) if entry.dataflow else 0
        if came_to:
            # A dataflow is noted once the gap before it is closed, so one that is gone has left none.
            start, backfill = (flow.start, flow.backfill) if flow else (0, True)
            until = reached(until or 0, came_to, start=start, backfill=backfill)
            return Known(until, more=_alive(flow))
        if entry.undecided:
            holds = f"the dataset {self._dataset.id} holds rows"
            return Known(until or 0, open_=f"{holds}, and the dataflow that was to ingest the rest never ran")
        if until is not None and not entry.making and (not entry.dataflow or (flow is not None and not flow.has_run)):
            return Known(until, more=_alive(flow))
        if until:
            return Known(until, more=_alive(flow) or f"{_gone(entry)}, and its runs with it")
        return self._of_batches(entry, request)

    def _of_batches(self, entry: Entry, request: FlowRequest) -> Known:
        """Read from the batches that a dataflow which is gone has left how far it came at least."""
        batch = self._catalog.last_batch(self._dataset.id)
        if batch is None:
            return Known(0)
        gone = _gone(entry)
        if entry.until == 0 and entry.since and batch.started < entry.since:
            return Known(0)
        others = {target.id for target in self._dataflows.targets() if target.dataset_id == self._dataset.id}
        alone = len(self._tag.entries) == 1 and not self._tag.named and not self._tag.unreadable
        if not alone or others - {request.target_id} or batch.client != SOURCES_CLIENT or not batch.started:
            return Known(0, open_=f"the dataset {self._dataset.id} has rows of several sources, and {gone}")
        overlap = max(seconds_between(request.frequency, request.interval), _LEAST_OVERLAP)
        until = max(batch.started - overlap, self._dataset.created, 1)
        return Known(until, more=f"{gone}, and all that is known of its last run is when it wrote rows")

    def _of_name(self, name: str) -> Known:
        until = (self._tag.named or {}).get(name)
        if self._believe(until, name):
            return Known(until or 0)
        if self._catalog.last_batch(self._dataset.id) is None:
            return Known(0)
        return Known(0, open_=f"the tag of the dataset {self._dataset.id} is damaged")

    def _of_none(self, source: Source) -> Known:
        """Tell rows that came from elsewhere from those that may have come from this source."""
        if self._catalog.last_batch(self._dataset.id) is None:
            return Known(0)
        holds = f"the dataset {self._dataset.id} holds rows"
        elsewhere = self._tag.elsewhere(source)
        if elsewhere:
            others = ", ".join(sorted(entry.source.connection for entry in elsewhere))
            if all(entry.dataflow and self._flow(entry.dataflow) for entry in elsewhere):
                notice(
                    f"{holds} of {source.table} that come through the base connection {others}: if that reads the same "
                    f"Zoho organization as {source.connection}, they arrive twice"
                )
                return Known(0)
            until = _earliest(elsewhere)
            known = until if self._believe(until, source.table) else 0
            return Known(
                known or 0,
                open_=f"{holds} of {source.table} that came through another base connection ({others})",
                more=_since_then(elsewhere, known) if known else "",
            )
        if self._tag.unreadable or self._tag.named:
            return Known(0, open_=f"{holds}, and its tag does not say of which dataflow they are")
        if self._tag.entries:
            if any(by_files(entry.source) != by_files(source) for entry in self._tag.entries):
                notice(f"{holds} that came another way: those that come by files of the landing zone too arrive twice")
            return Known(0)
        return Known(0, open_=f"{holds}, and nothing says where they came from")

    def _moved(self, source: Source) -> Entry | None:
        """Find the entry of a connection that is gone, and that this one has replaced."""
        alike = [entry for entry in self._tag.elsewhere(source) if source.account == entry.source.account != ""]
        gone = [entry for entry in alike if not self._is_connection(entry.source.connection)]
        return gone[0] if len(gone) == 1 else None

    def _is_connection(self, connection_id: str) -> bool:
        return exists(lambda: self._clients.flow_service(self._sandbox).connection(connection_id))

    def _believe(self, until: int | None, what: str) -> bool:
        right = believable(until, created=self._dataset.created, now=self._dataset.now)
        if not right:
            notice(
                f"the tag of the dataset {self._dataset.id} does not say how far {what!r} has come: its time is damaged"
            )
        return right

    def _flow(self, flow_id: str) -> Flow | None:
        try:
            return self._dataflows.flow(flow_id)
        except NotFoundError:
            return None


def _gone(entry: Entry) -> str:
    """Say why the tag does not tell how far a source has come."""
    if entry.dataflow:
        return f"the dataflow {entry.dataflow} was deleted elsewhere"
    if entry.making and entry.until is not None:
        return f"the dataflow {entry.making!r}, whose create was cut off, was deleted elsewhere if it was made"
    return "its tag is damaged"


def _alive(flow: Flow | None) -> str:
    return f"the dataflow {flow.name!r} ({flow.id}) ingests them too as long as it exists" if flow else ""


def _since_then(others: Sequence[Entry], until: int) -> str:
    """Say through which other connections the table's rows have come since a time; empty if through none."""
    later = [
        entry.source.connection for entry in others if entry.dataflow or entry.until is None or entry.until > until
    ]
    if not later:
        return ""
    ids = ", ".join(sorted(later))
    return f"they came through the base connection {ids} too, if that reads the same Zoho organization"


def _earliest(entries: Sequence[Entry]) -> int | None:
    """Return up to where every one of these sources has come that has brought rows; 0 if that is not known of one."""
    have = [entry.until for entry in entries if entry.until != 0 or entry.dataflow or entry.making]
    return min((until or 0 for until in have), default=0)
