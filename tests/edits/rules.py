"""What each edit may do to what is at Adobe: one line an edit.

Whatever a line does not speak of is kept: other declarations, and tables of an ingestion that the edit leaves alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Flag, auto

from tests.edits.model import Connection, Ingestion


class Fate(Flag):
    """What may become of a declared object. Where several are allowed, any of them is right."""

    KEPT = auto()
    """The same object, and in the state."""
    NEW = auto()
    """Another object in its place; the one before is gone."""
    GONE = auto()
    """Not declared any more, and deleted."""
    LEFT = auto()
    """Not declared any more, and left at Adobe as it is."""
    REFUSED = auto()
    """The command fails, and no declared object is deleted; as the error says, or undone, all is as before."""


KEPT, NEW, GONE, LEFT, REFUSED = Fate.KEPT, Fate.NEW, Fate.GONE, Fate.LEFT, Fate.REFUSED
EITHER = KEPT | NEW


@dataclass(frozen=True)
class Rule:
    """What an edit may do to what it is about.

    Attributes:
        suffixed: to a connection with a suffix.
        plain: to one without.
        adopted: to one whose program names its id.
        stores: to the schemas and datasets of an ingestion, and to the connection of its own.
        pipes: to its source and target connections, mapping sets and dataflows.
    """

    suffixed: Fate = KEPT
    plain: Fate = KEPT
    adopted: Fate = KEPT
    stores: Fate = KEPT
    pipes: Fate = KEPT


def every(fate: Fate, pipes: Fate | None = None) -> Rule:
    """Return a rule that is the same for all, but perhaps for pipes."""
    return Rule(fate, fate, fate, fate, fate if pipes is None else pipes)


RULES: dict[str, Rule] = {
    # Names and places. Without an alias Pulumi sees a create and a delete.
    "rename with an alias": every(KEPT, pipes=EITHER),
    "rename without an alias": Rule(suffixed=NEW, plain=REFUSED, adopted=KEPT | REFUSED, stores=NEW, pipes=NEW),
    "move with an alias": every(KEPT),
    "move without an alias": Rule(KEPT | REFUSED, KEPT | REFUSED, KEPT, stores=KEPT | REFUSED, pipes=EITHER | REFUSED),
    "drop the alias": every(KEPT),
    # The state, changed by hand.
    "state rename": every(KEPT),
    "state move and back": every(KEPT),
    "state delete": Rule(KEPT | REFUSED, KEPT | REFUSED, KEPT, stores=KEPT | REFUSED, pipes=EITHER | REFUSED),
    "state delete for good": every(LEFT),
    "state move for good": every(LEFT),
    "state taint": Rule(suffixed=NEW, plain=NEW, adopted=REFUSED),
    "state taint of what is used": Rule(suffixed=NEW, plain=NEW, adopted=REFUSED),
    "state taint of a dataflow": Rule(pipes=EITHER),
    "state taint of a dataset": Rule(stores=EITHER, pipes=EITHER),
    # Declarations that come and go.
    "declare": every(NEW),
    "declare an ingestion": every(NEW),
    "declare again": every(EITHER | REFUSED),
    "undeclare": every(GONE),
    "undeclare what is retained": every(LEFT),
    "retain": every(KEPT),
    # What names are made of, and whose object it is.
    "change the suffix": every(KEPT, pipes=EITHER),
    "change the seed": every(KEPT, pipes=EITHER),
    "name the id": every(KEPT),
    "name the id no more": every(KEPT),
    "hand the id over": every(KEPT),
    # Replacements that somebody asks for; what is built on them goes first, and what is adopted is not replaced.
    "replace": Rule(suffixed=NEW, plain=NEW, adopted=REFUSED),
    "replace what is used": Rule(suffixed=NEW, plain=NEW, adopted=REFUSED),
    "replace a dataflow": Rule(pipes=EITHER),
    "replace a dataset": Rule(stores=EITHER, pipes=EITHER),
    # What is in a declaration.
    "describe": every(KEPT),
    "rotate the secret": every(KEPT),
    "change the schedule": every(KEPT),
    "add a column": Rule(pipes=EITHER),
    "remove a column": Rule(pipes=EITHER),
    "mark a field or no more": every(KEPT),
    "change the way": every(KEPT),
    "take a table out": every(GONE),
    "put a table back": every(NEW),
    "read through another connection": Rule(pipes=EITHER),
    "change the provider": every(KEPT),
    # Somebody else at Adobe's page.
    "description edited by hand": every(KEPT),
    "field group edited by hand": every(KEPT),
    "connection deleted by hand": every(NEW),
    "dataflow stopped by hand": every(KEPT),
    "dataflow deleted by hand": Rule(pipes=EITHER),
    "source deleted by hand": Rule(pipes=EITHER),
    "target deleted by hand": Rule(pipes=EITHER),
    "dataset deleted by hand": Rule(stores=EITHER, pipes=EITHER),
    "nothing": every(KEPT),
}

STORES = ("connection", "schema", "dataset")

ANNOUNCEMENT = re.compile(r"re-ingests all rows|rows that changed since then may arrive twice|they arrive twice")
"""What a command says before rows come a second time."""
OMISSION = re.compile(r"ingests only what changes from now on\b.*?\bthe dataset ([0-9a-f]+)")
"""What a command says before rows never come that changed before it, and of which dataset."""

LEFT_BEHIND = re.compile(
    r"the (source|target) connection .[^']*. \((\S+)\) stays, and another one of that name is made"
)
"""What a create says of an object that one which was cut off may have left, and that cannot become what is wanted."""


def fate_of(edit: str, item: Connection | Ingestion, part: str) -> Fate:
    """Say what an edit may do to one of the objects of what it is about.

    Args:
        edit: the edit's name.
        item: what it is about, as it was before.
        part: which object: empty for a connection, else such as "Leads-dataset".
    """
    rule = RULES[edit]
    if isinstance(item, Connection):
        fate = {"suffixed": rule.suffixed, "plain": rule.plain, "adopted": rule.adopted}[item.sort]
    elif edit == "read through another connection" and part == "connection":
        fate = GONE
    else:
        fate = rule.stores if part.rpartition("-")[2] in STORES else rule.pipes
    if not item.retain:
        return fate
    if fate == REFUSED and isinstance(item, Connection) and item.adopts:
        # The engine deletes nothing that is retained, so nothing is refused, and the id is adopted again.
        return KEPT | REFUSED
    # Where the one before stays at Adobe, its name is not free: it is taken again, or the command says so.
    return LEFT if fate == GONE else fate | KEPT | REFUSED if fate & NEW else fate


def after_an_upset(fate: Fate) -> Fate:
    """Say what may become of an object when the command was cut off in between and repeated, or the edit undone."""
    return fate | KEPT if fate & (NEW | REFUSED) else fate
