"""The edits: when each makes sense, and what program it makes of another one. No engine and no I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.edits.model import GROUPS, MODULES, VIAS, Connection, Declared, Former, Ingestion, Program, Table


@dataclass(frozen=True)
class Upset:
    """What goes wrong in the middle of a command.

    Attributes:
        victim: who is killed: "engine", "provider" or "both"; or "test" for Adobe's test of a connection that fails.
        method: of the requests that are counted, all if it is empty.
        nth: how many of them come before the one at which it happens.
        after_work: whether the request does its work.
        undone: whether the person then undoes the edit instead of repeating the command.
    """

    victim: str
    method: str = ""
    nth: int = 0
    after_work: bool = False
    undone: bool = False

    def __str__(self) -> str:
        then = ", then undone" if self.undone else ""
        if self.victim == "test":
            return f"Adobe's test fails{then}"
        when = "after" if self.after_work else "before"
        return f"{self.victim} killed {when} {self.method or 'request'} {self.nth + 1}{then}"

    @property
    def order(self) -> dict[str, Any]:
        """Return the order of the fault at the request."""
        wanted = {"path": "^/adobe/", "skip": self.nth, "after_work": self.after_work}
        return {**wanted, "method": self.method} if self.method else wanted


@dataclass(frozen=True)
class Step:
    """One edit, and the command that applies it.

    Attributes:
        number: its place in the sequence, from 1.
        edit: the edit's name.
        key: what it is about.
        table: which of its tables.
        text: a new name, suffix, group or column.
        command: "up", "up --refresh", "refresh, up" or "up --target, up".
        rows: the tables to which Zoho gets a row before, or a changed one.
        upset: what goes wrong.
    """

    number: int
    edit: str
    key: str = ""
    table: str = ""
    text: str = ""
    command: str = "up"
    rows: tuple[str, ...] = ()
    upset: Upset | None = None

    def __str__(self) -> str:
        about = " ".join(word for word in (self.key, self.table, self.text and f"-> {self.text!r}") if word)
        rows = f" [rows: {', '.join(self.rows)}]" if self.rows else ""
        upset = f" !! {self.upset}" if self.upset else ""
        return f"{self.number:>3}  {self.edit}{': ' if about else ''}{about}  ({self.command}){rows}{upset}"


Item = Connection | Ingestion


@dataclass(frozen=True)
class Edit:
    """One kind of edit.

    Attributes:
        applies: whether it makes sense for something that is declared.
        edited: the program that it makes.
        weight: how often it is drawn beside the others.
        refreshes: whether only a command that looks at Adobe can see it.
        looks: whether the command may look at Adobe first. With a secret that Zoho no longer takes, tables are not
            shown; and the engine panics where a component has an alias: https://github.com/pulumi/pulumi/issues/21404
        words: what else the command gets; "URN" stands for the one it is about.
        part: of an ingestion, the part that it is about.
    """

    applies: Callable[[Program, Item], bool]
    edited: Callable[[Program, Step], Program] = lambda program, _: program
    weight: int = 2
    refreshes: bool = False
    looks: bool = True
    words: tuple[str, ...] = ()
    part: str = ""


def _connection(_: Program, item: Item) -> bool:
    return isinstance(item, Connection)


def _ingestion(_: Program, item: Item) -> bool:
    return isinstance(item, Ingestion)


def _any(_: Program, item: Item) -> bool:
    return isinstance(item, Declared)


def _plain(change: Callable[[Item, Step], Mapping[str, Any]]) -> Callable[[Program, Step], Program]:
    """Make an edit of what changes in the one declaration that it is about."""
    return lambda program, step: program.changed(step.key, **change(program.find(step.key), step))


def _former(item: Item) -> Former:
    return Former(item.logical, item.parent)


def _unused(program: Program, item: Item) -> bool:
    return isinstance(item, Connection) and not program.users(item.key)


def _rebased(program: Program, step: Step) -> Program:
    return program.changed(step.key, connection=step.text)


def _tables(change: Callable[[dict[str, Table], Step], None]) -> Callable[[Program, Step], Program]:
    def edited(program: Program, step: Step) -> Program:
        item = program.find(step.key)
        assert isinstance(item, Ingestion)
        tables = dict(item.tables)
        change(tables, step)
        return program.changed(step.key, tables=tables)

    return edited


def _with_column(tables: dict[str, Table], step: Step) -> None:
    how = tables[step.table]
    tables[step.table] = replace(how, columns=(*how.columns, step.text))


def _without_column(tables: dict[str, Table], step: Step) -> None:
    how = tables[step.table]
    tables[step.table] = replace(how, columns=tuple(name for name in how.columns if name != step.text))


def _marked_or_not(tables: dict[str, Table], step: Step) -> None:
    tables[step.table] = replace(tables[step.table], marked=not tables[step.table].marked)


def _another_way(tables: dict[str, Table], step: Step) -> None:
    tables[step.table] = replace(tables[step.table], via=step.text)


def _regrouped(group: str) -> Callable[[Program, Step], Program]:
    """Put a table into a group that the stack brings, or into one that it does not."""

    def edited(program: Program, step: Step) -> Program:
        item = program.find(step.key)
        assert isinstance(item, Ingestion)
        tables = {name: replace(how, group=how.group or "ours") for name, how in item.tables.items()}
        tables[step.table] = replace(tables[step.table], group=group)
        return program.changed(step.key, tables=tables, group="ours")

    return edited


def _declared(program: Program, step: Step) -> Program:
    return program.adding(Connection(step.key, step.key, suffix=step.text or None, name=f"Made {step.key}"))


def _declared_ingestion(program: Program, step: Step) -> Program:
    leads = Table((MODULES["Leads"][0],), via=VIAS[-1] if step.number % 2 else VIAS[0])
    return program.adding(Ingestion(step.key, step.key, tables={"Leads": leads}))


def _declared_again(program: Program, step: Step) -> Program:
    (item,) = (it for it in program.retired if it.key == step.key)
    if isinstance(item, Connection):
        # An id that was named may be gone by now.
        return program.adding(replace(item, adopts=False))
    there = item.connection if item.connection and program.has(item.connection) else None
    return program.adding(replace(item, connection=there, adopts=False))


def _handed_over(program: Program, step: Step) -> Program:
    # The declaration that named the id goes, and another one, of another logical name, comes in its place.
    return program.changed(step.key, logical=step.text, former=None, adopts=True)


EDITS: dict[str, Edit] = {
    "rename with an alias": Edit(
        _any, _plain(lambda it, step: {"logical": step.text, "former": _former(it)}), weight=4, looks=False
    ),
    "rename without an alias": Edit(_any, _plain(lambda _, step: {"logical": step.text, "former": None}), weight=4),
    "move with an alias": Edit(
        _any, _plain(lambda it, step: {"parent": step.text or None, "former": _former(it)}), weight=3, looks=False
    ),
    "move without an alias": Edit(
        _any, _plain(lambda _, step: {"parent": step.text or None, "former": None}), weight=4
    ),
    "drop the alias": Edit(lambda _, item: item.former is not None, _plain(lambda *_: {"former": None})),
    "state rename": Edit(_connection, _plain(lambda _, step: {"logical": step.text, "former": None})),
    "state move and back": Edit(_connection),
    "state delete": Edit(_any, weight=4),
    "state move for good": Edit(
        _unused, lambda program, step: replace(program.without(step.key), retired=program.retired), weight=1
    ),
    "state taint": Edit(_unused),
    "state taint of what is used": Edit(
        lambda program, item: isinstance(item, Connection) and bool(program.users(item.key)), weight=1
    ),
    "state taint of a dataflow": Edit(_ingestion, part="dataflow"),
    "state taint of a dataset": Edit(_ingestion, part="dataset", weight=1),
    "state delete for good": Edit(_unused, lambda program, step: program.without(step.key), weight=1),
    "declare": Edit(lambda *_: False, _declared, weight=3),
    "declare an ingestion": Edit(lambda *_: False, _declared_ingestion, weight=3),
    "declare again": Edit(lambda *_: False, _declared_again, weight=4),
    "undeclare": Edit(
        lambda program, item: (_unused(program, item) or isinstance(item, Ingestion)) and not item.retain,
        lambda program, step: program.without(step.key),
        weight=1,
    ),
    "undeclare what is retained": Edit(
        lambda program, item: item.retain and (_unused(program, item) or isinstance(item, Ingestion)),
        lambda program, step: program.without(step.key),
        weight=3,
    ),
    "retain": Edit(_any, _plain(lambda it, _: {"retain": not it.retain})),
    "change the suffix": Edit(_any, _plain(lambda _, step: {"suffix": step.text or None}), weight=4),
    "change the seed": Edit(lambda *_: True, lambda program, _: replace(program, seed=program.seed + 1), weight=1),
    "name the id": Edit(
        lambda _, item: isinstance(item, Connection) and not item.adopts, _plain(lambda *_: {"adopts": True})
    ),
    "name the id no more": Edit(
        lambda _, item: isinstance(item, Connection) and item.adopts, _plain(lambda *_: {"adopts": False})
    ),
    "hand the id over": Edit(lambda _, item: isinstance(item, Connection) and item.suffix is None, _handed_over),
    "replace": Edit(_unused, words=("--target-replace", "URN")),
    "replace what is used": Edit(
        lambda program, item: isinstance(item, Connection) and bool(program.users(item.key)),
        words=("--replace", "URN"),
        weight=1,
    ),
    "replace a dataflow": Edit(_ingestion, words=("--replace", "URN"), part="dataflow"),
    "replace a dataset": Edit(_ingestion, words=("--replace", "URN"), part="dataset", weight=1),
    "describe": Edit(_connection, _plain(lambda _, step: {"description": step.text})),
    "rotate the secret": Edit(lambda *_: True, looks=False),
    "change the schedule": Edit(_ingestion, _plain(lambda it, _: {"interval": 75 - _interval(it)})),
    "add a column": Edit(lambda _, item: bool(columns_to_add(item)), _tables(_with_column), weight=4),
    "remove a column": Edit(lambda _, item: bool(columns_to_remove(item)), _tables(_without_column), weight=4),
    "mark a field or no more": Edit(_ingestion, _tables(_marked_or_not), weight=5, part="schema"),
    "change the way": Edit(
        lambda _, item: isinstance(item, Ingestion) and not item.retain, _tables(_another_way), weight=8
    ),
    "take a table out": Edit(
        lambda _, item: isinstance(item, Ingestion) and len(item.brought) > 1, _regrouped("others"), weight=1
    ),
    "put a table back": Edit(
        lambda _, item: isinstance(item, Ingestion) and len(item.brought) < len(item.tables),
        _regrouped("ours"),
        weight=4,
    ),
    "read through another connection": Edit(
        lambda program, item: isinstance(item, Ingestion) and bool(others(program, item)), _rebased
    ),
    "change the provider": Edit(_any, _plain(lambda it, _: {"provider": not it.provider}), weight=3),
    "field group edited by hand": Edit(_ingestion, part="schema", weight=3),
    "description edited by hand": Edit(_connection, refreshes=True),
    "connection deleted by hand": Edit(
        _connection, _plain(lambda it, _: {"adopts": False} if isinstance(it, Connection) else {}), refreshes=True
    ),
    "dataflow stopped by hand": Edit(_ingestion, refreshes=True, part="dataflow"),
    "dataflow deleted by hand": Edit(_ingestion, refreshes=True, part="dataflow", weight=3),
    "source deleted by hand": Edit(_ingestion, refreshes=True, part="source", weight=1),
    "target deleted by hand": Edit(_ingestion, refreshes=True, part="target", weight=1),
    "dataset deleted by hand": Edit(_ingestion, refreshes=True, part="dataset", weight=1),
    "nothing": Edit(lambda *_: True, weight=1),
}


WITHOUT_A_KEY = ("nothing", "change the seed", "rotate the secret")
"""What is about the whole program."""


def _interval(item: Item) -> int:
    assert isinstance(item, Ingestion)
    return item.interval


def others(program: Program, item: Ingestion) -> list[str]:
    """List the connections that an ingestion could read through instead of its own."""
    return [it.key for it in program.connections if it.key != item.connection]


def columns_to_add(item: Item) -> list[tuple[str, str]]:
    """List what columns an ingestion could bring besides, each with its table."""
    if not isinstance(item, Ingestion):
        return []
    more = ((name, column) for name in item.brought for column in MODULES[name][2])
    return [(name, column) for name, column in more if column not in item.tables[name].columns]


def columns_to_remove(item: Item) -> list[tuple[str, str]]:
    """List what columns an ingestion could do without, each with its table."""
    if not isinstance(item, Ingestion):
        return []
    return [
        (name, column) for name in item.brought for column in item.tables[name].columns if column in MODULES[name][2]
    ]


def applied(program: Program, step: Step) -> Program | None:
    """Return the program that a step makes of another one, None if the step makes no sense there."""
    edit = EDITS[step.edit]
    if step.edit in WITHOUT_A_KEY:
        return edit.edited(program, step)
    if step.edit == "declare again" and step.key not in [item.key for item in program.retired]:
        return None
    if step.edit == "declare an ingestion" and len(program.ingestions) > 1:
        return None
    if step.edit in ("declare", "declare an ingestion", "declare again"):
        return None if program.has(step.key) else edit.edited(program, step)
    if not program.has(step.key):
        return None
    item = program.find(step.key)
    if not edit.applies(program, item):
        return None
    if isinstance(item, Ingestion) and not _fits(program, item, step):
        return None
    if step.edit.startswith("move ") and (step.text or None) == item.parent:
        return None
    if step.edit == "change the suffix" and (step.text or None) == item.suffix:
        return None
    return edit.edited(program, step)


def _fits(program: Program, item: Ingestion, step: Step) -> bool:
    """Return whether an ingestion has what a step is about."""
    if step.edit == "add a column":
        return (step.table, step.text) in columns_to_add(item)
    if step.edit == "remove a column":
        return (step.table, step.text) in columns_to_remove(item)
    if step.edit == "read through another connection":
        return step.text in others(program, item)
    if step.edit == "change the way":
        return step.table in item.brought and step.text != item.tables[step.table].via
    return not step.table or (step.table in item.brought) == (step.edit != "put a table back")


def places() -> tuple[str, ...]:
    """List where a declaration can be: below the stack itself, or in a group."""
    return ("", *GROUPS)
