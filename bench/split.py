"""One stack of many tables beside the same tables in several stacks."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from bench.measure import Cost
from bench.samples import Sample
from bench.services import Service
from bench.stacks import Bench, Project
from bench.subjects import Subject, ours

ROUND = "split"
LATENCY = 0.05
GROUPS = ("Accounts", "Contacts", "Deals", "Leads")
COPIES = 36
"""How often each of Zoho CRM's modules is brought."""
OF_A_TABLE = 7
"""The objects that a table takes."""
TABLES = COPIES * len(GROUPS)
OBJECTS = TABLES * OF_A_TABLE

STEPS = {
    "up": ("up", "--yes", "--skip-preview"),
    "same": ("preview", "--expect-no-changes"),
    "unchanged": ("preview", "--refresh", "--expect-no-changes"),
}

_PROGRAM = Subject("ingestion", Path(__file__).resolve().parent / "programs" / "split.py", options=ours().options)
_CONNECTION = "connection"


@dataclass(frozen=True)
class Way:
    """How the tables are spread over stacks.

    Attributes:
        name: its name in tables.
        groups: a stack's group each; none for one stack of all.
        at_a_time: how many stacks a command runs on at a time.
    """

    name: str
    groups: tuple[str, ...] = ()
    at_a_time: int = 1


ONE = Way("one stack")
IN_TURN = Way(f"{len(GROUPS)} stacks, one after another", GROUPS)
BESIDE = Way(f"{len(GROUPS)} stacks, two at a time", GROUPS, 2)
WAYS = (ONE, IN_TURN, BESIDE)
EACH = f"one of the {len(GROUPS)}"


def live(bench: Bench, service: Service, way: Way, copies: int = COPIES) -> list[Sample]:
    """Take the stacks through their commands, each command on all of them before the next one.

    Args:
        bench: where they run.
        service: the services.
        way: how the tables are spread.
        copies: how often each module is brought.

    Returns:
        A figure for each command, and where groups run one after another, the mean of a single group's too.
    """
    service.set_latency(0)
    project = bench.project(_PROGRAM, copies)
    # What the groups read must be there first. It is counted: it is one of the stacks that somebody has to run.
    first = _CONNECTION if way.groups else "all"
    for stack in (first, *way.groups):
        project.init(stack)
    service.set_latency(LATENCY)
    lived: list[Sample] = []
    for step, words in STEPS.items():
        service.forget()
        begin = time.perf_counter()
        costs = _run(project, (first,), words, 1)
        each = _run(project, way.groups, words, way.at_a_time)
        wall, counts = time.perf_counter() - begin, service.counts()
        states = [project.state(stack).stat().st_size for stack in (first, *way.groups)]
        whole = Sample(
            round=ROUND,
            subject=way.name,
            service=service.name,
            size=copies * len(GROUPS) * OF_A_TABLE,
            latency=LATENCY,
            step=step,
            wall=wall,
            cpu=sum(cost.cpu for cost in (*costs, *each)),
            requests=counts.requests,
            in_flight=counts.in_flight,
            state=max(states),
        )
        lived.append(whole)
        if way is IN_TURN:
            walls, cpus = [cost.wall for cost in each], [cost.cpu for cost in each]
            one = replace(whole, subject=EACH, wall=statistics.fmean(walls), cpu=statistics.fmean(cpus))
            lived.append(replace(one, requests=0, in_flight=0))
    service.set_latency(0)
    return lived


def _run(project: Project, stacks: tuple[str, ...], words: tuple[str, ...], at_a_time: int) -> list[Cost]:
    with ThreadPoolExecutor(at_a_time) as pool:
        return list(pool.map(lambda stack: project.run(stack, *words, *_PROGRAM.options, BENCH_PART=stack), stacks))
