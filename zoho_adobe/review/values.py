"""Property paths, secrets, and values that are not known before the update."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, TypeGuard

MASK = "[secret]"
UNKNOWN = "(known after the update)"

# How Pulumi writes a secret and an unknown value; see `sdk/go/common/resource/plugin/rpc.go`.
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_UNKNOWNS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
_SECRET_NAME = re.compile(r"secret|password|passphrase|token|private_?key|api_?key|credential", re.IGNORECASE)
_STEP = re.compile(r"""\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([^.\[\]]+)""")


class Absent:
    """The type of `ABSENT`."""


ABSENT = Absent()
"""What a path leads to where there is nothing: not the same as null."""


def is_secret(value: Any) -> bool:
    """Return whether Pulumi has masked a value, or a part of it.

    Args:
        value: a value of Pulumi's JSON.

    Returns:
        True if no part of it may be compared or shown.
    """
    if isinstance(value, Mapping):
        return _SIGNATURE in value or any(map(is_secret, value.values()))
    if isinstance(value, list):
        return any(map(is_secret, value))
    return bool(value == MASK)


def is_tree(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Return whether a value is a dictionary with values in it, and not the mark of a secret.

    Args:
        value: a value of Pulumi's JSON.

    Returns:
        True if its values may be looked at one by one.
    """
    return isinstance(value, Mapping) and bool(value) and _SIGNATURE not in value


def below(path: str, key: str) -> str:
    """Write the path of a dictionary's value, as Pulumi writes it.

    Args:
        path: the path of the dictionary, empty at the top.
        key: the key in it.

    Returns:
        The path, such as ``datasets.Contacts`` or ``labels["a.b"]``.
    """
    if re.search(r"[.\[\]\"]", key):
        return f"{path}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{path}.{key}" if path else key


def last(path: str) -> str:
    """Return the last name of a path.

    Args:
        path: the path.

    Returns:
        Such as ``a.b`` of ``labels["a.b"]``.
    """
    steps = _STEP.findall(path)
    index, quoted, plain = steps[-1] if steps else ("", "", "")
    return str(quoted or plain or index or path)


def named_like_a_secret(path: str) -> bool:
    """Return whether a field is secret by its name, for resources whose authors did not mark it.

    Args:
        path: the path of the field.

    Returns:
        True if its last name says so.
    """
    names = [word or text for _, word, text in _STEP.findall(path)]
    return any(_SECRET_NAME.search(name) for name in names)


def is_unknown(value: Any) -> bool:
    """Return whether a value is not known before the update.

    Args:
        value: a value of Pulumi's JSON.

    Returns:
        True if it is one of Pulumi's marks for that.
    """
    return isinstance(value, str) and value in _UNKNOWNS


def at(tree: Any, path: str) -> Any:
    """Follow a path of a detailed diff, such as ``mappings[0].source`` or ``labels["a.b"]``.

    Args:
        tree: inputs or outputs of a resource.
        path: the path.

    Returns:
        The value there, or `ABSENT`.
    """
    for index, quoted, plain in _STEP.findall(path):
        if is_secret(tree) and not isinstance(tree, Mapping | list):
            return MASK
        if index and isinstance(tree, list) and int(index) < len(tree):
            tree = tree[int(index)]
        elif isinstance(tree, Mapping) and (quoted or plain or index) in tree:
            tree = tree[quoted or plain or index]
        else:
            return ABSENT
    return tree


def shown(value: Any, path: str) -> str | None:
    """Write a value as it is shown, on one line, without any secret.

    Args:
        value: the value, or `ABSENT`.
        path: where it is; its name alone can make it secret.

    Returns:
        The text, or None where there is no value.
    """
    if value is ABSENT:
        return None
    if is_unknown(value):
        return UNKNOWN
    if (isinstance(value, Mapping) and _SIGNATURE in value) or value == MASK or named_like_a_secret(path):
        return MASK
    if isinstance(value, str):
        return value
    return json.dumps(_masked(value), ensure_ascii=False, sort_keys=True)


def _masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        if _SIGNATURE in value:
            return MASK
        return {key: MASK if named_like_a_secret(key) else _masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return UNKNOWN if is_unknown(value) else value


def strings(value: Any) -> set[str]:
    """Collect all texts in a value, however deep.

    Args:
        value: inputs of a resource.

    Returns:
        The texts.
    """
    if isinstance(value, str):
        return {value}
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return {text for item in value for text in strings(item)}
    return set()
