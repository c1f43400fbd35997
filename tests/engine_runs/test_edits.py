"""A sample of the fuzzer of program edits; `make edits` plays more."""

from __future__ import annotations

import pytest

from tests.edits.drawing import draw
from tests.edits.sequence import play

SEEDS = (1, 2, 3, 4)
STEPS = 4


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_no_edit_deletes_a_live_object_or_loses_or_repeats_a_row(seed: int) -> None:
    lines: list[str] = []
    played = play(draw(seed, STEPS), lines.append)
    failure = played.failure
    assert failure is None, "\n".join([*lines, *map(str, failure.violations)])
