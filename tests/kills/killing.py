"""One kill: an operation is begun, killed at a request, mended as the docs tell, compared, and taken down."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.crm import Crm
from tests.kills import processes
from tests.kills.places import Place, places
from tests.kills.truth import untruths
from tests.stack import Stack

VICTIMS = ("engine", "provider", "both")
UP = ("up", "--yes", "--skip-preview")
DESTROY = ("destroy", "--yes", "--skip-preview")

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
class Operation:
    """Something that a person does with a stack.

    Attributes:
        name: its name in the table.
        program: the program with which it begins.
        prepare: brings the empty stack to where the operation begins, and gives the words of the command.
        mend: does what the docs tell to do after a kill, and gives what went wrong.
        untruths: says what else is not as it should be afterwards.
    """

    name: str
    program: str
    prepare: Callable[[Stack], Sequence[str]]
    mend: Callable[[Stack], list[str]] = up
    untruths: Callable[[Stack], list[str]] = nothing_more


@dataclass(frozen=True)
class Kill:
    """Who is killed, and when."""

    operation: Operation
    victim: str
    place: Place
    after_work: bool
    seed: int = 0

    @classmethod
    def of(cls, seed: int, operations: Mapping[Operation, Sequence[Place]]) -> Kill:
        """Draw one from a seed; the operations take turns, so that a short run has them all."""
        chance = random.Random(seed)  # noqa: S311 - a repeatable one is wanted
        operation, found = list(operations.items())[seed % len(operations)]
        # What writes can leave something over, and is less than half of the requests.
        writing = chance.random() < 0.5
        place = chance.choice([item for item in found if item.writes or not writing])
        return cls(operation, chance.choice(VICTIMS), place, chance.random() < 0.5, seed)

    def __str__(self) -> str:
        when = "after" if self.after_work else "before"
        return f"{self.seed:>10}  {self.operation.name:<15} {self.victim:<8} {when:<6} the work of {self.place}"


@dataclass
class Outcome:
    """What became of one kill."""

    kill: Kill
    hit: bool
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0


def one(stack: Stack, kill: Kill) -> Outcome:
    """Kill once, then bring the stack up and take it down; the stack is empty before and after."""
    begun = time.monotonic()
    words = _prepared(stack, kill.operation)
    outcome = Outcome(kill, _killed(stack, kill, words))
    if kill.victim != "provider":
        stack.run("cancel", "--yes", "--stack", stack.name, "--non-interactive", fails=True)
    outcome.problems += kill.operation.mend(stack)
    outcome.problems += [*untruths(stack), *kill.operation.untruths(stack)]
    outcome.problems += _taken_down(stack)
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
    problems = [*up(stack), *untruths(stack), *operation.untruths(stack), *_taken_down(stack)]
    assert not problems, f"{operation.name}, without a kill: {problems}"
    return found


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


def _taken_down(stack: Stack) -> list[str]:
    problems = errors_of(stack, *DESTROY)
    there = Crm.of(stack.tenant).objects()
    # Adobe documents no way to delete a mapping set.
    left = {kind: len(items) for kind, items in there.items() if items and kind != "mappingSets"}
    return [*problems, *([f"left over after destroy: {left}"] if left else [])]


def _killed(stack: Stack, kill: Kill, words: Sequence[str]) -> bool:
    """Run the command and kill at the request; answers whether the command came as far as that."""
    control = stack.tenant.emulator.control
    order = kill.place.order(kind="delay", seconds=_HELD_SECONDS, after_work=kill.after_work)
    fault = control("POST", "/faults", order)["id"]
    process = subprocess.Popen(
        ["pulumi", *words, "--stack", stack.name, "--non-interactive"],
        cwd=stack.folder,
        env=stack.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    hit, until = False, time.monotonic() + _HIT_SECONDS
    while not hit and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
        hit = any(item["id"] == fault and item["hits"] for item in control("GET", "/faults")["faults"])
    family = processes.descendants(process.pid)
    if hit:
        if kill.victim != "engine":
            processes.kill(pid for pid, command in family.items() if "pulumi.dynamic" in command)
        if kill.victim != "provider":
            process.kill()
        # What is held goes on at the service, and so does a provider that outlives its engine.
        time.sleep(_HELD_SECONDS + (1.0 if kill.victim == "engine" else 0.1))
    process.wait(_HIT_SECONDS)
    processes.kill(family)
    control("DELETE", f"/faults/{fault}")
    return hit
