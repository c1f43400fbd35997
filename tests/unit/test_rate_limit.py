"""The rate that adapts to refusals: nothing without one, half for everybody after one, and back again."""

from __future__ import annotations

import pytest

from tests.support.clocks import ManualClock
from zoho_adobe.api.rate_limit import QUIET_SECONDS, SLOWEST, RateLimit, limit_of
from zoho_adobe.session import Session


@pytest.fixture
def clock(manual_clock: ManualClock) -> ManualClock:
    return manual_clock


@pytest.fixture
def limit(clock: ManualClock) -> RateLimit:
    return RateLimit(clock.clock.monotonic)


def send(limit: RateLimit, times: int) -> list[float]:
    """Send in one moment, and give the waits."""
    return [limit.reserve() for _ in range(times)]


def refuse(limit: RateLimit, clock: ManualClock, retry_after: float | None = None) -> None:
    limit.answered(429, retry_after, clock.now)


def test_nothing_is_held_back_without_a_refusal(limit: RateLimit, clock: ManualClock) -> None:
    for status in (200, 204, 404, 500, 503):
        assert limit.reserve() == 0
        limit.answered(status, 5.0, clock.now)
    assert send(limit, 5000) == [0] * 5000


def test_a_refusal_halves_the_rate_for_all(limit: RateLimit, clock: ManualClock) -> None:
    send(limit, 20)
    refuse(limit, clock)
    assert send(limit, 3) == pytest.approx([0.1, 0.2, 0.3])


def test_refusals_of_requests_that_were_under_way_together_count_once(limit: RateLimit, clock: ManualClock) -> None:
    send(limit, 20)
    sent_at = clock.now
    clock.now += 0.2
    for _ in range(20):
        limit.answered(429, None, sent_at)
    assert send(limit, 2) == pytest.approx([0.1, 0.2])


def test_a_refusal_of_a_slower_request_halves_again_down_to_the_slowest(limit: RateLimit, clock: ManualClock) -> None:
    send(limit, 20)
    for _ in range(9):
        refuse(limit, clock)
        clock.now += 1
    waits = send(limit, 2)
    assert waits[1] - waits[0] == pytest.approx(1 / SLOWEST)


def test_successes_raise_the_rate_by_one_in_a_second(limit: RateLimit, clock: ManualClock) -> None:
    send(limit, 20)
    refuse(limit, clock)
    for _ in range(10):
        limit.answered(200, None, clock.now)
    clock.now += 5
    waits = send(limit, 2)
    assert 1 / (waits[1] - waits[0]) == pytest.approx(11, abs=0.1)


def test_the_limit_is_lifted_after_a_quiet_time(limit: RateLimit, clock: ManualClock) -> None:
    send(limit, 20)
    refuse(limit, clock)
    clock.now += QUIET_SECONDS - 1
    assert send(limit, 2)[1] > 0
    clock.now += 1
    assert send(limit, 100) == [0] * 100


def test_a_retry_after_is_asked_of_all(limit: RateLimit, clock: ManualClock) -> None:
    send(limit, 4)
    refuse(limit, clock, retry_after=7.0)
    assert send(limit, 2) == pytest.approx([7.0, 7.5])


def test_a_retry_after_that_is_not_waited_out_holds_nobody_back(limit: RateLimit, clock: ManualClock) -> None:
    send(limit, 4)
    refuse(limit, clock, retry_after=3600.0)
    assert send(limit, 1) == pytest.approx([0.5])


def test_a_limit_is_shared_by_those_who_are_counted_together() -> None:
    assert limit_of("https://a.example", "one") is limit_of("https://a.example", "one")
    assert limit_of("https://a.example", "one") is not limit_of("https://a.example", "two")
    assert limit_of("https://a.example", "one") is not limit_of("https://b.example", "one")


def test_programs_of_one_process_share_no_limit() -> None:
    here = limit_of("https://a.example", "one")
    with Session().active():
        assert limit_of("https://a.example", "one") is not here
