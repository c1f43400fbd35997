"""Every unit test has a session of its own, whose clock it can move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.clocks import ManualClock
from zoho_adobe.session import Session


@pytest.fixture
def manual_clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(autouse=True)
def session(manual_clock: ManualClock) -> Iterator[Session]:
    with Session(manual_clock.clock).active() as active:
        yield active
