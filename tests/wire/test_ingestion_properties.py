"""Whatever happens to a table's way to a dataset: one object of each kind, none that nobody knows, a true state.

Hypothesis draws the order of changes, drifts, faults, refreshes and deletes. `ZOHO_ADOBE_LONG=1` looks for longer.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from emulator import launch
from tests.support.effort import LONG
from tests.support.tenant import Tenant
from tests.support.wire.deployment import SUFFIX, Deployment
from tests.support.wire.ingestion import Ingestion, Made
from tests.support.wire.plugin import UNKNOWN, Plugin, Props, Provider, Refused

ORDER = ("schema", "dataset", "mapping", "source", "target", "dataflow")
OBJECTS = {
    "schema": "schemas",
    "dataset": "datasets",
    "mapping": "mappingSets",
    "source": "sourceConnections",
    "target": "targetConnections",
    "dataflow": "flows",
}
DATE = {"Modified_Time": "date-time"}
SINGLE = (*(kind for kind in OBJECTS.values() if kind != "mappingSets"), "fieldGroups")

NAMES = st.sampled_from(["Leads", "Leads of Süd", "x" * 200])
FAULTS = st.fixed_dictionaries(
    {
        # A POST that was carried out and whose answer is lost is what most can come of, so most of them are that.
        "method": st.sampled_from(["POST", "POST", "POST", "DELETE", "PATCH", "PUT", "GET"]),
        "skip": st.integers(0, 6),
        "fault": st.sampled_from(
            [
                {"kind": "drop_after"},
                {"kind": "drop_after"},
                {"kind": "drop_after"},
                {"kind": "drop_before"},
                {"kind": "truncate"},
                {"kind": "html"},
                {"kind": "garbage_json", "after_work": True},
                {"kind": "expired_token"},
                {"kind": "status", "status": 500},
                {"kind": "status", "status": 500, "after_work": True},
                {"kind": "status", "status": 403},
                {"kind": "status", "status": 429, "headers": {"Retry-After": "0"}},
                # Where it meets a delete, the object is watched for sixteen seconds.
                *([{"kind": "status", "status": 404}] if LONG else []),
            ]
        ),
    }
)
EDITS = st.fixed_dictionaries(
    {
        "description": st.sampled_from([None, "Made by a test"]),
        "interval": st.sampled_from([15, 30, 60]),
        "enabled": st.booleans(),
        "columns": st.sampled_from(
            [{"Last_Name": "string", **DATE}, {"Last_Name": "string", "Company": "string", **DATE}]
        ),
    }
)
OFTEN = st.none() | FAULTS | FAULTS


class Tables:
    """A stack with all that one table takes; each command does with it what the engine would."""

    def __init__(self, ingestion: Ingestion) -> None:
        self.ingestion = ingestion
        self.name = "Leads"
        self.description: str | None = None
        self.columns = {"Last_Name": "string", **DATE}
        self.interval = 30
        self.enabled = True
        self._providers: dict[str, Provider] = {}

    @property
    def made(self) -> dict[str, Made]:
        """What the state has."""
        return self.ingestion.made

    def up(self) -> list[str]:
        """Update, and give what was done. What is replaced goes first, after all that is built on it."""
        self._providers = {}
        plan = self._plan()
        for kind in reversed(ORDER):
            if plan[kind] == "replace":
                self._delete(kind)
        for kind in ORDER:
            if plan[kind] in ("create", "replace"):
                inputs = self._check(kind, self._ids(), {})
                id_, outputs = self._provider(kind).create(inputs)
                self.made[kind] = Made(id_, inputs, outputs)
            elif plan[kind] == "update":
                state = self.made[kind]
                inputs = self._check(kind, self._ids(), state.inputs)
                state.outputs = self._provider(kind).update(state.id, state.outputs, inputs)
                state.inputs = inputs
        return [f"{step} {kind}" for kind, step in plan.items() if step != "same"]

    def refresh(self) -> None:
        """Take over what exists."""
        for kind in [kind for kind in ORDER if kind in self.made]:
            if self.ingestion.refresh(kind) is None:
                del self.made[kind]

    def destroy(self) -> None:
        """Delete all that the state has."""
        self._providers = {}
        for kind in reversed(ORDER):
            if kind in self.made:
                self._delete(kind)

    def _plan(self) -> dict[str, str]:
        ids, plan = self._ids(), {}
        for kind in ORDER:
            state = self.made.get(kind)
            inputs = self._check(kind, ids, state.inputs if state else {})
            if state is None:
                plan[kind] = "create"
            elif self._provider(kind).diff(state.id, state.outputs, inputs):
                plan[kind] = "replace"
            else:
                plan[kind] = "same" if inputs == state.inputs else "update"
            if plan[kind] in ("create", "replace"):
                ids[kind] = UNKNOWN
        return plan

    def _delete(self, kind: str) -> None:
        state = self.made[kind]
        self._provider(kind).delete(state.id, state.outputs)
        del self.made[kind]

    def _check(self, kind: str, ids: dict[str, str], olds: Props) -> Props:
        checked = self._provider(kind).check(self._program(kind, ids), olds)
        assert checked.failures == []
        return checked.inputs

    def _provider(self, kind: str) -> Provider:
        """Return the provider of this command."""
        return self._providers.setdefault(kind, self.ingestion.provider(kind))

    def _ids(self) -> dict[str, str]:
        return {kind: state.id for kind, state in self.made.items()}

    def _program(self, kind: str, ids: dict[str, str]) -> Props:
        fields = {column.replace("_", ""): word for column, word in self.columns.items()}
        named = {"name": self.name, "suffix": SUFFIX, "description": self.description}
        programs: dict[str, Props] = {
            "schema": {"title": self.name, "suffix": SUFFIX, "description": self.description, "fields": fields},
            "dataset": {**named, "schema_id": ids.get("schema")},
            "mapping": {
                "schema_id": ids.get("schema"),
                "mappings": {f"_tenant.{column.replace('_', '')}": column for column in self.columns},
            },
            "source": {
                **named,
                "base_connection_id": self.ingestion.base_id,
                "table": "Leads",
                "columns": self.columns,
            },
            "target": {**named, "dataset_id": ids.get("dataset"), "schema_id": ids.get("schema")},
            "dataflow": {
                **named,
                "source_connection_id": ids.get("source"),
                "target_connection_id": ids.get("target"),
                "mapping_set_id": ids.get("mapping"),
                "delta_column": "Modified_Time",
                "schedule": {"frequency": "minute", "interval": self.interval},
                "enabled": self.enabled,
            },
        }
        return {key: value for key, value in programs[kind].items() if value is not None}


class Life(RuleBasedStateMachine):
    """A stack with one table, and all that can happen to it."""

    plugin: Plugin
    emulator: launch.Emulator

    @initialize()
    def begin(self) -> None:
        """Begin with a base connection alone."""
        self.tenant = Tenant.create(self.emulator)
        connection = Deployment.of(self.plugin, self.tenant)
        connection.up()
        self.ingestion = Ingestion.on(self.plugin, self.tenant, connection.deployed.id)
        self.tables = Tables(self.ingestion)
        # Whether the state may differ from what exists until a refresh.
        self.unseen = False

    @property
    def live(self) -> dict[str, list[dict[str, Any]]]:
        """What exists."""
        return self.ingestion.crm.objects()

    @rule(edits=EDITS, fault=OFTEN)
    def edit(self, edits: dict[str, Any], fault: dict[str, Any] | None) -> None:
        """Change the program, and update."""
        vars(self.tables).update(edits)
        self._update(fault)

    # A leftover of a create that failed is found by its name, so names change only where nothing is left over.
    @precondition(lambda self: set(self.tables.made) == set(ORDER))
    @rule(name=NAMES, fault=OFTEN)
    def rename(self, name: str, fault: dict[str, Any] | None) -> None:
        """Give all of it another name in the program, and update."""
        self.tables.name = name
        self._update(fault)

    @precondition(lambda self: self.tables.made)
    @rule(kind=st.sampled_from([kind for kind in ORDER if kind != "mapping"]), name=NAMES)
    def drift(self, kind: str, name: str) -> None:
        """Rename one behind the stack's back."""
        self._behind(kind, {"title" if kind == "schema" else "name": f"{name} by hand"})

    @precondition(lambda self: "dataflow" in self.tables.made)
    @rule()
    def stop(self) -> None:
        """Stop the dataflow behind the stack's back."""
        self._behind("dataflow", {"state": "disabled"})

    @precondition(lambda self: self.tables.made)
    @rule(kind=st.sampled_from(ORDER))
    def vanish(self, kind: str) -> None:
        """Delete one behind the stack's back."""
        self._behind(kind, None)

    @rule(fault=OFTEN)
    def refresh(self, fault: dict[str, Any] | None) -> None:
        """Take over what exists."""
        with self._going_wrong(fault):
            self.tables.refresh()
            self.unseen = False
            self.assert_truth()

    @rule(fault=OFTEN)
    def destroy(self, fault: dict[str, Any] | None) -> None:
        """Delete what the state knows."""
        with self._going_wrong(fault):
            self.tables.destroy()

    @invariant()
    def one_of_each(self) -> None:
        """There is never a second object of a kind, nor a second mapping set that is equal."""
        if not hasattr(self, "tables"):
            return
        live = self.live
        assert [kind for kind in SINGLE if len(live[kind]) > 1] == []
        equal = Counter((item["xdmSchema"], str(pairs(item))) for item in live["mappingSets"])
        assert [key for key, count in equal.items() if count > 1] == []

    def teardown(self) -> None:
        """Without faults, a refresh and an up end well whatever came before; a destroy leaves nothing."""
        if not hasattr(self, "tables"):
            return
        self.tables.refresh()
        self.assert_truth()
        self.tables.up()
        self.assert_as_the_program_says()
        assert self.tables.up() == []
        self.tables.destroy()
        assert {kind: len(self.live[kind]) for kind in SINGLE} == dict.fromkeys(SINGLE, 0)
        self.plugin.assert_no_secret(self.tenant.canaries)

    def assert_truth(self) -> None:
        """What the state has exists, and is what the state says."""
        live = self.live
        for kind, state in self.tables.made.items():
            if kind == "schema" and not state.inputs["schema_class"]:
                # It is gone, and stays in the state for the sake of its field group.
                assert state.outputs["field_group_id"] in {item["$id"] for item in live["fieldGroups"]}
                continue
            (found,) = (item for item in live[OBJECTS[kind]] if state.id in (item.get("$id"), item.get("id")))
            if kind == "mapping":
                continue
            said = state.outputs.get("full_title" if kind == "schema" else "full_name")
            assert said == found.get("title" if kind == "schema" else "name")
            assert state.outputs.get("description", "") == found.get("description", ""), kind
            if kind == "dataflow":
                assert state.outputs["etag"] == found["etag"]
                assert state.outputs["state"] == found["state"]
                assert int(state.outputs["schedule"]["interval"]) == int(found["scheduleParams"]["interval"])

    def assert_as_the_program_says(self) -> None:
        """One object of each kind exists; it is what the program asks for and what the state says."""
        self.assert_truth()
        live, made, tables = self.live, self.tables.made, self.tables
        assert {kind: len(live[kind]) for kind in SINGLE} == dict.fromkeys(SINGLE, 1)
        assert set(made) == set(ORDER)
        for kind in ORDER:
            if kind != "mapping":
                (found,) = live[OBJECTS[kind]]
                assert found.get("name", found.get("title")) == f"{tables.name} {SUFFIX}"
                assert found.get("description", "") == (tables.description or "")
        (source,), (target,), (flow,) = (live[OBJECTS[kind]] for kind in ("source", "target", "dataflow"))
        assert {column["name"] for column in source["params"]["columns"]} == set(tables.columns)
        assert target["params"]["dataSetId"] == made["dataset"].id
        assert live["datasets"][0]["schemaRef"]["id"] == made["schema"].id
        assert made["schema"].outputs["field_group_id"] == live["fieldGroups"][0]["$id"]
        assert (flow["sourceConnectionIds"], flow["targetConnectionIds"]) == ([source["id"]], [target["id"]])
        assert flow["transformations"][1]["params"]["mappingId"] == made["mapping"].id
        assert flow["scheduleParams"]["interval"] == str(tables.interval)
        assert flow["state"] == ("enabled" if tables.enabled else "disabled")
        (mapping,) = (item for item in live["mappingSets"] if item["id"] == made["mapping"].id)
        assert {source for _, source in pairs(mapping)} == set(tables.columns)

    def _behind(self, kind: str, changes: dict[str, Any] | None) -> None:
        """Change or delete an object that the state has, if it is still there."""
        state = self.tables.made.get(kind)
        there = [item.get("$id") or item["id"] for item in self.live[OBJECTS[kind]]]
        if state is None or state.id not in there:
            return
        # An id that is a URL does not fit into a path.
        (found,) = (item for item in self.live[OBJECTS[kind]] if state.id in (item.get("$id"), item.get("id")))
        id_ = found.get("meta:altId", state.id)
        if changes is None:
            self.ingestion.crm.remove(OBJECTS[kind], id_)
        else:
            self.ingestion.crm.change(OBJECTS[kind], id_, **changes)
        self.unseen = True

    def _update(self, fault: dict[str, Any] | None) -> None:
        """Update; what cannot be done is refused, and what was done until then is in the state."""
        with self._going_wrong(fault):
            self.tables.up()
            if not self.unseen:
                self.assert_as_the_program_says()

    @contextlib.contextmanager
    def _going_wrong(self, order: dict[str, Any] | None) -> Iterator[None]:
        """Let one request of a command go wrong; the command may end with an error."""
        if order is not None:
            self.tenant.fault(**order["fault"], method=order["method"], path="/data/", skip=order["skip"])
        try:
            yield
        except Refused:
            # What was done when the answer went wrong is not in the state.
            self.unseen = True
        finally:
            self.emulator.control("DELETE", f"/faults?organization={self.tenant.organization}")


def pairs(mapping_set: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the destinations and sources of a mapping set."""
    return sorted((part["destination"], part["source"]) for part in mapping_set["mappings"])


@pytest.mark.xdist_group("properties")
def test_any_order_of_events_ends_well(plugin_process: Plugin, emulator: launch.Emulator) -> None:
    Life.plugin, Life.emulator = plugin_process, emulator
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=200 if LONG else 14,
            stateful_step_count=20 if LONG else 10,
            deadline=None,
            derandomize=not LONG,
            phases=[Phase.generate, Phase.shrink] if LONG else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
