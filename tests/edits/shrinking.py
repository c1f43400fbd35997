"""Makes a sequence that fails as short as it gets: steps are dropped and simplified as long as it still fails alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tests.edits.edits import EDITS, Step

Fails = Callable[[Sequence[Step]], bool]


def shrunk(steps: Sequence[Step], fails: Fails, tries: int = 30) -> list[Step]:
    """Shrink a sequence.

    Args:
        steps: the sequence, whose last step fails.
        fails: whether a sequence fails in the same way.
        tries: how many sequences to try at most.
    """
    steps, left = list(steps), tries
    size = max(1, (len(steps) - 1) // 2)
    while True:
        for fewer in _without_a_part(steps, size):
            if not left:
                return steps
            left -= 1
            if fails(fewer):
                steps = fewer
                size = min(size, max(1, (len(steps) - 1) // 2))
                break
        else:
            if size == 1:
                break
            size = max(1, size // 2)
    for simpler in _simpler:
        for at in reversed(range(len(steps))):
            tried = [*steps[:at], simpler(steps[at]), *steps[at + 1 :]]
            if left and tried != steps:
                left -= 1
                steps = tried if fails(tried) else steps
    return steps


def _without_a_part(steps: list[Step], size: int) -> Iterator[list[Step]]:
    """Drop so many steps at each place, the later ones first; the first one makes the stack, and the last one fails."""
    for end in range(len(steps) - 1, 1, -size):
        yield steps[: max(1, end - size)] + steps[end:]


def _without_upset(step: Step) -> Step:
    return replace(step, upset=None)


def _without_rows(step: Step) -> Step:
    return replace(step, rows=())


def _with_plain_command(step: Step) -> Step:
    return replace(step, command="up --refresh" if EDITS[step.edit].refreshes else "up")


_simpler = (_without_upset, _without_rows, _with_plain_command)
