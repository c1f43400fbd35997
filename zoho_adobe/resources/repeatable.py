"""Creates that may be repeated: an answer that got lost must not leave two objects, nor one that nobody knows of.

The key is the full name. Its suffix is derived from the stack's seed and the resource's logical name, so an object of
that name which no state holds is what an earlier create of the same resource left behind, and is taken over. Without a
suffix a name proves nothing, and nothing is taken over. Nor is what a lost create cannot have left: what another client
wrote, or what something is built on.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Generic, Protocol, TypeVar

from zoho_adobe.errors import LostAnswerError, NameTakenError, StillAtWorkError
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.engine_life import require_engine
from zoho_adobe.resources.entries import Entries
from zoho_adobe.resources.inputs import Declaration
from zoho_adobe.resources.listing import Identified
from zoho_adobe.resources.looking import look_after

CUT_OFF = "`pulumi up` takes over what an update that was cut off left, and what nobody needs can be deleted in Adobe"
"""What to do about an object that no state may know."""
ADOPT = "ZOHO_ADOBE_ADOPT"
"""The environment variable with ids of objects, separated by commas, that creates of their name may take over."""


class HasId(Protocol):
    """What a service answers to a request that made something."""

    @property
    def id(self) -> str:
        """The id of what was made."""
        ...


C = TypeVar("C", bound="Call[Any]")
T = TypeVar("T", bound=Identified)
M = TypeVar("M", bound=HasId)


class Repeatable(Generic[C, T, M]):
    """Makes objects of one kind, each under a name of its own.

    `T` is an object as a list shows it, `M` what the service answers to the request that makes one.
    """

    declaration: Declaration
    """The resource's inputs and outputs."""
    noun: str
    """What the objects are called in messages."""
    entries: Entries
    """Which entries of the state hold which objects."""

    def find_or_make(self, call: C) -> tuple[T | M, bool]:
        """Make an object, or take over what a create made whose answer was lost.

        Returns:
            What was made, found or taken over, and whether this create has made it.

        Raises:
            NameTakenError: the name is taken by an object that is not ours to take over.
            LostAnswerError: two answers were lost, and nothing has appeared.
        """
        there = self.find(call, False)
        leftover = self.leftover(call, there)
        taken = None if leftover is None else self.take_over(call, leftover)
        if taken is not None:
            return taken, False
        return self._make(call, {item.id for item in there}), True

    # --- hooks --------------------------------------------------------------------------------------------------------

    def find(self, call: C, fresh: bool) -> list[T]:
        """List the objects with exactly the full name; `fresh` asks the service anew."""
        raise NotImplementedError

    def post(self, call: C) -> M:
        """Send the request that makes the object."""
        raise NotImplementedError

    def take_over(self, _call: C, found: T) -> T | M | None:
        """Bring an earlier create's leftover to what is asked for now, or delete it and return None."""
        return found

    def discard(self, call: C, id_: str) -> None:
        """Delete an object; it may be gone already."""
        raise NotImplementedError

    def writers(self, _found: T) -> Iterable[str]:
        """Return the client ids that made and last changed an object, as far as the service tells."""
        return ()

    def built_on(self, _call: C, _found: T) -> Iterable[str]:
        """Return what is built on an object, for a message."""
        return ()

    def fits(self, _call: C, _found: T) -> bool:
        """Return whether an object can become what is asked for; one that cannot is left alone."""
        return True

    def equals(self, call: C, found: T) -> bool:
        """Return whether an object is what is asked for: one that the user names is taken over, never replaced."""
        return self.fits(call, found)

    def adopt_remedy(self, match: T) -> str:
        """Say how to bring an object under management that a create must not take over by itself."""
        return f"run the command once with {ADOPT}={match.id} in the environment to bring that one under management"

    # --- how it is done -----------------------------------------------------------------------------------------------

    def _make(self, call: C, before: set[str]) -> T | M:
        """Send the POST; after an answer that never came, look what it did before sending it again."""

        def appeared() -> list[T]:
            return [item for item in self.find(call, True) if item.id not in before]

        for last in (False, True):
            require_engine()
            try:
                made = self.post(call)
            except LostAnswerError as error:
                found = look_after(error, lambda: self.leftover(call, appeared()))
                if found is not None:
                    return found
                if last or isinstance(error, StillAtWorkError):
                    raise LostAnswerError(
                        f"{error.message}, and no {self.noun} named {self.declaration.full_name(call.news)!r} has "
                        "appeared",
                        remedy=f"Run the same command again: it looks for the {self.noun} before making one",
                    ) from error
                continue
            if last:
                self._delete_twins(call, [item for item in appeared() if item.id != made.id], made)
            return made
        raise AssertionError("unreachable")

    def _delete_twins(self, call: C, twins: list[T], made: HasId) -> None:
        """Delete what an earlier POST of this create made after all, too late to be found.

        Raises:
            NameTakenError: without a suffix it may be somebody else's, so the new one was deleted instead.
        """
        if twins and not call.news.get("suffix"):
            self.discard(call, made.id)
            self.leftover(call, twins)
        for twin in twins:
            self.discard(call, twin.id)

    def leftover(self, call: C, matches: list[T]) -> T | None:
        """Tell a lost create's leftover from somebody else's object of the same name.

        Raises:
            NameTakenError: the name is taken by an object that is not ours to take over.
        """
        full_name, where = self.declaration.full_name(call.news), f"the sandbox {call.sandbox!r}"
        ids = ", ".join(match.id for match in matches)
        chosen = [match for match in matches if match.id in os.environ.get(ADOPT, "").split(",")]
        for match in matches:
            # A replacement that the engine decides on by itself, as for a taint, looks as if the entry kept its object.
            if match not in chosen and self.entries.hold(match.id):
                raise NameTakenError(
                    f"{self.declaration.name}: {full_name!r} is still the name of another resource of this stack "
                    f"({match.id})",
                    object_id=match.id,
                    remedy="Run the command again once that resource has been renamed or deleted; if it is this "
                    f"resource itself, whose object retain_on_delete kept, run it once with {ADOPT}={match.id} in the "
                    "environment",
                )
        if matches and not chosen and not call.news.get("suffix"):
            raise NameTakenError(
                f"{self.declaration.name}: {where} already has a {self.noun} named {full_name!r} ({ids})",
                object_id=matches[0].id,
                remedy=f"Choose another {self.declaration.name}, pass a suffix, or {self.adopt_remedy(matches[0])}",
            )
        if not chosen:
            for match in matches:
                self._refuse_if_live(call, match)
        fitting = [match for match in chosen or matches if (self.equals if chosen else self.fits)(call, match)]
        if chosen and not fitting:
            raise NameTakenError(
                f"{self.declaration.name}: the {self.noun} {chosen[0].id} is not as the program describes it",
                object_id=chosen[0].id,
                remedy="Make the program say what Adobe has, or choose another name",
            )
        for match in matches:
            if match not in fitting and match not in chosen:
                notice(
                    f"the {self.noun} {full_name!r} ({match.id}) stays, and another one of that name is made: delete "
                    "it in Adobe if an update that was cut off left it behind"
                )
        if len(fitting) > 1:
            raise NameTakenError(
                f"{self.declaration.name}: {where} has several {self.noun}s named {full_name!r} ({ids})",
                object_id=matches[0].id,
                remedy="Delete all but one of them in Adobe, then run the command again",
            )
        return fitting[0] if fitting else None

    def _refuse_if_live(self, call: C, match: T) -> None:
        """Refuse what is more than a lost create can have left.

        Raises:
            NameTakenError: another client wrote it, or something is built on it.
        """
        strangers = sorted(set(self.writers(match)) - {"", call.clients.settings.client_id})
        why = f"written by another client, {strangers[0]}" if strangers else ", ".join(self.built_on(call, match))
        if not why:
            return
        why = why if strangers else f"in use by {why}"
        raise NameTakenError(
            f"{self.declaration.name}: the sandbox {call.sandbox!r} already has a {self.noun} named "
            f"{self.declaration.full_name(call.news)!r} ({match.id}), and it is {why}",
            object_id=match.id,
            remedy="If the resource was renamed or moved in the program, give it an alias "
            f"(opts=pulumi.ResourceOptions(aliases=[...])); otherwise {self.adopt_remedy(match)}",
        )
