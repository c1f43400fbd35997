"""Control requests: their bodies, and how one is refused."""

from __future__ import annotations

import json

from emulator.core.http import Json, Refusal, Request, json_answer
from emulator.core.store import Document


class ControlRefused(Refusal):
    """A control request that cannot be followed."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(json_answer({"error": error}, status))


def read_json(request: Request) -> Json:
    """Read the body, an empty object if there is none."""
    try:
        return json.loads(request.body or b"{}")
    except ValueError as error:
        raise ControlRefused(400, "the body is no JSON") from error


def read_object(request: Request, known: tuple[str, ...] = ()) -> Document:
    """Read the body as an object, which holds only what is known where that is given."""
    body = read_json(request)
    if not isinstance(body, dict):
        raise ControlRefused(400, "the body is no JSON object")
    unknown = [name for name in body if known and name not in known]
    if unknown:
        raise ControlRefused(400, f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    return body
