"""The dataflow: rows of a table of Zoho CRM, on a schedule, into a dataset.

No row is moved twice, and none is lost between two dataflows: before one is deleted, how far it has come is written
into a tag of the dataset, and one of the same name that is made on that dataset goes on from there, with backfill off.
The tag outlives this process, the state, and the dataflow's own runs, whose fate after its delete is not documented.

Adobe accepts no start in the past, so what changed between the end of the old one and the start of the new one is
brought by one run on demand. Those are only for dataflows of the frequency "once", so there is a second dataflow for as
long as that takes; what an interrupted update leaves of it is found by its name.
Sources: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/collect/crm and
https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/on-demand-ingestion
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, UpdateResult

from zoho_adobe.api.deadline import pause, remaining_seconds
from zoho_adobe.columns import is_date
from zoho_adobe.errors import (
    ChangedElsewhereError,
    ConnectionStateError,
    EtagMismatchError,
    InputError,
    LostAnswerError,
    NotFoundError,
    RejectedError,
    ZohoAdobeError,
)
from zoho_adobe.resources.accepted import require_accepted
from zoho_adobe.resources.lifecycle import (
    ManagedResource,
    Props,
    check_name,
    given,
    is_unknown,
    known,
    notice,
    one_line,
    own_suffix,
    replaced_by,
    require_bool,
    require_text,
    same_organization,
)
from zoho_adobe.resources.repeatable import RepeatableLifecycle, also, look_after, wait_until_gone
from zoho_adobe.resources.schedule import Schedule, check_schedule, first_start, moment

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.api.dataflows import Dataflows, Flow, FlowSpec
    from zoho_adobe.api.platform import Made
    from zoho_adobe.api.runs import Runs

PROGRESS_TAG = "zohoAdobeProgress"
"""The dataset's tag that says how far each dataflow into it has come: "<full name>=<seconds since 1970>"."""

_INPUTS = (
    "name",
    "suffix",
    "description",
    "source_connection_id",
    "target_connection_id",
    "mapping_set_id",
    "delta_column",
    "schedule",
    "enabled",
    "error_diagnostics",
    "partial_ingestion_percent",
    "sandbox",
    "organization",
)
_OUTPUTS = ("full_name", "etag", "state", "start")
_REPLACED_BY = ("delta_column", "error_diagnostics", "partial_ingestion_percent", "sandbox")
_REPLACED_BY_IDS = ("source_connection_id", "target_connection_id")

_SETTLED = ("enabled", "disabled")
_FAILED = ("failed", "partial_failure", "partialfailure")
# How soon a dataflow starts that goes on after another one: until then, nothing brings what changes.
_HANDOVER = 10
# The dataflow for the gap between two others never runs on its own schedule: it would bring all rows.
_NEVER = 10 * 365 * 86400
# A run that is under way brings rows which a dataflow that is made meanwhile would bring again.
_WAIT_FOR_RUN = 120.0


class DataflowLifecycle(RepeatableLifecycle["Flow"]):
    """Checks, creates, reads, updates and deletes dataflows for the engine."""

    noun: ClassVar[str] = "dataflow"
    inputs: ClassVar[tuple[str, ...]] = _INPUTS

    def check_inputs(self, _olds: Props, news: Props, problems: list[InputError]) -> Props:
        """Complete the inputs, and report a schedule or delta column that Adobe would refuse."""
        inputs = given(news, _INPUTS)
        ids = ("source_connection_id", "target_connection_id", "mapping_set_id")
        require_text(inputs, ("name", *ids), problems)
        require_text(
            inputs, [field for field in ("suffix", "description", "delta_column") if field in inputs], problems
        )
        check_name(inputs, "name", problems)
        inputs.setdefault("enabled", True)
        require_bool(inputs, ("enabled", "error_diagnostics"), problems)
        schedule = inputs["schedule"] = check_schedule(news.get("schedule"), problems)
        if isinstance(schedule, Mapping):
            # The columns are needed here alone: kept in the state they would make it large and show as changes.
            _check_delta_column(inputs.get("delta_column"), schedule.get("frequency"), news.get("columns"), problems)
        percent = inputs.get("partial_ingestion_percent")
        if known(percent) and not (isinstance(percent, int | float) and 0 < percent <= 100):
            problems.append(InputError("partial_ingestion_percent", f"{percent!r} is no percentage above 0"))
        self.place(inputs, problems)
        return inputs

    @one_line
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Replace for another source or target; refuse what Adobe no longer changes once a dataflow has started."""
        same_organization(self.settings(), _olds)
        replaces = replaced_by(_olds, _news, _REPLACED_BY, _REPLACED_BY_IDS)
        before, after = _olds.get("schedule") or {}, _news["schedule"] if known(_news.get("schedule")) else {}
        once = [schedule.get("frequency") == "once" for schedule in (before, after)]
        if known(after.get("frequency")) and once[0] != once[1]:
            replaces.append("schedule")
        if not replaces:
            _refuse_late_changes(_olds, before, after)
        return DiffResult(changes=None, replaces=replaces)

    @one_line
    def create(self, props: Props) -> CreateResult:
        """Make the dataflow, going on from where an earlier one of its name has come to."""
        clients = self.clients_of(props)
        dataflows = clients.dataflows(props["sandbox"])
        spec = require_accepted(dataflows)
        with self.claimed(props):
            made = self._find_or_make(clients, dataflows, props, spec)
            try:
                flow = _settle(dataflows, made.id)
                self._close_gap(clients, dataflows, props, spec, flow)
                if (flow.state == "enabled") != props["enabled"]:
                    flow = _switch(dataflows, flow, enabled=props["enabled"])
            except ZohoAdobeError as error:
                also(error, self._leave_or_undo(clients, dataflows, props, made.id))
                raise
        return CreateResult(flow.id, self._recorded(props, flow))

    @one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """Read the dataflow where the state says it is, and give drift back as inputs."""
        dataflows = self.clients_of(props).dataflows(props["sandbox"])
        try:
            flow = self.listing(props, dataflows.flows).for_read(id_) or dataflows.flow(id_)
        except NotFoundError:
            return ReadResult(None, {})
        drifted = self._as_inputs(props, flow)
        if props["enabled"] and not drifted["enabled"]:
            notice(
                f"the dataflow {flow.name!r} ({id_}) was stopped by {flow.updated_by or 'somebody'}; the next update "
                "starts it again"
            )
        return ReadResult(id_, self._recorded(drifted, flow), drifted)

    @one_line
    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Change name, description, schedule and mapping set in one PATCH, then start or stop it."""
        clients = self.clients_of(_olds)
        dataflows = clients.dataflows(_olds["sandbox"])
        try:
            ops = self._patch_ops(_olds, _news, lambda: dataflows.flow(_id))
            flow = self._patch(clients, dataflows, _id, _olds, _news, ops) if ops else dataflows.flow(_id)
            if (flow.state == "enabled") != _news["enabled"]:
                flow = _switch(dataflows, flow, enabled=_news["enabled"])
        except NotFoundError:
            raise ConnectionStateError(
                f"the dataflow {_id} does not exist any more in sandbox {_olds['sandbox']!r}",
                connection_id=_id,
                remedy="Run `pulumi refresh`, then `pulumi up` to make it again",
            ) from None
        finally:
            self.listing(_olds, dataflows.flows).changed()
        return UpdateResult(self._recorded(_news, flow))

    @one_line
    def delete(self, _id: str, _props: Props) -> None:
        """Write down how far the dataflow has come, then delete it."""
        if self.belongs_to_another(_id, _props):
            return
        clients = self.clients_of(_props)
        dataflows = clients.dataflows(_props["sandbox"])
        listing = self.listing(_props, dataflows.flows)
        try:
            self._retire(clients, dataflows, _id)
            self._delete_gap(dataflows, _props)
        finally:
            listing.changed()

    # --- create -----------------------------------------------------------------------------------------------------

    def _find_or_make(self, clients: Clients, dataflows: Dataflows, props: Props, spec: FlowSpec) -> Made:
        from zoho_adobe.api.platform import Made

        full_name, listing = self.full_name(props), self.listing(props, dataflows.flows)

        def take_over(found: Flow) -> Made | None:
            schedule = props["schedule"]
            there = (found.source_id, found.target_id, found.mapping_set_id, found.delta_column)
            wanted = (*(props[key] for key in (*_REPLACED_BY_IDS, "mapping_set_id")), props.get("delta_column", ""))
            timed = (found.frequency, found.interval) == (schedule["frequency"], schedule.get("interval", 0))
            same = there == wanted and timed and found.description == props.get("description", "")
            if same and found.operation not in _FAILED:
                return Made(found.id, found.etag)
            if found.target_id == props["target_connection_id"] and found.operation not in _FAILED:
                # How far it has come says nothing of a gap before it whose closing was cut off.
                self._close_gap(clients, dataflows, props, spec, found)
            self._retire(clients, dataflows, found.id)
            return None

        try:
            return self.find_or_make(
                props,
                find=lambda fresh: listing.named(full_name, fresh=fresh),
                make=lambda: self._post(clients, dataflows, props, spec),
                take_over=take_over,
                as_made=lambda found: Made(found.id, found.etag),
                remove=dataflows.delete_flow,
            )
        finally:
            listing.changed()

    def _leave_or_undo(self, clients: Clients, dataflows: Dataflows, props: Props, id_: str) -> str:
        """Say what becomes of a dataflow that was made and not brought to its end; only a suffix lets it be found."""
        if props.get("suffix"):
            return f"The dataflow {id_} exists: run the command again, which takes it over"
        try:
            self._retire(clients, dataflows, id_)
            self._delete_gap(dataflows, props)
        except ZohoAdobeError:
            return f"The dataflow {id_} exists: delete it in Adobe before the command is run again"
        return f"The dataflow {id_} was deleted again"

    def _delete_gap(self, dataflows: Dataflows, props: Props) -> None:
        """Delete what an interrupted update left of the dataflow for the gap."""
        for left in self.listing(props, dataflows.flows).named(_gap_name(self.full_name(props))):
            dataflows.delete_flow(left.id)

    def _post(self, clients: Clients, dataflows: Dataflows, props: Props, spec: FlowSpec) -> Made:
        """Send the POST, with the start that this dataflow can have."""
        full_name, schedule = self.full_name(props), props["schedule"]
        came_to = _progress(clients, dataflows, props["target_connection_id"], full_name)
        if came_to and schedule["frequency"] != "once" and not schedule.get("backfill"):
            start = int(spec.now) + _HANDOVER
            notice(
                f"the dataflow {full_name!r} goes on where its predecessor ended, at {moment(came_to)}: "
                f"backfill is off, and it starts at {moment(start)}"
            )
            return dataflows.create_flow(self._body(props, spec, {"startTime": start, "backfill": False}))
        start = first_start(schedule, spec.now)
        if schedule.get("start") not in (None, start):
            notice(f"schedule.start: {moment(schedule['start'])} has passed: {full_name!r} starts at {moment(start)}")
        return dataflows.create_flow(self._body(props, spec, {"startTime": start}))

    def _close_gap(self, clients: Clients, dataflows: Dataflows, props: Props, spec: FlowSpec, flow: Flow) -> None:
        """Bring what changed after the predecessor's last run and before this dataflow's start."""
        came_to = _progress(clients, dataflows, flow.target_id, flow.name)
        until = flow.start - 1
        if not came_to or flow.frequency == "once" or flow.backfill:
            return
        if came_to >= until:
            self._delete_gap(dataflows, props)
            return
        # What changes until the start belongs to the gap, so it must have come.
        pause(max(0.0, flow.start - spec.now + 1))
        gap_id, problem = self._run_once(clients, dataflows, props, spec, flow, (int(came_to) + 1, until))
        if problem:
            notice(
                f"what changed in Zoho between {moment(came_to)} and {moment(until)} could not be brought by "
                f"{flow.name!r}: {problem} A new dataflow with schedule.backfill=True brings all rows again"
            )
        # Written down before the delete: as long as that dataflow is there, its run is found, and so is not repeated.
        _write_progress(clients, dataflows, flow.target_id, flow.name, until)
        if gap_id:
            dataflows.delete_flow(gap_id)

    def _run_once(
        self,
        clients: Clients,
        dataflows: Dataflows,
        props: Props,
        spec: FlowSpec,
        flow: Flow,
        window: tuple[int, int],
    ) -> tuple[str, str]:
        """Run a dataflow of its own for a span of time; give its id, if it was made, and what went wrong, if it did."""
        name, runs = _gap_name(flow.name), clients.runs(dataflows.sandbox)
        times = {"startTime": int(spec.now) + _NEVER, "frequency": "once"}
        body = {**self._body(props, spec, times), "name": name}
        listing = self.listing(props, dataflows.flows)

        def find_flow() -> str:
            return next((left.id for left in listing.named(name, fresh=True)), "")

        def find_run() -> str:
            return next((run.id for run in runs.latest(gap_id, 1)), "")

        gap_id = find_flow()
        try:
            gap_id = gap_id or _once(lambda: dataflows.create_flow(body).id, find_flow)
        except RejectedError as error:
            return "", str(error)
        _settle(dataflows, gap_id)
        run_id = find_run()
        try:
            run_id = run_id or _once(lambda: runs.start(gap_id, props["delta_column"], *window), find_run)
        except RejectedError as error:
            return gap_id, str(error)
        return gap_id, _wait_for_run(runs, gap_id, run_id)

    def _body(self, props: Props, spec: FlowSpec, times: Mapping[str, Any]) -> dict[str, Any]:
        """Give the request; `times` come before what the program's schedule says."""
        schedule = props["schedule"]
        wanted: dict[str, Any] = {"frequency": schedule["frequency"], **times}
        if wanted["frequency"] != "once":
            wanted = {"interval": schedule["interval"], "backfill": schedule.get("backfill", True), **wanted}
        options = {
            "errorDiagnosticsEnabled": props.get("error_diagnostics"),
            "partialIngestionPercent": props.get("partial_ingestion_percent"),
        }
        chosen = {key: value for key, value in options.items() if value is not None}
        return {
            "name": self.full_name(props),
            **({"description": props["description"]} if props.get("description") else {}),
            "flowSpec": {"id": spec.id, "version": spec.version},
            "sourceConnectionIds": [props["source_connection_id"]],
            "targetConnectionIds": [props["target_connection_id"]],
            "transformations": _transformations(props, once=wanted["frequency"] == "once"),
            "scheduleParams": wanted,
            **({"options": chosen} if chosen else {}),
        }

    # --- update, delete ---------------------------------------------------------------------------------------------

    def _patch_ops(self, olds: Props, news: Props, look: Callable[[], Flow]) -> list[dict[str, Any]]:
        ops: list[dict[str, Any]] = []
        if self.full_name(olds) != self.full_name(news):
            ops.append({"op": "replace", "path": "/name", "value": self.full_name(news)})
        old, new = olds.get("description", ""), news.get("description", "")
        if old != new:
            # Flow Service wants a value in every instruction, also in one that needs none.
            op = "remove" if not new else "replace" if old else "add"
            ops.append({"op": op, "path": "/description", "value": new or old})
        before, after = olds["schedule"], news["schedule"]
        for key, path in (("frequency", "frequency"), ("interval", "interval"), ("backfill", "backfill")):
            if key in after and before.get(key) != after[key]:
                ops.append({"op": "replace", "path": f"/scheduleParams/{path}", "value": after[key]})
        if "start" in after and after["start"] not in (before.get("start"), olds.get("start")):
            ops.append({"op": "replace", "path": "/scheduleParams/startTime", "value": after["start"]})
        if olds["mapping_set_id"] != news["mapping_set_id"]:
            ops.append(_mapping_op(look().transformations, news["mapping_set_id"]))
        return ops

    def _patch(
        self, clients: Clients, dataflows: Dataflows, id_: str, olds: Props, news: Props, ops: list[dict[str, Any]]
    ) -> Flow:
        """Send the PATCH against the etag of the state, so that nobody's change is written over unseen."""
        try:
            dataflows.patch_flow(id_, str(olds.get("etag", "")), ops)
        except EtagMismatchError:
            found = _at_rest(dataflows, id_)
            strangers = self._unexpected(found, olds, news)
            if strangers or found.updated_client not in (clients.settings.client_id, ""):
                raise ChangedElsewhereError(
                    f"the dataflow {id_} was changed elsewhere by {found.updated_by or 'somebody'} at "
                    f"{moment(found.updated_at / 1000)}: {', '.join(strangers) or 'nothing that the program says'}",
                    connection_id=id_,
                    remedy="Run `pulumi refresh` to see it, then `pulumi up` to set it back or after changing the "
                    "program",
                ) from None
            # All it shows is old or wanted, and this client wrote last: our own PATCH, whose answer was lost.
            left = self._patch_ops({**self._as_inputs(olds, found), "start": found.start}, news, lambda: found)
            if left:
                dataflows.patch_flow(id_, found.etag, left)
        return _settle(dataflows, id_)

    def _as_inputs(self, props: Props, flow: Flow) -> Props:
        """Give the inputs as the dataflow at Adobe shows them."""
        schedule = {**props["schedule"], "frequency": flow.frequency}
        if flow.frequency != "once":
            schedule["interval"] = flow.interval
        return {
            **self.seen(props, flow.name, flow.description),
            "mapping_set_id": flow.mapping_set_id,
            "schedule": schedule,
            "enabled": flow.state not in ("disabled", "disabling"),
        }

    def _unexpected(self, found: Flow, olds: Props, news: Props) -> list[str]:
        """List what is neither as the state has it nor as the program wants it."""

        def both(pick: Callable[[Props], Any]) -> tuple[Any, Any]:
            return pick(olds), pick(news)

        seen = {
            "name": (found.name, both(self.full_name)),
            "description": (found.description, both(lambda props: props.get("description", ""))),
            "frequency": (found.frequency, both(lambda props: props["schedule"]["frequency"])),
            "interval": (found.interval, both(lambda props: props["schedule"].get("interval", 0))),
            "mapping set": (found.mapping_set_id, both(lambda props: props["mapping_set_id"])),
        }
        return [f"{field} is {now!r}" for field, (now, expected) in seen.items() if now not in expected]

    def _retire(self, clients: Clients, dataflows: Dataflows, id_: str) -> None:
        try:
            flow = _at_rest(dataflows, id_)
        except NotFoundError:
            return
        runs = clients.runs(dataflows.sandbox)
        deadline = time.monotonic() + min(_WAIT_FOR_RUN, remaining_seconds() / 2)
        while any(not run.done for run in runs.latest(id_, 1)):
            if time.monotonic() > deadline:
                raise ConnectionStateError(
                    f"the dataflow {flow.name!r} ({id_}) cannot be deleted now: a run of it is under way",
                    connection_id=id_,
                    remedy=f"Try again when it has ended: `python -m zoho_adobe runs {id_} --follow` shows it",
                )
            pause(2.0)
        came_to = runs.covered_until(id_)
        if came_to:
            closed = 0 if flow.backfill else flow.start - 1
            _write_progress(clients, dataflows, flow.target_id, flow.name, came_to, gap_closed_at=closed)
        dataflows.delete_flow(id_)
        wait_until_gone(self.noun, id_, lambda: dataflows.flow(id_))

    def _recorded(self, inputs: Props, flow: Flow) -> Props:
        return self.outputs(inputs, etag=flow.etag, state=flow.state, start=flow.start)


def _check_delta_column(column: Any, frequency: Any, columns: Any, problems: list[InputError]) -> None:
    if frequency == "once":
        if column is not None:
            problems.append(
                InputError("delta_column", 'it does not go with the frequency "once"', remedy="Leave it out")
            )
        return
    if column is None and known(frequency):
        problems.append(
            InputError(
                "delta_column",
                "it is missing: Adobe tells by it what changed since the last run",
                remedy="Pass a column with a date, such as Modified_Time",
            )
        )
    if not (isinstance(column, str) and isinstance(columns, Mapping)):
        return
    if is_unknown(columns.get(column)) or is_date(str(columns.get(column, ""))):
        return
    dates = ", ".join(sorted(name for name, word in columns.items() if is_date(str(word)))) or "none"
    what = f"{column!r} is {columns[column]}, no date" if column in columns else f"the table has no column {column!r}"
    problems.append(InputError("delta_column", what, remedy=f"Its columns with a date: {dates}"))


def _refuse_late_changes(olds: Props, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Refuse at plan time what Adobe would: start and backfill are fixed once the start has come."""
    start = olds.get("start")
    if not isinstance(start, int | float) or start > time.time():
        return
    if known(after.get("start")) and after["start"] not in (before.get("start"), start):
        raise InputError(
            "schedule.start",
            f"the dataflow started at {moment(start)}, and its start cannot change any more",
            remedy="Take the start out of the program, or set it back",
        )
    if known(after.get("backfill")) and "backfill" in before and after["backfill"] != before["backfill"]:
        raise InputError(
            "schedule.backfill",
            f"the dataflow started at {moment(start)}, and backfill matters to its first run alone",
            remedy="Set it back; `pulumi up --replace` with the resource's URN makes a new dataflow with it",
        )


def _transformations(props: Props, *, once: bool) -> list[dict[str, Any]]:
    copy = [] if once else [{"name": "Copy", "params": {"deltaColumn": {"name": props["delta_column"]}}}]
    # Mapping sets are never changed here, so each has its first version only.
    return [*copy, {"name": "Mapping", "params": {"mappingId": props["mapping_set_id"], "mappingVersion": "0"}}]


def _mapping_op(there: Sequence[Mapping[str, Any]], mapping_set_id: str) -> dict[str, Any]:
    """Give the instruction that sets another mapping set, and leaves what else a dataflow does as it is."""
    params = {"mappingId": mapping_set_id, "mappingVersion": "0"}
    for at, part in enumerate(there):
        if part.get("name") == "Mapping":
            value = {**part, "params": {**(part.get("params") or {}), **params}}
            return {"op": "replace", "path": f"/transformations/{at}", "value": value}
    return {"op": "add", "path": "/transformations/-", "value": {"name": "Mapping", "params": params}}


def _settle(dataflows: Dataflows, id_: str) -> Flow:
    """Wait until a dataflow has carried out what it was asked for: Flow Service answers before that."""
    flow = _at_rest(dataflows, id_)
    if flow.operation in _FAILED:
        raise ConnectionStateError(
            f"Adobe could not carry out the change of the dataflow {id_}: "
            f"{'; '.join(flow.operation_errors) or 'it does not say why'}",
            connection_id=id_,
        )
    return flow


def _at_rest(dataflows: Dataflows, id_: str) -> Flow:
    """Wait until a dataflow has carried out what it was asked for, or has failed to."""
    wait = 0.2
    while True:
        flow = dataflows.flow(id_)
        settled = flow.state in _SETTLED and flow.operation.replace("_", "") != "inprogress"
        if settled or flow.operation in _FAILED:
            return flow
        if remaining_seconds() < wait * 2:
            raise ConnectionStateError(
                f"the dataflow {id_} is still {flow.state}",
                connection_id=id_,
                remedy="Run the command again in a few minutes",
            )
        pause(wait)
        wait = min(wait * 2, 5.0)


def _switch(dataflows: Dataflows, flow: Flow, *, enabled: bool) -> Flow:
    """Start or stop a dataflow; that it is so already is as good."""
    op: Literal["enable", "disable"] = "enable" if enabled else "disable"
    try:
        dataflows.switch_flow(flow.id, op)
    except (LostAnswerError, RejectedError):
        found = _settle(dataflows, flow.id)
        if (found.state == "enabled") == enabled:
            return found
        # Twice is the same as once, so whether the first one may still be at work does not matter.
        dataflows.switch_flow(flow.id, op)
    return _settle(dataflows, flow.id)


def _once(make: Callable[[], str], find: Callable[[], str]) -> str:
    """Make something, and give its id, also if the answer that holds it is lost."""
    try:
        return make()
    except LostAnswerError as error:
        found = look_after(error, lambda: find() or None)
        if found is None:
            raise
        return found


def _gap_name(full_name: str) -> str:
    return f"{full_name} gap"


def _wait_for_run(runs: Runs, flow_id: str, run_id: str) -> str:
    """Wait for the end of a run, and say what went wrong in it, if anything did.

    Raises:
        ConnectionStateError: it is under way for longer than an operation may take.
    """
    wait = 0.5
    while True:
        for run in runs.of_flow(flow_id):
            if run.id == run_id and run.done:
                return (
                    "" if run.succeeded else f"{'; '.join(map(str, run.errors)) or f'the run ended as {run.status}'}."
                )
        if remaining_seconds() < wait * 4:
            raise ConnectionStateError(f"the run {run_id} of the dataflow {flow_id} is still under way")
        pause(wait)
        wait = min(wait * 2, 5.0)


def _progress(clients: Clients, dataflows: Dataflows, target_id: str, full_name: str) -> float:
    """Read how far an earlier dataflow of this name has come, 0 if there is none."""
    dataset_id = dataflows.target(target_id).dataset_id
    try:
        words = clients.catalog(dataflows.sandbox).dataset(dataset_id).tags.get(PROGRESS_TAG, ())
    except NotFoundError:
        raise ConnectionStateError(
            f"the dataset {dataset_id}, which the target connection {target_id} fills, does not exist any more",
            connection_id=target_id,
            remedy="Run `pulumi refresh`, then `pulumi up` to make both again",
        ) from None
    return _came_to(words, full_name)


def _write_progress(
    clients: Clients,
    dataflows: Dataflows,
    target_id: str,
    full_name: str,
    came_to: float,
    *,
    gap_closed_at: float = 0.0,
) -> None:
    """Write how far a dataflow has come, unless the gap before it, which ends at `gap_closed_at`, is still open.

    The next dataflow then begins with that gap: a row may come twice, but none is lost.
    """
    catalog = clients.catalog(dataflows.sandbox)
    try:
        dataset_id = dataflows.target(target_id).dataset_id
        words = catalog.dataset(dataset_id).tags.get(PROGRESS_TAG, ())
        if 0 < _came_to(words, full_name) < gap_closed_at:
            return
        others = [word for word in words if word.rpartition("=")[0] != full_name]
        catalog.tag_dataset(dataset_id, PROGRESS_TAG, [*others, f"{full_name}={int(came_to)}"])
    except NotFoundError:
        # Without the dataset there is nothing that a later dataflow could bring twice.
        return


def _came_to(words: Iterable[str], full_name: str) -> float:
    for word in words:
        name, _, seconds = word.rpartition("=")
        if name == full_name and seconds.isdigit():
            return float(seconds)
    return 0.0


class Dataflow(ManagedResource):
    """A dataflow from a source connection to a target connection.

    Another source or target means another dataflow: it goes on where the last successful run of the old one ended.

    Args:
        resource_name: the logical name in the stack.
        name: the name shown in Adobe.
        source_connection_id: the source connection.
        target_connection_id: the target connection.
        mapping_set_id: the mapping set, of the same schema as the target's dataset.
        schedule: when it runs; see `Schedule`.
        delta_column: the column by which Adobe tells what changed; needed unless the frequency is "once".
        enabled: whether it runs; True if left out.
        error_diagnostics: whether Adobe keeps the rows that it could not write, and why.
        partial_ingestion_percent: how many percent of a run's rows may fail before the run does.
        columns: the source's columns, to find a delta column that is no date before anything is made.
        description: the description shown in Adobe.
        suffix: the stack's seed, as for `BaseConnection`.
        opts: the resource's options; deleting before replacing is always on.

    Attributes:
        id: its id at Adobe; `python -m zoho_adobe runs` takes it.
        full_name: the name with its suffix.
        state: such as "enabled".
        start: when its first run is or was due, in seconds since 1970.
        etag: Adobe's version of it.
    """

    name: pulumi.Output[str]
    full_name: pulumi.Output[str]
    source_connection_id: pulumi.Output[str]
    target_connection_id: pulumi.Output[str]
    mapping_set_id: pulumi.Output[str]
    enabled: pulumi.Output[bool]
    etag: pulumi.Output[str]
    state: pulumi.Output[str]
    start: pulumi.Output[int]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        source_connection_id: pulumi.Input[str],
        target_connection_id: pulumi.Input[str],
        mapping_set_id: pulumi.Input[str],
        schedule: pulumi.Input[Schedule],
        delta_column: pulumi.Input[str] | None = None,
        enabled: pulumi.Input[bool] | None = None,
        error_diagnostics: pulumi.Input[bool] | None = None,
        partial_ingestion_percent: pulumi.Input[float] | None = None,
        columns: pulumi.Input[Mapping[str, str]] | None = None,
        description: pulumi.Input[str] | None = None,
        suffix: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(
            "Dataflow",
            "DATAFLOW",
            resource_name,
            {
                **dict.fromkeys((*_INPUTS, *_OUTPUTS)),
                "name": name,
                "suffix": own_suffix(suffix, resource_name),
                "description": description,
                "source_connection_id": source_connection_id,
                "target_connection_id": target_connection_id,
                "mapping_set_id": mapping_set_id,
                "schedule": schedule,
                "delta_column": delta_column,
                "enabled": enabled,
                "error_diagnostics": error_diagnostics,
                "partial_ingestion_percent": partial_ingestion_percent,
                "columns": columns,
            },
            opts,
        )
