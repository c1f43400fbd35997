"""`review`: what a preview would do, as Markdown for the people who decide about it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.markdown import Markdown

from zoho_adobe.cli.stack import project_name
from zoho_adobe.redaction import redact
from zoho_adobe.review import NotAPreviewError, Preview, read, render

FAILED, CHANGES = 1, 7
"""Exit codes; 7 is Pulumi's own for "changes where none were expected"."""


@click.command("review")
@click.argument("previews", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--drift", is_flag=True, help="They come from `pulumi refresh --preview-only`: show what has drifted.")
@click.option("--markdown", is_flag=True, help="Markdown on a terminal too, where it is shown formatted otherwise.")
@click.option("--exit-code", is_flag=True, help="End with 7 if something changes.")
@click.option("--failed", multiple=True, metavar="FILE", help="Pulumi failed on this one, whatever it printed.")
def command(previews: tuple[Path, ...], drift: bool, markdown: bool, exit_code: bool, failed: tuple[str, ...]) -> int:
    """Write a review of what `pulumi preview --json` printed, from files or standard input.

    Several files, one a stack, become one review. It ends with 1 if a preview failed or is not whole, else with 0
    whatever the previews say, unless --exit-code is given.
    """
    paths = previews or (Path("-"),)
    if unknown := set(failed) - {str(path) for path in paths}:
        raise click.UsageError(f"--failed names {', '.join(sorted(unknown))}, which is not among the previews.")
    found = [_read(path, failed=str(path) in failed) for path in paths]
    text = redact(render(found, drift=drift, where=_where(found)))
    if sys.stdout.isatty() and not markdown:
        Console().print(Markdown(text))
    else:
        _write(sys.stdout, text)
    if any(preview.failed for preview in found):
        return FAILED
    if not exit_code:
        return 0
    return CHANGES if any(preview.changes or preview.outputs for preview in found) else 0


def _read(path: Path, *, failed: bool) -> Preview:
    """Read a preview; what is none is a preview that failed, and does not keep the others from being shown."""
    source = "standard input" if str(path) == "-" else path.stem
    content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    try:
        # A file that was cut off may end in the middle of a character.
        preview = read(content.decode("utf-8-sig", "replace"), source)
    except NotAPreviewError as error:
        return Preview(source, failed=True, problem=str(error))
    if failed and not preview.failed:
        return replace(preview, failed=True, problem="Pulumi ended with an error: its log says why")
    return preview


def _where(previews: Sequence[Preview]) -> str:
    """Tell this project from the others of a repository: its name, and its folder below the repository's."""
    folder = next((at for at in (Path.cwd(), *Path.cwd().parents) if (at / ".git").exists()), None)
    path = Path.cwd().relative_to(folder).as_posix() if folder else "."
    # What failed at once names no project; the file of the project here does.
    projects = {preview.title.rpartition("/")[0] for preview in previews} - {""} or {project_name()} - {""}
    return f"{' '.join(sorted(projects))} in {path}"


def _write(stream: TextIO, text: str) -> None:
    # Windows and bare CI shells would otherwise refuse what is not in their own character set.
    stream.flush()
    stream.buffer.write(text.encode("utf-8"))
    stream.buffer.flush()
