"""How commands reach Adobe, and how they show what it says as a table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zoho_adobe.redaction import printable, redact

if TYPE_CHECKING:
    from rich.console import Console

    from zoho_adobe.api.clients import Clients

_WIDTH_OF_A_PIPE = 200


def clients_of(stack: str) -> Clients:
    """Return the clients of a stack's Adobe, or of the environment's.

    Args:
        stack: the stack's name, empty for the environment.

    Raises:
        SettingError: a setting or credential is missing or contradicted.
        StackError: there is no such stack.
    """
    from zoho_adobe.api.clients import clients_for
    from zoho_adobe.cli.stack import StackConfig
    from zoho_adobe.settings import read_settings

    properties: Mapping[str, str] = StackConfig(stack).settings() if stack else {}
    settings = read_settings(properties, os.environ)
    settings.require_credentials()
    return clients_for(settings)


def show_table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> None:
    """Show rows under headings, as wide as the terminal; a pipe gets each row on one line.

    Args:
        console: where to.
        columns: the headings; one that begins with ">" is for numbers.
        rows: the cells.
        title: what the table is of.
    """
    from rich.table import Table
    from rich.text import Text

    if title:
        console.print(Text(plain(title), style="bold"), soft_wrap=True)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(
            column.removeprefix(">"), justify="right" if column.startswith(">") else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH_OF_A_PIPE)
    console.print(table)


def plain(value: Any) -> str:
    """Write a value on one line, without secrets and without what would command the terminal."""
    text = "" if value is None else str(value)
    return redact(printable(text))
