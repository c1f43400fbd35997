"""The requests that an operation makes, as places where it can be killed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from emulator.launch import Emulator

_ROOTS = r"^(/adobe/data/\w+/\w+|/ims|/zoho/\w+/\w+)"
_ID = re.compile(r"_.+|[0-9a-fA-F-]{16,}")


@dataclass(frozen=True, order=True)
class Place:
    """One request of an operation.

    Attributes:
        path: its path below the service's root, with `*` for each id.
        method: its method.
        nth: how many requests of this method and path come before it.
    """

    path: str
    method: str
    nth: int = 0

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + (f" ({self.nth + 1})" if self.nth else "")

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET"

    def order(self, **fault: Any) -> dict[str, Any]:
        """Return the order of a fault at this request."""
        path = f"{_ROOTS}{re.escape(self.path)}$".replace(r"\*", "[^/]+")
        return {"method": self.method, "path": path, "skip": self.nth, **fault}


def places(emulator: Emulator) -> Sequence[Place]:
    """List the places of all requests that the emulator's log has, whatever order they came in."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for request in emulator.control("GET", "/requests")["requests"]:
        parts = re.sub(_ROOTS, "", request["path"]).split("/")
        key = (request["method"], "/".join("*" if _ID.fullmatch(part) else part for part in parts))
        found.append(Place(key[1], key[0], seen[key]))
        seen[key] += 1
    return sorted(found)
