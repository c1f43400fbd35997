"""`review`: what a preview would do, as Markdown for the people who decide about it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.markdown import Markdown

from zoho_adobe.errors import ZohoAdobeError
from zoho_adobe.redaction import redact
from zoho_adobe.review import NotAPreviewError, Preview, read, render

FAILED, CHANGES = 1, 7
"""Exit codes of `--exit-code`; 7 is Pulumi's own for "changes where none were expected"."""


@click.command("review")
@click.argument("previews", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--drift", is_flag=True, help="They come from `pulumi refresh --preview-only`: show what has drifted.")
@click.option("--markdown", is_flag=True, help="Markdown on a terminal too, where it is shown formatted otherwise.")
@click.option("--exit-code", is_flag=True, help="End with 7 if something changes, with 1 if a preview failed.")
def command(previews: tuple[Path, ...], drift: bool, markdown: bool, exit_code: bool) -> int:
    """Write a review of what `pulumi preview --json` printed, from files or standard input.

    Several files, one a stack, become one review. It ends with 0 whatever they say, unless --exit-code is given.
    """
    found = [_read(path) for path in previews or (Path("-"),)]
    text = redact(render(found, drift=drift))
    if sys.stdout.isatty() and not markdown:
        Console().print(Markdown(text))
    else:
        _write(sys.stdout, text)
    if not exit_code:
        return 0
    if any(preview.failed for preview in found):
        return FAILED
    return CHANGES if any(preview.changes or preview.outputs for preview in found) else 0


def _read(path: Path) -> Preview:
    try:
        if str(path) == "-":
            return read(sys.stdin.buffer.read().decode("utf-8"), "standard input")
        return read(path.read_text("utf-8"), path.stem)
    except (NotAPreviewError, UnicodeDecodeError) as error:
        raise ZohoAdobeError(str(error)) from error


def _write(stream: TextIO, text: str) -> None:
    # Windows and bare CI shells would otherwise refuse what is not in their own character set.
    stream.flush()
    stream.buffer.write(text.encode("utf-8"))
    stream.buffer.flush()
