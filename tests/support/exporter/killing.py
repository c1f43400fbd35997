"""Ends an exporter of this process in the middle, as SIGKILL would: nothing is sent any more, not even to tidy up."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
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
def killed(at: int, *, after: bool, also: type | None = None) -> Iterator[Killer]:
    """Let the process end at its request number `at`, before it is sent or after it was carried out.

    Args:
        at: the number, from 1; 0 for never.
        after: whether the request is carried out first.
        also: another class whose `send` sends requests.
    """
    killer = Killer(at, after=after)
    senders: list[Any] = [requests.adapters.HTTPAdapter, *([also] if also else [])]
    earlier = [sender.send for sender in senders]
    for sender in senders:
        sender.send = _counting(killer, sender.send)
    try:
        with contextlib.suppress(Killed):
            yield killer
    finally:
        for sender, send in zip(senders, earlier, strict=True):
            sender.send = send


def _counting(killer: Killer, send: Callable[..., Any]) -> Callable[..., Any]:
    def counting(sender: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        if "/_control/" in request.url:
            return send(sender, request, *args, **kwargs)
        if killer.dead:
            raise Killed
        killer.count += 1
        killer.dead = killer.count == killer.at
        if killer.dead and not killer.after:
            raise Killed
        answer = send(sender, request, *args, **kwargs)
        if killer.dead:
            raise Killed
        return answer

    return counting
