"""Runs: rows of the source's table, mapped to fields, written to the dataset."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from emulator.core.http import Json
from emulator.core.store import Document
from emulator.core.tenants import Tenant
from emulator.flow_service import exceptions, schedule, transformations
from emulator.flow_service.connector import Connector, moment
from emulator.flow_service.entities import Objects
from emulator.flow_service.flows import ENABLED, Flows, check_delta_column
from emulator.flow_service.platform import Platform
from emulator.flow_service.problems import Problem

SUCCESS, FAILED, IN_PROGRESS = "success", "failed", "inProgress"
# Who runs what is on a schedule.
SCHEDULER = "acp_foundation_connectors"
DEFAULT_THRESHOLD = 5
PROMOTION_ERROR = {"code": "CONNECTOR-2001-500", "message": "Error occurred at promotion activity."}


@dataclass(frozen=True, slots=True)
class Window:
    """Rows of which times a run brings: both ends belong to it, in milliseconds."""

    start: int
    end: int


@dataclass(slots=True)
class Copied:
    """What a run has read, and what became of it."""

    rows: list[Document] = field(default_factory=list)
    failed: int = 0
    input_bytes: int = 0

    @property
    def read(self) -> int:
        return len(self.rows) + self.failed


class Runs:
    """Runs flows, on their schedule or on demand."""

    def __init__(self, platform: Platform, objects: Objects, rules: Flows, connector: Connector) -> None:
        store = platform.store
        self._store = store
        self._clock = platform.clock
        self._catalog = platform.catalog
        self._data_prep = platform.data_prep
        self._registry = platform.registry
        self._bases = objects.connections
        self._flows = objects.flows
        self._runs = objects.runs
        self._rules = rules
        self._connector = connector
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
        """Tell whether the scheduler has nothing to do for a flow, now or ever."""
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
        flow = self._with_delta_column(flow, params.get("deltaColumn"))
        window = Window(times["windowStartTime"] * 1000, times["windowEndTime"] * 1000)
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
        window = Window(*order["window"])
        tenant = Tenant(run["imsOrgId"], run["sandboxName"], run["sandboxId"], SCHEDULER)
        try:
            copied, seen = self._copy(tenant, flow, window)
        except Problem as problem:
            error = {"code": problem.code, "message": problem.detail}
            return self._failed(run, flow, order, [error])
        with self._store.transaction():
            finished = self._promote(tenant, run, flow, order, copied)
            cursor = self._cursor(flow)
            succeeded = finished["metrics"]["statusSummary"]["status"] == SUCCESS
            if order["advance"] and succeeded and window.end >= (cursor["window_end"] or 0):
                self._cursors.put(flow["id"], {**cursor, "window_end": window.end, "seen": seen})
            self._runs.save(finished, SCHEDULER)
            self._show_on_flow(finished)
        return self._runs.anywhere(run["id"])

    def _copy(self, tenant: Tenant, flow: Document, window: Window) -> tuple[Copied, dict[str, str]]:
        """Read and map the rows; with them, which of them lie on the last second of the window."""
        source, target = self._rules.ends(flow)
        if not self._bases.has(tenant, source["baseConnectionId"]):
            raise exceptions.source_failed(f"The base connection {source['baseConnectionId']} does not exist")
        auth = self._bases.find(tenant, source["baseConnectionId"])["auth"]["params"]
        table = source["params"]["tableName"]
        wanted = [column["name"] for column in source["params"]["columns"]]
        present = {column["name"] for column in self._connector.columns(auth, table)}
        if not present:
            raise exceptions.no_columns(table)
        gone = [name for name in wanted if name not in present]
        if gone:
            raise exceptions.source_failed(f"ERROR [42S22] The table {table} has no column {', '.join(gone)}")
        delta = transformations.delta_column(flow["transformations"])
        dataset_id = target["params"]["dataSetId"]
        dataset = self._catalog.look(tenant, dataset_id)
        if dataset is None:
            raise exceptions.reference_missing(f"There is no dataset {dataset_id}.")
        mapper = self._mapper(tenant, flow, dataset["schemaRef"]["id"])
        copied, seen = Copied(), {}
        earlier = self._cursor(flow)["seen"]
        for row in self._connector.rows(auth, table):
            digest = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
            if delta is not None:
                at = moment(row.get(delta))
                # The source tells seconds: a row on the edge may have come with the run before, or be newer than that.
                if at is None or not window.start // 1000 * 1000 <= at <= window.end:
                    continue
                if at >= window.end // 1000 * 1000:
                    seen[row["id"]] = digest
                if earlier.get(row["id"]) == digest:
                    continue
            cells = {name: row.get(name) for name in wanted}
            copied.input_bytes += len(json.dumps(cells))
            mapped = mapper.map(cells)
            if mapped is None:
                copied.failed += 1
            else:
                copied.rows.append(mapped)
        return copied, seen

    def _mapper(self, tenant: Tenant, flow: Document, schema: str) -> Mapper:
        identifier, version = transformations.mapping(flow["transformations"])
        mapping_set = self._data_prep.look(tenant, identifier, version)
        fields = self._registry.fields(tenant, schema)
        if mapping_set is None or fields is None:
            raise exceptions.mapping_invalid(identifier, version)
        pairs = [(item["source"], item["destination"]) for item in mapping_set["mappings"]]
        if any(destination not in fields for _, destination in pairs):
            raise exceptions.mapping_invalid(identifier, version)
        return Mapper(pairs, fields, self._registry.required(tenant, schema))

    def _promote(self, tenant: Tenant, run: Document, flow: Document, order: Document, copied: Copied) -> Document:
        options = flow.get("options", {})
        threshold = options.get("partialIngestionPercent", DEFAULT_THRESHOLD)
        passed = copied.failed * 100 <= threshold * copied.read
        rows = copied.rows if passed else []
        status = SUCCESS if passed else FAILED
        now = self._clock.now_ms()
        _, end = self._rules.ends(flow)
        target, dataset = end["id"], end["params"]["dataSetId"]
        records = {
            "inputRecordCount": copied.read,
            "outputRecordCount": len(rows),
            "failedRecordCount": copied.failed if passed else copied.read,
        }
        output_bytes = len(json.dumps(rows)) if rows else 0
        described = {
            "status": status,
            "metrics": {
                "startTime": order["started"],
                "endTime": now,
                "recordsRead": copied.read,
                "recordsWritten": len(rows),
                "recordsFailed": records["failedRecordCount"],
            },
            "errors": [] if passed else [PROMOTION_ERROR],
        }
        # Where there was nothing to write there is no batch.
        batches = [self._catalog.write(tenant, dataset, rows, described)] if copied.read else []
        errors = [PROMOTION_ERROR] if copied.failed else []
        promotion = {
            "id": "promotionActivity",
            "updatedAtUTC": now,
            "durationSummary": {"startedAtUTC": order["started"], "completedAtUTC": now},
            "sizeSummary": {"inputBytes": copied.input_bytes, "outputBytes": output_bytes},
            "recordSummary": records,
            "fileSummary": {"inputFileCount": 1, "outputFileCount": 1},
            "statusSummary": {
                "status": status,
                "errors": errors,
                "extensions": _diagnostics(batches, copied.failed, len(rows), options),
            },
            "targetInfo": [{"id": target, "type": "TargetConnection", "reference": {"type": "Batch", "ids": batches}}],
        }
        return {
            **run,
            "metrics": {
                "durationSummary": {"startedAtUTC": order["started"], "completedAtUTC": now},
                "sizeSummary": {"inputBytes": copied.input_bytes, "outputBytes": output_bytes},
                "recordSummary": records,
                "fileSummary": {"inputFileCount": 1, "outputFileCount": 1, "activityRefs": ["promotionActivity"]},
                "statusSummary": {"status": status, "errors": errors, "activityRefs": ["promotionActivity"]},
            },
            "activities": [_copy_activity(flow, order, SUCCESS, now, copied.input_bytes, []), promotion],
        }

    def _failed(self, run: Document, flow: Document, order: Document, errors: list[Document]) -> Document:
        now = self._clock.now_ms()
        finished = {
            **run,
            "metrics": {
                "durationSummary": {"startedAtUTC": order["started"], "completedAtUTC": now},
                "sizeSummary": {"inputBytes": 0, "outputBytes": 0},
                "recordSummary": {"inputRecordCount": 0, "outputRecordCount": 0, "failedRecordCount": 0},
                "fileSummary": {"inputFileCount": 0, "outputFileCount": 0, "activityRefs": []},
                "statusSummary": {"status": FAILED, "errors": errors, "activityRefs": ["copyActivity"]},
            },
            "activities": [_copy_activity(flow, order, FAILED, now, 0, errors)],
        }
        with self._store.transaction():
            saved = self._runs.save(finished, SCHEDULER)
            self._show_on_flow(saved)
        return saved

    def _show_on_flow(self, run: Document) -> None:
        duration = run["metrics"]["durationSummary"]
        details = {"id": run["id"], "state": run["metrics"]["statusSummary"]["status"], **duration}
        self._flows.rewrite({**self._flows.anywhere(run["flowId"]), "lastRunDetails": details})


class Mapper:
    """From the cells of a row to a row of the dataset."""

    def __init__(self, pairs: list[tuple[str, str]], fields: dict[str, str], required: list[str]) -> None:
        self._pairs = pairs
        self._fields = fields
        self._required = required

    def map(self, cells: Document) -> Document | None:
        """None, if a value does not fit its field or a field that must be there is not."""
        mapped: Document = {}
        for source, destination in self._pairs:
            if cells.get(source) is None:
                continue
            value = _convert(cells[source], self._fields[destination])
            if value is None:
                return None
            *holders, name = destination.split(".")
            holder = mapped
            for step in holders:
                holder = holder.setdefault(step, {})
            holder[name] = value
        return mapped if all(name in mapped for name in self._required) else None


def _convert(value: Any, kind: str) -> Any:
    """Data Prep converts what it can; None stands for what it cannot."""
    try:
        if kind == "string":
            return value if isinstance(value, str) else json.dumps(value)
        if kind == "boolean":
            return {"true": True, "false": False}.get(str(value).lower())
        if kind == "date-time":
            return datetime.fromisoformat(value).isoformat()
        if kind == "date":
            return date.fromisoformat(str(value)[:10]).isoformat()
        if kind in ("int", "number") and not isinstance(value, bool):
            number = float(value)
            if kind == "number":
                return number
            return int(number) if number.is_integer() else None
    except (TypeError, ValueError):
        return None
    return None


def _copy_activity(
    flow: Document, order: Document, status: str, now: int, size: int, errors: list[Document]
) -> Document:
    start, end = order["window"]
    kind = "one-time" if flow["scheduleParams"]["frequency"] == schedule.ONCE else "incremental"
    return {
        "id": "copyActivity",
        "updatedAtUTC": now,
        "durationSummary": {
            "startedAtUTC": order["started"],
            "completedAtUTC": now,
            "extensions": {"windowStart": start, "windowEnd": end},
        },
        "sizeSummary": {"inputBytes": size, "outputBytes": size},
        "recordSummary": {},
        "fileSummary": {"inputFileCount": 1 if status == SUCCESS else 0, "outputFileCount": 1 if size else 0},
        "statusSummary": {"status": status, "errors": errors, "extensions": {"type": kind}},
        "sourceInfo": [
            {
                "id": flow["sourceConnectionIds"][0],
                "type": "SourceConnection",
                "reference": {"type": "AdfRunId", "ids": [str(uuid.UUID(hex=secrets.token_hex(16)))]},
            }
        ],
    }


def _diagnostics(batches: list[str], failed: int, written: int, options: Document) -> Document:
    if not failed:
        return {}
    told: Document = {
        "errors": [
            {
                "code": "INGEST-1212-400",
                "message": f"Encountered {failed} errors in the data. Successfully ingested {written} rows. "
                "Review the associated diagnostic files for additional details.",
            },
            {"code": "MAPPER-3700-400", "recordCount": failed, "message": "Mapper Transform Error"},
        ]
    }
    if options.get("errorDiagnosticsEnabled"):
        root = f"https://platform.adobe.io/data/foundation/export/batches/{batches[0]}/meta?path="
        told["manifest"] = {"failedRecords": f"{root}row_errors", "sampleErrors": f"{root}row_error_samples.json"}
    return told
