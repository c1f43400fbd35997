"""What the checks of inputs have in common: a value may be missing, unknown in a preview, or not what it must be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeGuard

from pulumi.output import Unknown

from zoho_adobe.errors import InputError

Props = dict[str, Any]
"""Properties of a resource, as the engine passes them."""

_LONGEST_NAME = 255


def known(value: Any) -> bool:
    """Return whether a value is given and known; in a preview it may depend on a resource that does not exist yet."""
    return value is not None and not isinstance(value, Unknown)


def is_unknown(value: Any) -> bool:
    """Return whether a value is not known before the update."""
    return isinstance(value, Unknown)


def are_texts(value: Any) -> TypeGuard[dict[str, Any]]:
    """Return whether a value is a dictionary of strings; single values in it may be unknown."""
    return isinstance(value, dict) and all(isinstance(item, str | Unknown) for item in value.values())


def require_text(news: Props, fields: Iterable[str], problems: list[InputError]) -> None:
    """Report fields that are missing, empty, or not text.

    Args:
        news: the inputs.
        fields: the names of the fields that must hold text.
        problems: where to report.
    """
    for field in fields:
        value = news.get(field)
        if is_unknown(value):
            continue
        if value is None:
            problems.append(InputError(field, "it is missing", remedy=f"Pass {field}"))
        elif not isinstance(value, str):
            problems.append(InputError(field, f"it must be text, not {type(value).__name__}"))
        elif not value.strip():
            problems.append(InputError(field, "it is empty", remedy="Give it a value"))
        elif value != value.strip():
            problems.append(InputError(field, "it has spaces around it", remedy="Remove them"))


def check_name(inputs: Props, field: str, problems: list[InputError]) -> None:
    """Report a name that is too long or has characters that nobody can see.

    Args:
        inputs: the inputs.
        field: the name's field.
        problems: where to report.
    """
    name = inputs.get(field)
    if not isinstance(name, str):
        return
    if len(name) > _LONGEST_NAME:
        problems.append(InputError(field, f"it has {len(name)} characters", remedy=f"Use at most {_LONGEST_NAME}"))
    if any(ord(character) < 32 for character in name.strip()):
        problems.append(InputError(field, "it has control characters", remedy="Remove them"))
