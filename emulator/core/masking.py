"""Secrets out of what is shown: by the name they stand under."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from emulator.core.http import FORM, Json, Request

MASK = "********"
# Of a shared access signature, which has its place in a URL.
SIGNATURE = "sig"
SECRET_NAMES = frozenset(
    {
        "accesstoken",
        "access_token",
        "authorization",
        "client_secret",
        "clientsecret",
        "code",
        "code_verifier",
        "cookie",
        "device_code",
        "password",
        "refresh_token",
        "refreshtoken",
        SIGNATURE,
        "token",
    }
)


def is_secret(name: str) -> bool:
    """Return whether values under this name are secrets."""
    return name.lower() in SECRET_NAMES


def mask(value: Json) -> Json:
    """Copy a JSON value with every secret replaced."""
    if isinstance(value, Mapping):
        return {key: MASK if is_secret(key) and item else mask(item) for key, item in value.items()}
    if isinstance(value, list):
        return [mask(item) for item in value]
    return value


def mask_pairs(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Query or form fields with secrets replaced; a repeated field becomes a list."""
    shown: dict[str, Any] = {}
    for name, value in pairs:
        text = MASK if is_secret(name) else value
        if name in shown:
            earlier = shown[name]
            shown[name] = [*earlier, text] if isinstance(earlier, list) else [earlier, text]
        else:
            shown[name] = text
    return shown


def mask_body(request: Request) -> Json:
    """The body as data where it can be read, with secrets replaced."""
    if not request.body:
        return None
    text = request.body.decode("utf-8", "replace")
    if request.media_type() == FORM:
        return mask_pairs(parse_qsl(text, keep_blank_values=True))
    try:
        return mask(json.loads(text))
    except ValueError:
        # What cannot be parsed cannot be masked, so it is not shown.
        return f"{len(request.body)} bytes"
