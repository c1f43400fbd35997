"""A sample of the kill test; `make kills` does the whole."""

from __future__ import annotations

import pytest

from tests.kills import base_connection, ingestion
from tests.kills.killing import Kill, one
from tests.kills.places import Place
from tests.support.stack import Stack

CONNECTION = [
    Kill(base_connection.OPERATIONS["create"], "both", Place("/connections", "POST"), after_work=True),
    Kill(base_connection.OPERATIONS["create"], "engine", Place("/connections", "POST"), after_work=False),
    Kill(base_connection.OPERATIONS["rotate"], "provider", Place("/connections/*", "PATCH"), after_work=True),
    Kill(base_connection.OPERATIONS["replace"], "both", Place("/connections", "POST"), after_work=True),
]
INGESTION = [
    Kill(ingestion.OPERATIONS["create tables"], "both", Place("/tenant/schemas", "POST"), after_work=True),
    Kill(ingestion.OPERATIONS["create tables"], "engine", Place("/flows", "POST"), after_work=True),
    Kill(ingestion.OPERATIONS["reschedule"], "provider", Place("/flows/*", "PATCH"), after_work=True),
    Kill(ingestion.OPERATIONS["add a column"], "both", Place("/runs", "POST"), after_work=True),
    Kill(ingestion.OPERATIONS["take a table out"], "both", Place("/flows/*", "DELETE"), after_work=True),
    Kill(ingestion.OPERATIONS["destroy tables"], "both", Place("/tenant/schemas/*", "DELETE"), after_work=True),
    Kill(ingestion.OPERATIONS["grant"], "both", Place("/oauth/v2/token", "POST"), after_work=True),
]


def name_of(kill: Kill) -> str:
    return f"{kill.operation.name}-{kill.victim}".replace(" ", "-")


@pytest.mark.parametrize("kill", CONNECTION, ids=name_of)
def test_a_kill_loses_nothing_and_leaves_nothing_over(stack: Stack, kill: Kill) -> None:
    assert_well(stack, kill)


@pytest.mark.long
@pytest.mark.parametrize("kill", INGESTION, ids=name_of)
def test_a_kill_loses_nothing_of_an_ingestion(stack: Stack, kill: Kill) -> None:
    assert_well(stack, kill)


def assert_well(stack: Stack, kill: Kill) -> None:
    outcome = one(stack, kill)
    assert outcome.hit
    assert outcome.problems == []
    # The engine writes these in place: killed while it does, it could not load the state any more.
    assert list((stack.folder.parent / "state").rglob("*.attrs")) == []
