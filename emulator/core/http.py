"""Requests and answers as the emulated services see them, free of the web framework."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

# Any JSON value. A recursive type would only move the checks into casts.
Json = Any


@dataclass(slots=True)
class Request:
    """One request, its body already read."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes
    params: Mapping[str, str] = field(default_factory=dict)
    upload: Path | None = None
    """Where the body is, of a route that takes files; `body` is empty then. Who wants to keep it, moves it."""

    def media_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def form(self) -> dict[str, str]:
        """Query and form body merged, as OAuth servers read them; the body wins."""
        merged = dict(self.query)
        if self.media_type() == FORM:
            merged.update(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))
        return merged


@dataclass(slots=True)
class Answer:
    """What a service answers."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content: Iterable[bytes] | None = None
    """A body that is too long to be held."""


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Render a value as a JSON answer."""
    return Answer(status, json.dumps(value).encode(), {"Content-Type": JSON, **(headers or {})})


class Refusal(Exception):  # noqa: N818 - a refusal is an ordinary answer of the emulated service
    """An error that the emulated service answers."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status} {answer.body.decode('utf-8', 'replace')}")
        self.answer = answer


Handler = Callable[[Request], Answer]


class Route(NamedTuple):
    """One path that a service answers."""

    method: str
    path: str
    handler: Handler
    streams: bool = False
    """Its body is a file, however long."""
