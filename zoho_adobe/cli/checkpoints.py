"""`checkpoints`: whether an update may write its state once, at its end."""

from __future__ import annotations

from pathlib import Path

import click

from zoho_adobe.review import NotAPreviewError, Preview, read
from zoho_adobe.review.checkpoints import decide

NEEDED = 3


@click.command("checkpoints")
@click.argument("preview", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(preview: Path) -> int:
    """Tell whether the update that `pulumi preview --json` shows has to write its state after each step.

    It ends with 0 if PULUMI_SKIP_CHECKPOINTS=true is safe for it, and with 3 if not.
    """
    try:
        found = read(preview.read_text(), preview.stem)
    except NotAPreviewError:
        found = Preview(preview.stem, failed=True)
    needed, reason = decide(found)
    click.echo(f"The state is written {'after each step' if needed else 'once, at the end'}: {reason}.")
    return NEEDED if needed else 0
