"""Kills again and again, prints a line for each, and writes the table of them into docs/reliability.md.

`python -m tests.kills [--base-connections 100] [--ingestions 60] [--jobs 2] [--seed N]`. The seed of a line repeats it,
with 1 for its kind and 0 for the other one; then nothing is written.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import queue
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from emulator import launch
from engine import toolchain
from engine.random_plugin import ensure_random_plugin
from tests.kills import base_connection, ingestion
from tests.kills.killing import AFTERWARDS, VICTIMS, Kill, Operation, Outcome, measured, one
from tests.kills.places import Place
from tests.support import processes
from tests.support.reliability import record
from tests.support.stack import PROGRAM, Stack, isolated_environment
from tests.support.tenant import Tenant

T = TypeVar("T")
R = TypeVar("R")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--base-connections", type=int, default=100, help="how many kills of a stack with one of them")
    parser.add_argument("--ingestions", type=int, default=60, help="how many of a stack that brings tables, or a grant")
    parser.add_argument("--jobs", type=int, default=2, help="how many run side by side")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="that of the first kill; the others follow")
    given = parser.parse_args()
    processes.restore_signals()
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="kills-") as folder, contextlib.ExitStack() as ends:
        stacks = _Stacks(Path(folder), ends, given.jobs)
        if given.base_connections:
            outcomes += _killed(stacks, list(base_connection.OPERATIONS.values()), given.base_connections, given.seed)
        if given.ingestions:
            outcomes += _killed(stacks, list(ingestion.OPERATIONS.values()), given.ingestions, given.seed)
    found = _table(outcomes)
    print(f"\n{found}")
    if given.base_connections and given.ingestions:
        record("kills", found)
    return 1 if any(outcome.problems for outcome in outcomes) else 0


class _Stacks:
    """Stacks that are empty and configured, each with an emulator of its own: a fault meets whoever asks."""

    def __init__(self, folder: Path, ends: contextlib.ExitStack, jobs: int) -> None:
        self._pulumi = toolchain.ensure(print)
        self._folder = folder
        self._home = folder / "pulumi-home"
        self._home.mkdir()
        ensure_random_plugin(self._pulumi, self._home, print)
        self._numbers = itertools.count(1)
        self._jobs = jobs
        self._free: queue.SimpleQueue[tuple[launch.Emulator, Stack | None]] = queue.SimpleQueue()
        for job in range(jobs):
            emulator = ends.enter_context(launch.start(folder / f"emulator-{job}"))
            # How few tokens Zoho gives in ten minutes is not what is tried here.
            emulator.control("PATCH", "/zoho/options", {"token_requests": 100_000})
            self._free.put((emulator, None))

    def each(self, work: Callable[[Stack, T], R], items: Iterable[T]) -> list[R]:
        """Do something with each item on a stack that nobody else uses, as many at once as there are jobs."""

        def on_a_stack(item: T) -> R:
            emulator, stack = self._free.get()
            stack = stack or self._made(emulator)
            kept = None
            try:
                result = work(stack, item)
                # After a failure nobody knows what is left in it.
                kept = None if isinstance(result, Outcome) and (result.problems or result.unheard) else stack
                return result
            finally:
                self._free.put((emulator, kept))

        with ThreadPoolExecutor(self._jobs) as pool:
            return list(pool.map(on_a_stack, items))

    def _made(self, emulator: launch.Emulator) -> Stack:
        own = self._folder / f"stack-{next(self._numbers)}"
        own.mkdir()
        env = isolated_environment(self._pulumi, self._home, own)
        name = f"kill-{uuid.uuid4().hex[:8]}"
        tenant = Tenant.create(emulator)
        return Stack.create(own / "project", PROGRAM, env, name, tenant, silenceDeprecation="true")


def _killed(stacks: _Stacks, operations: Sequence[Operation], times: int, seed: int) -> list[Outcome]:
    """Find out what requests the operations make, and kill at random ones of them."""
    found: Mapping[Operation, Sequence[Place]] = dict(zip(operations, stacks.each(measured, operations), strict=True))
    print("; ".join(f"{operation.name}: {len(found[operation])} requests" for operation in operations), flush=True)

    def work(stack: Stack, kill: Kill) -> Outcome:
        try:
            outcome = one(stack, kill)
        except AssertionError as error:
            outcome = Outcome(kill, hit=False, problems=[" ".join(str(error).split())])
        verdict = "; ".join(outcome.problems) or ("well" if outcome.hit else "ended before the request")
        print(f"{kill}  {outcome.seconds:5.1f} s  {verdict}", flush=True)
        return outcome

    outcomes: list[Outcome] = []
    # Not every run makes each request, as where it waits for something, so some end without a kill.
    while len(outcomes) < 2 * times and (missing := times - sum(outcome.hit for outcome in outcomes)):
        seeds = range(seed + len(outcomes), seed + len(outcomes) + missing)
        outcomes += stacks.each(work, [Kill.of(number, found) for number in seeds])
    return outcomes


_ABOUT = (
    "After the kill comes the same program again, an edited one (another name, schedule or column, or a table less), "
    "or `pulumi destroy` at once. A connection that a message names is then deleted by hand. Without checkpoints the "
    "killed command ran with `PULUMI_SKIP_CHECKPOINTS=true`, the stack's seed being in the state already; then the "
    "update is never left out, and what its errors name is taken over as they say."
)


def _table(outcomes: Sequence[Outcome]) -> str:
    heads = (*VICTIMS, *AFTERWARDS, "without checkpoints", "well")
    lines = [_ABOUT, "", f"| operation | {' | '.join(heads)} |", "|---|" + "---|" * len(heads)]
    for operation in dict.fromkeys(outcome.kill.operation for outcome in outcomes):
        of_it = [outcome for outcome in outcomes if outcome.kill.operation is operation and outcome.hit]
        kills = [outcome.kill for outcome in of_it]
        counts = [
            *(sum(kill.victim == victim for kill in kills) for victim in VICTIMS),
            *(sum(kill.then == then for kill in kills) for then in AFTERWARDS),
            sum(not kill.checkpoints for kill in kills),
            sum(not item.problems for item in of_it),
        ]
        lines.append(f"| {operation.name} | {' | '.join(map(str, counts))} |")
    killed = sum(outcome.hit for outcome in outcomes)
    lost, over = (sum(outcome.has(word) for outcome in outcomes) for word in ("lost", "left over"))
    wrong = sum(bool(outcome.problems) for outcome in outcomes)
    lines += [
        "",
        f"{killed} kills in {len(outcomes)} runs: {lost} with something lost, {over} with something left over, "
        f"{wrong} not well in all. Of those destroyed at once, {sum(outcome.unheard for outcome in outcomes)} left "
        "what was in no state yet, and needed `pulumi up` before.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
