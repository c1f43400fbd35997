"""What a step does besides editing the program: to the state by hand, at Adobe's page, in Zoho."""

from __future__ import annotations

from collections.abc import Callable

from tests.edits.edits import EDITS, Item, Step
from tests.edits.model import Connection
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
    if step.edit == "rotate the secret":
        _rotate(world)
    elif item is not None and step.edit in _ACTIONS:
        _ACTIONS[step.edit](world, item, step)


def logical_of(item: Item, step: Step) -> str:
    """Give the logical name of the resource that a step is about: of an ingestion, the part of one table."""
    part = EDITS[step.edit].part
    return f"{item.logical}-{step.table}-{part}" if part else item.logical


def _state(world: World, *words: str) -> None:
    assert world.run("state", *words, "--yes", "--non-interactive") == 0, world.said[-1]


def _rename(world: World, item: Item, step: Step) -> None:
    _state(world, "rename", world.urn(item.logical), step.text, "--stack", world.stack.name)


def _move_and_back(world: World, item: Item, _: Step) -> None:
    names = (world.stack.name, _ELSEWHERE)
    if not (world.stack.folder / f"Pulumi.{_ELSEWHERE}.yaml").exists():
        world.stack.copy(_ELSEWHERE)
        world.run("stack", "select", world.stack.name)
    urn = world.urn(item.logical)
    _state(world, "move", "--source", names[0], "--dest", names[1], urn)
    moved = f"urn:pulumi:{_ELSEWHERE}::zoho-adobe::pulumi-python:dynamic/zoho-adobe:BaseConnection::{item.logical}"
    _state(world, "move", "--source", names[1], "--dest", names[0], moved)


def _delete(world: World, item: Item, _: Step) -> None:
    _state(world, "delete", world.urn(item.logical), "--target-dependents", "--stack", world.stack.name)


def _rotate(world: World) -> None:
    tenant = world.stack.tenant
    tenant.zoho["client_secret"] = tenant.new_zoho_secret()
    world.stack.set_secret("zohoClientSecret", tenant.zoho["client_secret"])


def _describe(world: World, item: Item, step: Step) -> None:
    world.crm.change("connections", world.ids[item.key, ""], description=f"by hand in step {step.number}")


def _stop(world: World, item: Item, step: Step) -> None:
    world.crm.change("flows", _id(world, item, step), state="disabled")


def _remove(kind: str) -> Callable[[World, Item, Step], None]:
    return lambda world, item, step: world.crm.remove(kind, _id(world, item, step))


def _id(world: World, item: Item, step: Step) -> str:
    return world.ids[item.key, "" if isinstance(item, Connection) else f"{step.table}-{EDITS[step.edit].part}"]


_ACTIONS: dict[str, Callable[[World, Item, Step], None]] = {
    "state rename": _rename,
    "state move and back": _move_and_back,
    "state delete": _delete,
    "state delete for good": _delete,
    "description edited by hand": _describe,
    "connection deleted by hand": _remove("connections"),
    "dataflow stopped by hand": _stop,
    "dataflow deleted by hand": _remove("flows"),
    "source deleted by hand": _remove("sourceConnections"),
    "target deleted by hand": _remove("targetConnections"),
    "dataset deleted by hand": _remove("datasets"),
}
