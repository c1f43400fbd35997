"""`tables`: shows which tables of Zoho CRM a base connection reaches, and what is in one."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients


@click.command(epilog="Without --stack, Adobe's settings come from ADOBE_ORGANIZATION, ADOBE_SANDBOX and so on.")
@click.argument("table", default="")
@click.option("--connection", default="", help="The base connection's id; needed where the sandbox has several.")
@click.option("--stack", default="", help="Use the Adobe settings of this stack.")
@click.option("--rows", is_flag=True, help="Show sample rows of the table, too.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(table: str, connection: str, stack: str, rows: bool, as_json: bool) -> None:
    """Show the tables that a base connection reaches, or one TABLE's columns.

    Changes nothing.
    """
    from zoho_adobe.cli.adobe import clients_of, show_table
    from zoho_adobe.cli.display import Display
    from zoho_adobe.columns import field_name, is_date

    if rows and not table:
        raise click.UsageError("--rows needs a TABLE.")
    clients = clients_of(stack)
    explorer = clients.explorer(clients.settings.sandbox)
    connection_id = connection or _only_connection(clients)
    console = Display(results=True).console
    if not table:
        found = explorer.tables(connection_id)
        if as_json:
            _print([{"name": entry.name, "path": entry.path} for entry in found])
        else:
            show_table(console, ("table", "path"), [(entry.name, entry.path) for entry in found])
        return
    columns = explorer.columns(connection_id, table)
    sample = explorer.table(connection_id, table, rows=True).rows if rows else []
    if as_json:
        _print(
            {
                "table": table,
                "columns": columns,
                "deltaColumns": sorted(name for name in columns if is_date(columns[name])),
                **({"rows": sample} if rows else {}),
            }
        )
        return
    lines = [
        (name, columns[name], "yes" if is_date(columns[name]) else "", field_name(name)) for name in sorted(columns)
    ]
    show_table(console, ("column", "type", "delta column", "field"), lines, table)
    if rows:
        names = sorted(columns)
        cells = [[row.get(name) for name in names] for row in sample]
        show_table(console, names, cells, f"{table}, {len(cells)} sample rows")


def _only_connection(clients: Clients) -> str:
    from zoho_adobe.errors import InputError

    sandbox = clients.settings.sandbox
    found = list(clients.flow_service(sandbox).connections())
    if len(found) == 1:
        return found[0].id
    if not found:
        raise InputError("connection", f"the sandbox {sandbox!r} has no base connection to Zoho CRM", remedy="Make one")
    names = ", ".join(f"{item.id} ({item.name})" for item in found[:10])
    raise InputError(
        "connection", f"the sandbox {sandbox!r} has {len(found)} base connections", remedy=f"Pass --connection: {names}"
    )


def _print(value: object) -> None:
    from zoho_adobe.redaction import redact

    sys.stdout.write(redact(json.dumps(value, indent=2)) + "\n")
