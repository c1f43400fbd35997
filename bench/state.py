"""What of a stack's state the resources themselves put there."""

from __future__ import annotations

import base64
import json
from typing import Any

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SEAL = 16


def own_bytes(deployment: dict[str, Any]) -> list[int]:
    """Measure what each dynamic resource keeps: its id, inputs and outputs, as compact JSON in clear.

    What the engine adds is left out: the envelopes of secrets, URNs, times, dependencies, the trace of the program.

    Args:
        deployment: the part of that name of an exported state.
    """
    return [
        len(json.dumps([item.get("id"), _in_clear(item.get("inputs")), _in_clear(item.get("outputs"))], **_COMPACT))
        for item in deployment.get("resources") or []
        if item["type"].startswith("pulumi-python:")
    ]


_COMPACT: dict[str, Any] = {"separators": (",", ":")}


def _in_clear(value: Any) -> Any:
    """Put text of the secret's length in place of its envelope."""
    if isinstance(value, list):
        return [_in_clear(item) for item in value]
    if not isinstance(value, dict):
        return value
    if _SIGNATURE in value:
        sealed = base64.b64decode(value["ciphertext"].rpartition(":")[2])
        # What is sealed is JSON, here of a text: its quotes are written again.
        return "x" * (len(sealed) - _SEAL - 2)
    return {key: _in_clear(item) for key, item in value.items()}
