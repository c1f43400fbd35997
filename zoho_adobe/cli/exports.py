"""Where `export` and `reconcile` get the exports document from, and which of its tables are meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from zoho_adobe.exporter.document import Exports, Table

F = TypeVar("F", bound=Callable[..., object])


def source_options(command: F) -> F:
    """Add the options that say which document and which tables."""
    command = click.option("--table", "names", multiple=True, help="This table alone; may be given again.")(command)
    command = click.option("--exports", "file", type=click.Path(path_type=Path), help="The output, saved in a file.")(
        command
    )
    return click.option("--stack", default="", help="Read the output `exports` of this stack.")(command)


def read_source(stack: str, file: Path | None) -> Exports:
    """Read the document.

    Args:
        stack: the stack whose output it is, empty for none.
        file: the file that it is in, None for none.

    Raises:
        InputError: it cannot be read, or is malformed.
        StackError: the stack cannot be asked.
    """
    from zoho_adobe.cli.stack import StackConfig
    from zoho_adobe.errors import InputError
    from zoho_adobe.exporter.document import read_exports

    if bool(stack) == (file is not None):
        raise click.UsageError("pass either --stack or --exports")
    if file is None:
        return read_exports(StackConfig(stack).output("exports"))
    try:
        return read_exports(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InputError("--exports", f"{file} cannot be read: {reason}") from None


def chosen(exports: Exports, names: tuple[str, ...]) -> tuple[Table, ...]:
    """Return the tables that are named, or all.

    Raises:
        InputError: the document has no such table.
    """
    from zoho_adobe.errors import InputError

    known = [table.name for table in exports.tables]
    for name in names:
        if name not in known:
            raise InputError("--table", f"there is no table {name!r}", remedy=f"Pass one of {', '.join(sorted(known))}")
    return tuple(table for table in exports.tables if not names or table.name in names)
