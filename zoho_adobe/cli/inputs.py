"""What a person or a pipe gives to a command. Secrets come by a hidden prompt, the environment or standard input only:
arguments are visible to every user of the machine."""

from __future__ import annotations

import os
import sys

import click

from zoho_adobe.errors import InputError
from zoho_adobe.redaction import protect


def secret(title: str, variable: str = "") -> str:
    """Read a secret.

    Args:
        title: what it is, such as "client secret".
        variable: the environment variable that may hold it, empty if there is none.

    Returns:
        The secret, without the white space around it that copying adds.

    Raises:
        InputError: there is none.
    """
    value = os.environ.get(variable, "").strip() if variable else ""
    if not value:
        if sys.stdin.isatty():
            value = click.prompt(f"{title} (not shown)", hide_input=True, err=True, default="", show_default=False)
        else:
            value = sys.stdin.readline()
        value = value.strip()
    if not value:
        ways = f"set {variable} or " if variable else ""
        raise InputError(title, "it is missing", remedy=f"Type it when asked, or {ways}pipe it in, a line each")
    protect(value)
    return value


def text(title: str, value: str, option: str) -> str:
    """Return a value that may be shown, or ask for it.

    Args:
        title: what it is, such as "client id".
        value: what is known already, empty if nothing is.
        option: the option that gives it.

    Raises:
        InputError: there is none.
    """
    if not value and sys.stdin.isatty():
        value = click.prompt(title, err=True, default="", show_default=False)
    if not value.strip():
        raise InputError(title, "it is missing", remedy=f"Pass {option}")
    return value.strip()
