"""Which subjects run, at which size and latency."""

from __future__ import annotations

from dataclasses import dataclass

from bench.stacks import LIFE
from bench.subjects import EMPTY, NAIVE, SMALLEST, Subject, ours
from zoho_adobe.resources.calls import CALLS_AT_A_TIME

OURS, TESTED, ONCE = ours(), ours(verify="connection"), ours(checkpoints=False)
WIDTHS = tuple(
    ours(verify=verify, parallel=wide)
    for verify in ("none", "connection")
    for wide in (4, None, 16, 32, CALLS_AT_A_TIME)
)

SQUARE_LATENCY = 0.05
WIDTH_SIZE, WIDTH_LATENCIES = 100, (0.2, 1.0)
TARGET = (100, 0.2)
"""The size and latency that most targets are about."""


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
        stub: whether each subject runs against the stub too, right after the emulator.
    """

    size: int
    latency: float
    subjects: tuple[Subject, ...]
    rounds: int
    steps: tuple[str, ...] = LIFE
    raw: bool = True
    stub: bool = False


def groups(*, quick: bool) -> list[Group]:
    """Return what is to be measured: what most targets are about several times, the rest once.

    Args:
        quick: whether a few minutes must do.
    """

    def rounds(size: int, latency: float, often: int) -> int:
        return often if (size, latency) == TARGET and not quick else 1

    latencies = (0.0, 0.2) if quick else (0.0, 0.05, 0.2, 1.0)
    planned = [Group(1, 0.0, (EMPTY, SMALLEST, OURS), 3 if quick else 9, ("preview",), raw=False)]
    for latency in WIDTH_LATENCIES:
        wide = Group(WIDTH_SIZE, latency, (NAIVE, *WIDTHS), rounds(WIDTH_SIZE, latency, 3), ("up",), raw=False)
        planned.append(wide)
    for size in (100, 10, 1):
        planned += [Group(size, latency, _compared(latency), rounds(size, latency, 5)) for latency in latencies]
    planned.append(Group(100, 0.0, (NAIVE, OURS), 1 if quick else 3, ("up",), raw=False, stub=True))
    if not quick:
        planned += [Group(size, SQUARE_LATENCY, (NAIVE, OURS, ONCE), 1) for size in (500, 1000)]
    return planned


def _compared(latency: float) -> tuple[Subject, ...]:
    return (NAIVE, OURS, TESTED, *((ONCE,) if latency == SQUARE_LATENCY else ()))
