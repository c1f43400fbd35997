"""The request log, and how many requests ran at once."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from emulator.core.http import Request
from emulator.core.masking import MASK, SIGNATURE, is_secret, mask, mask_body, mask_pairs

KEPT = 20_000


@dataclass(slots=True)
class Identity:
    """Whose request it was, as far as it says."""

    client: str | None
    organization: str | None


@dataclass(slots=True)
class Entry:
    """One request as it came, and what became of it. Kept raw; masked when shown."""

    number: int
    at: float
    request: Request
    status: int | None = None
    faults: list[str] = field(default_factory=list)
    seconds: float | None = None


class Recorder:
    """Keeps the last requests in memory: they are an observation, not part of the emulated state."""

    def __init__(self, identify: Callable[[Request], Identity], secrets: Callable[[], set[str]]) -> None:
        self._identify = identify
        self._secrets = secrets
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._numbers = itertools.count(1)
        self.in_flight = 0
        self.max_in_flight = 0
        self.total = 0

    def enter(self, at: float, request: Request) -> Entry:
        entry = Entry(next(self._numbers), at, request)
        self._entries.append(entry)
        self.total += 1
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        return entry

    def leave(self, entry: Entry, at: float) -> None:
        entry.seconds = at - entry.at
        self.in_flight -= 1

    def reset_stats(self) -> None:
        self.total = 0
        self.max_in_flight = self.in_flight

    def clear(self, organization: str | None, client: str | None) -> None:
        kept = [
            entry
            for entry in self._entries
            if (organization or client) and not self._is_of(entry, organization, client)
        ]
        self._entries = deque(kept, maxlen=KEPT)

    def show(self, organization: str | None, client: str | None) -> Iterator[dict[str, Any]]:
        secrets = self._secrets()
        for entry in self._entries:
            if self._is_of(entry, organization, client):
                yield self._render(entry, secrets)

    def _is_of(self, entry: Entry, organization: str | None, client: str | None) -> bool:
        identity = self._identify(entry.request)
        return organization in (None, identity.organization) and client in (None, identity.client)

    def _render(self, entry: Entry, secrets: set[str]) -> dict[str, Any]:
        request, identity = entry.request, self._identify(entry.request)
        leaks = [
            f"query:{name}"
            for name, value in request.query
            if name != SIGNATURE and (is_secret(name) or value in secrets)
        ]
        leaks += ["path" for part in request.path.split("/") if part in secrets]
        return {
            "number": entry.number,
            "at": entry.at,
            "method": request.method,
            "path": "/".join(MASK if part in secrets else part for part in request.path.split("/")),
            "query": mask_pairs([(name, MASK if value in secrets else value) for name, value in request.query]),
            "headers": mask(dict(request.headers)),
            "body": mask_body(request),
            "organization": identity.organization,
            "client": identity.client,
            "status": entry.status,
            "faults": entry.faults,
            "seconds": entry.seconds,
            "leaks": leaks,
        }
