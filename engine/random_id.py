"""What a ``random:index/randomId:RandomId`` is: the same values as the real plugin's, as plain functions."""

import base64
import re
from collections.abc import Mapping
from typing import Any

TYPE = "random:index/randomId:RandomId"
"""The one type the stand-in serves."""

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the engine writes a value that a preview cannot know."""

INPUTS = ("byteLength", "keepers", "prefix")
"""What a program can set. A change of any of them needs a new id, so each one replaces."""

COMPUTED = ("b64Std", "b64Url", "dec", "hex", "id")
"""What comes out."""

Properties = Mapping[str, Any]

_B64_URL = re.compile(r"[A-Za-z0-9_-]+")


def problems(inputs: Properties) -> list[str]:
    """Check what a program set.

    Args:
        inputs: The inputs; in a preview, some may be unknown.

    Returns:
        What is wrong, one sentence each.
    """
    found = [f"{key}: RandomId has no such input" for key in sorted(set(inputs) - set(INPUTS))]
    length = inputs.get("byteLength")
    if length is None:
        found.append("byteLength: missing, give the number of random bytes")
    elif length != UNKNOWN and not (isinstance(length, float | int) and length >= 1 and length == int(length)):
        found.append(f"byteLength: must be a whole number from 1 on, not {_text(length)}")
    return found


def _text(value: object) -> str:
    # Every number comes as a float.
    return f"{value:g}" if isinstance(value, float) else repr(value)


def outputs(raw: bytes, inputs: Properties) -> dict[str, Any]:
    """Return the outputs of an id.

    Args:
        raw: The random bytes.
        inputs: The inputs; they are outputs as well.

    Returns:
        All outputs. The prefix is in front of each form but ``id``.
    """
    prefix = inputs.get("prefix") or ""
    url = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return {
        **inputs,
        "byteLength": len(raw),
        "b64Std": prefix + base64.b64encode(raw).decode(),
        "b64Url": prefix + url,
        "dec": prefix + str(int.from_bytes(raw)),
        "hex": prefix + raw.hex(),
        "id": url,
    }


def previewed(inputs: Properties) -> dict[str, Any]:
    """Return the outputs of an id that is still to be made.

    Args:
        inputs: The inputs.

    Returns:
        All outputs, those that will be computed as unknown.
    """
    return {**inputs, **dict.fromkeys(COMPUTED, UNKNOWN)}


def changes(old: Properties, new: Properties) -> list[str]:
    """Compare an id's state with what a program sets now.

    Args:
        old: The outputs in the state.
        new: The inputs of the program.

    Returns:
        The inputs that differ. Nothing and an empty map are the same.
    """
    return [key for key in INPUTS if (old.get(key) or None) != (new.get(key) or None)]


def imported(text: str) -> dict[str, Any]:
    """Return the outputs of an id that exists elsewhere.

    Args:
        text: ``[prefix,]b64Url``, the last without the prefix.

    Returns:
        All outputs.

    Raises:
        ValueError: It is not written so.
    """
    prefix, comma, url = text.rpartition(",")
    if not _B64_URL.fullmatch(url) or len(url) % 4 == 1:
        raise ValueError(f"{text!r} is not the id of a RandomId: give its b64Url, with a prefix as `prefix,b64Url`")
    raw = base64.urlsafe_b64decode(url + "=" * (-len(url) % 4))
    return outputs(raw, {"prefix": prefix} if comma else {})
