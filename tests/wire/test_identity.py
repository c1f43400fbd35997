"""Two entries of one state that hold one object: the entry that goes leaves the object alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.wire.base_connection import lose
from tests.support.wire.deployment import Deployment, State
from tests.support.wire.ingestion import Ingestion
from tests.support.wire.plugin import Plugin, Props, Provider, Refused

PATHS = {
    "source": "sourceConnections",
    "target": "targetConnections",
    "schema": "schemas",
    "dataset": "datasets",
    "dataflow": "flows",
}
KINDS = ["connection", *PATHS]


class Moved:
    """A resource that got another parent without an alias: its create took over what its old entry holds."""

    def __init__(self, stack: Deployment, path: str) -> None:
        self.stack = stack
        self._path = path
        stack.up()
        self.old = stack.deployed
        self.command = stack.provider()
        inputs = self.command.check(stack.program).inputs
        self.new = State(self.old.id, inputs, {})
        id_, self.new.outputs = self.command.create(inputs)
        assert id_ == self.old.id

    @property
    def exists(self) -> bool:
        """Whether the object is there, and alone."""
        objects = self.stack.tenant.emulator.control("GET", f"/organizations/{self.stack.tenant.organization}/objects")
        ids = [item.get("id") or item["$id"] for item in objects[self._path]]
        assert len(ids) < 2
        return self.old.id in ids

    def next_command(self) -> Provider:
        """Start another command."""
        self.command = self.stack.provider()
        return self.command

    def declare(self, entry: State) -> None:
        """Let the program declare an entry as it is."""
        inputs = self.command.check(self.stack.program, entry.inputs).inputs
        assert self.command.diff(entry.id, entry.outputs, inputs) == []

    def refresh(self, entry: State) -> None:
        """Let a refresh without the program read an entry, and compare what it found."""
        found = self.command.read(entry.id, entry.outputs)
        entry.outputs = found.outputs
        self.command.diff(entry.id, entry.outputs, entry.inputs if found.inputs is None else found.inputs)

    def delete(self, entry: State) -> None:
        """Delete an entry."""
        self.command.delete(entry.id, entry.outputs)


@pytest.fixture(params=KINDS)
def moved(request: pytest.FixtureRequest) -> Moved:
    """Such a resource of each kind."""
    if request.param == "connection":
        return Moved(request.getfixturevalue("deployment"), "connections")
    ingestion: Ingestion = request.getfixturevalue("ingestion")
    return Moved(ingestion.deployment(request.param), PATHS[request.param])


def without_mark(entry: State) -> State:
    """Return an entry as an earlier release wrote it."""
    return State(entry.id, entry.inputs, {key: value for key, value in entry.outputs.items() if key != "entry"})


def test_the_entry_that_goes_leaves_the_object_in_this_command_and_in_the_next(moved: Moved) -> None:
    moved.delete(moved.old)
    assert moved.exists
    moved.next_command()
    moved.declare(moved.new)
    moved.delete(moved.old)
    assert moved.exists
    assert f"({moved.old.id}) stays: another resource of the program manages it" in moved.stack.plugin.log.read_text()


def test_a_refresh_declares_nothing_and_spoils_nothing(moved: Moved) -> None:
    moved.next_command()
    moved.refresh(moved.old)
    moved.refresh(moved.new)
    moved.declare(moved.new)
    moved.delete(moved.old)
    assert moved.exists
    moved.next_command()
    moved.refresh(moved.old)
    moved.refresh(moved.new)
    moved.delete(moved.new)
    assert not moved.exists
    moved.delete(moved.old)


def test_the_mark_of_an_entry_stays(moved: Moved) -> None:
    mark = moved.new.outputs["entry"]
    assert mark != moved.old.outputs["entry"]
    moved.next_command()
    moved.refresh(moved.new)
    assert moved.new.outputs["entry"] == mark
    outputs = moved.next_command().update(moved.new.id, moved.new.outputs, moved.new.inputs)
    assert outputs["entry"] == mark


def test_entries_of_an_earlier_release_are_told_apart(moved: Moved) -> None:
    moved.next_command()
    moved.declare(without_mark(moved.new))
    moved.delete(without_mark(moved.old))
    assert moved.exists
    unmarked = without_mark(moved.new)
    moved.refresh(unmarked)
    assert unmarked.outputs["entry"]


def test_an_entry_that_the_engine_replaces_of_itself_is_deleted(moved: Moved) -> None:
    # Such as for `replace_on_changes`: the comparison named no input that replaces it.
    moved.next_command()
    moved.declare(moved.new)
    moved.command.check(moved.stack.program)
    moved.delete(moved.new)
    assert not moved.exists


def test_a_forced_replacement_deletes_and_makes(moved: Moved) -> None:
    moved.stack.state = moved.new
    assert moved.stack.up(replace=True) == ["delete", "create"]
    assert not moved.exists


def test_both_entries_go_together(moved: Moved) -> None:
    moved.next_command()
    moved.delete(moved.old)
    moved.delete(moved.new)
    assert not moved.exists


# Adoption


def adopting(stack: Deployment, id_: str, **changes: Any) -> Props:
    """Return a program that adopts a connection as it is."""
    return {**stack.program, "adopt_id": id_, **changes}


def test_what_the_message_says_works_while_the_old_entry_is_deleted(deployed: Deployment) -> None:
    old = deployed.deployed
    deployed.tenant.plant("sourceConnections", {"name": "Built on it", "baseConnectionId": old.id})
    command = deployed.provider()
    inputs = command.check(deployed.program).inputs
    with pytest.raises(Refused, match=f'adopt_id="{old.id}"') as refused:
        command.create(inputs)
    assert "in use by source connection 'Built on it'" in str(refused.value)
    assert deployed.tenant.requests("PATCH") == deployed.tenant.requests("DELETE") == []

    deployed.program = adopting(deployed, old.id)
    for _ in range(2):
        command = deployed.provider()
        if deployed.state is old:
            deployed._create(command)
        else:
            new = deployed.deployed
            command.diff(new.id, new.outputs, command.check(deployed.program, new.inputs).inputs)
        command.delete(old.id, old.outputs)
        assert deployed.tenant.connection()["id"] == old.id == deployed.deployed.id
    assert deployed.up() == []


@pytest.mark.parametrize("adopter_first", [True, False])
def test_one_program_cannot_hold_a_connection_twice(deployed: Deployment, adopter_first: bool) -> None:
    held, command = deployed.deployed, deployed.provider()
    adopter = adopting(deployed, held.id)
    if adopter_first:
        assert command.check(adopter).failures == []
    inputs = command.check(deployed.program, held.inputs).inputs
    if adopter_first:
        with pytest.raises(Refused, match=f"^adopt_id: two resources of the program hold the connection {held.id}"):
            command.diff(held.id, held.outputs, inputs)
        return
    assert command.diff(held.id, held.outputs, inputs) == []
    (failure,) = command.check(adopter).failures
    assert failure.startswith(f"adopt_id: the connection {held.id} is managed already")


def test_another_clients_connection_is_not_taken_over(deployment: Deployment) -> None:
    id_ = lose(deployment.tenant)
    deployment.tenant.edit(id_, {"op": "add", "path": "/description", "value": "By hand"})
    with pytest.raises(Refused, match=rf"\({id_}\), and it is written by another client, exc_app"):
        deployment.up()
    assert deployment.tenant.connection()["description"] == "By hand"
    deployment.program = adopting(deployment, id_, description="By hand")
    assert deployment.up() == ["create"]
    assert deployment.up() == []


@pytest.mark.parametrize("fault", [{"status": 200, "body": {"result": False}}, {"status": 403}], ids=["false", "403"])
def test_a_connection_that_was_there_survives_a_failed_test(deployment: Deployment, fault: dict[str, Any]) -> None:
    id_ = lose(deployment.tenant)
    deployment.tenant.fault(kind="status", path="/test$", **fault)
    with pytest.raises(Refused, match="it was there before and stays") as refused:
        deployment.up()
    assert "new connection" not in str(refused.value)
    assert deployment.tenant.requests("DELETE") == []
    deployment.up()
    assert deployment.tenant.connection()["id"] == id_ == deployment.deployed.id


def test_adopt_id_that_moves_to_another_resource(deployed: Deployment) -> None:
    first = deployed.deployed
    deployed.program = adopting(deployed, first.id)
    # With --target the first resource is not looked at, and goes with a later command.
    deployed._create(deployed.provider())
    command = deployed.provider()
    second = deployed.deployed
    command.diff(second.id, second.outputs, command.check(deployed.program, second.inputs).inputs)
    command.delete(first.id, first.outputs)
    assert deployed.tenant.connection()["id"] == first.id


# Other kinds, which have no adopt_id


@pytest.mark.parametrize("kind", ["source", "target", "dataset", "schema"])
def test_what_is_in_use_is_taken_over_only_when_that_is_said(ingestion: Ingestion, kind: str, tmp_path: Path) -> None:
    ingestion.make("dataflow")
    live = ingestion.made[kind]
    with pytest.raises(Refused, match=f"and it is in use by .*ZOHO_ADOBE_ADOPT={live.id}"):
        ingestion.make(kind)
    with Plugin.start(tmp_path, ZOHO_ADOBE_ADOPT=f"another,{live.id}") as plugin:
        ingestion.plugin, shared = plugin, ingestion.plugin
        taken = ingestion.make(kind)
        ingestion.plugin = shared
    assert taken.id == live.id
    assert taken.inputs == live.inputs


def test_what_a_replacement_retains_is_named_with_the_way_back(ingestion: Ingestion) -> None:
    """With retain_on_delete the engine replaces without a delete, so the old object has the new one's name."""
    ingestion.make("dataflow")
    old, provider = ingestion.made["source"], ingestion.provider("source")
    inputs = provider.check(ingestion.program("source", columns={"Modified_Time": "date-time"}), old.inputs).inputs
    assert provider.diff(old.id, old.outputs, inputs) == ["columns"]
    with pytest.raises(Refused, match=f"it is in use by dataflow .*ZOHO_ADOBE_ADOPT={old.id}"):
        provider.create(inputs)


@pytest.mark.parametrize("kind", ["source", "target", "dataset", "schema", "dataflow"])
def test_what_a_forced_replacement_retains_comes_back_when_that_is_said(
    ingestion: Ingestion, kind: str, tmp_path: Path
) -> None:
    """A taint and an unfinished replacement show in no comparison, so the entry seems to keep its object."""
    ingestion.make("dataflow")
    old, provider = ingestion.made[kind], ingestion.provider(kind)
    inputs = provider.check(ingestion.program(kind), old.inputs).inputs
    assert provider.diff(old.id, old.outputs, inputs) == []
    with pytest.raises(Refused, match=f"retain_on_delete kept, run it once with ZOHO_ADOBE_ADOPT={old.id} in"):
        provider.create(inputs)
    with Plugin.start(tmp_path, ZOHO_ADOBE_ADOPT=old.id) as plugin:
        ingestion.plugin, shared = plugin, ingestion.plugin
        provider = ingestion.provider(kind)
        assert provider.check(ingestion.program(kind), old.inputs).inputs == inputs
        assert provider.diff(old.id, old.outputs, inputs) == []
        assert provider.create(inputs)[0] == old.id
        ingestion.plugin = shared
    assert len(ingestion.objects(PATHS[kind])) == 1


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("source", {"columns": {"Last_Name": "string"}}),
        ("dataflow", {"description": "Another"}),
        ("dataflow", {"schedule": {"frequency": "hour", "interval": 1}}),
    ],
)
def test_one_that_differs_is_not_taken_over_whatever_is_said(
    ingestion: Ingestion, kind: str, change: dict[str, Any], tmp_path: Path
) -> None:
    live = ingestion.make(kind)
    with Plugin.start(tmp_path, ZOHO_ADOBE_ADOPT=live.id) as plugin:
        ingestion.plugin, shared = plugin, ingestion.plugin
        with pytest.raises(Refused, match=f"{live.id} is not as the program describes it"):
            ingestion.make(kind, **change)
        ingestion.plugin = shared
    assert [item["id"] for item in ingestion.objects(PATHS[kind])] == [live.id]


# What a create that was cut off left


def test_a_dataset_takes_along_the_target_connection_that_no_state_knows(ingestion: Ingestion) -> None:
    ingestion.make("target")
    spec = {"id": "c604ff05-7f1a-43c0-8e18-33bf874cb11c", "version": "1.0"}
    theirs = ingestion.tenant.plant(
        "targetConnections",
        {"name": "Theirs", "params": {"dataSetId": ingestion.made["dataset"].id}, "connectionSpec": spec},
    )
    ingestion.delete("dataset")
    assert [item["id"] for item in ingestion.objects("targetConnections")] == [theirs["id"]]
    assert f"'Theirs' ({theirs['id']}) stays" in ingestion.said()


def test_a_schema_names_the_dataset_that_no_state_knows(ingestion: Ingestion) -> None:
    lost = ingestion.make("dataset").id
    with pytest.raises(Refused, match=rf"in use by dataset 'Leads 5f0c9a1b' \({lost}\): `pulumi up` takes over"):
        ingestion.delete("schema")
    assert ingestion.make("dataset").id == lost
    for kind in ("dataset", "schema"):
        ingestion.delete(kind)
    assert ingestion.objects("datasets") == ingestion.objects("schemas") == []


def test_a_connection_names_the_source_connection_that_no_state_knows(
    ingestion: Ingestion, deployed: Deployment
) -> None:
    lost = ingestion.make("source").id
    with pytest.raises(
        Refused, match=rf"in use by source connection 'Leads 5f0c9a1b' \({lost}\)\. .*`pulumi up` takes"
    ):
        deployed.destroy()
    assert ingestion.make("source").id == lost
    ingestion.delete("source")
    deployed.destroy()
    assert deployed.tenant.connections() == []
