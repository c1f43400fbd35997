"""Keeps secret values out of every text that leaves the process.

Redaction is by value: whatever handles a secret registers it once, and each message passes through `redact` on its way
out. Names of fields do not matter, so a service that echoes a secret in prose is covered too. The values belong to the
session.
"""

from __future__ import annotations

import html
import json
import re
import resource
import threading
from urllib.parse import quote, quote_plus

from zoho_adobe.session import current

MASK = "[secret]"

# Shorter values appear in ordinary words by chance, and masking those would make messages unreadable.
_SHORTEST = 6


class Secrets:
    """The secret values of a session."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: set[str] = set()

    def add(self, value: str) -> None:
        """Register a value, in all the spellings in which it can come back."""
        with self._lock:
            if value not in self._values:
                self._values.update(_forms(value))

    def mask(self, text: str) -> str:
        """Replace every registered value in a text."""
        with self._lock:
            longest_first = sorted(self._values, key=len, reverse=True)
        for value in longest_first:
            text = text.replace(value, MASK)
        return text


def protect(*values: str | None) -> None:
    """Register values that must never appear in a text.

    Args:
        values: the secrets in clear; None and very short ones are passed over.
    """
    secrets = current().keep(Secrets, Secrets)
    for value in values:
        if value and len(value) >= _SHORTEST:
            secrets.add(value)


def redact(text: str) -> str:
    """Replace every registered secret in a text by a mask.

    Args:
        text: any text that is about to be shown, logged or stored.

    Returns:
        The text with each secret, also as it stands in a URL, in JSON, in HTML or in Python, replaced by "[secret]".
    """
    return current().keep(Secrets, Secrets).mask(text)


def redacted_line(text: str) -> str:
    """Redact a text and make it one line, without characters that command the terminal.

    Args:
        text: any text, such as what a service says.
    """
    return " ".join(printable(redact(text)).split())


def printable(text: str) -> str:
    """Replace what commands a terminal by blanks, line breaks included."""
    return "".join(character if character.isprintable() else " " for character in text)


def _forms(value: str) -> set[str]:
    """Return the spellings in which a value can come back, each also as a string in JSON, and in JSON within JSON."""
    encoded = (quote(value, safe=""), quote_plus(value))
    forms = {value, html.escape(value), repr(value)[1:-1], *encoded}
    forms |= {re.sub("%[0-9A-F]{2}", lambda part: part.group().lower(), form) for form in encoded}
    for _ in range(2):
        forms |= {json.dumps(form, ensure_ascii=ascii_)[1:-1] for form in forms for ascii_ in (True, False)}
    return forms


def forbid_core_dumps() -> None:
    """Let no crash of this process write its memory, which holds secrets, to a file."""
    # The hard limit stays: it is not ours to lower it for what else the process may start.
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
