"""Work that several threads want at once is done once, and a refusal of it is everybody's."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from zoho_adobe.api import flights
from zoho_adobe.errors import ZohoRefreshTokenError

OTHERS = 7


def test_a_refusal_is_not_asked_for_again_by_those_who_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    joined = threading.Semaphore(0)

    def remaining() -> float:
        """Looked at by whoever is about to wait for the first."""
        joined.release()
        return 30.0

    monkeypatch.setattr(flights, "remaining_seconds", remaining)
    asked: list[int] = []

    def refused() -> str:
        asked.append(1)
        for _ in range(OTHERS):
            assert joined.acquire(timeout=30)
        raise ZohoRefreshTokenError("revoked", service="Zoho accounts", status=200)

    shared: flights.Flights[str] = flights.Flights()
    with ThreadPoolExecutor(OTHERS + 1) as pool:
        said = [pool.submit(shared.join, "key", refused) for _ in range(OTHERS + 1)]
        errors = [future.exception() for future in said]
    assert [str(error) for error in errors] == ["revoked."] * (OTHERS + 1)
    assert {type(error) for error in errors} == {ZohoRefreshTokenError}
    # Whoever catches one may add a remedy to it.
    assert len({id(error) for error in errors}) == OTHERS + 1
    assert len(asked) == 1


def test_what_is_wanted_later_is_done_anew() -> None:
    shared: flights.Flights[int] = flights.Flights()
    numbers = iter(range(2))
    assert [shared.join("key", lambda: next(numbers)) for _ in range(2)] == [(0, True), (1, True)]
