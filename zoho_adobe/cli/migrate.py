"""`migrate status`: where each table stands on its way from the retired source to files, and the next edit."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from zoho_adobe.exporter.document import Exports
    from zoho_adobe.exporter.reconcile import Report
    from zoho_adobe.migration import Standing

NOT_YET = 1


@click.group()
def command() -> None:
    """Move tables from the source that Adobe retired to files of the landing zone."""


@command.command(
    epilog="Changes nothing. With ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN it compares Zoho's rows "
    "with what has arrived, as `reconcile` does; without them that check does not hold. With --check it ends with 1 "
    "while the next step of a table is not allowed."
)
@click.option("--stack", default="", help="The stack, by default the selected one.")
@click.option("--table", "names", multiple=True, help="This table alone; may be given again.")
@click.option("--check", is_flag=True, help="End with 1 while the next step of a table is not allowed.")
@click.option("--one-at-a-time", is_flag=True, help="Adobe refuses two dataflows into one dataset: go without `both`.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def status(stack: str, names: tuple[str, ...], check: bool, one_at_a_time: bool, as_json: bool) -> int:
    """Show where each table of a stack stands, which checks hold, and the next edit of the program."""
    from zoho_adobe.api.clients import clients_for
    from zoho_adobe.cli.stack import StackConfig
    from zoho_adobe.errors import InputError, StackError
    from zoho_adobe.inventory.reading import Reader
    from zoho_adobe.migration import standings_of
    from zoho_adobe.redaction import redact
    from zoho_adobe.settings import read_settings

    config = StackConfig(stack)
    resources = (config.export().get("deployment") or {}).get("resources") or []
    datasets = [item["id"] for item in resources if str(item.get("type")).endswith(":dynamic/zoho-adobe:Dataset")]
    settings = read_settings(config.settings(), os.environ)
    settings.require_credentials()
    (sandbox,) = Reader(clients_for(settings)).sandboxes([settings.sandbox])
    if sandbox.error:
        raise StackError(f"the sandbox {settings.sandbox!r} cannot be read: {sandbox.error}")
    exports = _exports(resources)
    tables = {table.target.dataset_id: table for table in exports.tables} if exports else {}
    found = standings_of(sandbox, datasets, tables, _reports(exports), one_at_a_time=one_at_a_time)
    unknown = sorted(set(names) - {standing.table for standing in found})
    if unknown:
        there = ", ".join(standing.table for standing in found) or "none"
        raise InputError("--table", f"the stack brings no table {unknown[0]!r}", remedy=f"It brings: {there}")
    found = [standing for standing in found if not names or standing.table in names]
    if as_json:
        sys.stdout.write(redact(json.dumps([standing.facts() for standing in found], indent=2)) + "\n")
    else:
        _show(found)
    return NOT_YET if check and not all(standing.may_go_on for standing in found) else 0


def _exports(resources: Sequence[Mapping[str, Any]]) -> Exports | None:
    """Return what the stack exports, None where nothing comes by files."""
    from zoho_adobe.exporter.document import read_exports

    for item in resources:
        if item.get("type") == "pulumi:pulumi:Stack":
            document = (item.get("outputs") or {}).get("exports")
            return read_exports(json.dumps(document)) if document else None
    return None


def _reports(exports: Exports | None) -> dict[str, Report] | None:
    """Compare Zoho's rows with what has arrived, where the environment has Zoho's credentials."""
    from zoho_adobe.exporter.reconcile import reconcile
    from zoho_adobe.exporter.services import runs_of, services_of
    from zoho_adobe.zoho_credentials import ZOHO_VARIABLES

    if exports is None or not all(os.environ.get(variable) for variable in ZOHO_VARIABLES.values()):
        return None
    services = services_of(exports, os.environ, lambda *_, **__: None)
    runs = runs_of(exports, os.environ)
    return {table.target.dataset_id: reconcile(table, exports.zone, services, runs) for table in exports.tables}


def _show(found: Sequence[Standing]) -> None:
    from zoho_adobe.cli.display import Display
    from zoho_adobe.verification import Status

    display = Display(results=True)
    if not found:
        display.line("The stack has no dataset that a dataflow fills.")
    marks = {True: Status.OK, False: Status.FAILED, None: Status.WARNING}
    for standing in found:
        display.line(f"{standing.table}: {standing.stage} (dataset {standing.dataset_id})", style="bold")
        width = max((len(check.name) for check in standing.checks), default=0)
        for check in standing.checks:
            display.mark(marks[check.holds], check.text, name=check.name, width=width)
        if standing.next_edit and standing.may_go_on:
            display.line(f"  next: {standing.next_edit}")
        elif standing.next_edit:
            display.line(f"  not yet: {standing.next_edit}")
        else:
            display.line("  nothing is left to do")
