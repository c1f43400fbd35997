"""The kill test: the engine, the provider or both are killed at a random request, and nothing is lost or left over.

`python -m tests.kills --times 100 [--seed N]` prints a table; the seed of a line repeats it.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from emulator import launch
from engine import toolchain
from engine.random_plugin import ensure_random_plugin
from tests.reliability import record
from tests.stack import PROGRAM, Stack, isolated_environment
from tests.tenant import Tenant

OPERATIONS = {"create": 3, "update": 1, "rotate": 2, "replace": 7, "destroy": 3, "adopt": 1}
"""How many requests to Flow Service each operation makes; the kill comes at one of them."""

VICTIMS = ("engine", "provider", "both")

# Long enough for a kill while the request is held, short enough to be over when the next command asks for anything.
_HELD_SECONDS = 1.5
_HIT_SECONDS = 60.0
# Zoho allows ten token requests in ten minutes, and a rotation takes one or two.
_USES = 18
_LINE = '    description=f"Managed by Pulumi: {pulumi.get_project()}/{pulumi.get_stack()}",\n'
_SUFFIX = "    suffix=seed.hex,\n"


@dataclass(frozen=True)
class Kill:
    """One kill: what was running, who was killed, and when."""

    seed: int
    operation: str
    victim: str
    request: int
    after_work: bool

    @classmethod
    def of(cls, seed: int) -> Kill:
        """Draw one from a seed; the operations take turns, so that a short run has them all."""
        chance = random.Random(seed)  # noqa: S311 - a repeatable one is wanted
        operation = list(OPERATIONS)[seed % len(OPERATIONS)]
        request = chance.randrange(OPERATIONS[operation])
        return cls(seed, operation, chance.choice(VICTIMS), request, chance.random() < 0.5)

    def __str__(self) -> str:
        when = "after" if self.after_work else "before"
        return f"{self.seed:>10}  {self.operation:<8} {self.victim:<8} {when} the work of request {self.request + 1}"


@dataclass
class Outcome:
    """What became of one kill."""

    kill: Kill
    hit: bool
    problems: list[str]
    seconds: float


def one(stack: Stack, kill: Kill) -> Outcome:
    """Kill once, then bring the stack up and take it down; the stack is empty before and after."""
    begun = time.monotonic()
    problems: list[str] = []
    _write(stack, PROGRAM)
    act = _prepare(stack, kill)
    hit = _killed(stack, kill, act)
    if kill.victim != "provider":
        stack.run("cancel", "--yes", "--stack", stack.name, "--non-interactive", fails=True)
    # A delete that was done but not recorded leaves a state without a difference to the program: a refresh shows it.
    look = ("--refresh",) if kill.operation in ("replace", "destroy") else ()
    up = stack.run("up", "--yes", "--skip-preview", *look, "--stack", stack.name, "--non-interactive", fails=True)
    if up.code:
        problems.append(f"up: {' '.join(up.error_lines())}")
    problems += _differences(stack)
    down = stack.run("destroy", "--yes", "--skip-preview", "--stack", stack.name, "--non-interactive", fails=True)
    if down.code:
        problems.append(f"destroy: {' '.join(down.error_lines())}")
    if left := [item["id"] for item in stack.tenant.connections()]:
        problems.append(f"left over after destroy: {left}")
    return Outcome(kill, hit, problems, time.monotonic() - begun)


def _prepare(stack: Stack, kill: Kill) -> list[str]:
    """Bring the stack to where the operation begins, and give the command that does it."""
    up = ["up", "--yes", "--skip-preview"]
    if kill.operation == "adopt":
        params = {
            "endpoint": "crm.zoho.com/crm/private",
            "accountsUrl": stack.tenant.zoho["accounts"],
            "clientId": stack.tenant.zoho["client_id"],
            "clientSecret": stack.tenant.zoho["client_secret"],
            "accessToken": "1000.long.expired",
            "refreshToken": stack.tenant.zoho["refresh_token"],
        }
        spec = {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}
        auth = {"specName": "Basic Authentication", "params": params}
        made = stack.tenant.plant("connections", {"name": "Zoho CRM", "auth": auth, "connectionSpec": spec})
        _write(stack, PROGRAM.replace(_SUFFIX, f'    adopt_id="{made["id"]}",\n').replace(_LINE, ""))
        return up
    if kill.operation == "create":
        return up
    stack.run(*up, "--stack", stack.name, "--non-interactive")
    if kill.operation == "destroy":
        return ["destroy", "--yes", "--skip-preview"]
    if kill.operation == "update":
        _write(stack, PROGRAM.replace(_LINE, '    description="Another one",\n'))
    if kill.operation == "rotate":
        stack.tenant.zoho["client_secret"] = stack.tenant.new_zoho_secret()
        stack.set_secret("zohoClientSecret", stack.tenant.zoho["client_secret"])
    if kill.operation == "replace":
        urn = stack.resource("zoho-crm")["urn"]
        return [*up, "--target-replace", urn]
    return up


def _killed(stack: Stack, kill: Kill, words: list[str]) -> bool:
    """Run the command and kill at the request; answers whether the command came as far as that."""
    control = stack.tenant.emulator.control
    order = {
        "kind": "delay",
        "organization": stack.tenant.organization,
        "seconds": _HELD_SECONDS,
        "skip": kill.request,
        "after_work": kill.after_work,
    }
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
    family = _descendants(process.pid)
    if hit:
        if kill.victim != "engine":
            _signal([pid for pid, words_of in family.items() if "pulumi.dynamic" in words_of])
        if kill.victim != "provider":
            process.kill()
        # What is held goes on at the service, and so does a provider that outlives its engine.
        time.sleep(_HELD_SECONDS + (1.0 if kill.victim == "engine" else 0.1))
    process.wait(_HIT_SECONDS)
    _signal(list(family))
    control("DELETE", f"/faults/{fault}")
    return hit


def _differences(stack: Stack) -> list[str]:
    """Compare the state with what exists: one live object, and the state tells the truth about it."""
    live = stack.tenant.connections()
    if len(live) != 1:
        return [f"{len(live)} connections after up: {[item['id'] for item in live]}"]
    found, known = live[0], [item for item in stack.resources() if item["type"].endswith(":BaseConnection")]
    if [item["id"] for item in known] != [found["id"]]:
        return [f"the state knows {[item['id'] for item in known]}, and {found['id']} exists"]
    outputs = known[0]["outputs"]
    truth = {
        "etag": found["etag"],
        "full_name": found["name"],
        "description": found.get("description") or None,
        "sandbox": found["sandboxName"],
    }
    wrong = [
        f"{key} is {value!r}, the state says {outputs.get(key)!r}"
        for key, value in truth.items()
        if outputs.get(key) != value
    ]
    if found["auth"]["params"]["clientSecret"] != stack.tenant.zoho["client_secret"]:
        wrong.append("the client secret is another one")
    return wrong


def _write(stack: Stack, program: str) -> None:
    (stack.folder / "__main__.py").write_text(program)


def _descendants(pid: int) -> dict[int, str]:
    """Give the command lines of all processes below one."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            parent = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
            children.setdefault(parent, []).append(int(path.name))
    family: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            with contextlib.suppress(OSError):
                family[child] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            waiting.append(child)
    return family


def _signal(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="that of the first kill; the others follow")
    parser.add_argument("--jobs", type=int, default=2, help="how many run side by side")
    given = parser.parse_args()
    engine = toolchain.ensure(print)
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        home = Path(folder, "pulumi-home")
        home.mkdir()
        ensure_random_plugin(engine, home, print)
        with launch.start(Path(folder, "emulator")) as emulator:
            outcomes = _run_all(given.times, given.seed, given.jobs, _Stacks(engine, home, Path(folder), emulator))
    return _report(outcomes)


class _Stacks:
    """Stacks that are empty and configured, each for a tenant of its own."""

    def __init__(self, pulumi: toolchain.Toolchain, home: Path, folder: Path, emulator: launch.Emulator) -> None:
        self._pulumi, self._home, self._folder, self._emulator = pulumi, home, folder, emulator
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._free: list[tuple[Stack, int]] = []

    def take(self) -> tuple[Stack, int]:
        """Give a stack that nobody uses, and how often it was used."""
        with self._lock:
            if self._free:
                return self._free.pop()
            own = self._folder / f"stack-{next(self._numbers)}"
        own.mkdir()
        env = isolated_environment(self._pulumi, self._home, own)
        name = f"kill-{uuid.uuid4().hex[:8]}"
        return Stack.create(own / "project", PROGRAM, env, name, Tenant.create(self._emulator)), 0

    def give_back(self, stack: Stack, uses: int) -> None:
        """Keep a stack for the next one who asks, as long as Zoho gives its tenant tokens."""
        with self._lock:
            if uses < _USES:
                self._free.append((stack, uses))


def _run_all(times: int, seed: int, jobs: int, stacks: _Stacks) -> list[Outcome]:
    def run(number: int) -> Outcome:
        stack, uses = stacks.take()
        outcome = one(stack, Kill.of(seed + number))
        if not outcome.problems:
            stacks.give_back(stack, uses + 1)
        verdict = "; ".join(outcome.problems) or ("well" if outcome.hit else "ended before the request")
        print(f"{outcome.kill}  {outcome.seconds:5.1f} s  {verdict}", flush=True)
        return outcome

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(run, range(times)))


def _report(outcomes: list[Outcome]) -> int:
    lines = ["| operation | " + " | ".join(VICTIMS) + " | well |", "|---|" + "---|" * (len(VICTIMS) + 1)]
    for operation in OPERATIONS:
        of_it = [item for item in outcomes if item.kill.operation == operation and item.hit]
        cells = [str(sum(item.kill.victim == victim for item in of_it)) for victim in VICTIMS]
        lines.append(f"| {operation} | {' | '.join(cells)} | {sum(not item.problems for item in of_it)} |")
    killed = sum(item.hit for item in outcomes)
    wrong = [item for item in outcomes if item.problems]
    lines += ["", f"{killed} kills in {len(outcomes)} runs; {len(wrong)} with something lost or left over."]
    found = "\n".join(lines)
    print(f"\n{found}")
    record("kills", found)
    return 1 if wrong or not killed else 0


if __name__ == "__main__":
    sys.exit(main())
