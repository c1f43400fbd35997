"""Failures ordered by a test: which requests they hit and what happens to those."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from http import HTTPStatus
from types import NoneType
from typing import Any

from emulator.core.http import JSON, Answer, Request, json_answer
from emulator.core.recorder import Identity


class Kind(StrEnum):
    """What a fault does."""

    STATUS = "status"
    DELAY = "delay"
    LATENCY = "latency"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    TRUNCATE = "truncate"
    HTML = "html"
    GARBAGE_JSON = "garbage_json"
    EXPIRED_TOKEN = "expired_token"  # noqa: S105 - the name of a fault
    CHANGE_BEHIND = "change_behind"


# These let the request go on; of all the others at most one hits a request.
PASSING = frozenset({Kind.DELAY, Kind.LATENCY, Kind.CHANGE_BEHIND})


class BadFault(ValueError):  # noqa: N818 - reads as what it is
    """An order that makes no sense."""


def _plain(status: int) -> Answer:
    return json_answer({"status": status, "title": HTTPStatus(status).phrase}, status)


def _expired() -> Answer:
    return json_answer({"error_code": 401013, "message": "Oauth token is not valid"}, 401)


@dataclass(frozen=True, slots=True)
class Voice:
    """How a service words a fault that was ordered without a body. Adobe's way, unless it has its own."""

    plain: Callable[[int], Answer] = _plain
    expired: Callable[[], Answer] = _expired


ADOBE = Voice()


@dataclass(slots=True)
class Fault:
    """One order. It hits the requests that match, after `skip` of them, `times` times (None: for ever)."""

    kind: Kind
    id: str
    method: str | None = None
    path: str | None = None
    organization: str | None = None
    client: str | None = None
    match_headers: dict[str, str] = field(default_factory=dict)
    skip: int = 0
    times: int | None = 1
    after_work: bool = False
    seconds: float = 0.0
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    ops: list[dict[str, Any]] | None = None
    seen: int = 0
    hits: int = 0

    def matches(self, request: Request, identity: Identity) -> bool:
        return (
            self.method in (None, request.method)
            and (self.path is None or re.search(self.path, request.path) is not None)
            and self.organization in (None, identity.organization)
            and self.client in (None, identity.client)
            and all(request.headers.get(name) == value for name, value in self.match_headers.items())
        )

    def works_first(self) -> bool:
        """Return whether the request's work is done although its answer is spoiled."""
        return self.after_work or self.kind in (Kind.DROP_AFTER, Kind.TRUNCATE)

    def answer(self, voice: Voice) -> Answer:
        """The answer sent in place of the service's own."""
        if self.kind is Kind.HTML:
            page = "<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>Gateway</h1></body></html>"
            headers = {"Content-Type": "text/html; charset=utf-8", **self.headers}
            return Answer(self.status or 502, page.encode(), headers)
        if self.kind is Kind.GARBAGE_JSON:
            return Answer(self.status or 200, b'{"id": "6f0e4d", "items": [}', {"Content-Type": JSON})
        if self.kind is Kind.EXPIRED_TOKEN:
            return voice.expired()
        status = self.status or 500
        if self.body is None:
            answer = voice.plain(status)
        elif isinstance(self.body, str):
            answer = Answer(status, self.body.encode(), {"Content-Type": "text/plain"})
        else:
            answer = json_answer(self.body, status)
        return Answer(answer.status, answer.body, {**answer.headers, **self.headers})


ORDERABLE: dict[str, tuple[type, ...]] = {
    "kind": (str,),
    "method": (str, NoneType),
    "path": (str, NoneType),
    "organization": (str, NoneType),
    "client": (str, NoneType),
    "match_headers": (dict,),
    "skip": (int,),
    "times": (int, NoneType),
    "after_work": (bool,),
    "seconds": (int, float),
    "status": (int, NoneType),
    "body": (object,),
    "headers": (dict,),
    "ops": (list, NoneType),
}


class Faults:
    """The standing orders."""

    def __init__(self, identify: Callable[[Request], Identity]) -> None:
        self._identify = identify
        self._faults: list[Fault] = []
        self._numbers = itertools.count(1)

    def order(self, wanted: dict[str, Any]) -> dict[str, Any]:
        wrong = [name for name, value in wanted.items() if not isinstance(value, ORDERABLE.get(name, ()))]
        if wrong:
            raise BadFault(f"unknown or of a wrong type: {', '.join(wrong)}; known: {', '.join(ORDERABLE)}")
        try:
            kind = Kind(wanted.get("kind", ""))
            re.compile(wanted.get("path") or "")
            HTTPStatus(wanted.get("status") or 500)
        except (ValueError, re.error) as error:
            raise BadFault(f"{error}; kinds: {', '.join(Kind)}") from error
        defaults = {"times": None} if kind is Kind.LATENCY else {}
        fault = Fault(**{**defaults, **wanted, "kind": kind, "id": str(next(self._numbers))})
        self._faults.append(fault)
        return asdict(fault)

    def show(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._faults]

    def cancel(self, identifier: str | None = None, organization: str | None = None) -> None:
        self._faults = [
            fault
            for fault in self._faults
            if (identifier and fault.id != identifier) or (organization and fault.organization != organization)
        ]

    def take(self, request: Request) -> list[Fault]:
        """The faults that hit this request, counted."""
        if not self._faults:
            return []
        identity = self._identify(request)
        taken: list[Fault] = []
        spoiled = False
        for fault in self._faults:
            passing = fault.kind in PASSING
            spent = fault.times is not None and fault.hits >= fault.times
            if spent or (spoiled and not passing) or not fault.matches(request, identity):
                continue
            fault.seen += 1
            if fault.seen <= fault.skip:
                continue
            fault.hits += 1
            spoiled = spoiled or not passing
            taken.append(fault)
        return taken
