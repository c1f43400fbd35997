"""Ends an exporter of this process in the middle, as SIGKILL would: nothing is sent any more, not even to tidy up."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import requests.adapters


class Killed(BaseException):
    """The process is gone."""


class Killer:
    """Counts requests, and ends the process at one of them."""

    def __init__(self, at: int, *, after: bool) -> None:
        self.at = at
        self.after = after
        self.count = 0
        self.dead = False


@contextlib.contextmanager
def killed(at: int, *, after: bool) -> Iterator[Killer]:
    """Let the process end at its request number `at`, before it is sent or after it was carried out.

    Args:
        at: the number, from 1; 0 for never.
        after: whether the request is carried out first.
    """
    killer, send = Killer(at, after=after), requests.adapters.HTTPAdapter.send

    def counting(adapter: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        if "/_control/" in request.url:
            return send(adapter, request, *args, **kwargs)
        if killer.dead:
            raise Killed
        killer.count += 1
        killer.dead = killer.count == killer.at
        if killer.dead and not killer.after:
            raise Killed
        answer = send(adapter, request, *args, **kwargs)
        if killer.dead:
            answer.close()
            raise Killed
        return answer

    requests.adapters.HTTPAdapter.send = counting  # type: ignore[method-assign,assignment]
    try:
        with contextlib.suppress(Killed):
            yield killer
    finally:
        requests.adapters.HTTPAdapter.send = send  # type: ignore[method-assign]
