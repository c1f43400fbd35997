"""The dataflow: rows of a table of Zoho CRM, or files of the landing zone, on a schedule, into a dataset.

What becomes of the rows between two dataflows is in `zoho_adobe.resources.handover`.
Sources: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/collect/crm and
https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/collect/cloud-storage
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.errors import (
    InputError,
    NotFoundError,
    ZohoAdobeError,
)
from zoho_adobe.resources.accepted import require_accepted
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.checks import Props, known
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.engine_life import require_engine
from zoho_adobe.resources.flow_props import DECLARATION, FlowProps
from zoho_adobe.resources.kept_data import refuse_if_rows_go
from zoho_adobe.resources.managed import ManagedResource
from zoho_adobe.resources.named import NamedLifecycle
from zoho_adobe.resources.schedule import (
    Schedule,
    check_delta_column,
    check_for_files,
    check_schedule,
    first_start,
    late_changes,
    moment,
)
from zoho_adobe.resources.settling import FAILED, settle, switch

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import Dataflows
    from zoho_adobe.api.flow_request import FlowRequest
    from zoho_adobe.api.flows import Flow, FlowSpec
    from zoho_adobe.api.platform import Made
    from zoho_adobe.resources.handover import Handover

SOURCE, FILES = WAYS = ("source", "landing-zone")
"""Where rows come from: by the retired source of Zoho CRM, or by files in the landing zone."""

# How soon a dataflow starts that goes on after another one: until then, nothing brings what changes.
_HANDOVER = 10


class FlowCall(Call[FlowProps]):
    """A call about a dataflow."""

    spec: FlowSpec
    """The flow spec that a create follows."""
    handover: Handover | None = None
    """The handing over from another dataflow."""

    @cached_property
    def dataflows(self) -> Dataflows:
        """Flow Service's dataflows from the source in the sandbox."""
        # Loaded here and not with the module: it needs the HTTP library, and most previews need none.
        from zoho_adobe.api.source_spec import SPECS

        return self.clients.dataflows(self.sandbox, SPECS[self.props.get("via", SOURCE)])

    @cached_property
    def request(self) -> FlowRequest:
        """The dataflow that the inputs ask for."""
        # Loaded here and not with the module: it needs the HTTP library, and most previews need none.
        from zoho_adobe.resources.flow_inputs import request_of

        return request_of(self.news, DECLARATION.full_name(self.news))


class DataflowLifecycle(NamedLifecycle[FlowCall, "Flow", "Made"]):
    """The lifecycle of dataflows."""

    declaration = DECLARATION
    noun = "dataflow"
    calls = FlowCall

    def __init__(self) -> None:
        super().__init__()
        self._compared: set[str] = set()

    def examine(self, olds: Props, news: Props, inputs: Props, problems: list[InputError]) -> None:
        """Report a schedule or delta column that Adobe would refuse."""
        schedule = inputs["schedule"] = check_schedule(news.get("schedule"), problems)
        via = inputs.get("via", SOURCE)
        if known(via) and via not in WAYS:
            problems.append(InputError("via", f"{via!r} is not a source", remedy=f"Use {' or '.join(map(repr, WAYS))}"))
        elif via == FILES:
            check_for_files(inputs.get("delta_column"), schedule, problems)
        elif isinstance(schedule, Mapping) and known(via):
            check_delta_column(inputs.get("delta_column"), schedule.get("frequency"), news.get("columns"), problems)
        percent = inputs.get("partial_ingestion_percent")
        if known(percent) and not (isinstance(percent, int | float) and 0 < percent <= 100):
            problems.append(InputError("partial_ingestion_percent", f"{percent!r} is not a percentage above 0"))
        asked = [item.name for item in DECLARATION.inputs if item.argument and item.kept and item.name != "keep_data"]
        if olds and "keep_data" not in olds and all(inputs.get(key) == olds.get(key) for key in asked):
            # Alone it is not a reason for an update of a dataflow that an earlier release has made.
            inputs.pop("keep_data", None)

    def replaces(self, call: FlowCall) -> list[str]:
        """Refuse what Adobe no longer changes once a dataflow has started."""
        olds, news = call.olds, call.news
        self._compared.add(call.id)
        replaces = super().replaces(call)
        before: Mapping[str, Any] = olds.get("schedule") or {}
        after: Mapping[str, Any] = news["schedule"] if known(news.get("schedule")) else {}
        once = [schedule.get("frequency") == "once" for schedule in (before, after)]
        if known(after.get("frequency")) and once[0] != once[1]:
            replaces.append("schedule")
        if not replaces:
            refused = late_changes(olds.get("start"), before, after)
            # Only such a change costs a request: Adobe's clock tells whether the start has come, not the local one.
            if refused and self._has_started(call):
                raise refused[0]
        return replaces

    # --- create -----------------------------------------------------------------------------------------------------

    def prepare(self, call: FlowCall) -> None:
        """Ask for the flow spec, and whether Adobe still accepts the source."""
        call.spec = require_accepted(call.dataflows)

    def objects(self, call: FlowCall) -> Iterable[Flow]:
        """List all dataflows from the source."""
        return call.dataflows.flows()

    def place(self, call: FlowCall) -> Hashable:
        """Return what tells one listing from another: dataflows are listed by their source."""
        return super().place(call), call.props.get("via", SOURCE)

    def get(self, call: FlowCall, id_: str) -> Flow:
        """Read a dataflow."""
        return call.dataflows.flow(id_)

    def post(self, call: FlowCall) -> Made:
        """Make a dataflow, with the start that it can have."""
        request, schedule, spec = call.request, call.news["schedule"], call.spec
        began = self._handover(call).begin(request)
        if began.until and schedule["frequency"] != "once" and not schedule.get("backfill"):
            start = int(spec.now) + _HANDOVER
            written = "was written" if request.files else "has changed"
            notice(
                f"the dataflow {request.name!r} ingests what {written} since {moment(began.until)}: "
                f"backfill is off, and it starts at {moment(start)}. What {written} within one of these two seconds "
                "may arrive twice"
            )
            return call.dataflows.create_flow(request.body(spec, start, backfill=False))
        start = first_start(schedule, spec.now)
        if schedule.get("start") not in (None, start):
            wished = moment(float(schedule["start"]))
            notice(f"schedule.start: {wished} has passed: {request.name!r} starts at {moment(start)}")
        return call.dataflows.create_flow(request.body(spec, start, backfill=schedule.get("backfill", True)))

    def discard(self, call: FlowCall, id_: str) -> None:
        """Delete a dataflow of which nothing has to be written down."""
        call.dataflows.delete_flow(id_)

    def equals(self, call: FlowCall, found: Flow) -> bool:
        """Return whether a dataflow is what is asked for."""
        request = call.request
        there = (found.source_id, found.target_id, found.mapping_set_id, found.delta_column)
        wanted = (request.source_id, request.target_id, request.mapping_set_id, request.delta_column)
        timed = (found.frequency, found.interval) == (request.frequency, request.interval)
        return there == wanted and timed and found.description == request.description

    def take_over(self, call: FlowCall, found: Flow) -> Flow | None:
        """Keep a leftover that is what is asked for; what another one brought is written down before it goes."""
        request = call.request
        if self.equals(call, found) and found.operation not in FAILED:
            self._handover(call).resume(found)
            return found
        if found.target_id == request.target_id and found.operation not in FAILED:
            # How far it has come says nothing of a gap before it whose closing was cut off.
            self._handover(call).close_gap(request, call.spec, found)
        self._handover(call).retire(found.id)
        return None

    def finish(self, call: FlowCall, made: Flow | Made, new: bool) -> Props:
        """Bring what changed before the dataflow, and start or stop it."""
        try:
            flow = settle(call.dataflows, made.id)
            self._handover(call).close_gap(call.request, call.spec, flow)
            if (flow.state == "enabled") != call.news["enabled"]:
                flow = switch(call.dataflows, flow, enabled=call.news["enabled"])
            # The note that it is being made lets others find it, should nobody write it down.
            require_engine()
            self._handover(call).completed(flow)
        except ZohoAdobeError as error:
            raise error.with_remedy(error.remedy, self._leave_or_undo(call, made.id, new)) from error
        return self._recorded_flow(call.news, flow)

    def _handover(self, call: FlowCall) -> Handover:
        # Loaded here and not with the module: it needs the HTTP library, and most previews need none.
        from zoho_adobe.resources.handover import Handover

        if call.handover is None:
            listing = self.listing(call)
            call.handover = Handover(
                call.clients,
                call.sandbox,
                lambda name, fresh: listing.named(name, fresh=fresh),
                lambda name: self.makes(call.sandbox, name),
            )
        return call.handover

    def _leave_or_undo(self, call: FlowCall, id_: str, new: bool) -> str:
        """Say what becomes of a dataflow that was not brought to its end; only a suffix lets it be found."""
        if call.news.get("suffix"):
            return f"The dataflow {id_} was made: run the command again, which takes it over"
        if not new:
            return f"The dataflow {id_} was there before and stays"
        try:
            self._handover(call).retire(id_)
            self._handover(call).delete_gaps(self.full_name(call.news))
        except ZohoAdobeError:
            # The answer to the delete, or to what comes after it, may be all that was lost.
            return (
                f"The dataflow {id_} was made and may still exist: look for it in Adobe, and delete it before the "
                "command is run again"
            )
        return f"The dataflow {id_} was deleted again"

    # --- read, update, delete ---------------------------------------------------------------------------------------

    def shown(self, call: FlowCall, found: Flow) -> ReadResult:
        """Return the object, with drift as inputs."""
        drifted = self._as_inputs(call.olds, found)
        if call.olds["enabled"] and not drifted["enabled"]:
            notice(
                f"the dataflow {found.name!r} ({call.id}) was stopped by {found.updated_by or 'somebody'}; the next "
                "update starts it again"
            )
        return ReadResult(call.id, self._recorded_flow(drifted, found), drifted)

    def patch(self, call: FlowCall) -> Props:
        """Change name, description, schedule and mapping set in one PATCH, then start or stop it."""
        from zoho_adobe.resources.flow_inputs import update_flow

        flow = update_flow(call.clients, call.dataflows, call.id, call.olds, call.news, self.full_name, self._as_inputs)
        if (flow.state == "enabled") != call.news["enabled"]:
            flow = switch(call.dataflows, flow, enabled=call.news["enabled"])
        self._handover(call).note(flow)
        return self._recorded_flow(call.news, flow)

    def remove(self, call: FlowCall) -> None:
        """Write down how far the dataflow has come, then delete it."""
        # What the engine has compared is replaced, and its dataset may stay.
        if call.olds.get("keep_data") and call.id not in self._compared:
            refuse_if_rows_go(call.clients, call.id, self.full_name(call.olds), call.olds)
        with call.clients.deleting(call.id):
            self._handover(call).retire(call.id)
            self._handover(call).delete_gaps(self.full_name(call.olds))

    def _has_started(self, call: FlowCall) -> bool:
        try:
            flow = call.dataflows.flow(call.id)
        except NotFoundError:
            return False
        return flow.start <= flow.now

    def _as_inputs(self, props: FlowProps, flow: Flow) -> Props:
        """Return the inputs as the dataflow at Adobe shows them."""
        schedule: Props = {**props["schedule"], "frequency": flow.frequency}
        if flow.frequency != "once":
            schedule["interval"] = flow.interval
        return {
            **self.seen(props, flow.name, flow.description),
            "mapping_set_id": flow.mapping_set_id,
            "schedule": schedule,
            "enabled": flow.state not in ("disabled", "disabling"),
        }

    def _recorded_flow(self, inputs: Mapping[str, Any], flow: Flow) -> Props:
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
        via: "source" for a `SourceConnection`, "landing-zone" for a `LandingZoneSource`; "source" if left out. From the
            landing zone each run takes the files that were written since the last one, each once.
        delta_column: the column by which Adobe tells what changed; needed unless the frequency is "once", and not with
            files.
        enabled: whether it runs; True if left out.
        error_diagnostics: whether Adobe keeps the rows that it could not write, and why.
        partial_ingestion_percent: how many percent of a run's rows may fail before the run does.
        keep_data: True refuses to delete the dataflow, before anything else is, where the dataset that it fills holds
            rows and the program no longer declares that dataset.
        columns: the source's columns, to find a delta column that is not a date before anything is made.
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

    declaration = DECLARATION

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
        via: pulumi.Input[Literal["source", "landing-zone"]] | None = None,
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
        self.register(resource_name, locals(), opts)
