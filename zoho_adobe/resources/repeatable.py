"""Creates that may be repeated: an answer that got lost must not leave two objects, nor one that nobody knows of.

The key is the full name. Its suffix is derived from the stack's seed and the resource's logical name, so an object of
that name which no state holds is what an earlier create of the same resource left behind, and is taken over. Without a
suffix a name proves nothing, and nothing is taken over. Nor is what a lost create cannot have left: what another client
wrote, or what something is built on.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from zoho_adobe.api.deadline import pause
from zoho_adobe.errors import (
    ConnectionStateError,
    LostAnswerError,
    NameTakenError,
    NotFoundError,
    StillAtWorkError,
    ZohoAdobeError,
)
from zoho_adobe.resources import entries
from zoho_adobe.resources.lifecycle import Identified, Lifecycle, Listing, Props, notice

CUT_OFF = "`pulumi up` takes over what an update that was cut off left, and what nobody needs can be deleted in Adobe"
"""What to do about an object that no state may know."""
ADOPT = "ZOHO_ADOBE_ADOPT"
"""The environment variable with ids of objects, separated by commas, that creates of their name may take over."""

# How long an object may take to show up in a list after its POST, when the answer to the POST was lost.
_LOOKS_AFTER_A_LOST_ANSWER = (1.0, 2.0)


class HasId(Protocol):
    """What a service answers to a request that made something."""

    @property
    def id(self) -> str:
        """The id of what was made."""
        ...


T = TypeVar("T", bound=Identified)
M = TypeVar("M", bound=HasId)
R = TypeVar("R")


class RepeatableLifecycle(Lifecycle, Generic[T]):
    """Base of the lifecycles of named objects: finds what a lost create made, and keeps names apart."""

    noun: ClassVar[str]
    """What the objects are called in messages, such as "connection"."""
    name_field: ClassVar[str] = "name"
    """The input that the full name is made of."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._listings: dict[Hashable, Listing[T]] = {}
        self.entries = entries.Entries()
        self._names_here: set[tuple[str, str]] = set()

    def full_name(self, props: Mapping[str, Any]) -> str:
        """Give the name as the service has it, with its suffix.

        Args:
            props: the object's inputs.
        """
        name, suffix = props[self.name_field], props.get("suffix")
        return f"{name} {suffix}" if suffix else str(name)

    def outputs(self, inputs: Mapping[str, Any], **more: Any) -> Props:
        """Give what the state keeps: the inputs, since a read sees outputs only, the full name, and more."""
        kept = {key: inputs[key] for key in self.inputs if key in inputs}
        return {**kept, f"full_{self.name_field}": self.full_name(inputs), **more}

    def seen(self, props: Mapping[str, Any], full_name: str, description: str) -> Props:
        """Give an object's inputs with the name and the description that the service shows.

        Args:
            props: its properties in the state.
            full_name: its name at the service.
            description: its description there, empty if it has none.
        """
        inputs = {key: props[key] for key in self.inputs if key in props}
        ending = f" {props['suffix']}" if props.get("suffix") else ""
        inputs[self.name_field] = full_name.removesuffix(ending)
        if not full_name.endswith(ending):
            # Taken away by hand, which the name alone would not always show.
            inputs.pop("suffix", None)
        inputs.pop("description", None)
        return {**inputs, "description": description} if description else inputs

    def note(self, args: tuple[Any, ...], result: object) -> None:
        """Notes which entry of the state holds which object, and marks the entry."""
        if isinstance(result, CheckResult):
            self.entries.check(result.inputs)
        elif isinstance(result, DiffResult):
            id_, olds, news = args
            self.entries.compare(id_, olds, news, replaces=bool(result.replaces))
        elif isinstance(result, CreateResult):
            self.entries.make(result.id)
            result.outs = {**(result.outs or {}), entries.KEY: entries.new_mark()}
        elif isinstance(result, ReadResult | UpdateResult) and result.outs and f"full_{self.name_field}" in args[1]:
            result.outs[entries.KEY] = args[1].get(entries.KEY) or entries.new_mark()

    def belongs_to_another(self, id_: str, props: Props) -> bool:
        """Tells whether the entry that is deleted must leave its object alone, and says so.

        Args:
            id_: the object's id.
            props: the entry's outputs.
        """
        if not self.entries.outlive(id_, props):
            return False
        notice(
            f"the {self.noun} {self.full_name(props)!r} ({id_}) stays: another resource of the program manages it, so "
            "only this entry leaves the state"
        )
        return True

    def listing(self, props: Mapping[str, Any], fetch: Callable[[], Iterable[T]]) -> Listing[T]:
        """Give this process's listing of the kind in the sandbox of an object.

        Args:
            props: the object's properties, for organization and sandbox.
            fetch: lists all objects of the kind there.
        """
        key = (props["organization"], props["sandbox"])
        with self._lock:
            return self._listings.setdefault(key, Listing(fetch))

    @contextlib.contextmanager
    def claimed(self, props: Props) -> Iterator[None]:
        """Keep a full name for one resource; it is free again if what is done inside fails.

        Args:
            props: the inputs of the resource that is created.

        Raises:
            NameTakenError: another resource has it: each would take the other's object for its own.
        """
        claim = (props["sandbox"], self.full_name(props))
        with self._lock:
            if claim in self._names_here:
                raise NameTakenError(
                    f"{self.name_field}: two resources of this program are named {claim[1]!r} in sandbox {claim[0]!r}",
                    remedy=f"Give one of them another {self.name_field}",
                )
            self._names_here.add(claim)
        try:
            yield
        except BaseException:
            with self._lock:
                self._names_here.discard(claim)
                listing = self._listings.get((props["organization"], props["sandbox"]))
            # It may have made something, which the next create has to find.
            if listing is not None:
                listing.forget()
            raise

    def find_or_make(
        self,
        props: Props,
        *,
        find: Callable[[bool], list[T]],
        make: Callable[[], M],
        take_over: Callable[[T], M | None],
        as_made: Callable[[T], M],
        remove: Callable[[str], None],
    ) -> M:
        """Make an object, or take over what a create made whose answer was lost.

        Args:
            props: the inputs.
            find: lists the objects with exactly the full name; True asks the service anew.
            make: sends the POST.
            take_over: brings an earlier create's leftover to what is asked for now, or deletes it and gives None.
            as_made: turns what the lost POST made into its answer.
            remove: deletes an object by its id.

        Returns:
            What was made, found or taken over.

        Raises:
            NameTakenError: the name is taken by an object that is not ours to take over.
            LostAnswerError: two answers were lost, and nothing has appeared.
        """
        there = find(False)
        leftover = self._leftover(there, props)
        made = None if leftover is None else take_over(leftover)
        if made is not None:
            return made
        before = {item.id for item in there}

        def find_new(fresh: bool) -> list[T]:
            return [item for item in find(fresh) if item.id not in before]

        return self._make(props, find_new, make, as_made, remove)

    def writers(self, _props: Props, _found: T) -> Iterable[str]:
        """Returns the client ids that made and last changed an object, as far as the service tells."""
        return ()

    def built_on(self, _props: Props, _found: T) -> Iterable[str]:
        """Returns what is built on an object, for a message."""
        return ()

    def fits(self, _props: Props, _found: T) -> bool:
        """Tells whether an object can become what is asked for; one that cannot is left alone."""
        return True

    def taken_remedy(self, match: T) -> str:
        """Say what to do about a name that somebody else's object has."""
        return f"Choose another {self.name_field}, pass a suffix, or {self.adopt_remedy(match)}"

    def adopt_remedy(self, match: T) -> str:
        """Says how to bring an object under management that a create must not take over by itself.

        Args:
            match: the object.
        """
        return f"run the command once with {ADOPT}={match.id} in the environment to bring that one under management"

    def _make(
        self,
        props: Props,
        find: Callable[[bool], list[T]],
        make: Callable[[], M],
        as_made: Callable[[T], M],
        remove: Callable[[str], None],
    ) -> M:
        """Send the POST; after an answer that never came, look what it did before sending it again."""
        for last in (False, True):
            try:
                made = make()
            except LostAnswerError as error:
                found = look_after(error, lambda: self._leftover(find(True), props))
                if found is not None:
                    return as_made(found)
                if last or isinstance(error, StillAtWorkError):
                    raise LostAnswerError(
                        f"{error.message}, and no {self.noun} named {self.full_name(props)!r} has appeared",
                        remedy=f"Run the same command again: it looks for the {self.noun} before making one",
                    ) from error
                continue
            if last:
                self._delete_twins(props, [item for item in find(True) if item.id != made.id], made, remove)
            return made
        raise AssertionError("unreachable")

    def _delete_twins(self, props: Props, twins: list[T], made: HasId, remove: Callable[[str], None]) -> None:
        """Delete what an earlier POST of this create made after all, too late to be found.

        Raises:
            NameTakenError: without a suffix it may be somebody else's, so the new one was deleted instead.
        """
        if twins and not props.get("suffix"):
            remove(made.id)
            self._leftover(twins, props)
        for twin in twins:
            remove(twin.id)

    def _leftover(self, matches: list[T], props: Props) -> T | None:
        """Tell a lost create's leftover from somebody else's object of the same name.

        Raises:
            NameTakenError: the name is taken by an object that is not ours to take over.
        """
        full_name, where = self.full_name(props), f"the sandbox {props['sandbox']!r}"
        ids = ", ".join(match.id for match in matches)
        chosen = [match for match in matches if match.id in os.environ.get(ADOPT, "").split(",")]
        for match in matches:
            # A replacement that the engine decides on by itself, as for a taint, looks as if the entry kept its object.
            if match not in chosen and self.entries.hold(match.id):
                raise NameTakenError(
                    f"{self.name_field}: {full_name!r} is still the name of another resource of this stack "
                    f"({match.id})",
                    connection_id=match.id,
                    remedy="Run the command again once that resource has been renamed or deleted; if it is this "
                    f"resource itself, whose object retain_on_delete kept, run it once with {ADOPT}={match.id} in the "
                    "environment",
                )
        if matches and not chosen and not props.get("suffix"):
            raise NameTakenError(
                f"{self.name_field}: {where} already has a {self.noun} named {full_name!r} ({ids})",
                connection_id=matches[0].id,
                remedy=self.taken_remedy(matches[0]),
            )
        if not chosen:
            for match in matches:
                self._refuse_if_live(match, props)
        fitting = [match for match in chosen or matches if self.fits(props, match)]
        if chosen and not fitting:
            raise NameTakenError(
                f"{self.name_field}: the {self.noun} {chosen[0].id} is not as the program describes it",
                connection_id=chosen[0].id,
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
                f"{self.name_field}: {where} has several {self.noun}s named {full_name!r} ({ids})",
                connection_id=matches[0].id,
                remedy="Delete all but one of them in Adobe, then run the command again",
            )
        return fitting[0] if fitting else None

    def _refuse_if_live(self, match: T, props: Props) -> None:
        """Refuses what is more than a lost create can have left.

        Raises:
            NameTakenError: another client wrote it, or something is built on it.
        """
        strangers = sorted(set(self.writers(props, match)) - {"", self.clients_of(props).settings.client_id})
        why = f"written by another client, {strangers[0]}" if strangers else ", ".join(self.built_on(props, match))
        if not why:
            return
        why = why if strangers else f"in use by {why}"
        raise NameTakenError(
            f"{self.name_field}: the sandbox {props['sandbox']!r} already has a {self.noun} named "
            f"{self.full_name(props)!r} ({match.id}), and it is {why}",
            connection_id=match.id,
            remedy="If the resource was renamed or moved in the program, give it an alias "
            f"(opts=pulumi.ResourceOptions(aliases=[...])); otherwise {self.adopt_remedy(match)}",
        )


def look_after(error: LostAnswerError, look: Callable[[], R | None]) -> R | None:
    """Look for what a POST has made whose answer was lost; it may take a moment to show.

    Args:
        error: the lost answer.
        look: finds it if it is there.

    Returns:
        What was found, or None if it did not appear.
    """
    for wait in (error.wait, *_LOOKS_AFTER_A_LOST_ANSWER):
        pause(wait)
        found = look()
        if found is not None:
            return found
    return None


def also(error: ZohoAdobeError, remedy: str) -> None:
    """Add to what an error tells to do.

    Args:
        error: the error.
        remedy: one more sentence.
    """
    error.remedy = f"{error.remedy.rstrip('.')}. {remedy}" if error.remedy else remedy


def exists(ask: Callable[[], object]) -> bool:
    """Tell whether an object exists.

    Args:
        ask: asks for it.
    """
    try:
        ask()
    except NotFoundError:
        return False
    return True


def wait_until_gone(noun: str, id_: str, ask: Callable[[], object]) -> None:
    """Wait until a service answers 404, as Flow Service's guide tells to confirm a delete.

    Args:
        noun: what the object is called in messages.
        id_: its id.
        ask: asks for it.

    Raises:
        ConnectionStateError: it is still shown after sixteen seconds.
    """
    for wait in (0.0, 0.5, 1.0, 2.0, 4.0, 8.0):
        pause(wait)
        if not exists(ask):
            return
    raise ConnectionStateError(
        f"Adobe accepted the delete of the {noun} {id_} but still shows it",
        connection_id=id_,
        remedy="Run the command again in a few minutes",
    )
