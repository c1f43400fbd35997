"""One listing of a kind of object for all calls of a process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar

from zoho_adobe.api.deadline import held


class Identified(Protocol):
    """An object of a service that has an id and a name."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...


T = TypeVar("T", bound=Identified)

_READS_BEFORE_LISTING = 3
# The most objects that one answer to a list request holds, at each of Adobe's services used here.
_PAGE = 100


class Listing(Generic[T]):
    """One listing of a kind of object in a sandbox, shared by the calls of this process.

    It answers two questions: which objects have a name (before a create), and what an object looks like (in a refresh
    of many). Absence from a list never means "gone": lists page while objects change, so the caller asks for the
    object itself.

    Args:
        fetch: lists all objects.
    """

    def __init__(self, fetch: Callable[[], Iterable[T]]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._objects: dict[str, T] | None = None
        self._stale = False
        self._listed_before = 0
        self._reads = 0

    def named(self, name: str, *, fresh: bool = False) -> list[T]:
        """Return the objects with exactly this name.

        What this process wrote since the listing may be missing from it; a match is never out of date.

        Args:
            name: the full name.
            fresh: whether to list again, after an answer was lost.
        """
        with held(self._lock):
            if fresh:
                self._list()
            matches = [item for item in self._listed().values() if item.name == name]
            if matches and self._stale:
                self._list()
                matches = [item for item in self._listed().values() if item.name == name]
            return matches

    def ending(self, suffix: str | None) -> list[T]:
        """Return the objects whose names end with a suffix, as the listing has them.

        Args:
            suffix: the suffix, without the space before it; None for no object.
        """
        if not suffix:
            return []
        with held(self._lock):
            return [item for item in self._listed().values() if item.name.endswith(f" {suffix}")]

    def for_read(self, object_id: str) -> T | None:
        """Return an object from the listing where that saves requests, or None to ask for the object itself.

        Args:
            object_id: the object's id.
        """
        with held(self._lock):
            if self._objects is None or self._stale:
                # As many objects are asked for one by one as a listing has pages, so where reads and writes take
                # turns, listing again and again never costs more than the reads themselves.
                self._reads += 1
                if self._reads <= max(_READS_BEFORE_LISTING, self._listed_before // _PAGE):
                    return None
                self._list()
            return self._listed().get(object_id)

    def changed(self) -> None:
        """Note that something of the kind was written."""
        with held(self._lock):
            self._stale = True

    def forget(self) -> None:
        """Drop what was listed, after something may have been written that no answer told of."""
        with held(self._lock):
            self._objects = None

    def _listed(self) -> dict[str, T]:
        if self._objects is None:
            self._list()
        return self._objects or {}

    def _list(self) -> None:
        self._objects = {item.id: item for item in self._fetch()}
        self._listed_before = len(self._objects)
        self._stale = False
        self._reads = 0
