"""A sample of the kill test; `make kills` does the whole."""

from __future__ import annotations

import pytest

from tests.kills import Kill, one
from tests.stack import Stack


@pytest.mark.parametrize(
    "kill",
    [
        Kill(0, "create", "both", request=1, after_work=True),
        Kill(0, "create", "engine", request=1, after_work=False),
        Kill(0, "rotate", "provider", request=0, after_work=True),
        Kill(0, "replace", "both", request=4, after_work=True),
    ],
    ids=lambda kill: f"{kill.operation}-{kill.victim}",
)
def test_a_kill_loses_nothing_and_leaves_nothing_over(stack: Stack, kill: Kill) -> None:
    outcome = one(stack, kill)
    assert outcome.hit
    assert outcome.problems == []
