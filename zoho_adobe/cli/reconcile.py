"""`reconcile`: finds out whether every row of Zoho CRM has arrived."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from zoho_adobe.cli.exports import chosen, read_source, source_options


@click.command(
    epilog="The credentials come from ADOBE_CLIENT_ID, ADOBE_CLIENT_SECRET, ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and "
    "ZOHO_REFRESH_TOKEN. Ends with 0 only if every row that Zoho has is accounted for."
)
@source_options
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(stack: str, file: Path | None, names: tuple[str, ...], as_json: bool) -> int:
    """Compare Zoho's counts, what was exported, and what the dataflows took.

    Changes nothing.
    """
    from zoho_adobe.cli.adobe import plain, show_table
    from zoho_adobe.cli.display import Display
    from zoho_adobe.exporter.reconcile import reconcile
    from zoho_adobe.exporter.services import runs_of, services_of
    from zoho_adobe.redaction import redact
    from zoho_adobe.verification import Status

    exports = read_source(stack, file)
    tables = chosen(exports, names)
    services = services_of(exports, os.environ, lambda *_, **__: None)
    found = [reconcile(table, exports.zone, services, runs_of(exports, os.environ)) for table in tables]
    if as_json:
        sys.stdout.write(redact(json.dumps([item.facts() for item in found], indent=2)) + "\n")
    else:
        display = Display(results=True)
        columns = ("table", ">in Zoho", ">exported", ">taken", ">waiting", ">to come", "exported until")
        show_table(display.console, columns, [item.row() for item in found])
        for item in found:
            for problem in item.problems:
                display.mark(Status.FAILED, plain(problem), name=item.table, width=len(item.table))
    return 1 if any(item.problems for item in found) else 0
