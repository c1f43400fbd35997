"""Looks at a service: whether an object exists, has appeared after a lost answer, or is gone after a delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from zoho_adobe.api.deadline import pause
from zoho_adobe.errors import ConnectionStateError, LostAnswerError, NotFoundError, StillAtWorkError

R = TypeVar("R")

# How long an object may take to show up in a list after its POST, when the answer to the POST was lost.
_LOOKS_AFTER_A_LOST_ANSWER = (1.0, 2.0)


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


def made_once(post: Callable[[], R], find: Callable[[], R | None]) -> R:
    """Make something that is found again by what it is; after an answer that never came, look before a second try.

    Args:
        post: sends the request that makes it.
        find: finds it if it is there.

    Raises:
        LostAnswerError: two answers were lost, and nothing has appeared.
    """
    try:
        return post()
    except LostAnswerError as error:
        found = look_after(error, find)
        if found is not None:
            return found
        if isinstance(error, StillAtWorkError):
            raise
    try:
        return post()
    except LostAnswerError as error:
        found = look_after(error, find)
        if found is None:
            raise
        return found


def exists(ask: Callable[[], object]) -> bool:
    """Return whether an object exists.

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
        object_id=id_,
        remedy="Run the command again in a few minutes",
    )


def needed(noun: str, id_: str, sandbox: str, ask: Callable[[], R]) -> R:
    """Return what is known of an object that another one is built on.

    Args:
        noun: what the object is called in messages.
        id_: its id.
        sandbox: its sandbox.
        ask: asks for it.

    Raises:
        ConnectionStateError: it no longer exists.
    """
    try:
        return ask()
    except NotFoundError:
        raise gone(noun, id_, sandbox) from None


def without_its_base(noun: str, error: NotFoundError) -> ConnectionStateError:
    """Return the error for an object that cannot be made, since what it is built on no longer exists.

    With `--target` the engine replaces what depends on a target too, and makes it again from the inputs in the state.

    Args:
        noun: what the object is called in messages.
        error: what the service said.
    """
    return ConnectionStateError(
        f"the {noun} cannot be made: {str(error).rstrip('.')}",
        remedy="If what it is built on was deleted, or replaced with `--target`, run `pulumi up --refresh` without "
        "`--target`",
    )


def gone(noun: str, id_: str, sandbox: str) -> ConnectionStateError:
    """Return the error for an object that is to be changed and no longer exists.

    Args:
        noun: what the object is called in messages.
        id_: its id.
        sandbox: its sandbox.
    """
    return ConnectionStateError(
        f"the {noun} {id_} no longer exists in sandbox {sandbox!r}",
        object_id=id_,
        remedy="Run `pulumi refresh`, then `pulumi up` to make it again",
    )


def changed_by(name: str, client: str, own: str) -> str:
    """Return who has changed an object since the state was written, for a message.

    Args:
        name: who wrote to it last; empty if that is not known.
        client: the client id that did.
        own: this process's client id.
    """
    if client == own:
        return "by an update that was cut off, or by another program with the same client,"
    return f"elsewhere by {name or client or 'somebody'}"
