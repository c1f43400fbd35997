"""From one dataflow to the next: no row is lost between them, and none comes twice unless it was said before.

What holds, whatever is killed, renamed or deleted in between:

1. Progress belongs to a dataset and a source (a table, read through a base connection), never to a dataflow's name. It
   stands in a tag of the dataset, which outlives this process, the state, and the dataflow with its runs.
2. A time in the tag says that everything older has arrived. It may be too early (rows come twice, which is said before
   it happens), never too late (rows would be lost). It only grows.
3. A create notes the name of the dataflow before it is made, and clears that when it is done. So a dataflow of that
   name which no create has come back for is a lost one, and nothing else ever is.
4. The note of the dataflow's id says that more may have arrived since; a retired dataflow leaves no id. If it was
   deleted by hand, its runs or the dataset's batches tell how far it came, and where they do not, the program decides.
5. Adobe accepts no start in the past, so what changed between the end of the old dataflow and the start of the new one
   is brought by one run on demand. Those are only for the frequency "once", so there is a second dataflow for as long
   as that takes. Its run is written down before it is deleted, so that it is not repeated.
6. Zoho tells times in whole seconds, and Adobe does not document whether the ends of a window belong to it. So both
   seconds at which windows meet are brought by both sides.
7. Writes to the tag of one dataset come one after another in this process. Catalog has no precondition for them, so
   each is read back, and repeated if another process wrote over it.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/on-demand-ingestion
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from zoho_adobe.api.deadline import held, pause
from zoho_adobe.errors import ConnectionStateError, NotFoundError
from zoho_adobe.resources.evidence import Evidence, Known
from zoho_adobe.resources.gap import gap_name, run_gap
from zoho_adobe.resources.lifecycle import notice
from zoho_adobe.resources.progress import TAG, Entry, Source, Tag, believable, reached, read_tag
from zoho_adobe.resources.repeatable import exists, wait_until_gone
from zoho_adobe.resources.schedule import moment
from zoho_adobe.resources.settling import at_rest, wait_for_last_run

if TYPE_CHECKING:
    from zoho_adobe.api.catalog import Dataset
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.api.flow_request import FlowRequest
    from zoho_adobe.api.flows import Flow, FlowSpec

_WRITES = 5


class Handover:
    """The handing over between the dataflows of one sandbox.

    Args:
        clients: the clients of the organization.
        sandbox: the sandbox.
        named: lists the dataflows of a name, True asks Adobe anew; without it, Adobe is asked each time.
    """

    def __init__(self, clients: Clients, sandbox: str, named: Callable[[str, bool], list[Flow]] | None = None) -> None:
        self._clients = clients
        self._named = named or self._listed
        self._dataflows = clients.dataflows(sandbox)
        self._catalog = clients.catalog(sandbox)
        self._runs = clients.runs(sandbox)
        self._sandbox = sandbox
        # Neither changes during an operation, for which one of these is made.
        self._sources: dict[str, Source] = {}
        self._dataset_ids: dict[str, str] = {}

    # --- create -----------------------------------------------------------------------------------------------------

    def begin(self, request: FlowRequest, at_work: Callable[[str], bool]) -> Known:
        """Find out where a dataflow that is about to be made begins, and note that it is about to be made.

        Args:
            request: the dataflow.
            at_work: tells whether a dataflow of a name is being made by this process.

        Returns:
            What is known.

        Raises:
            InputError: the dataset holds rows of which it is not known what they are, and the program does not decide.
        """
        source, dataset_id = self._source(request.source_id), self._dataset_id(request.target_id)
        dataset = self._dataset(dataset_id, request.target_id)
        tag = read_tag(dataset.tags.get(TAG, ()))
        entry = tag.of(source)
        if entry and entry.making not in ("", request.name) and not at_work(entry.making):
            names = (entry.making, gap_name(entry.making))
            self.remove_lost(flow for flow in self._dataflows.flows() if flow.name in names)
            dataset = self._dataset(dataset_id, request.target_id)
            tag = read_tag(dataset.tags.get(TAG, ()))
        evidence = Evidence(self._clients, self._sandbox, dataset, tag)
        known = evidence.of(source, request).decided(request)

        def note(now: Tag) -> Tag:
            there = Entry(source, known.until, since=int(dataset.now), making=request.name)
            return now.with_entry(there, instead_of=known.entry, name=known.name)

        self._write(dataset_id, note)
        return known

    def close_gap(self, request: FlowRequest, spec: FlowSpec, flow: Flow) -> None:
        """Bring what changed before the start of a dataflow that goes on from an earlier one.

        Args:
            request: the dataflow as it was asked for.
            spec: the flow spec.
            flow: the dataflow as it is.
        """
        if flow.frequency == "once" or flow.backfill:
            return
        dataset_id = self._dataset_id(flow.target_id)
        dataset = self._dataset(dataset_id, flow.target_id)
        tag = read_tag(dataset.tags.get(TAG, ()))
        source = self._source(flow.source_id)
        entry, name = tag.of(source), tag.name_of(flow.name)
        until = entry.until if entry else (tag.named or {}).get(name, 0)
        if not believable(until, created=dataset.created, now=spec.now):
            notice(
                f"what changed in Zoho before {moment(flow.start)} is not brought by {flow.name!r}: the time in the "
                f"tag of the dataset {dataset_id} is damaged. A new dataflow with schedule.backfill=True brings all"
            )
            return
        if not until:
            return
        if until >= flow.start - 1:
            self.delete_gaps(flow.name)
            return
        # What changes until the start belongs to the gap, so it must have come.
        pause(max(0.0, flow.start - spec.now + 1))
        gap_id, problem = run_gap(
            self._dataflows, self._runs, request, spec, flow, until, lambda name: self._named(name, True)
        )
        if problem:
            notice(
                f"what changed in Zoho between {moment(until)} and {moment(flow.start)} could not be brought by "
                f"{flow.name!r}: {problem} A new dataflow with schedule.backfill=True brings all rows again"
            )

        def note(now: Tag) -> Tag:
            there = now.of(source) or Entry(source, 0, making=flow.name)
            return now.with_entry(_with(there, until=flow.start), name=name)

        # Written down before the delete: as long as that dataflow is there, its run is found, and so is not repeated.
        self._write(dataset_id, note)
        if gap_id:
            self._dataflows.delete_flow(gap_id)

    def completed(self, flow: Flow) -> None:
        """Note that the create of a dataflow is done: from now on it is not a lost one."""
        source = self._source(flow.source_id)

        def note(now: Tag) -> Tag:
            there = now.of(source) or Entry(source, 0, since=int(flow.now))
            return now.with_entry(_with(there, dataflow=flow.id, making=""))

        self._write(self._dataset_id(flow.target_id), note)

    # --- update, delete ---------------------------------------------------------------------------------------------

    def note(self, flow: Flow) -> None:
        """Write down how far a dataflow has come that goes on."""
        self._note(flow, dataflow=flow.id)

    def retire(self, flow_id: str) -> None:
        """Write down how far a dataflow has come, then delete it and what is left of its closing of a gap.

        Args:
            flow_id: the dataflow; one that does not exist is no error.

        Raises:
            ConnectionStateError: a run of it is under way for too long.
        """
        try:
            flow = at_rest(self._dataflows, flow_id)
        except NotFoundError:
            return
        wait_for_last_run(self._runs, flow)
        self._note(flow, dataflow="")
        self._dataflows.delete_flow(flow_id)
        wait_until_gone("dataflow", flow_id, lambda: self._dataflows.flow(flow_id))

    def _note(self, flow: Flow, *, dataflow: str) -> None:
        came_to = int(self._runs.covered_until(flow.id))
        # Its runs may be forgotten by now: then what it brought is as unknown as if it was deleted by hand.
        left = flow.id if flow.has_run and not came_to else dataflow
        try:
            dataset_id = self._dataset_id(flow.target_id)
            tag = read_tag(self._catalog.dataset(dataset_id).tags.get(TAG, ()))
        except NotFoundError:
            # Without the dataset there is nothing that a later dataflow could bring twice.
            return
        noted, name = tag.by_dataflow(flow.id, flow.name), tag.name_of(flow.name)
        source = noted.source if noted else self._source(flow.source_id)
        entry = tag.of(source)
        if entry and entry.dataflow not in ("", flow.id) and exists(lambda: self._dataflows.flow(entry.dataflow)):
            # Another dataflow has gone on from here already.
            return
        before = (entry.until if entry else (tag.named or {}).get(name)) or 0
        until = reached(before, came_to, start=flow.start, backfill=flow.backfill)

        def change(now: Tag) -> Tag:
            there = now.of(source) or Entry(source, 0, since=int(flow.now))
            making = there.making if dataflow else ""
            return now.with_entry(_with(there, until=until, dataflow=left, making=making), name=name)

        self._write(dataset_id, change)

    # --- what a lost create has left ----------------------------------------------------------------------------------

    def remove_lost(self, flows: Iterable[Flow]) -> list[Flow]:
        """Retire the dataflows that a create has made whose answer was lost, and that no create came back for.

        Args:
            flows: the dataflows to look at.

        Returns:
            Those of them that are not lost, so that somebody else may need them.
        """
        others: list[Flow] = []
        lost: list[Flow] = []
        for flow in flows:
            (lost if self._is_lost(flow) else others).append(flow)
        # What closes a gap goes first, for what it brought is needed to tell how far the other one has come.
        for flow in sorted(lost, key=lambda flow: flow.frequency != "once"):
            making = self._making(flow)
            if making is not None and flow.name == gap_name(making.making):
                self._retire_gap(flow, making)
            else:
                self.retire(flow.id)
            notice(f"the dataflow {flow.name!r} ({flow.id}), which a create that was cut off had left, was deleted")
        return others

    def delete_gaps(self, full_name: str) -> None:
        """Delete what an interrupted create has left of the dataflow for the gap."""
        for left in self._named(gap_name(full_name), False):
            self._dataflows.delete_flow(left.id)

    def _is_lost(self, flow: Flow) -> bool:
        return flow.created_client == self._clients.settings.client_id and self._making(flow) is not None

    def _making(self, flow: Flow) -> Entry | None:
        """Find the note of the create that has made a dataflow, or the one for its gap."""
        try:
            tags = self._catalog.dataset(self._dataset_id(flow.target_id)).tags
        except NotFoundError:
            return None
        entries = [entry for entry in read_tag(tags.get(TAG, ())).entries if entry.making]
        return next((entry for entry in entries if flow.name in (entry.making, gap_name(entry.making))), None)

    def _retire_gap(self, flow: Flow, making: Entry) -> None:
        wait_for_last_run(self._runs, flow)
        came_to = int(self._runs.covered_until(flow.id))

        def change(now: Tag) -> Tag:
            there = now.of(making.source) or making
            return now.with_entry(_with(there, until=max(there.until or 0, came_to))) if came_to else now

        self._write(self._dataset_id(flow.target_id), change)
        self._dataflows.delete_flow(flow.id)

    # --- where things are ---------------------------------------------------------------------------------------------

    def _source(self, source_id: str) -> Source:
        if source_id not in self._sources:
            self._sources[source_id] = self._find_source(source_id)
        return self._sources[source_id]

    def _find_source(self, source_id: str) -> Source:
        found = self._dataflows.source(source_id)
        try:
            params = self._clients.flow_service(self._sandbox).connection(found.base_connection_id).params
        except NotFoundError:
            return Source(found.table, found.base_connection_id)
        account = "\n".join(params.get(key, "").rstrip("/").lower() for key in ("accountsUrl", "clientId"))
        digest = hashlib.sha256(account.encode()).hexdigest()[:12] if account.strip() else ""
        return Source(found.table, found.base_connection_id, digest)

    def _dataset_id(self, target_id: str) -> str:
        if target_id not in self._dataset_ids:
            self._dataset_ids[target_id] = self._dataflows.target(target_id).dataset_id
        return self._dataset_ids[target_id]

    def _dataset(self, dataset_id: str, target_id: str) -> Dataset:
        try:
            return self._catalog.dataset(dataset_id)
        except NotFoundError:
            raise ConnectionStateError(
                f"the dataset {dataset_id}, which the target connection {target_id} fills, does not exist any more",
                connection_id=target_id,
                remedy="Run `pulumi refresh`, then `pulumi up` to make both again",
            ) from None

    def _listed(self, name: str, _fresh: bool) -> list[Flow]:
        return [flow for flow in self._dataflows.flows() if flow.name == name]

    def _write(self, dataset_id: str, change: Callable[[Tag], Tag]) -> None:
        with held(self._clients.lock(f"dataset {self._sandbox} {dataset_id}")):
            for attempt in range(_WRITES):
                pause(0.2 * max(0, attempt - 1))
                dataset = self._catalog.dataset(dataset_id)
                there = list(dataset.tags.get(TAG, ()))
                wanted = change(read_tag(there)).words()
                if wanted == there:
                    return
                self._catalog.tag_dataset(dataset, TAG, wanted)
        raise ConnectionStateError(
            f"the tag {TAG} of the dataset {dataset_id} is changed again and again by somebody else",
            remedy="Run the command again once no other one is at work on this dataset",
        )


def _with(entry: Entry, *, until: int | None = None, dataflow: str | None = None, making: str | None = None) -> Entry:
    return Entry(
        entry.source,
        entry.until if until is None else until,
        entry.since,
        entry.dataflow if dataflow is None else dataflow,
        entry.making if making is None else making,
    )
