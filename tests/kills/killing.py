"""One kill: an operation is begun, killed at a request, mended as the docs tell, compared, and taken down.

Mending is the same program again, an edited one, or nothing: then the stack is destroyed at once.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.kills import processes
from tests.kills.places import Place, places
from tests.kills.truth import id_of, of_package, untruths
from tests.support.crm import Crm
from tests.support.stack import Stack
from zoho_adobe.resources.repeatable import ADOPT, CUT_OFF

VICTIMS = ("engine", "provider", "both")
UP = ("up", "--yes", "--skip-preview")
DESTROY = ("destroy", "--yes", "--skip-preview")
AGAIN, EDITED, DESTROYED = "again", "edited", "destroyed"
BUILT_ON_NOTHING = {"connections", "schemas", "fieldGroups"}
"""What no delete of something else can find, where the create that made it was cut off."""
AFTERWARDS = (AGAIN, EDITED, DESTROYED)
"""What a person does after a kill."""

_LEFT = re.compile(r"the connection '[^']*' \((\S+)\) ends with the suffix of")
_NAMED = re.compile(rf"{ADOPT}=(\S+) in the environment")

# Long enough for a kill while the request is held, short enough to be over when the next command asks for anything.
_HELD_SECONDS = 1.5
_HIT_SECONDS = 180.0


def up(stack: Stack) -> list[str]:
    """Update, and give what went wrong."""
    return errors_of(stack, *UP)


def refreshing_up(stack: Stack) -> list[str]:
    """Update after a look: a delete that was done but not recorded leaves a state that is as the program says."""
    return errors_of(stack, *UP, "--refresh")


def nothing_more(_: Stack) -> list[str]:
    """Find nothing wrong beyond what is wrong for every operation."""
    return []


@dataclass(frozen=True)
class Edit:
    """A change of a program.

    Attributes:
        what: its name.
        edited: makes another text of the program's.
        keeps: whether all that was declared still is.
    """

    what: str
    edited: Callable[[str], str]
    keeps: bool = True


@dataclass(frozen=True)
class Operation:
    """Something that a person does with a stack.

    Attributes:
        name: its name in the table.
        program: the program with which it begins.
        prepare: brings the empty stack to where the operation begins, and gives the words of the command.
        mend: does what the docs tell to do after a kill, and gives what went wrong.
        untruths: says what else is not as it should be afterwards.
        edits: what may be made of the program after a kill.
    """

    name: str
    program: str
    prepare: Callable[[Stack], Sequence[str]]
    mend: Callable[[Stack], list[str]] = up
    untruths: Callable[[Stack], list[str]] = nothing_more
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Kill:
    """Who is killed, when, and what is done then.

    Attributes:
        operation: what is killed.
        victim: who of those that do it.
        place: at which request.
        after_work: whether the request does its work.
        seed: what it was drawn from.
        then: what is done after it, one of `AFTERWARDS`.
        edit: what is made of the program, where that is edited.
        checkpoints: whether the engine writes its state at each step, or in the end only.
    """

    operation: Operation
    victim: str
    place: Place
    after_work: bool
    seed: int = 0
    then: str = AGAIN
    edit: Edit | None = None
    checkpoints: bool = True

    @classmethod
    def of(cls, seed: int, operations: Mapping[Operation, Sequence[Place]]) -> Kill:
        """Draw one from a seed; the operations take turns, so that a short run has them all."""
        chance = random.Random(seed)  # noqa: S311 - a repeatable one is wanted
        operation, found = list(operations.items())[seed % len(operations)]
        # What writes can leave something over, and is less than half of the requests.
        writing = chance.random() < 0.5
        place = chance.choice([item for item in found if item.writes or not writing])
        victim, after_work = chance.choice(VICTIMS), chance.random() < 0.5
        checkpoints = chance.random() < 0.7
        # What no state has heard of is found by an update that declares it, and by nothing else.
        edits = [edit for edit in operation.edits if checkpoints or edit.keeps]
        then = chance.choice(AFTERWARDS if checkpoints else (AGAIN, EDITED))
        if then == EDITED and not edits:
            then = AGAIN
        edit = chance.choice(edits) if then == EDITED else None
        return cls(operation, victim, place, after_work, seed, then, edit, checkpoints)

    def __str__(self) -> str:
        when = "after" if self.after_work else "before"
        then = self.then + (f" ({self.edit.what})" if self.edit else "")
        more = "" if self.checkpoints else ", no checkpoints"
        killed = f"{self.seed:>10}  {self.operation.name:<15} {self.victim:<8} {when:<6} the work of {self.place}"
        return f"{killed}, then {then}{more}"


@dataclass
class Outcome:
    """What became of one kill."""

    kill: Kill
    hit: bool
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0
    unheard: bool = False
    """Whether a destroy at once left what was in no state, and is built on nothing that was."""

    def has(self, word: str) -> bool:
        """Return whether a problem is one of something "lost" or "left over"."""
        return any(problem.startswith(word) for problem in self.problems)


def one(stack: Stack, kill: Kill) -> Outcome:
    """Kill once, then bring the stack up, unless it is destroyed at once, and take it down.

    The stack is empty before and after.
    """
    begun = time.monotonic()
    words = _prepared(stack, kill.operation)
    if not kill.checkpoints and not any(item["urn"].endswith("::seed") for item in stack.resources()):
        # A create can be repeated once the seed that its name is made of is in the state. Where it is there already, an
        # update of it alone would be one of a changed program.
        stack.up("--target", "**::seed")
    managed = {item["id"] for _, item in of_package(stack)}
    planted = {item["id"] for item in stack.tenant.connections()} - managed
    outcome = Outcome(kill, _killed(stack, kill, words))
    if kill.victim != "provider":
        stack.run("cancel", "--yes", "--stack", stack.name, "--non-interactive", fails=True)
    if kill.edit:
        program = stack.folder / "__main__.py"
        write(stack, kill.edit.edited(program.read_text()))
    if kill.then != DESTROYED:
        outcome.problems += mended(stack, kill)
        outcome.problems += [*untruths(stack), *kill.operation.untruths(stack)]
    problems, left = _taken_down(stack, planted)
    if kill.then == DESTROYED and any(CUT_OFF in problem for problem in problems):
        # What one that was made but not written down is built on cannot go; the error says what helps.
        problems, left = _taken_down(stack, planted) if not (again := mended(stack, kill)) else (again, left)
    # The engine asks nobody about what is in no state, so the docs say `pulumi up` before `pulumi destroy`.
    outcome.unheard = kill.then == DESTROYED and bool(left) and {*left} <= BUILT_ON_NOTHING
    outcome.problems += problems + ([f"left over after destroy: {left}"] if left and not outcome.unheard else [])
    outcome.seconds = time.monotonic() - begun
    return outcome


def measured(stack: Stack, operation: Operation) -> Sequence[Place]:
    """Run an operation to its end without a kill, and list the requests that it makes.

    Raises:
        AssertionError: something is wrong without any kill.
    """
    words = _prepared(stack, operation)
    stack.tenant.emulator.control("DELETE", "/requests")
    stack.run(*words, "--stack", stack.name, "--non-interactive")
    found = places(stack.tenant.emulator)
    # What a destroy has taken away comes again, so that there is something to compare.
    problems = [*up(stack), *untruths(stack), *operation.untruths(stack)]
    more, left = _taken_down(stack)
    problems += [*more, *left]
    assert not problems, f"{operation.name}, without a kill: {problems}"
    return found


def mended(stack: Stack, kill: Kill) -> list[str]:
    """Do what the docs tell, and give what went wrong."""
    seen = len(stack.seen)
    problems = kill.operation.mend(stack)
    for left in set(_LEFT.findall(" ".join("".join(stack.seen[seen:]).split()))):
        stack.tenant.remove(left)
    # What no state has heard of may be in use, so it is taken over only as the errors say: one level after another.
    adopted: set[str] = set()
    while not kill.checkpoints and (named := set(_NAMED.findall(" ".join(problems))) - adopted):
        adopted |= named
        problems = kill.operation.mend(replace(stack, env={**stack.env, ADOPT: ",".join(adopted)}))
    return problems


def errors_of(stack: Stack, *words: str) -> list[str]:
    """Run a command, and give what it says if it fails."""
    done = stack.run(*words, "--stack", stack.name, "--non-interactive", fails=True)
    return [f"{words[0]}: {' '.join(done.error_lines())}"] if done.code else []


def write(stack: Stack, program: str) -> None:
    """Write the stack's program."""
    (stack.folder / "__main__.py").write_text(program)


def _prepared(stack: Stack, operation: Operation) -> Sequence[str]:
    write(stack, operation.program)
    words = operation.prepare(stack)
    # An operation makes the same requests whatever tokens earlier ones have left in the cache.
    shutil.rmtree(Path(stack.env["XDG_CACHE_HOME"]), ignore_errors=True)
    return words


def _taken_down(stack: Stack, planted: Collection[str] = ()) -> tuple[list[str], dict[str, set[str]]]:
    """Destroy the stack; what it never came to adopt stays, and is then taken away.

    Args:
        stack: the stack.
        planted: the ids of the connections that were there before it.

    Returns:
        What went wrong, and the ids of what is left, by kind.
    """
    known = {item["id"] for _, item in of_package(stack)}
    problems = errors_of(stack, *DESTROY)
    strangers = set(planted) - known
    there = {kind: [id_of(item) for item in items] for kind, items in Crm.of(stack.tenant).objects().items()}
    gone = strangers - set(there["connections"])
    # Adobe documents no way to delete a mapping set.
    left = {kind: over for kind, ids in there.items() if (over := set(ids) - strangers) and kind != "mappingSets"}
    for connection in strangers - gone:
        stack.tenant.remove(connection)
    problems += [f"lost: {gone}, which the stack never had"] if gone else []
    return problems, left


def _killed(stack: Stack, kill: Kill, words: Sequence[str]) -> bool:
    order = kill.place.order(after_work=kill.after_work)
    env = {} if kill.checkpoints else {"PULUMI_SKIP_CHECKPOINTS": "true"}
    return cut_off(stack, words, kill.victim, order, **env)[0]


def cut_off(
    stack: Stack, words: Sequence[str], victim: str, order: Mapping[str, Any], **env: str
) -> tuple[bool, str, int]:
    """Run a command, and kill while a request is held.

    Args:
        stack: the stack.
        words: the command.
        victim: who is killed: one of `VICTIMS`.
        order: which request is held, as a fault of the emulator names it.
        env: more of the command's environment.

    Returns:
        Whether the command came as far as that request, what it said, and its code.
    """
    control = stack.tenant.emulator.control
    fault = control("POST", "/faults", {**order, "kind": "delay", "seconds": _HELD_SECONDS})["id"]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            ["pulumi", *words, "--stack", stack.name, "--non-interactive"],
            cwd=stack.folder,
            env={**stack.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        hit, until = False, time.monotonic() + _HIT_SECONDS
        while not hit and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
            hit = any(item["id"] == fault and item["hits"] for item in control("GET", "/faults")["faults"])
        family = processes.descendants(process.pid)
        if hit:
            if victim != "engine":
                processes.kill(pid for pid, command in family.items() if "pulumi.dynamic" in command)
            if victim != "provider":
                process.kill()
            # What is held goes on at the service, and so does a provider that outlives its engine.
            time.sleep(_HELD_SECONDS + (1.0 if victim == "engine" else 0.1))
        code = process.wait(_HIT_SECONDS)
        processes.kill(family)
        said.seek(0)
        text = said.read()
    control("DELETE", f"/faults/{fault}")
    return hit, text, code
