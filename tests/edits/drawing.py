"""Draws sequences of steps from a seed, without any engine: what a step makes of a program is known beforehand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from tests.edits.edits import (
    EDITS,
    WITHOUT_A_KEY,
    Item,
    Step,
    Upset,
    applied,
    columns_to_add,
    columns_to_remove,
    others,
    places,
)
from tests.edits.model import MODULES, VIAS, Connection, Ingestion, Program, first
from tests.edits.rules import REFUSED, fate_of

_COMMANDS = ("up", "up", "up", "up", "up --refresh", "refresh, up")
_VICTIMS = ("engine", "provider", "both", "both", "test")
_UPSETS = 0.2
# What needs a second command to be undone, or none at all, is not cut off.
_NOT_CUT_OFF = ("nothing", "drop the alias", "retain")


def draw(seed: int, count: int) -> list[Step]:
    """Draw a sequence.

    Args:
        seed: the same one gives the same sequence.
        count: how many steps.
    """
    chance = random.Random(seed)  # noqa: S311 - a repeatable one is wanted
    program, steps = first(), [Step(1, "nothing")]
    while len(steps) < count:
        step = _step(chance, program, len(steps) + 1)
        after = None if step is None else applied(program, step)
        if step is None or after is None:
            continue
        steps.append(step)
        program = program if refused(program, step) or (step.upset and step.upset.undone) else after
    return steps


def refused(program: Program, step: Step) -> bool:
    """Return whether a step is sure to be refused, so that the edit is undone after it."""
    if not program.has(step.key):
        return False
    item = program.find(step.key)
    return isinstance(item, Connection) and fate_of(step.edit, item, "") == REFUSED


def _step(chance: random.Random, program: Program, number: int) -> Step | None:
    name = chance.choices(list(EDITS), [edit.weight for edit in EDITS.values()])[0]
    edit = EDITS[name]
    tables = tuple(table for table in MODULES if chance.random() < 0.4)
    command = chance.choice(
        ("up --refresh", "refresh, up") if edit.refreshes else _COMMANDS if edit.looks else _COMMANDS[:1]
    )
    step = Step(number, name, command=command, rows=tables)
    if name == "declare":
        return replace(step, key=f"made-{number}", text=chance.choice(("seed", "")))
    if name == "declare an ingestion":
        return replace(step, key=f"own-{number}")
    if name == "declare again":
        return replace(step, key=chance.choice(program.retired).key) if program.retired else None
    if name in WITHOUT_A_KEY:
        return _perhaps_upset(chance, step)
    items = [item for item in program.items if edit.applies(program, item)]
    if not items:
        return None
    item = chance.choice(items)
    step = _about(chance, program, item, replace(step, key=item.key))
    if isinstance(item, Connection) and not edit.words and not edit.refreshes and chance.random() < 0.2:
        # What depends on a resource keeps its old URN where only that one is the target: the engine's own integrity
        # check then fails after a rename with an alias.
        step = step if name.endswith("with an alias") else replace(step, command="up --target, up")
    return _perhaps_upset(chance, step)


def _perhaps_upset(chance: random.Random, step: Step) -> Step:
    if step.edit in _NOT_CUT_OFF or chance.random() > _UPSETS:
        return step
    upset = _upset(chance)
    # What was done to the state or at Adobe is not undone by the program.
    return replace(step, upset=replace(upset, undone=upset.undone and can_be_undone(step.edit)))


def _about(chance: random.Random, program: Program, item: Item, step: Step) -> Step:
    """Draw the details of a step."""
    name = step.edit
    if name in ("rename with an alias", "rename without an alias", "state rename", "hand the id over"):
        return replace(step, text=f"{item.key}-{step.number}")
    if name.startswith("move "):
        return replace(step, text=chance.choice(places()))
    if name == "change the suffix":
        return replace(step, text=chance.choice(("", "seed", "blue", "green")))
    if name == "describe":
        return replace(step, text=f"as of step {step.number}")
    if not isinstance(item, Ingestion):
        return step
    if name == "add a column":
        table, column = chance.choice(columns_to_add(item))
        return replace(step, table=table, text=column)
    if name == "remove a column":
        table, column = chance.choice(columns_to_remove(item))
        return replace(step, table=table, text=column)
    if name == "read through another connection":
        return replace(step, text=chance.choice(others(program, item)))
    if name == "change the way":
        table = chance.choice(item.brought)
        return replace(step, table=table, text=chance.choice([via for via in VIAS if via != item.tables[table].via]))
    if name == "put a table back":
        return replace(step, table=chance.choice([table for table in item.tables if table not in item.brought]))
    if name == "take a table out" or EDITS[name].part:
        return replace(step, table=chance.choice(item.brought))
    return step


def _upset(chance: random.Random) -> Upset:
    victim = chance.choice(_VICTIMS)
    if victim == "test":
        return Upset(victim)
    method = chance.choice(("POST", "POST", "PATCH", "DELETE", ""))
    nth = chance.randrange({"POST": 8, "": 20}.get(method, 3))
    return Upset(victim, method, nth, after_work=chance.random() < 0.6, undone=chance.random() < 0.3)


def can_be_undone(edit: str) -> bool:
    """Return whether a program without the edit is as good as before: not where the state or Adobe has changed."""
    changed = EDITS[edit].refreshes or bool(EDITS[edit].words) or edit in WITHOUT_A_KEY
    return not changed and not edit.startswith("state ") and not edit.endswith("with an alias")


def without(steps: Sequence[Step], dropped: set[int]) -> list[Step]:
    """Return the steps but for some, by their numbers."""
    return [step for step in steps if step.number not in dropped]
