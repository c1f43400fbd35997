"""The shape of the properties in a state, and how an earlier one becomes today's.

A state is older than the package that reads it, for years where nothing changes. So every state says in its outputs,
as `schema_version`, which shape they have; the first releases said nothing, which is shape 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulumi.dynamic import CreateResult, ReadResult, UpdateResult

from zoho_adobe.errors import NewerStateError

Props = dict[str, Any]
Upgrade = Callable[[Props, int], Props]

KEY = "schema_version"

_STATE_ARGUMENTS = {"check": 0, "diff": 1, "read": 1, "update": 1, "delete": 1}
"""Which argument of each of the engine's calls comes from the state."""


def upgraded(method: str, args: tuple[Any, ...], today: int, upgrade: Upgrade) -> tuple[Any, ...]:
    """Give the arguments of a call with what comes from the state in today's shape.

    Args:
        method: the name of the provider's method.
        args: its arguments, without the provider.
        today: the version of today's shape.
        upgrade: turns properties of the given version into those of the next one.

    Returns:
        The arguments; those of a create hold nothing of the state and stay as they are.

    Raises:
        NewerStateError: a newer release wrote them.
    """
    place = _STATE_ARGUMENTS.get(method)
    if place is None or place >= len(args):
        return args
    props = dict(args[place])
    # Numbers arrive as floats. What the state keeps of the inputs, which a check gets, has no version.
    found = int(props.pop(KEY, 0))
    if found > today:
        raise NewerStateError(
            f"the state was written by a newer release of zoho-adobe (shape {found}, this one knows up to {today})",
            remedy="Install the release that the last update ran with, or a newer one: see requirements.txt",
        )
    for version in range(found, today):
        props = upgrade(props, version)
    return (*args[:place], props, *args[place + 1 :])


def stamped(result: Any, today: int) -> Any:
    """Write the version of today's shape into the outputs of a result, where it has any.

    Args:
        result: what a provider's method gives back.
        today: the version.
    """
    if isinstance(result, CreateResult | ReadResult | UpdateResult) and result.outs:
        result.outs[KEY] = today
    return result
