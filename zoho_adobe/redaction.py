"""Keeps secret values out of every text that leaves the process.

Redaction is by value: whatever handles a secret registers it here once, and each message passes through `redact`
on its way out. Names of fields do not matter, so a service that echoes a secret in prose is covered too.
"""

from __future__ import annotations

import threading
from urllib.parse import quote, quote_plus

MASK = "[secret]"

# Shorter values appear in ordinary words by chance, and masking those would make messages unreadable.
_SHORTEST = 6

_lock = threading.Lock()
_values: set[str] = set()


def protect(*values: str | None) -> None:
    """Register values that must never appear in a text.

    Args:
        values: the secrets in clear; None and very short ones are passed over.
    """
    with _lock:
        for value in values:
            if value and len(value) >= _SHORTEST:
                _values.update((value, quote(value, safe=""), quote_plus(value)))


def redact(text: str) -> str:
    """Replace every registered secret in a text by a mask.

    Args:
        text: any text that is about to be shown, logged or stored.

    Returns:
        The text with each secret, also in its URL-encoded form, replaced by "[secret]".
    """
    with _lock:
        secrets = sorted(_values, key=len, reverse=True)
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text
