"""From one dataflow to the next: no row is lost between them, and none comes twice unless it was said before.

What holds, whatever is killed, renamed or deleted in between:

1. Progress belongs to a dataset and a source (a table, read through a base connection), never to a dataflow's name. It
   stands in a tag of the dataset, which outlives this process, the state, and the dataflow with its runs.
2. A time in the tag says that everything older has arrived. It may be too early (rows come twice, which is said before
   it happens), never too late (rows would be lost). It only grows.
3. A create notes the name of the dataflow before it is made, and clears that when it is done. So a dataflow of that
   name which no create has come back for is a lost one, and nothing else ever is. The delete of its source or target
   finds it, and so does every create, update and delete of a dataflow into the same dataset, once no create can still
   be at work on it.
4. The note of the dataflow's id, and that of a name, say that more may have arrived since. It is cleared when the
   dataflow is gone, not before. If it was deleted by hand, its runs or the dataset's batches tell how far it came, and
   where they do not, the program decides. Its word holds for the dataflow that carries it out: until that has brought
   what the word asks for, or closed the gap since it, the program is asked again.
5. Adobe accepts no start in the past, so what changed between the end of the old dataflow and the start of the new one
   is brought by one run on demand. Those are only for the frequency "once", so there is a second dataflow for as long
   as that takes. Its run is written down before it is deleted, so that it is not repeated.
6. Zoho tells times in whole seconds, and Adobe does not document whether the ends of a window belong to it. So both
   seconds at which windows meet are brought by both sides.
7. Writes to the tag of one dataset come one after another in this process. Catalog has no precondition for them, so
   each is looked at again once a write of another process must have arrived, and repeated if it is gone.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/on-demand-ingestion
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from zoho_adobe.api.deadline import OPERATION_SECONDS, pause
from zoho_adobe.api.source_spec import SPECS
from zoho_adobe.errors import ConnectionStateError, NotFoundError
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.evidence import Evidence, Known
from zoho_adobe.resources.gap import gap_name, run_gap
from zoho_adobe.resources.looking import exists, needed, wait_until_gone
from zoho_adobe.resources.origin import origin, require_way
from zoho_adobe.resources.progress import TAG, Entry, Source, Tag, believable, reached, read_tag
from zoho_adobe.resources.schedule import moment
from zoho_adobe.resources.settling import at_rest, wait_for_last_run
from zoho_adobe.resources.tag_write import write_tag

if TYPE_CHECKING:
    from zoho_adobe.api.catalog import Dataset
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.api.flow_request import FlowRequest
    from zoho_adobe.api.flows import Flow, FlowSpec


class Handover:
    """The handing over between the dataflows of one sandbox.

    Args:
        clients: the clients of the organization.
        sandbox: the sandbox.
        named: lists the dataflows of a name, True asks Adobe anew; without it, Adobe is asked each time.
        at_work: tells whether this process makes, or has made, a dataflow of a name.
    """

    def __init__(
        self,
        clients: Clients,
        sandbox: str,
        named: Callable[[str, bool], list[Flow]] | None = None,
        at_work: Callable[[str], bool] = lambda _name: False,
    ) -> None:
        self._clients = clients
        self._named = named or self._listed
        self._at_work = at_work
        self._dataflows = clients.dataflows(sandbox)
        self._catalog = clients.catalog(sandbox)
        self._runs = clients.runs(sandbox)
        self._sandbox = sandbox
        self._write = partial(write_tag, clients, sandbox)
        # Neither changes during an operation, for which one of these is made.
        self._sources: dict[str, Source] = {}
        self._dataset_ids: dict[str, str] = {}

    # --- create -----------------------------------------------------------------------------------------------------

    def begin(self, request: FlowRequest) -> Known:
        """Find out where a dataflow that is about to be made begins, and note that it is about to be made.

        Args:
            request: the dataflow.

        Returns:
            What is known.

        Raises:
            InputError: the dataset holds rows of which it is not known what they are, and the program does not decide.
        """
        source_id, target_id = request.source_id, request.target_id
        source = needed("source connection", source_id, self._sandbox, lambda: self._source(source_id))
        require_way(request, source)
        dataset_id = needed("target connection", target_id, self._sandbox, lambda: self._dataset_id(target_id))
        dataset = self._dataset(dataset_id, target_id)
        if self._sweep(dataset, source):
            dataset = self._dataset(dataset_id, target_id)
        tag = read_tag(dataset.tags.get(TAG, ()))
        evidence = Evidence(self._clients, self._sandbox, dataset, tag)
        known = evidence.of(source, request).decided(request, int(dataset.now))

        def note(now: Tag) -> Tag:
            there = Entry(
                source,
                known.until,
                since=int(dataset.now),
                # As long as no other one exists, the earlier one may be at work.
                dataflow=known.entry.dataflow if known.entry else "",
                making=request.name,
                begun=int(dataset.now),
                undecided=known.undecided,
            )
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
        try:
            source = self._source(flow.source_id)
        except NotFoundError:
            # Without its source it cannot run. How far it has come, its runs tell.
            return
        dataset_id = self._dataset_id(flow.target_id)
        dataset = self._dataset(dataset_id, flow.target_id)
        tag = read_tag(dataset.tags.get(TAG, ()))
        entry, name = tag.of(source), tag.name_of(flow.name)
        until = entry.until if entry else (tag.named or {}).get(name, 0)
        if not believable(until, created=dataset.created, now=spec.now):
            notice(
                f"{_what(request)} before {moment(flow.start)} is not ingested by {flow.name!r}: the time in the "
                f"tag of the dataset {dataset_id} is damaged. A new dataflow with "
                "schedule.backfill=True re-ingests all rows"
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
                f"{_what(request)} between {moment(until)} and {moment(flow.start)} could not be ingested by "
                f"{flow.name!r}: {problem} A new dataflow with schedule.backfill=True re-ingests all rows"
            )

        def note(now: Tag) -> Tag:
            there = now.of(source) or Entry(source, 0, making=flow.name)
            return now.with_entry(replace(there, until=flow.start, undecided=False), name=name)

        # Written down before the delete: as long as that dataflow is there, its run is found, and so is not repeated.
        self._write(dataset_id, note)
        if gap_id:
            self._dataflows.delete_flow(gap_id)

    def resume(self, flow: Flow) -> None:
        """Note that a create has come back for the dataflow that one before it had made."""
        source = self._source(flow.source_id)

        def note(now: Tag) -> Tag:
            there = now.of(source)
            # One whose create was done already is not a lost one, whatever becomes of this create.
            lost = there is not None and there.making == flow.name
            return now.with_entry(replace(there, begun=int(flow.now))) if there and lost else now

        self._write(self._dataset_id(flow.target_id), note)

    def completed(self, flow: Flow) -> None:
        """Note that the create of a dataflow is done: from now on it is not a lost one."""
        source = self._source(flow.source_id)

        def note(now: Tag) -> Tag:
            there = now.of(source) or Entry(source, 0, since=int(flow.now))
            return now.with_entry(replace(there, dataflow=flow.id, making=_making_besides(there, flow)))

        self._write(self._dataset_id(flow.target_id), note)

    # --- update, delete ---------------------------------------------------------------------------------------------

    def note(self, flow: Flow) -> None:
        """Write down how far a dataflow has come that goes on."""
        dataset = self._note(flow, int(self._runs.covered_until(flow.id)), flow.id)
        if dataset is not None:
            self._sweep(dataset)

    def retire(self, flow_id: str) -> None:
        """Write down how far a dataflow has come, then delete it and what is left of its closing of a gap.

        Args:
            flow_id: the dataflow; it may be gone already.

        Raises:
            ConnectionStateError: a run of it is under way for too long.
        """
        dataset = self._retire(flow_id)
        if dataset is not None:
            self._sweep(dataset)

    def _retire(self, flow_id: str) -> Dataset | None:
        try:
            flow = at_rest(self._dataflows, flow_id)
        except NotFoundError:
            return None
        wait_for_last_run(self._runs, flow)
        came_to = int(self._runs.covered_until(flow.id))
        self._note(flow, came_to, flow.id, final=False)
        self._dataflows.delete_flow(flow.id)
        wait_until_gone("dataflow", flow.id, lambda: self._dataflows.flow(flow.id))
        # Its runs may be forgotten by now: then what it brought is as unknown as if it was deleted by hand.
        return self._note(flow, came_to, flow.id if flow.has_run and not came_to else "")

    def _note(self, flow: Flow, came_to: int, dataflow: str, *, final: bool = True) -> Dataset | None:
        """Write down how far a dataflow has come.

        Args:
            flow: the dataflow.
            came_to: the end of its last successful run; 0 if there was none.
            dataflow: its id if more may have come by the time that somebody reads this, else empty.
            final: whether no other write follows, and it no longer counts as lost, whatever the tag says.

        Returns:
            Its dataset as it was before, or None if that no longer exists.
        """
        try:
            dataset_id = self._dataset_id(flow.target_id)
            dataset = self._catalog.dataset(dataset_id)
            tag = read_tag(dataset.tags.get(TAG, ()))
            noted, name = tag.by_dataflow(flow.id, flow.name), tag.name_of(flow.name)
            source = noted.source if noted else self._source(flow.source_id)
        except NotFoundError:
            # Without the dataset there is nothing that a later dataflow could bring twice; without the source, another
            # process has deleted the dataflow, and written that down.
            return None
        entry = tag.of(source)
        if entry and entry.dataflow not in ("", flow.id) and exists(lambda: self._dataflows.flow(entry.dataflow)):
            # Another dataflow has gone on from here already.
            return dataset
        before = (entry.until if entry else (tag.named or {}).get(name)) or 0
        until = reached(before, came_to, start=flow.start, backfill=flow.backfill)

        def change(now: Tag) -> Tag:
            there = now.of(source) or Entry(source, 0, since=int(flow.now))
            if there.dataflow not in ("", flow.id, entry.dataflow if entry else ""):
                # One has gone on from here meanwhile.
                return now
            making = _making_besides(there, flow) if final else there.making
            undecided = there.undecided and not came_to
            changed = replace(there, until=until, dataflow=dataflow, making=making, undecided=undecided)
            return now.with_entry(changed, name=name)

        self._write(dataset_id, change, look=final)
        return dataset

    # --- what a lost create has left ----------------------------------------------------------------------------------

    def _sweep(self, dataset: Dataset, source: Source | None = None) -> bool:
        """Retire what lost creates have left in a dataset; returns whether they have left anything.

        Those of other sources may be at work in another process, but none is for longer than an operation lasts.

        Args:
            dataset: the dataset, read a moment ago.
            source: where a dataflow that is about to be made reads from.
        """
        lost = {
            entry.making
            for entry in read_tag(dataset.tags.get(TAG, ())).entries
            if entry.making
            and not self._at_work(entry.making)
            and (entry.source == source or max(entry.begun, entry.since) + OPERATION_SECONDS < dataset.now)
        }
        if not lost:
            return False
        names = lost | set(map(gap_name, lost))
        targets = {target.id for target in self._dataflows.targets() if target.dataset_id == dataset.id}
        flows = [flow for flow in self._all_flows() if flow.name in names and flow.target_id in targets]
        self.remove_lost(flows)
        return bool(flows)

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
                self._retire(flow.id)
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
        tag = read_tag(tags.get(TAG, ()))
        made = [entry for entry in tag.entries if entry.making and flow.name in (entry.making, gap_name(entry.making))]
        try:
            there = tag.of(self._source(flow.source_id))
        except NotFoundError:
            # Without its source it cannot run, and nothing else tells where it has read from.
            return made[0] if made else None
        return there if there in made else None

    def _retire_gap(self, flow: Flow, making: Entry) -> None:
        wait_for_last_run(self._runs, flow)
        came_to = int(self._runs.covered_until(flow.id))

        def change(now: Tag) -> Tag:
            there = now.of(making.source) or making
            return now.with_entry(replace(there, until=max(there.until or 0, came_to))) if came_to else now

        self._write(self._dataset_id(flow.target_id), change)
        self._dataflows.delete_flow(flow.id)

    # --- where things are ---------------------------------------------------------------------------------------------

    def _source(self, source_id: str) -> Source:
        if source_id not in self._sources:
            self._sources[source_id] = origin(self._clients, self._sandbox, source_id)
        return self._sources[source_id]

    def _dataset_id(self, target_id: str) -> str:
        if target_id not in self._dataset_ids:
            self._dataset_ids[target_id] = self._dataflows.target(target_id).dataset_id
        return self._dataset_ids[target_id]

    def _dataset(self, dataset_id: str, target_id: str) -> Dataset:
        try:
            return self._catalog.dataset(dataset_id)
        except NotFoundError:
            raise ConnectionStateError(
                f"the dataset {dataset_id}, which the target connection {target_id} fills, no longer exists",
                object_id=target_id,
                remedy="Run `pulumi refresh`, then `pulumi up` to make both again",
            ) from None

    def _listed(self, name: str, _fresh: bool) -> list[Flow]:
        return [flow for flow in self._all_flows() if flow.name == name]

    def _all_flows(self) -> Iterator[Flow]:
        """List the dataflows from every source, since those of one dataset may have several."""
        for spec in SPECS.values():
            yield from self._clients.dataflows(self._sandbox, spec).flows()


def _what(request: FlowRequest) -> str:
    return "what was written to the landing zone" if request.files else "what changed in Zoho"


def _making_besides(entry: Entry, flow: Flow) -> str:
    return "" if entry.making == flow.name else entry.making
