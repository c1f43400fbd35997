"""The kill test's own logic: what is drawn, and how what exists is compared with a state. No engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.kills import base_connection, ingestion
from tests.kills.killing import AFTERWARDS, AGAIN, DESTROYED, EDITED, VICTIMS, Kill, Operation, Outcome, mended
from tests.kills.places import Place
from tests.kills.truth import untruths_of
from tests.support.stack import Stack

OPERATIONS = [*base_connection.OPERATIONS.values(), *ingestion.OPERATIONS.values()]
PLACES = [Place("/connections", "POST"), Place("/connections", "GET")]


def drawn() -> list[Kill]:
    return [Kill.of(seed, {operation: PLACES for operation in OPERATIONS}) for seed in range(600)]


def test_each_victim_and_each_way_to_go_on_is_drawn() -> None:
    kills = drawn()
    assert {kill.victim for kill in kills} == set(VICTIMS)
    assert {(kill.then, kill.checkpoints) for kill in kills} == {
        *((then, True) for then in AFTERWARDS),
        (AGAIN, False),
        (EDITED, False),
    }
    assert {kill.operation for kill in kills} == set(OPERATIONS)


def test_without_checkpoints_all_that_was_declared_stays_declared() -> None:
    edits = [kill.edit for kill in drawn() if kill.edit and not kill.checkpoints]
    assert edits
    assert all(edit.keeps for edit in edits)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_edit_changes_the_program(operation: Operation) -> None:
    assert operation.edits
    for edit in operation.edits:
        compile(edit.edited(operation.program), edit.what, "exec")
        assert edit.edited(operation.program) != operation.program


def test_a_kill_is_read_in_one_line() -> None:
    operation = OPERATIONS[0]
    kill = Kill(operation, "both", PLACES[0], True, 7, EDITED, operation.edits[0], checkpoints=False)
    line = "7 create both after the work of POST /connections, then edited (renamed), no checkpoints"
    assert " ".join(str(kill).split()) == line
    assert Kill(operation, "both", PLACES[0], False, 7, DESTROYED).checkpoints


@pytest.mark.parametrize(
    ("checkpoints", "problems"), [(False, []), (True, ["up: ZOHO_ADOBE_ADOPT=a in the environment"])]
)
def test_what_no_state_knows_is_taken_over_as_the_errors_say(checkpoints: bool, problems: list[str]) -> None:
    def mend(stack: Stack) -> list[str]:
        missing = {"a", "b"} - set(stack.env.get("ZOHO_ADOBE_ADOPT", "").split(","))
        return [f"up: ZOHO_ADOBE_ADOPT={min(missing)} in the environment"] if missing else []

    kill = Kill(replace(OPERATIONS[0], mend=mend), "both", PLACES[0], True, checkpoints=checkpoints)
    stack = Stack(Path(), {}, "name", None)  # type: ignore[arg-type]
    assert mended(stack, kill) == problems


def test_what_is_named_twice_is_not_tried_for_ever() -> None:
    said = ["up: ZOHO_ADOBE_ADOPT=a in the environment"]
    kill = Kill(replace(OPERATIONS[0], mend=lambda _: said), "both", PLACES[0], True, checkpoints=False)
    assert mended(Stack(Path(), {}, "name", None), kill) == said  # type: ignore[arg-type]


CONNECTION = {"id": "a", "name": "Name", "etag": '"1"', "sandboxName": "dev"}
RESOURCE = {
    "type": "pulumi-python:dynamic/zoho-adobe:BaseConnection",
    "id": "a",
    "outputs": {"full_name": "Name", "sandbox": "dev", "etag": '"1"'},
}


def objects(*connections: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    kinds = "connections sourceConnections targetConnections flows runs schemas fieldGroups datasets mappingSets"
    return {**{kind: [] for kind in kinds.split()}, "connections": list(connections)}


@pytest.mark.parametrize(
    ("resources", "connections", "strangers", "words"),
    [
        ([RESOURCE], [CONNECTION], (), []),
        ([RESOURCE], [], (), ["lost"]),
        ([RESOURCE, RESOURCE], [CONNECTION], (), ["lost"]),
        ([], [CONNECTION], (), ["left over"]),
        ([], [CONNECTION], ("a",), []),
        ([RESOURCE], [{**CONNECTION, "etag": '"2"'}], (), ["BaseConnection a"]),
    ],
)
def test_what_exists_is_compared_with_the_state(
    resources: list[dict[str, object]], connections: list[object], strangers: tuple[str, ...], words: list[str]
) -> None:
    found = untruths_of(resources, objects(*connections), strangers)  # type: ignore[arg-type]
    assert [problem.partition(":")[0] for problem in found] == words


def test_an_outcome_tells_what_was_lost_from_what_was_left_over() -> None:
    outcome = Outcome(drawn()[0], hit=True, problems=["left over after destroy: {}"])
    assert (outcome.has("left over"), outcome.has("lost")) == (True, False)


def test_identities_and_labels_are_compared_with_the_state() -> None:
    schema = {"id": "s", "$id": "s", "title": "T", "sandboxName": "dev", "allOf": [1, 2], "xdmSchema": "s"}
    outputs = {
        "full_title": "T",
        "sandbox": "dev",
        "field_group_id": "g",
        "identities": {"email": {"namespace": "Email"}},
        "labels": {"email": ["I1"]},
    }
    resource = {"type": "pulumi-python:dynamic/zoho-adobe:Schema", "id": "s", "outputs": outputs}
    identity = {
        "id": "1",
        "@type": "xdm:descriptorIdentity",
        "xdm:sourceSchema": "s",
        "xdm:sourceProperty": "/_t/email",
        "xdm:namespace": "Email",
        "xdm:isPrimary": False,
    }
    label = {
        "id": "2",
        "@type": "xdm:descriptorLabel",
        "xdm:sourceSchema": "g",
        "xdm:sourceProperty": "/_t/email",
        "xdm:labels": ["core/I1"],
    }
    there: dict[str, list[dict[str, Any]]] = {**objects(), "schemas": [schema], "fieldGroups": [{"id": "g"}]}
    assert untruths_of([resource], {**there, "descriptors": [identity, label]}) == []
    (lost,) = untruths_of([resource], {**there, "descriptors": [identity]})
    assert lost.startswith("lost: the state knows [('g', 'email'")
    (over,) = untruths_of([], {**objects(), "descriptors": [label]})
    assert over.startswith("left over: [('g', 'email'")
