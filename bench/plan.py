"""Which subjects run, at which size and latency."""

from __future__ import annotations

from dataclasses import dataclass

from bench.stacks import LIFE
from bench.subjects import EMPTY, NAIVE, SMALLEST, Subject, ours

POOL = 4
"""The size of pool that is measured everywhere; others are compared at one point."""

OURS, TESTED = ours(), ours(verify="connection")
POOLED, POOLED_TESTED = ours(pool=POOL), ours(verify="connection", pool=POOL)
WIDTHS = tuple(ours(verify=verify, pool=pool) for verify in ("none", "connection") for pool in (1, 2, 4, 8))

SQUARE_LATENCY = 0.05
WIDTH_SIZE, WIDTH_LATENCIES = 100, (0.2, 1.0)


@dataclass(frozen=True)
class Group:
    """Subjects that run by turns, A B A B, so that what slows the machine slows all of them.

    Attributes:
        size: how many connections.
        latency: the seconds that every answer takes.
        subjects: what runs.
        rounds: how often.
        steps: the commands.
        raw: whether the floor is measured too.
        stub: whether it runs against the stub instead of the emulator.
    """

    size: int
    latency: float
    subjects: tuple[Subject, ...]
    rounds: int
    steps: tuple[str, ...] = LIFE
    raw: bool = True
    stub: bool = False


def groups(*, quick: bool) -> list[Group]:
    """Give what is to be measured.

    Args:
        quick: whether a few minutes must do.
    """
    rounds = 1 if quick else 3
    latencies = (0.0, 0.2) if quick else (0.0, 0.05, 0.2, 1.0)
    planned = [Group(1, 0.0, (EMPTY, SMALLEST, OURS), 3 if quick else 9, ("preview",), raw=False)]
    for size in (1, 10, 100):
        pooled = (POOLED, POOLED_TESTED) if size == 100 else ()
        planned += [Group(size, latency, (NAIVE, OURS, TESTED, *pooled), rounds) for latency in latencies]
    planned.append(Group(100, 0.0, (NAIVE, OURS), rounds, ("up", "destroy"), stub=True))
    planned += [Group(WIDTH_SIZE, latency, (NAIVE, *WIDTHS), rounds, ("up",), raw=False) for latency in WIDTH_LATENCIES]
    if not quick:
        planned += [Group(size, SQUARE_LATENCY, (NAIVE, OURS, POOLED), 1) for size in (500, 1000)]
    return planned
