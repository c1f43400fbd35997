"""Work that several threads want at the same moment is done once, by the first of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from zoho_adobe.api.deadline import remaining_seconds
from zoho_adobe.errors import ApiError, OutOfTimeError, ZohoAdobeError

T = TypeVar("T")


class Flights(Generic[T]):
    """Keeps track of what is under way, by key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, Future[T]] = {}

    def join(self, key: Hashable, work: Callable[[], T]) -> tuple[T, bool]:
        """Do a piece of work, or wait for the thread that is doing it.

        A service's refusal is everybody's: to ask again at once would only use up what the service allows. A request
        without an answer may have failed for the other thread's own reasons, so it is tried again.

        Args:
            key: what the work is for.
            work: does it.

        Returns:
            The result, and whether it was this thread that did the work.

        Raises:
            OutOfTimeError: the operation's time is up before the other thread is done.
            Whatever `work` raises.
        """
        while True:
            with self._lock:
                flight = self._under_way.get(key)
                if flight is None:
                    mine = self._under_way[key] = Future()
            if flight is None:
                return self._do(key, mine, work), True
            try:
                return flight.result(timeout=remaining_seconds()), False
            except TimeoutError:
                raise OutOfTimeError(
                    "the operation took too long, waiting for another one", remedy="Run the same command again"
                ) from None
            except ApiError as error:
                raise _twin(error) from None
            except ZohoAdobeError:
                continue

    def _do(self, key: Hashable, flight: Future[T], work: Callable[[], T]) -> T:
        try:
            result = work()
        except BaseException as error:
            self._land(key)
            flight.set_exception(_twin(error))
            raise
        self._land(key)
        flight.set_result(result)
        return result

    def _land(self, key: Hashable) -> None:
        with self._lock:
            del self._under_way[key]


def _twin(error: BaseException) -> BaseException:
    """Copy an error, since each thread may add to its own what is left to do."""
    twin = type(error).__new__(type(error))
    twin.__dict__.update(error.__dict__)
    twin.args = error.args
    return twin
