"""The lifecycle of objects that have a name at a service: a create may be repeated, a delete waits for its end."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Hashable, Iterable, Iterator
from typing import Generic

from pulumi.dynamic import ReadResult

from zoho_adobe.errors import NameTakenError, NotFoundError
from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.claims import Claims
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.resources.listing import Listing
from zoho_adobe.resources.looking import wait_until_gone
from zoho_adobe.resources.repeatable import C, M, Repeatable, T


class NamedLifecycle(Repeatable[C, T, M], Lifecycle[C], Generic[C, T, M]):
    """Base of the lifecycles of named objects; of its hooks, `objects` is for those that are looked up in a listing."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._listings: dict[Hashable, Listing[T]] = {}
        self._names_here = Claims()

    # --- hooks --------------------------------------------------------------------------------------------------------

    def prepare(self, call: C) -> None:
        """Look up what a create needs before it keeps its name for itself."""

    def objects(self, call: C) -> Iterable[T]:
        """List all objects of the kind in the sandbox."""
        raise NotImplementedError

    def place(self, call: C) -> Hashable:
        """Return what tells one listing from another."""
        return call.props.get("organization"), call.props.get("sandbox")

    def get(self, call: C, id_: str) -> T:
        """Read an object; raises `NotFoundError` if it does not exist."""
        raise NotImplementedError

    def finish(self, call: C, _made: T | M, _new: bool) -> Props:
        """Do what remains of a create that has made, or taken over, an object; returns the outputs."""
        return self.outputs(call.news)

    def shown(self, call: C, found: T) -> ReadResult:
        """Return an object that was found as the answer of a read."""
        raise NotImplementedError

    # --- what the engine's methods do with them -----------------------------------------------------------------------

    def make(self, call: C) -> tuple[str, Props]:
        """Make the object under a name that nobody else has."""
        self.prepare(call)
        with self.claimed(call):
            return self.obtain(call)

    def obtain(self, call: C) -> tuple[str, Props]:
        """Make the object, or take over what a create made whose answer was lost."""
        made, new = self.find_or_make(call)
        return made.id, self.finish(call, made, new)

    def find(self, call: C, fresh: bool) -> list[T]:
        """Look for the full name in this process's listing."""
        return self.listing(call).named(self.full_name(call.news), fresh=fresh)

    def look(self, call: C) -> T:
        """Read the object, from the listing where that saves requests."""
        return self.listing(call).for_read(call.id) or self.get(call, call.id)

    def show(self, call: C) -> ReadResult | None:
        """Read the object."""
        try:
            found = self.look(call)
        except NotFoundError:
            return None
        return self.shown(call, found)

    def remove(self, call: C) -> None:
        """Delete the object, and wait until it is gone."""
        self.discard(call, call.id)
        wait_until_gone(self.noun, call.id, lambda: self.get(call, call.id))

    def changed(self, call: C) -> None:
        """Note that the listing may be out of date."""
        listing = self._listings.get(self.place(call))
        if listing is not None:
            listing.changed()

    # --- listings and names -------------------------------------------------------------------------------------------

    def listing(self, call: C) -> Listing[T]:
        """Return this process's listing of the kind in the sandbox of an object."""
        with self._lock:
            return self._listings.setdefault(self.place(call), Listing(lambda: self.objects(call)))

    def makes(self, sandbox: str, full_name: str) -> bool:
        """Return whether this process makes, or has made, an object of a name."""
        return (sandbox, full_name) in self._names_here

    @contextlib.contextmanager
    def claimed(self, call: C) -> Iterator[None]:
        """Keep a full name for one resource: two would take each other's object for their own."""
        name, full_name = self.declaration.name, self.full_name(call.news)
        refusal = NameTakenError(
            f"{name}: two resources of this program are named {full_name!r} in sandbox {call.sandbox!r}",
            remedy=f"Give one of them another {name}",
        )
        with self._names_here.held((call.sandbox, full_name), refusal):
            try:
                yield
            except BaseException:
                listing = self._listings.get(self.place(call))
                # It may have made something, which the next create has to find.
                if listing is not None:
                    listing.forget()
                raise
