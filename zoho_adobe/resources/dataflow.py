"""The dataflow: rows of a table of Zoho CRM, on a schedule, into a dataset.

What becomes of the rows between two dataflows is in `zoho_adobe.resources.handover`.
Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/collect/crm
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, UpdateResult

from zoho_adobe.errors import ConnectionStateError, InputError, NotFoundError, ZohoAdobeError
from zoho_adobe.resources.accepted import require_accepted
from zoho_adobe.resources.kept_data import refuse_if_rows_go
from zoho_adobe.resources.lifecycle import (
    ManagedResource,
    Props,
    check_name,
    given,
    known,
    notice,
    one_line,
    own_suffix,
    replaced_by,
    require_bool,
    require_text,
    same_organization,
)
from zoho_adobe.resources.repeatable import RepeatableLifecycle, also
from zoho_adobe.resources.schedule import (
    Schedule,
    check_delta_column,
    check_schedule,
    first_start,
    late_changes,
    moment,
)
from zoho_adobe.resources.settling import FAILED, settle, switch

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.api.dataflows import Dataflows
    from zoho_adobe.api.flow_request import FlowRequest
    from zoho_adobe.api.flows import Flow, FlowSpec
    from zoho_adobe.api.platform import Made
    from zoho_adobe.resources.handover import Handover

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
    "keep_data",
)
_OUTPUTS = ("full_name", "etag", "state", "start")
_REPLACED_BY = ("delta_column", "error_diagnostics", "partial_ingestion_percent", "sandbox")
_REPLACED_BY_IDS = ("source_connection_id", "target_connection_id")

# How soon a dataflow starts that goes on after another one: until then, nothing brings what changes.
_HANDOVER = 10


class DataflowLifecycle(RepeatableLifecycle["Flow"]):
    """Checks, creates, reads, updates and deletes dataflows for the engine."""

    noun: ClassVar[str] = "dataflow"
    inputs: ClassVar[tuple[str, ...]] = _INPUTS

    def check_inputs(self, olds: Props, news: Props, problems: list[InputError]) -> Props:
        """Complete the inputs, and report a schedule or delta column that Adobe would refuse."""
        inputs = given(news, _INPUTS)
        ids = ("source_connection_id", "target_connection_id", "mapping_set_id")
        require_text(inputs, ("name", *ids), problems)
        require_text(
            inputs, [field for field in ("suffix", "description", "delta_column") if field in inputs], problems
        )
        check_name(inputs, "name", problems)
        inputs.setdefault("enabled", True)
        require_bool(inputs, ("enabled", "error_diagnostics", "keep_data"), problems)
        schedule = inputs["schedule"] = check_schedule(news.get("schedule"), problems)
        if isinstance(schedule, Mapping):
            # The columns are needed here alone: kept in the state they would make it large and show as changes.
            check_delta_column(inputs.get("delta_column"), schedule.get("frequency"), news.get("columns"), problems)
        percent = inputs.get("partial_ingestion_percent")
        if known(percent) and not (isinstance(percent, int | float) and 0 < percent <= 100):
            problems.append(InputError("partial_ingestion_percent", f"{percent!r} is no percentage above 0"))
        self.place(inputs, problems)
        if (
            olds
            and "keep_data" not in olds
            and all(inputs.get(key) == olds.get(key) for key in _INPUTS if key != "keep_data")
        ):
            # Alone it is no reason for an update of a dataflow that an earlier release has made.
            inputs.pop("keep_data", None)
        return inputs

    def __init__(self) -> None:
        super().__init__()
        self._compared: set[str] = set()

    @one_line
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Replace for another source or target; refuse what Adobe no longer changes once a dataflow has started."""
        same_organization(self.settings(), _olds)
        self._compared.add(_id)
        replaces = replaced_by(_olds, _news, _REPLACED_BY, _REPLACED_BY_IDS)
        before, after = _olds.get("schedule") or {}, _news["schedule"] if known(_news.get("schedule")) else {}
        once = [schedule.get("frequency") == "once" for schedule in (before, after)]
        if known(after.get("frequency")) and once[0] != once[1]:
            replaces.append("schedule")
        if not replaces:
            refused = late_changes(_olds.get("start"), before, after)
            # Only such a change costs a request: Adobe's clock tells whether the start has come, not the local one.
            if refused and self._has_started(_id, _olds):
                raise refused[0]
        return DiffResult(changes=None, replaces=replaces)

    @one_line
    def create(self, props: Props) -> CreateResult:
        """Make the dataflow, going on from where an earlier one of its name has come to."""
        clients = self.clients_of(props)
        dataflows, handover = clients.dataflows(props["sandbox"]), self._handover(clients, props)
        spec, request = require_accepted(dataflows), self._request(props)
        with self.claimed(props):
            made = self._find_or_make(dataflows, handover, props, spec)
            try:
                flow = settle(dataflows, made.id)
                handover.close_gap(request, spec, flow)
                if (flow.state == "enabled") != props["enabled"]:
                    flow = switch(dataflows, flow, enabled=props["enabled"])
                handover.completed(flow)
            except ZohoAdobeError as error:
                also(error, self._leave_or_undo(handover, props, made.id))
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
        from zoho_adobe.resources.flow_inputs import update_flow

        clients = self.clients_of(_olds)
        dataflows = clients.dataflows(_olds["sandbox"])
        try:
            flow = update_flow(clients, dataflows, _id, _olds, _news, self.full_name, self._as_inputs)
            if (flow.state == "enabled") != _news["enabled"]:
                flow = switch(dataflows, flow, enabled=_news["enabled"])
            self._handover(clients, _olds).note(flow)
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
        # What the engine has compared is replaced, and its dataset may stay.
        if _props.get("keep_data") and _id not in self._compared:
            refuse_if_rows_go(clients, _id, self.full_name(_props), _props)
        handover = self._handover(clients, _props)
        try:
            with clients.deleting(_id):
                handover.retire(_id)
                handover.delete_gaps(self.full_name(_props))
        finally:
            self.listing(_props, clients.dataflows(_props["sandbox"]).flows).changed()

    # --- create -----------------------------------------------------------------------------------------------------

    def _handover(self, clients: Clients, props: Props) -> Handover:
        # Loaded here and not with the module: it needs the HTTP library, and most previews need none.
        from zoho_adobe.resources.handover import Handover

        listing = self.listing(props, clients.dataflows(props["sandbox"]).flows)
        return Handover(
            clients,
            props["sandbox"],
            lambda name, fresh: listing.named(name, fresh=fresh),
            lambda name: (props["sandbox"], name) in self._names_here,
        )

    def _request(self, props: Props) -> FlowRequest:
        from zoho_adobe.resources.flow_inputs import request_of

        return request_of(props, self.full_name(props))

    def _find_or_make(self, dataflows: Dataflows, handover: Handover, props: Props, spec: FlowSpec) -> Made:
        from zoho_adobe.api.platform import Made

        request = self._request(props)

        listing = self.listing(props, dataflows.flows)

        def take_over(found: Flow) -> Made | None:
            there = (found.source_id, found.target_id, found.mapping_set_id, found.delta_column)
            wanted = (*(props[key] for key in (*_REPLACED_BY_IDS, "mapping_set_id")), props.get("delta_column", ""))
            timed = (found.frequency, found.interval) == (request.frequency, request.interval)
            same = there == wanted and timed and found.description == request.description
            if same and found.operation not in FAILED:
                handover.resume(found)
                return Made(found.id, found.etag)
            if found.target_id == request.target_id and found.operation not in FAILED:
                # How far it has come says nothing of a gap before it whose closing was cut off.
                handover.close_gap(request, spec, found)
            handover.retire(found.id)
            return None

        try:
            return self.find_or_make(
                props,
                find=lambda fresh: listing.named(request.name, fresh=fresh),
                make=lambda: self._post(dataflows, handover, props, spec),
                take_over=take_over,
                as_made=lambda found: Made(found.id, found.etag),
                remove=dataflows.delete_flow,
            )
        finally:
            listing.changed()

    def _leave_or_undo(self, handover: Handover, props: Props, id_: str) -> str:
        """Say what becomes of a dataflow that was made and not brought to its end; only a suffix lets it be found."""
        if props.get("suffix"):
            return f"The dataflow {id_} was made: run the command again, which takes it over"
        try:
            handover.retire(id_)
            handover.delete_gaps(self.full_name(props))
        except ZohoAdobeError:
            # The answer to the delete, or to what comes after it, may be all that was lost.
            return (
                f"The dataflow {id_} was made and may still exist: look for it in Adobe, and delete it before the "
                "command is run again"
            )
        return f"The dataflow {id_} was deleted again"

    def _post(self, dataflows: Dataflows, handover: Handover, props: Props, spec: FlowSpec) -> Made:
        """Send the POST, with the start that this dataflow can have."""
        request, schedule = self._request(props), props["schedule"]
        began = handover.begin(request)
        if began.until and schedule["frequency"] != "once" and not schedule.get("backfill"):
            start = int(spec.now) + _HANDOVER
            notice(
                f"the dataflow {request.name!r} goes on where its predecessor ended, at {moment(began.until)}: "
                f"backfill is off, and it starts at {moment(start)}. What changed within one of these two seconds may "
                "arrive twice"
            )
            return dataflows.create_flow(request.body(spec, start, backfill=False))
        start = first_start(schedule, spec.now)
        if schedule.get("start") not in (None, start):
            notice(
                f"schedule.start: {moment(schedule['start'])} has passed: {request.name!r} starts at {moment(start)}"
            )
        return dataflows.create_flow(request.body(spec, start, backfill=schedule.get("backfill", True)))

    def _has_started(self, id_: str, olds: Props) -> bool:
        try:
            flow = self.clients_of(olds).dataflows(olds["sandbox"]).flow(id_)
        except NotFoundError:
            return False
        return flow.start <= flow.now

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

    def _recorded(self, inputs: Props, flow: Flow) -> Props:
        return self.outputs(inputs, etag=flow.etag, state=flow.state, start=flow.start)


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
        keep_data: True refuses to delete the dataflow, before anything else is, where the dataset that it fills holds
            rows and the program does not declare that dataset any more.
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
        keep_data: pulumi.Input[bool] | None = None,
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
                "keep_data": keep_data,
                "columns": columns,
            },
            opts,
        )
