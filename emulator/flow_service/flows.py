"""Flows: made, changed and switched, each in its time."""

from __future__ import annotations

from typing import Any, NamedTuple

from emulator.core.http import Json
from emulator.core.store import Document
from emulator.core.tenants import Tenant
from emulator.flow_service import exceptions, patching, schedule, specs, transformations
from emulator.flow_service.connector import is_moment
from emulator.flow_service.entities import Entities, Objects
from emulator.flow_service.platform import Platform

ENABLED, DISABLED = "enabled", "disabled"
ACTIONS = {"enable": (DISABLED, ENABLED, "enabling"), "disable": (ENABLED, DISABLED, "disabling")}
KNOWN = frozenset(
    {
        "name",
        "description",
        "flowSpec",
        "sourceConnectionIds",
        "targetConnectionIds",
        "transformations",
        "scheduleParams",
        "options",
    }
)


class EndPair(NamedTuple):
    """The source and the target connection of a flow."""

    source: Document
    target: Document


class Flows:
    """The rules of flows. A change takes as long as the organization's pace says; until then all stays as it was."""

    def __init__(self, platform: Platform, objects: Objects) -> None:
        store = platform.store
        self._clock = platform.clock
        self._flows = objects.flows
        self._sources = objects.source_connections
        self._targets = objects.target_connections
        self._catalog = platform.catalog
        self._data_prep = platform.data_prep
        self._changes = store.collection("flow_changes")
        # The ends as they were when the flow was made: it does not take over what is changed of them.
        self._taken = store.collection("flow_ends")
        self._paces = store.collection("flow_paces")
        self._rules = store.collection("flow_rules")

    def set_pace(self, organization: str, seconds: float) -> None:
        self._paces.put(organization, {"seconds": seconds})

    def allow_one_per_dataset(self, organization: str, *, only_one: bool) -> None:
        self._rules.put(organization, {"one_per_dataset": only_one})

    def create(self, tenant: Tenant, body: Json, known: list[Document]) -> Document:
        """Make a flow by one of the known flow specs."""
        if not isinstance(body, dict):
            raise exceptions.body_missing()
        if "state" in body:
            raise exceptions.state_not_allowed()
        for name, value in body.items():
            if name not in KNOWN:
                raise exceptions.param_invalid(value, name)
        if not isinstance(body.get("name"), str) or not body["name"].strip():
            raise exceptions.field_missing("name")
        if not isinstance(body.get("description", ""), str):
            raise exceptions.field_missing("description")
        spec = _flow_spec(body.get("flowSpec"), known)
        source = self._end(tenant, self._sources, body, "sourceConnectionIds")
        target = self._end(tenant, self._targets, body, "targetConnectionIds")
        if source["connectionSpec"]["id"] not in spec["sourceConnectionSpecIds"]:
            raise exceptions.spec_retired()
        self._check_dataset(tenant, target)
        times = schedule.check(body.get("scheduleParams"))
        schedule.check_start(times, self._clock.now())
        flow = {
            **{name: body[name] for name in ("name", "description") if name in body},
            "flowSpec": {"id": spec["id"], "version": spec["version"]},
            "sourceConnectionIds": [source["id"]],
            "targetConnectionIds": [target["id"]],
            "inheritedAttributes": _inherited(source, target),
            "scheduleParams": times,
            "transformations": transformations.check(
                body.get("transformations"), _transformations(spec["id"]), times["frequency"]
            ),
            **({"options": _options(body["options"])} if "options" in body else {}),
        }
        self._check_transformations(tenant, flow, source, target)
        operation = {"started": self._clock.now_ms(), "updated": 0, "operation": "create"}
        made = self._flows.add(tenant, {**flow, "state": ENABLED, "lastOperation": _done(operation)})
        self._taken.put(made["id"], {"source": source, "target": target})
        link = {**made, "runs": f"/runs?property=flowId=={made['id']}"}
        self._begin(link, link, "enabling", operation)
        return made

    def patch(self, tenant: Tenant, identifier: str, if_match: str | None, instructions: Json) -> Document:
        flow = self._flows.find(tenant, identifier)
        patching.check_version(flow, if_match)
        if flow["state"] not in (ENABLED, DISABLED):
            raise exceptions.flow_updating(flow["state"])
        patched = flow
        for instruction in patching.read(instructions):
            patched = _follow(patched, instruction)
        times = schedule.check(patched["scheduleParams"])
        schedule.check_change(flow["scheduleParams"], times, self._clock.now())
        patched = {
            **patched,
            "scheduleParams": times,
            "transformations": transformations.check(
                patched["transformations"],
                _transformations(flow["flowSpec"]["id"]),
                times["frequency"],
                identifier,
            ),
        }
        self._check_transformations(tenant, patched, *self.ends(flow))
        return self._change(tenant, flow, patched, "updating", "update", instructions)

    def act(self, tenant: Tenant, identifier: str, action: str, if_match: str | None) -> Document:
        flow = self._flows.find(tenant, identifier)
        if if_match is not None:
            patching.check_version(flow, if_match)
        if action not in ACTIONS:
            raise exceptions.action_unsupported(action)
        before, after, between = ACTIONS[action]
        if flow["state"] not in (ENABLED, DISABLED):
            raise exceptions.flow_transitioning(flow["state"])
        if flow["state"] != before:
            raise exceptions.action_refused(action, flow["state"])
        return self._change(tenant, flow, {**flow, "state": after}, between, action, [])

    def delete(self, tenant: Tenant, identifier: str) -> None:
        flow = self._flows.find(tenant, identifier)
        if flow["state"] not in (ENABLED, DISABLED):
            raise exceptions.delete_refused(flow["state"])
        self._flows.drop(identifier)
        self._taken.delete(identifier)

    def ends(self, flow: Document) -> EndPair:
        """The source and the target connection that a flow runs with."""
        taken = self._taken.get(flow["id"])
        if taken is None:
            (source,), (target,) = flow["sourceConnectionIds"], flow["targetConnectionIds"]
            return EndPair(self._sources.anywhere(source), self._targets.anywhere(target))
        return EndPair(**taken)

    def settle(self) -> None:
        """Carry out what has had its time."""
        now = self._clock.now_ms()
        for change in self._changes.all():
            if change["until"] > now:
                continue
            final = change["final"]
            self._changes.delete(final["id"])
            if self._flows.exists(final["id"]):
                current = self._flows.anywhere(final["id"])
                runs = {name: current[name] for name in ("lastRunDetails",) if name in current}
                operation = _done(final["lastOperation"])
                if operation["operation"] != "create":
                    operation["updated"] = change["until"]
                self._flows.rewrite({**final, **runs, "lastOperation": operation})

    def _change(
        self, tenant: Tenant, flow: Document, changed: Document, state: str, operation: str, ops: Json
    ) -> Document:
        now = self._clock.now_ms()
        described = {"started": now, "updated": now, "ops": ops, "operation": operation}
        saved = self._flows.save({**changed, "lastOperation": _done(described)}, tenant.client_id)
        new_version = {name: saved[name] for name in ("updatedAt", "updatedBy", "updatedClient", "version", "etag")}
        self._begin(saved, {**flow, **new_version}, state, described)
        return saved

    def _begin(self, final: Document, meanwhile: Document, state: str, operation: Document) -> None:
        """Show the flow as it still is while the change has its time."""
        pace = self._paces.get(final["imsOrgId"])
        if pace is None or not pace["seconds"]:
            self._flows.rewrite(final)
            return
        until = operation["started"] + int(pace["seconds"] * 1000)
        self._changes.put(final["id"], {"until": until, "final": {**final, "lastOperation": operation}})
        begun = {**operation, "percentCompleted": 0.0, "status": {"value": "inProgress", "errors": []}}
        self._flows.rewrite({**meanwhile, "state": state, "lastOperation": begun})

    def _end(self, tenant: Tenant, entities: Entities, body: Document, kind: str) -> Document:
        given = body.get(kind)
        if not isinstance(given, list) or not given:
            raise exceptions.ids_empty(kind)
        if len(given) != 1:
            raise exceptions.ids_not_one(kind, len(given))
        if not isinstance(given[0], str) or not entities.has(tenant, given[0]):
            raise exceptions.resource_missing()
        return entities.find(tenant, given[0])

    def _check_dataset(self, tenant: Tenant, target: Document) -> None:
        """Where only one flow may write to a dataset, the second is refused."""
        rules = self._rules.get(tenant.organization)
        if rules is None or not rules["one_per_dataset"]:
            return
        dataset = target["params"]["dataSetId"]
        for _, flow in self._flows.newest_first(tenant):
            if self.ends(flow).target["params"]["dataSetId"] == dataset:
                raise exceptions.used_by_flows(dataset)

    def _check_transformations(self, tenant: Tenant, flow: Document, source: Document, target: Document) -> None:
        check_delta_column(transformations.delta_column(flow["transformations"]), source)
        identifier, version = transformations.mapping(flow["transformations"])
        mapping_set = self._data_prep.look(tenant, identifier, version)
        if mapping_set is None:
            raise exceptions.mapping_invalid(identifier, version)
        dataset_id = target["params"]["dataSetId"]
        dataset = self._catalog.look(tenant, dataset_id)
        if dataset is None:
            raise exceptions.reference_missing(f"There is no dataset {dataset_id}.")
        if dataset["schemaRef"]["id"] != mapping_set["xdmSchema"]:
            raise exceptions.schema_mismatch(dataset_id, identifier)


def check_delta_column(name: str | None, source: Document) -> None:
    """Refuse what is no column of the source connection, or one that cannot say what is new."""
    if name is None:
        return
    columns = {column["name"]: column for column in source["params"].get("columns", ())}
    if name not in columns or not is_moment(columns[name]):
        raise exceptions.param_invalid(name, "deltaColumn.name")


def _done(operation: Document) -> Document:
    return {**operation, "percentCompleted": 100.0, "status": {"value": "completed", "errors": []}}


def _flow_spec(wanted: Json, known: list[Document]) -> Document:
    if not isinstance(wanted, dict) or not isinstance(wanted.get("id"), str):
        raise exceptions.field_missing("flowSpec.id")
    if "version" not in wanted:
        raise exceptions.spec_version_missing()
    for spec in known:
        if (wanted["id"], wanted["version"]) == (spec["id"], spec["version"]):
            return spec
    raise exceptions.spec_retired()


def _transformations(flow_spec: str) -> frozenset[str]:
    """The names of the transformations that a flow spec takes."""
    return frozenset(item["name"] for item in specs.FLOW_SPECS[flow_spec]["transformationSpecs"])


def _options(given: Json) -> Document:
    if not isinstance(given, dict):
        raise exceptions.param_invalid(given, "options")
    checked: Document = {}
    for name, value in given.items():
        if name == "errorDiagnosticsEnabled" and isinstance(value, bool):
            checked[name] = value
        elif name == "partialIngestionPercent":
            checked[name] = _percent(value)
        else:
            raise exceptions.param_invalid(value, f"options.{name}")
    return checked


def _percent(value: Any) -> float:
    """Adobe's guide sends the text of a number, and is given the number."""
    try:
        number = float(str(value))
    except ValueError:
        number = 0.0
    if isinstance(value, bool) or not 0 < number <= 100:
        raise exceptions.param_invalid(value, "options.partialIngestionPercent")
    return int(number) if number.is_integer() else number


def _inherited(source: Document, target: Document) -> Document:
    return {
        "sourceConnections": [
            {
                "id": source["id"],
                "connectionSpec": source["connectionSpec"],
                **source["inheritedAttributes"],
            }
        ],
        "targetConnections": [{"id": target["id"], "connectionSpec": target["connectionSpec"]}],
    }


def _follow(flow: Document, instruction: patching.Instruction) -> Document:
    operation, path, value = instruction
    root, _, below = path[1:].partition("/")
    if path in ("/name", "/description"):
        return patching.text(flow, instruction)
    if root == "transformations" and operation != "remove":
        if not below:
            return {**flow, "transformations": value}
        if operation == "replace" and below.isdigit() and int(below) < len(flow["transformations"]):
            items = list(flow["transformations"])
            items[int(below)] = value
            return {**flow, "transformations": items}
    if path == "/options" and operation != "remove":
        return {**flow, "options": _options(value)}
    if root in ("scheduleParams", "options") and below and "/" not in below:
        held = dict(flow.get(root, {}))
        if operation != "add" and below not in held:
            raise exceptions.path_invalid(path)
        if operation == "remove":
            del held[below]
        else:
            held[below] = value
        return {**flow, root: _options(held) if root == "options" else held}
    raise exceptions.path_invalid(path)
