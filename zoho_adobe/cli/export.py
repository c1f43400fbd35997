"""`export`: brings the rows of Zoho CRM into the landing zone."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zoho_adobe.cli.exports import chosen, read_source, source_options

if TYPE_CHECKING:
    from zoho_adobe.exporter.document import Table
    from zoho_adobe.exporter.export import Planned

TERMINATED = 128 + signal.SIGTERM


@click.command(
    epilog="The credentials come from ADOBE_CLIENT_ID, ADOBE_CLIENT_SECRET, ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and "
    "ZOHO_REFRESH_TOKEN. Ends with 0 if every table is up to date; with 1 if one failed; with 3 if records vanished "
    "that nobody deleted, or a column; with 4 if another exporter is at work; with 5 if Zoho's credits are used up; "
    "with 143 after SIGTERM. Whatever the code, nothing is lost: run it again, and it goes on."
)
@source_options
@click.option("--plan", is_flag=True, help="Show windows, rows, jobs and credits, and do nothing.")
@click.option("--whole", is_flag=True, help="Export every row again, not only what changed.")
@click.option("--accept-fewer-rows", is_flag=True, help="It is right that there are fewer records or columns.")
def command(
    stack: str, file: Path | None, names: tuple[str, ...], plan: bool, whole: bool, accept_fewer_rows: bool
) -> int:
    """Bring the rows of Zoho CRM into the landing zone: everything at first, then what changed.

    Shows progress on a terminal, and one line of JSON for each event elsewhere.
    """
    from zoho_adobe.cli.export_display import display
    from zoho_adobe.exporter.export import Wishes, export, plans
    from zoho_adobe.exporter.services import services_of

    signal.signal(signal.SIGTERM, _terminate)
    exports = read_source(stack, file)
    tables = chosen(exports, names)
    wishes = Wishes(again=whole, accept_fewer=accept_fewer_rows)
    manifests = exports.zone.manifests
    with display() as tell:
        services = services_of(exports, os.environ, tell if not plan else _nobody)
        if plan:
            for table, planned in zip(tables, plans(tables, manifests, services, wishes), strict=True):
                tell("plan", table.name, **_facts(table, planned))
            return 0
        return export(tables, manifests, services, wishes).code


def _terminate(*_: object) -> None:
    # Like any other way out, this one passes by what has to be given back.
    sys.exit(TERMINATED)


def _nobody(*_: object, **__: object) -> None:
    return


def _facts(table: Table, planned: Planned) -> dict[str, Any]:
    from zoho_adobe.api.zoho_bulk import JOB_CREDITS
    from zoho_adobe.exporter.windows import Counted

    manifest = planned.manifest
    parts = [part for part in manifest.parts if not part.done] if manifest else []
    jobs = sum(max(Counted(part.window, part.counted).jobs, 1) for part in parts if not part.job)
    return {
        "module": table.module,
        "kind": manifest.kind if manifest else "nothing",
        "reason": manifest.reason if manifest else "",
        "windows": [{"window": str(part.window), "rows": part.counted} for part in parts],
        "rows": sum(part.counted for part in parts),
        "jobs": jobs,
        "credits": jobs * JOB_CREDITS + planned.counting,
    }
