"""Runs: what the source has, mapped to fields, written to the dataset."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from emulator.core.http import Json
from emulator.core.store import Document
from emulator.core.tenants import Tenant
from emulator.data_prep.mapper import Mapper
from emulator.flow_service import exceptions, reports, schedule, specs, transformations
from emulator.flow_service.copying import Copied, Source, Window
from emulator.flow_service.entities import Objects
from emulator.flow_service.flows import ENABLED, Flows, check_delta_column
from emulator.flow_service.platform import Platform
from emulator.flow_service.problems import Problem
from emulator.flow_service.reports import FAILED, IN_PROGRESS, SUCCESS

# Who runs what is on a schedule.
SCHEDULER = "acp_foundation_connectors"
DEFAULT_THRESHOLD = 5


class Runs:
    """Runs flows, on their schedule or on demand."""

    def __init__(self, platform: Platform, objects: Objects, rules: Flows, sources: Iterable[Source]) -> None:
        store = platform.store
        self._store = store
        self._clock = platform.clock
        self._catalog = platform.catalog
        self._data_prep = platform.data_prep
        self._registry = platform.registry
        self._flows = objects.flows
        self._runs = objects.runs
        self._rules = rules
        self._sources = {source.spec: source for source in sources}
        # How far each flow has come.
        self._cursors = store.collection("flow_cursors")
        self._begun = store.collection("begun_runs")
        self._paces = store.collection("run_paces")

    def set_pace(self, organization: str, seconds: float) -> None:
        self._paces.put(organization, {"seconds": seconds})

    # What makes a run

    def run_now(self, identifier: str) -> Document:
        """Do what the scheduler does when a flow is due."""
        return self._scheduled(self._flows.anywhere(identifier), self._clock.now_ms())

    def run_due(self) -> list[Document]:
        """Run each flow that is due. Due times that were passed over together make one run."""
        ran = []
        for flow in self._flows.all():
            if "scheduleParams" not in flow or flow["state"] != ENABLED:
                continue
            due = schedule.last_due(flow["scheduleParams"], self._clock.now())
            cursor = self._cursor(flow)
            if due is None or due <= cursor["last_due"] or self._is_spent(flow):
                continue
            self._cursors.put(flow["id"], {**cursor, "last_due": due})
            ran.append(self._scheduled(flow, max(due * 1000, cursor["window_end"] or 0)))
        return ran

    def is_idle(self, identifier: str) -> bool:
        """Return whether the scheduler has nothing to do for a flow, now or ever."""
        flow = self._flows.anywhere(identifier)
        return flow["state"] != ENABLED or self._is_spent(flow)

    def on_demand(self, tenant: Tenant, body: Json) -> Document:
        if not isinstance(body, dict):
            raise exceptions.body_missing()
        identifier = body.get("flowId")
        if not isinstance(identifier, str) or not self._flows.has(tenant, identifier):
            raise exceptions.flow_unknown(identifier)
        flow = self._flows.find(tenant, identifier)
        frequency = flow["scheduleParams"]["frequency"]
        if frequency != schedule.ONCE:
            raise exceptions.run_frequency_unsupported(identifier, frequency)
        params = body.get("params")
        if not isinstance(params, dict) or not params:
            raise exceptions.run_params_invalid(params)
        times = {}
        for name in ("startTime", "windowStartTime", "windowEndTime"):
            if name not in params:
                raise exceptions.param_missing(name)
            times[name] = schedule.seconds(params[name])
        if times["windowEndTime"] < times["windowStartTime"]:
            raise exceptions.window_reversed(times["windowStartTime"], times["windowEndTime"])
        if flow["state"] != ENABLED:
            raise exceptions.run_failed(f"The flow is in the state {flow['state']}.")
        end = times["windowEndTime"] * 1000
        if flow["flowSpec"]["id"] == specs.FILE_FLOW_SPEC_ID:
            if "deltaColumn" in params:
                raise exceptions.param_invalid(params["deltaColumn"], "params.deltaColumn")
            # Files are taken from the start of a window to before its end, as the copying service words it.
            end -= 1
        else:
            flow = self._with_delta_column(flow, params.get("deltaColumn"))
        window = Window(times["windowStartTime"] * 1000, end)
        return self._begin(tenant, flow, window, {"advance": False})

    def retrigger(self, tenant: Tenant, identifier: str) -> Document:
        """Run once more what has failed, by a run of its own."""
        run = self._runs.find(tenant, identifier)
        state = run["metrics"]["statusSummary"]["status"]
        if state != FAILED:
            raise exceptions.run_state_invalid(identifier, state)
        flow = self._flows.find(tenant, run["flowId"])
        if flow["state"] != ENABLED:
            raise exceptions.run_of_disabled(flow["id"], flow["state"])
        extensions = run["activities"][0]["durationSummary"]["extensions"]
        window = Window(extensions["windowStart"], extensions["windowEnd"])
        return self._begin(tenant, flow, window, {"advance": True})

    def forget(self, flow: str) -> None:
        """Drop the runs of a flow with it."""
        self._cursors.delete(flow)
        for run in self._runs.all():
            if run["flowId"] == flow:
                self._begun.delete(run["id"])
                self._runs.drop(run["id"])

    def settle(self) -> None:
        """Finish the runs that have had their time."""
        now = self._clock.now_ms()
        for begun in self._begun.all():
            if begun["until"] <= now:
                self._begun.delete(begun["id"])
                if self._runs.exists(begun["id"]) and self._flows.exists(begun["flow"]):
                    self._finish(self._runs.anywhere(begun["id"]), begun["order"])

    def _scheduled(self, flow: Document, end: int) -> Document:
        cursor = self._cursor(flow)
        start = cursor["window_end"]
        if start is None:
            start = 0 if schedule.backfills(flow["scheduleParams"]) else int(flow["scheduleParams"]["startTime"]) * 1000
        tenant = Tenant(flow["imsOrgId"], flow["sandboxName"], flow["sandboxId"], SCHEDULER)
        return self._begin(tenant, flow, Window(start, end), {"advance": True})

    def _cursor(self, flow: Document) -> Document:
        return self._cursors.get(flow["id"]) or {"window_end": None, "last_due": 0, "seen": {}, "runs": 0}

    def _is_spent(self, flow: Document) -> bool:
        return bool(flow["scheduleParams"]["frequency"] == schedule.ONCE and self._cursor(flow)["runs"] > 0)

    def _with_delta_column(self, flow: Document, given: Json) -> Document:
        known = transformations.delta_column(flow["transformations"])
        if given is None:
            if known is None:
                raise exceptions.run_delta_column_missing()
            return flow
        if not isinstance(given, dict) or not isinstance(given.get("name"), str):
            raise exceptions.run_delta_column_missing()
        if known is not None:
            if given["name"] != known:
                raise exceptions.delta_column_differs()
            return flow
        source, _ = self._rules.ends(flow)
        check_delta_column(given["name"], source)
        changed = {**flow, "transformations": transformations.with_delta_column(flow["transformations"], given)}
        return self._flows.save(changed, SCHEDULER)

    # What a run does

    def _begin(self, tenant: Tenant, flow: Document, window: Window, order: Document) -> Document:
        cursor = self._cursor(flow)
        started = self._clock.now_ms()
        order = {**order, "window": [window.start, window.end], "started": started}
        with self._store.transaction():
            self._cursors.put(flow["id"], {**cursor, "runs": cursor["runs"] + 1})
            run = self._runs.add(
                tenant,
                {
                    "flowId": flow["id"],
                    "flowSpec": flow["flowSpec"],
                    "providerRefId": f"M-{flow['id']}-incremental-{cursor['runs']}:{uuid.uuid4()}",
                    "metrics": {
                        "durationSummary": {"startedAtUTC": started},
                        "statusSummary": {"status": IN_PROGRESS, "errors": []},
                    },
                    "activities": [],
                },
            )
            self._show_on_flow(run)
            pace = self._paces.get(tenant.organization)
            if pace is not None and pace["seconds"]:
                until = started + int(pace["seconds"] * 1000)
                self._begun.put(run["id"], {"id": run["id"], "flow": flow["id"], "until": until, "order": order})
                return run
        return self._finish(run, order)

    def _finish(self, run: Document, order: Document) -> Document:
        flow = self._flows.anywhere(run["flowId"])
        tenant = Tenant(run["imsOrgId"], run["sandboxName"], run["sandboxId"], SCHEDULER)
        copied = Copied(self._catalog.begin_rows())
        try:
            self._copy(tenant, flow, order, copied)
        except Problem as problem:
            copied.rows.drop()
            finished = reports.failed(run, flow, order, self._clock.now_ms(), problem)
            return self._close(finished)
        with self._store.transaction():
            finished = self._promote(tenant, run, flow, order, copied)
            cursor, end = self._cursor(flow), order["window"][1]
            succeeded = finished["metrics"]["statusSummary"]["status"] == SUCCESS
            if order["advance"] and succeeded and end >= (cursor["window_end"] or 0):
                self._cursors.put(flow["id"], {**cursor, "window_end": end, "seen": copied.seen})
            return self._close(finished)

    def _close(self, finished: Document) -> Document:
        saved = self._runs.save(finished, SCHEDULER)
        self._show_on_flow(saved)
        return saved

    def _copy(self, tenant: Tenant, flow: Document, order: Document, copied: Copied) -> None:
        """Read and map what is in the window."""
        source, target = self._rules.ends(flow)
        kind = self._sources[source["connectionSpec"]["id"]]
        dataset_id = target["params"]["dataSetId"]
        dataset = self._catalog.look(tenant, dataset_id)
        if dataset is None:
            raise exceptions.reference_missing(f"There is no dataset {dataset_id}.")
        mapper = self._mapper(tenant, flow, dataset["schemaRef"]["id"], text=kind.text)
        # Who names a window means all of it, whatever the schedule has brought.
        start, end = order["window"]
        window = Window(start, end, self._cursor(flow)["seen"] if order["advance"] else {})
        kind.copy(tenant, flow, source, window, copied, mapper)

    def _mapper(self, tenant: Tenant, flow: Document, schema: str, *, text: bool) -> Mapper:
        identifier, version = transformations.mapping(flow["transformations"])
        mapping_set = self._data_prep.look(tenant, identifier, version)
        fields = self._registry.fields(tenant, schema)
        if mapping_set is None or fields is None:
            raise exceptions.mapping_invalid(identifier, version)
        mappings = mapping_set["mappings"]
        if any(item["destination"] not in fields for item in mappings):
            raise exceptions.mapping_invalid(identifier, version)
        try:
            return Mapper(mappings, fields, self._registry.required(tenant, schema), text=text)
        except ValueError as error:
            raise exceptions.source_failed(str(error)) from error

    def _promote(self, tenant: Tenant, run: Document, flow: Document, order: Document, copied: Copied) -> Document:
        """Make a batch of what was read, unless too much of it does not fit; of nothing there is no batch."""
        threshold = flow.get("options", {}).get("partialIngestionPercent", DEFAULT_THRESHOLD)
        read, now = copied.read, self._clock.now_ms()
        passed = copied.failed * 100 <= threshold * read
        if not passed or not read:
            copied.rows.drop()
        outcome = reports.Outcome(passed, read, copied, order, now)
        target = self._rules.ends(flow).target
        if read:
            dataset = target["params"]["dataSetId"]
            outcome.batches = [self._catalog.write(tenant, dataset, copied.rows, reports.batch(outcome))]
        return reports.finished(run, flow, target, outcome)

    def _show_on_flow(self, run: Document) -> None:
        duration = run["metrics"]["durationSummary"]
        details = {"id": run["id"], "state": run["metrics"]["statusSummary"]["status"], **duration}
        self._flows.rewrite({**self._flows.anywhere(run["flowId"]), "lastRunDetails": details})
