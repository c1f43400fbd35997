"""Which entries of the state hold which objects, as far as this process knows.

Two entries of one state may hold one object: after a resource was renamed or got another parent without an alias, or
after `adopt_id` moved. The entry that goes must then leave the object alone. A delete is told neither its URN nor what
else the state holds, so every entry has a mark of its own among its outputs, and a comparison with the program, which
the engine makes for each entry that the program declares, tells which mark holds which object. Entries of earlier
releases have no mark until they are next read or updated.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping
from typing import Any

KEY = "entry"
"""The output that holds an entry's mark; it is not a declared output, so a new one is not a change."""


def new_mark() -> str:
    """Returns a mark that no other entry has."""
    return secrets.token_hex(4)


class Entries:
    """What the engine's calls told this process about the entries of the state."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._checked: set[str] = set()
        self._declared: dict[str, set[str]] = {}
        self._made: set[str] = set()

    def check(self, inputs: Mapping[str, Any]) -> None:
        """Notes inputs of the program.

        Args:
            inputs: the inputs as a check completed them.
        """
        with self._lock:
            self._checked.add(_text(inputs))

    def compare(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any], *, replaces: bool) -> None:
        """Notes that the program declares an entry, and whether it keeps the object.

        A refresh compares as well, also entries that the program no longer declares; those inputs were never checked.

        Args:
            id_: the object's id.
            olds: the entry's outputs.
            news: the inputs to come.
            replaces: whether the object is to be replaced.
        """
        with self._lock:
            if _text(news) not in self._checked:
                return
            marks = self._declared.setdefault(id_, set())
            if replaces:
                marks.discard(_mark(olds))
            else:
                marks.add(_mark(olds))

    def checked(self, inputs: Mapping[str, Any]) -> bool:
        """Tells whether inputs are the program's; a refresh compares others too."""
        with self._lock:
            return _text(inputs) in self._checked

    def make(self, id_: str) -> None:
        """Notes that this process made, adopted or took over an object."""
        with self._lock:
            self._made.add(id_)

    def declare(self, id_: str) -> bool:
        """Tells whether an entry that the program declares has held an object since before this process."""
        with self._lock:
            return id_ in self._declared

    def hold(self, id_: str) -> bool:
        """Tells whether an entry that the program declares holds an object, and keeps it."""
        with self._lock:
            return id_ in self._made or bool(self._declared.get(id_))

    def outlive(self, id_: str, outputs: Mapping[str, Any]) -> bool:
        """Tells whether an object belongs to another entry than the one that is deleted.

        Args:
            id_: the object's id.
            outputs: the outputs of the entry that is deleted.
        """
        mark = _mark(outputs)
        with self._lock:
            # Without marks, an entry that is kept cannot be the one that goes.
            others = {other for other in self._declared.get(id_, ()) if other != mark or not mark}
            return id_ in self._made or bool(others)


def _mark(outputs: Mapping[str, Any]) -> str:
    return str(outputs.get(KEY) or "")


def _text(inputs: Mapping[str, Any]) -> str:
    return json.dumps({key: inputs[key] for key in inputs if key != "__provider"}, sort_keys=True, default=repr)
