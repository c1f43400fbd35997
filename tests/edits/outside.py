"""What a step does besides editing the program: to the state by hand, at Adobe's page, in Zoho."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace

from tests.edits.edits import EDITS, Item, Step
from tests.edits.model import GROUPS, MODULES, Ingestion
from tests.edits.world import World

_ELSEWHERE = "elsewhere"


def before_the_command(world: World, item: Item | None, step: Step) -> None:
    """Do it.

    Args:
        world: where.
        item: what the step is about, as it was declared before; None if it was not.
        step: the step.

    Raises:
        AssertionError: a command that edits the state fails.
    """
    for table in step.rows:
        world.add_row(table)
    if step.number % 2 and world.documents():
        # What is in the zone by then, no run has taken.
        world.advance(400)
        world.export()
    if step.edit == "rotate the secret":
        _rotate(world)
    elif item is not None and step.edit in _ACTIONS:
        _ACTIONS[step.edit](world, item, step)


def logical_of(item: Item, step: Step) -> str:
    """Return the logical name of the resource that a step is about: of an ingestion, the part of one table."""
    part = EDITS[step.edit].part
    return f"{item.logical}-{item.part(step.table, part)}" if part and isinstance(item, Ingestion) else item.logical


def _state(world: World, *words: str) -> None:
    assert world.run("state", *words, "--yes", "--non-interactive") == 0, world.said[-1]


def _rename(world: World, item: Item, step: Step) -> None:
    _state(world, "rename", world.urn(item.logical), step.text, "--stack", world.stack.name)


def _move_and_back(world: World, item: Item, _: Step) -> None:
    _move_there(world, item)
    moved = f"urn:pulumi:{_ELSEWHERE}::zoho-adobe::pulumi-python:dynamic/zoho-adobe:BaseConnection::{item.logical}"
    _state(world, "move", "--source", _ELSEWHERE, "--dest", world.stack.name, moved)


def _move_there(world: World, item: Item) -> None:
    if not _is_elsewhere(world):
        world.stack.copy(_ELSEWHERE)
        world.run("stack", "select", world.stack.name)
    _state(world, "move", "--source", world.stack.name, "--dest", _ELSEWHERE, world.urn(item.logical))


def _is_elsewhere(world: World) -> bool:
    return (world.stack.folder / f"Pulumi.{_ELSEWHERE}.yaml").exists()


def _move_for_good(world: World, item: Item, _: Step) -> None:
    """Give a connection to another stack, which goes on with it at once."""
    _move_there(world, item)
    id_ = world.ids[item.key, ""]
    world.elsewhere.append({**asdict(replace(item, parent=None, former=None)), "adopt_id": None})
    world.write_for(_ELSEWHERE, {"seed": 1, "groups": GROUPS, "connections": world.elsewhere, "ingestions": []})
    assert world.run("up", "--yes", "--skip-preview", "--non-interactive", "--stack", _ELSEWHERE) == 0, world.said[-1]
    there = [resource.get("id") for resource in world.state(_ELSEWHERE)["resources"]]
    assert there.count(id_) == 1, f"{id_} is not in the state of {_ELSEWHERE}: {there}"


def _taint(world: World, item: Item, step: Step) -> None:
    _state(world, "taint", world.urn(logical_of(item, step)), "--stack", world.stack.name)


def _delete(world: World, item: Item, _: Step) -> None:
    _state(world, "delete", world.urn(item.logical), "--target-dependents", "--stack", world.stack.name)


def _rotate(world: World) -> None:
    tenant = world.stack.tenant
    tenant.zoho["client_secret"] = tenant.new_zoho_secret()
    for stack in (world.stack, *([replace(world.stack, name=_ELSEWHERE)] if _is_elsewhere(world) else [])):
        stack.set_secret("zohoClientSecret", tenant.zoho["client_secret"])


def _describe(world: World, item: Item, step: Step) -> None:
    world.crm.change("connections", world.ids[item.key, ""], description=f"by hand in step {step.number}")


def _edit_group(world: World, item: Item, step: Step) -> None:
    """Let a data architect make a field, and give another one a title."""
    schema = world.resource(logical_of(item, step))
    (group,) = (it for it in world.crm.objects()["fieldGroups"] if it["$id"] == schema["outputs"]["field_group_id"])
    (namespace,) = group["definitions"]["customFields"]["properties"].values()
    fields = namespace["properties"]
    known = MODULES[step.table][1]
    edited = {
        known: {**fields[known], "title": f"Title of step {step.number}"},
        f"byHand{step.number}": {"title": "By hand", "type": "string", "enum": ["hot", "cold"]},
    }
    fields |= edited
    world.crm.change("fieldGroups", group["meta:altId"], definitions=group["definitions"])
    world.by_hand[group["$id"]] = {**world.by_hand.get(group["$id"], {}), **edited}


def _stop(world: World, item: Item, step: Step) -> None:
    world.crm.change("flows", _id(world, item, step), state="disabled")


def _remove(kind: str) -> Callable[[World, Item, Step], None]:
    return lambda world, item, step: world.crm.remove(kind, _id(world, item, step))


def _id(world: World, item: Item, step: Step) -> str:
    return world.ids[item.key, item.part(step.table, EDITS[step.edit].part) if isinstance(item, Ingestion) else ""]


_ACTIONS: dict[str, Callable[[World, Item, Step], None]] = {
    "state rename": _rename,
    "state move and back": _move_and_back,
    "state move for good": _move_for_good,
    "state taint": _taint,
    "state taint of what is used": _taint,
    "state taint of a dataflow": _taint,
    "state taint of a dataset": _taint,
    "state delete": _delete,
    "state delete for good": _delete,
    "field group edited by hand": _edit_group,
    "description edited by hand": _describe,
    "connection deleted by hand": _remove("connections"),
    "dataflow stopped by hand": _stop,
    "dataflow deleted by hand": _remove("flows"),
    "source deleted by hand": _remove("sourceConnections"),
    "target deleted by hand": _remove("targetConnections"),
    "dataset deleted by hand": _remove("datasets"),
}
