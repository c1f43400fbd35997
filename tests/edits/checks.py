"""What must be so after every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from tests.edits.edits import Step
from tests.edits.model import Ingestion, Program
from tests.edits.rules import (
    ANNOUNCEMENT,
    EITHER,
    GONE,
    KEPT,
    LEFT,
    NEW,
    OMISSION,
    REFUSED,
    STORES,
    Fate,
    after_an_upset,
    fate_of,
)
from tests.edits.world import Look, Name, Place, World
from tests.kills.truth import untruths_of


@dataclass(frozen=True)
class Violation:
    """Something that must not be.

    Attributes:
        kind: what kind of thing, by which a shrunk sequence is known to fail alike.
        text: what it is.
    """

    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


# What is only read is not made, and a mapping set is nobody's: both may be whatever they are.
_WITHOUT_AN_OBJECT = ("table", "module", "zone", "mapping")

# In a replacement that somebody forces, the engine deletes what is built on a connection before it asks whether that
# may be replaced.
_WITH_DEPENDENTS = ("state delete", "state taint of what is used", "replace what is used")


def allowed(before: Program, after: Program, step: Step) -> dict[Name, Fate]:
    """Say what may become of each object.

    Args:
        before: the program before the step.
        after: the program after it.
        step: the step.
    """
    return {name: _of(before, after, step, *name) for name in {**before.resources(), **after.resources()}}


def following(
    before: Program, program: Program, fates: Mapping[Name, Fate], ids: Mapping[Name, str], look: Look
) -> dict[Name, Fate]:
    """Let sources and dataflows go with a connection that has become another one.

    Args:
        before: the program before the step.
        program: the program after it.
        fates: what may have become of each object by the step.
        ids: the ids before it.
        look: what is there after it.
    """
    followed = dict(fates)
    for name, fate in fates.items():
        where = next((it for it in (program, before) if it.has(name[0])), None)
        base = _base(where, *name) if where else None
        if fate == KEPT and base and base in ids and ids[base] != look.ids.get(base):
            followed[name] = EITHER
    return followed


def _of(before: Program, after: Program, step: Step, key: str, part: str) -> Fate:
    if not before.has(key):
        return fate_of(step.edit, after.find(key), part)
    item, pipe = before.find(key), part and part.rpartition("-")[2] not in STORES
    if step.edit == "change the seed" or (step.edit in _WITH_DEPENDENTS and _built_on(item, step.key)):
        # What the state has lost together with a connection is refused in its turn, whatever becomes of that one.
        refused = REFUSED if step.edit == "state delete" else KEPT
        return (EITHER if pipe else KEPT) | refused
    if key != step.key or (step.table and not part.startswith(f"{step.table}-")):
        return KEPT
    if step.edit == "change the way":
        # Of the way that is left, everything goes; the other one, and the ends of both, stay.
        return KEPT if (key, part) in after.resources() else GONE
    if step.edit == "read through another connection" and "-files-" in part:
        return KEPT
    fate = fate_of(step.edit, item, part)
    if step.edit in _WITH_DEPENDENTS and any(user.retain for user in before.users(key)):
        # What is retained goes on using it.
        return fate | KEPT | REFUSED
    # A refresh takes a taint away, and the update after it sees none.
    return fate | KEPT if step.edit.startswith("state taint") and "refresh" in step.command else fate


def _built_on(item: object, key: str) -> bool:
    return isinstance(item, Ingestion) and item.connection == key


def _base(program: Program, key: str, part: str) -> Name | None:
    """Name the connection that a source, and with it a dataflow, is built on."""
    what = part.rpartition("-")[2]
    item = program.find(key)
    if not isinstance(item, Ingestion):
        return None
    if what in ("source", "dataflow") and "-files-" not in part:
        return (item.connection, "") if item.connection else (key, "connection")
    return None


def identity(
    ids: Mapping[Name, str], look: Look, fates: Mapping[Name, Fate], program: Program, retained: Collection[str]
) -> Iterator[Violation]:
    """Check that each object is what the rules allow.

    Args:
        ids: the ids before the step.
        look: what is there after it.
        fates: what is allowed.
        program: the program after it.
        retained: the ids of objects that stay at Adobe when the stack lets go of them.
    """
    existing = look.existing
    declared = program.resources()
    for name, fate in fates.items():
        was, is_ = ids.get(name), look.ids.get(name)
        what = " ".join(name).strip()
        if name[1].rpartition("-")[2] in _WITHOUT_AN_OBJECT or was is None:
            continue
        if name not in declared:
            if was in existing and fate == GONE:
                yield Violation("left over", f"{what} ({was}) is still at Adobe")
            if was not in existing and fate == LEFT:
                yield Violation("deleted", f"{what} ({was}) was to stay at Adobe")
        elif is_ == was and not fate & KEPT:
            yield Violation("kept", f"{what} ({was}) was to give way to another object")
        elif is_ != was and not fate & NEW:
            gone = "still exists" if was in existing else "was deleted"
            yield Violation(
                "deleted" if was not in existing else "lost", f"{what}: {was} {gone}, and {is_} is in its place"
            )
        elif is_ != was and was in existing and was not in retained:
            yield Violation("left over", f"{what} ({was}) is still at Adobe beside {is_}")


def truth(world: World, look: Look, program: Program) -> Iterator[Violation]:
    """Check that the state tells what is, and that nobody else's object was touched."""
    yield from (Violation("state", text) for text in look.missing)
    yield from (Violation("state", text) for text in untruths_of(look.resources, look.objects, world.strangers))
    twice = [f"{id_} {count} times" for id_, count in Counter(_with_objects(look)).items() if count > 1]
    yield from (Violation("state", f"the state holds {text}") for text in twice)
    yield from (Violation("state", f"{item['urn']} is to be deleted") for item in look.resources if item.get("delete"))
    gone = sorted(world.strangers - look.existing)
    yield from (Violation("deleted", f"{id_} is not the stack's, and was deleted") for id_ in gone)
    for group in look.objects["fieldGroups"]:
        by_hand = world.by_hand.get(group["$id"], {})
        (namespace,) = group["definitions"]["customFields"]["properties"].values()
        changed = [name for name, how in by_hand.items() if namespace["properties"].get(name) != how]
        if changed:
            yield Violation("lost", f"{changed}, edited by hand in the field group {group['$id']}")
    outputs = world.outputs()
    for connection in program.connections:
        if outputs.get(connection.logical) != look.ids.get((connection.key, "")):
            yield Violation("state", f"the output {connection.logical} is {outputs.get(connection.logical)}")
    for item in program.ingestions:
        for kind in ("dataset", "dataflow"):
            said = (outputs.get(item.logical) or {}).get(f"{kind}s", {})
            true = {table: look.ids.get((item.key, item.part(table, kind))) for table in item.brought}
            if said != true:
                yield Violation("state", f"the output {item.logical} says {said}, and the {kind}s are {true}")


def _with_objects(look: Look) -> list[str]:
    return [id_ for (_, part), id_ in look.ids.items() if part.rpartition("-")[2] not in _WITHOUT_AN_OBJECT]


def rows(world: World, look: Look, program: Program) -> Iterator[Violation]:
    """Export and let everything run, and check what has arrived in each dataset.

    Through the source each row arrives once; by files, each row of each file does, so that no file is lost and none is
    taken twice. What was in a folder that is not the table's any more may be left there: its rows come again.
    """
    world.advance(400)
    world.export()
    world.advance(3000)
    said = "\n".join(world.said)
    announced = ANNOUNCEMENT.search(said) is not None
    # All rows are added before the command: what it leaves out had changed before, and later ones have to arrive.
    omitting = set(OMISSION.findall(said))
    folders = world.folders()
    there_now: set[Place] = set()
    for item in program.ingestions:
        for table in item.brought:
            dataset = look.ids.get((item.key, f"{table}-dataset"))
            if dataset is None or dataset not in look.existing:
                continue
            place, how = (table, dataset), item.tables[table]
            there_now.add(place)
            rows_of, there, known = world.rows_of(table), world.rows_in(table, dataset), world.arrived.get(place)
            late = world.behind.get(place, Counter()) + Counter(world.fresh.get(table, ()))
            # What was changed once more meanwhile comes as it is by then.
            fresh = rows_of if known is None else late & rows_of
            wanted = (known or Counter()) + (fresh if how.by_source else Counter())
            files = [file for file in world.exported if file.dataset == dataset]
            here = Counter(row for file in files if file.folder in folders for row in file.rows)
            lost, twice = wanted + here - there, there - wanted - here
            for file in files:
                # What nobody took before its folder was left may still come, or be left there.
                taken = not Counter(file.rows) - twice
                if file.folder in folders or taken:
                    world.exported.remove(file)
                if file.folder not in folders and taken:
                    twice -= Counter(file.rows)
            if not how.by_source and place in world.through_source:
                # The source's last run may have brought them before it went.
                twice, fresh = twice - fresh, fresh - twice
            world.behind[place] = Counter() if how.by_source else fresh
            (world.through_source.add if how.by_source else world.through_source.discard)(place)
            if how.by_files:
                lost += Counter(set(rows_of) - set(there))
            if lost and (dataset not in omitting or how.by_files):
                yield Violation("lost", f"{table}: {sorted(lost)} never arrived in {dataset}")
            if twice and not (announced and set(twice) <= set(wanted)):
                yield Violation("twice", f"{table}: {sorted(twice)} arrived once more in {dataset}")
            world.arrived[place] = there
    for place in world.arrived.keys() - there_now:
        world.behind[place] = world.behind.get(place, Counter()) + Counter(world.fresh.get(place[0], ()))
    world.fresh = {}


def upset(fates: Mapping[Name, Fate], *, undone: bool) -> dict[Name, Fate]:
    """Say what may have become of each object after a command that was cut off.

    Args:
        fates: what may have become of it by the edit.
        undone: whether the edit was undone instead of the command repeated.
    """
    if not undone:
        return {name: after_an_upset(fate) for name, fate in fates.items()}
    # What the edit had let go of may be gone by then, and is made anew.
    return {name: EITHER if fate & (NEW | GONE) else KEPT for name, fate in fates.items()}
