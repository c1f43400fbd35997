"""Plays a sequence of steps on a stack, and checks everything after each."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from emulator import launch
from engine import toolchain
from engine.random_plugin import ensure_random_plugin
from tests.edits import checks
from tests.edits.checks import Violation
from tests.edits.edits import EDITS, Step, Upset, applied
from tests.edits.model import Ingestion, Program, first
from tests.edits.outside import before_the_command, logical_of
from tests.edits.rules import LEFT, LEFT_BEHIND, REFUSED, Fate
from tests.edits.world import Look, Name, World
from tests.kills.killing import BUILT_ON_NOTHING, cut_off
from tests.kills.truth import id_of
from tests.support.stack import isolated_environment

ADOPTING = "ZOHO_ADOBE_ADOPT"
# A handover that only the program can decide asks it to; that is an answer, and no violation.
ASKING = "error: Exception calling application: schedule.backfill: "
# With --target, what is built on the target is made again from what the state says; the same without it mends that.
WITHOUT_ITS_BASE = "run `pulumi up --refresh` without `--target`"
Report = Callable[[str], None]


@dataclass(frozen=True)
class Failure:
    """A step after which something is wrong.

    Attributes:
        step: the step.
        violations: what is wrong.
        said: what its commands have printed.
    """

    step: Step
    violations: list[Violation]
    said: str

    @property
    def kinds(self) -> set[str]:
        """The kinds of what is wrong."""
        return {violation.kind for violation in self.violations}


@dataclass(frozen=True)
class Played:
    """What became of a sequence."""

    steps: list[Step]
    failure: Failure | None


@contextlib.contextmanager
def new_world() -> Iterator[World]:
    """Make an empty stack and an emulator of its own, and take both away in the end."""
    pulumi = toolchain.ensure(lambda _: None)
    with tempfile.TemporaryDirectory(prefix="edits-") as name:
        folder = Path(name)
        home = folder / "home"
        home.mkdir()
        ensure_random_plugin(pulumi, home, lambda _: None)
        with launch.start(folder / "emulator") as emulator:
            yield World.create(folder, isolated_environment(pulumi, home, folder), emulator)


def play(steps: Sequence[Step], report: Report) -> Played:
    """Play a sequence until something is wrong; steps that make no sense any more are passed over.

    Args:
        steps: the sequence.
        report: is given a line for each step.
    """
    program, played = first(), []
    with new_world() as world:
        for step in steps:
            if applied(program, step) is None:
                continue
            played.append(step)
            begun = time.monotonic()
            try:
                program, violations = one(world, program, step)
            except (AssertionError, launch.EmulatorError) as error:
                violations = [Violation("failed", " ".join(str(error).split())[:600])]
            report(f"{step}  {time.monotonic() - begun:.1f} s{'' if violations else '  well'}")
            if violations:
                return Played(played, Failure(step, violations, "\n".join(world.said)))
        return Played(played, None)


def one(world: World, before: Program, step: Step) -> tuple[Program, list[Violation]]:
    """Do one step, and give the program after it and what is wrong."""
    after = applied(before, step)
    assert after is not None
    world.said = []
    item = before.find(step.key) if before.has(step.key) else None
    words = tuple(
        world.urn(logical_of(item, step)) if word == "URN" and item else word for word in EDITS[step.edit].words
    )
    before_the_command(world, item, step)
    world.write(after)
    fates = checks.allowed(before, after, step)
    undone, code = False, 0
    for command in _commands(before, after, step, words):
        upset = step.upset if command[:1] == ("up",) else None
        code = _upset(world, upset, command) if upset else world.act(*command)
        if upset and code:
            code, undone = _go_on(world, before, after, step)
        if code and not (command[1:2] == ("--target",) and WITHOUT_ITS_BASE in world.errors()):
            break
    program = before if undone else after
    if undone or step.upset:
        fates = checks.upset(fates, undone=undone)
    if code and ASKING in world.errors():
        code = _answered(world, program)
    if code:
        if not _any(fates, REFUSED):
            return program, [Violation("command", world.errors())]
        mended = _mended(world, before, after, step)
        if mended is None:
            return before, [Violation("command", f"after what the refusal says: {world.errors()}")]
        program = mended
        fates = checks.upset(fates, undone=True)
    elif not step.upset and REFUSED in fates.values():
        # After a command that went wrong the next one is without its words, so nothing is left to refuse.
        return program, [Violation("not refused", step.edit)]
    if step.upset:
        _delete_what_is_left(world)
    if undone:
        _delete_what_nobody_knows(world)
    return program, _compared(world, before, program, fates)


def _commands(before: Program, after: Program, step: Step, words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the commands of a step."""
    if step.command == "refresh, up":
        return [("refresh",), ("up", *words)]
    if step.command == "up --target, up":
        declared = after if after.has(step.key) else before
        return [("up", "--target", f"**::{declared.find(step.key).logical}"), ("up",)]
    return [(*step.command.split(), *words)]


def _upset(world: World, upset: Upset, command: tuple[str, ...]) -> int:
    """Run a command in which something goes wrong; 0 if it never came to that."""
    if upset.victim == "test":
        control = world.crm.emulator.control
        fault = {"kind": "status", "status": 200, "body": {"result": False}, "path": "/test$", "times": None}
        fault_id = control("POST", "/faults", fault)["id"]
        code = world.act(*command)
        control("DELETE", f"/faults/{fault_id}")
        return code
    words = (command[0], "--yes", "--skip-preview", *command[1:])
    hit, text, code = cut_off(world.stack, words, upset.victim, upset.order)
    world.said.append(f"$ pulumi {' '.join(words)}\n{text}{'KILLED' if hit else ''}")
    if hit and upset.victim != "provider":
        world.run("cancel", "--yes", "--stack", world.stack.name, "--non-interactive")
    return code


def _go_on(world: World, before: Program, after: Program, step: Step) -> tuple[int, bool]:
    """Do what a person does after a command that was cut off: the same again, or back to what was."""
    undone = bool(step.upset and step.upset.undone)
    world.write(before if undone else after)
    return world.act("up", *(["--refresh"] if EDITS[step.edit].looks else [])), undone


def _answered(world: World, program: Program) -> int:
    """Say that rows which came through another connection are the same ones; said once, it need not stay."""
    answering = program
    for item in program.ingestions:
        answering = answering.changed(item.key, backfill=False)
    world.write(answering)
    code = world.act("up")
    world.write(program)
    return code or world.act("up")


def _mended(world: World, before: Program, after: Program, step: Step) -> Program | None:
    """Do what a refusal says, and give the program with which that is well; None if it is not."""
    retained = before.has(step.key) and before.find(step.key).retain
    if step.edit.startswith("state taint"):
        item = before.find(step.key)
        world.run("state", "untaint", world.urn(logical_of(item, step)), "--yes", "--stack", world.stack.name)
    if step.edit != "state delete" and not retained:
        world.write(before)
        return None if world.act("up", "--refresh") else before
    # What the state has lost comes back as the message says; what is built on it is refused in its turn.
    program = after if step.edit == "state delete" else before
    for _ in range(4):
        said = world.errors()
        if "adopt_id=" in said:
            program = program.changed(step.key, adopts=True)
        world.write(program)
        env = {ADOPTING: ",".join(set(world.ids.values()))} if ADOPTING in said else {}
        if not world.act("up", *(() if retained else ("--refresh",)), **env):
            break
    else:
        return None
    if isinstance(program.find(step.key), Ingestion) and program.find(step.key).adopts:
        # The id has done its work; the rules for connections that are adopted are for those of their own.
        program = program.changed(step.key, adopts=False)
        world.write(program)
        return None if world.act("up") else program
    return program


def _compared(world: World, before: Program, program: Program, fates: dict[Name, Fate]) -> list[Violation]:
    look = world.look(program)
    fates = checks.following(before, program, fates, world.ids, look)
    kept_at_adobe = {id_ for (key, _), id_ in world.ids.items() if before.has(key) and before.find(key).retain}
    violations = [*checks.identity(world.ids, look, fates, program, kept_at_adobe)]
    for name, id_ in look.ids.items():
        if world.left.get(name) == id_:
            # What the same declaration has left behind is its own.
            world.strangers -= {world.left.pop(name), world.groups.get(id_)}
    for name, id_ in world.ids.items():
        let_go = name in fates and look.ids.get(name) != id_ and (fates[name] & LEFT or id_ in kept_at_adobe)
        if let_go and id_ in look.existing:
            world.strangers |= {id_, *({world.groups[id_]} if id_ in world.groups else ())}
            world.left[name] = id_
    violations += checks.truth(world, look, program)
    if world.act("preview", "--expect-no-changes"):
        violations.append(Violation("preview", world.said[-1][-1500:]))
    violations += checks.rows(world, look, program)
    _end_what_goes_on(world, look)
    world.ids = look.ids
    world.groups |= look.groups
    return violations


def _delete_what_is_left(world: World) -> None:
    """Delete by hand what a create that was cut off has left of a dataflow's ends, as the message about it says."""
    for end, id_ in set(LEFT_BEHIND.findall("\n".join(world.said))):
        if id_ not in world.ids.values():
            world.crm.remove(f"{end}Connections", id_)


def _delete_what_nobody_knows(world: World) -> None:
    """Delete by hand what is built on nothing, made by a create that was cut off and then undone.

    It is in no state, and nothing that is deleted leads to it; docs/reliability.md says so.
    """
    resources = world.state().get("resources") or ()
    known = {resource.get("id") for resource in resources} | world.strangers
    known |= {resource.get("outputs", {}).get("field_group_id") for resource in resources}
    for kind, items in world.crm.objects().items():
        for item in items:
            alone = kind in BUILT_ON_NOTHING or (kind == "sourceConnections" and not item.get("baseConnectionId"))
            if alone and id_of(item) not in known:
                world.crm.remove(kind, item["meta:altId"] if "$id" in item else item["id"])


def _end_what_goes_on(world: World, look: Look) -> None:
    """Delete by hand a dataflow that was retained beside its successor, as the message about it says."""
    for name, id_ in world.ids.items():
        if name[1].endswith("-dataflow") and name in look.ids and id_ in world.strangers:
            world.crm.remove("flows", id_)
            world.strangers.discard(id_)
            world.left.pop(name, None)


def _any(fates: dict[Name, Fate], fate: Fate) -> bool:
    return any(it & fate for it in fates.values())
