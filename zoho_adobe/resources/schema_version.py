"""The shape of the properties in a state, and how an earlier one becomes today's.

A state is older than the package that reads it, for years where nothing changes. So every state says in its outputs,
as `schema_version`, which shape they have; the first releases said nothing, which is shape 0.
"""

from __future__ import annotations

from collections.abc import Callable

from zoho_adobe.errors import NewerStateError
from zoho_adobe.resources.checks import Props

KEY = "schema_version"


def upgraded(props: Props, today: int, upgrade: Callable[[Props, int], Props]) -> Props:
    """Return properties from the state in today's shape.

    Args:
        props: the properties; none, where there is nothing in the state yet.
        today: the version of today's shape.
        upgrade: turns properties of the given version into those of the next one.

    Raises:
        NewerStateError: a newer release wrote them.
    """
    props = dict(props)
    # Numbers arrive as floats. What the state keeps of the inputs, which a check gets, has no version.
    found = int(props.pop(KEY, 0))
    if found > today:
        raise NewerStateError(
            f"the state was written by a newer release of zoho-adobe (shape {found}, this one knows up to {today})",
            remedy="Install the release that the last update ran with, or a newer one: see requirements.txt",
        )
    for version in range(found, today if props else found):
        props = upgrade(props, version)
    return props
