"""The retry policy, cell by cell of its table."""

from __future__ import annotations

import itertools

import pytest

from zoho_adobe.api.retry import (
    FIRST_WAIT,
    LONGEST_RETRY_AFTER,
    LONGEST_WAIT,
    MAX_ATTEMPTS,
    Attempt,
    Outcome,
    wait_before_retry,
)

REPEATABLE = ("GET", "DELETE", "PATCH")


def wait(
    method: str, outcome: Outcome, status: int = 0, *, number: int = 1, retry_after: float | None = None
) -> float | None:
    attempt = Attempt(number, method, outcome, status, retry_after, repeatable=method in REPEATABLE)
    return wait_before_retry(attempt, jitter=1.0, remaining=300.0)


@pytest.mark.parametrize("method", [*REPEATABLE, "POST"])
@pytest.mark.parametrize(("outcome", "status"), [(Outcome.NOT_ARRIVED, 0), (Outcome.ANSWERED, 429)])
def test_what_was_surely_not_done_is_always_sent_again(method: str, outcome: Outcome, status: int) -> None:
    assert wait(method, outcome, status) == FIRST_WAIT


@pytest.mark.parametrize(
    ("outcome", "status", "retry_after"),
    [
        (Outcome.NO_ANSWER, 0, None),
        (Outcome.ANSWERED, 500, None),
        (Outcome.ANSWERED, 502, None),
        (Outcome.ANSWERED, 503, None),
        (Outcome.ANSWERED, 503, 0.1),
        (Outcome.ANSWERED, 504, None),
    ],
)
def test_what_may_have_been_done_is_sent_again_where_twice_is_as_good_as_once(
    outcome: Outcome, status: int, retry_after: float | None
) -> None:
    for method in REPEATABLE:
        assert wait(method, outcome, status, retry_after=retry_after) == FIRST_WAIT
    assert wait("POST", outcome, status, retry_after=retry_after) is None


@pytest.mark.parametrize("status", [200, 201, 204, 302, 400, 401, 403, 404, 409, 410, 412, 422])
def test_everything_else_is_an_answer(status: int) -> None:
    assert [wait(method, Outcome.ANSWERED, status, retry_after=1.0) for method in (*REPEATABLE, "POST")] == [None] * 4


def test_waits_grow_and_end() -> None:
    waits = [wait("GET", Outcome.ANSWERED, 500, number=number) for number in range(1, MAX_ATTEMPTS + 1)]
    assert waits == [0.5, 1.0, 2.0, 4.0, None]


def test_jitter_only_shortens_and_by_half_at_most() -> None:
    attempt = Attempt(number=1, method="GET", outcome=Outcome.NO_ANSWER)
    assert wait_before_retry(attempt, jitter=0.0, remaining=300.0) == FIRST_WAIT / 2


def test_no_wait_is_longer_than_the_longest() -> None:
    for number, jitter in itertools.product(range(1, MAX_ATTEMPTS), (0.0, 0.5, 1.0)):
        attempt = Attempt(number=number, method="GET", outcome=Outcome.NO_ANSWER)
        assert (wait_before_retry(attempt, jitter=jitter, remaining=300.0) or 0.0) <= LONGEST_WAIT


def test_retry_after_is_waited_out_and_never_cut_short() -> None:
    assert wait("GET", Outcome.ANSWERED, 429, retry_after=7.0) == 7.0
    assert wait("GET", Outcome.ANSWERED, 503, retry_after=0.0) == FIRST_WAIT
    assert wait("GET", Outcome.ANSWERED, 429, retry_after=LONGEST_RETRY_AFTER) == LONGEST_RETRY_AFTER
    assert wait("GET", Outcome.ANSWERED, 429, retry_after=LONGEST_RETRY_AFTER + 1) is None


def test_no_wait_goes_beyond_the_deadline() -> None:
    attempt = Attempt(number=1, method="GET", outcome=Outcome.NO_ANSWER)
    assert wait_before_retry(attempt, jitter=1.0, remaining=FIRST_WAIT) is None
    assert wait_before_retry(attempt, jitter=1.0, remaining=0.0) is None
