"""`inventory`: shows every base connection and dataflow from Zoho, how it is, and what needs attention."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from zoho_adobe.inventory.model import Inventory, Sandbox

URGENT, FAILED = 1, 2
_NAMED = 5


@click.command(
    epilog="Adobe's settings come from ADOBE_ORGANIZATION, ADOBE_CLIENT_ID and so on, or with --settings from a stack. "
    "Changes nothing. Ends with 0 if nothing needs attention, with 1 if something does, and with 2 if the inventory "
    "itself failed; notes, such as what no stack manages, do not count."
)
@click.option("--sandbox", "names", multiple=True, help="Only this sandbox; may be given several times.")
@click.option(
    "--stack",
    "stacks",
    multiple=True,
    help="Say what this stack manages: its name, or a file with what `pulumi stack export` gives; may be repeated.",
)
@click.option("--settings", default="", help="Use the Adobe settings of this stack.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a page with a picture of it all.")
def command(names: tuple[str, ...], stacks: tuple[str, ...], settings: str, as_json: bool, html: Path | None) -> int:
    """Show what there is of Zoho CRM in all sandboxes that the credential reaches."""
    from zoho_adobe.cli.adobe import clients_of
    from zoho_adobe.cli.edge import say_failure
    from zoho_adobe.errors import ZohoAdobeError
    from zoho_adobe.inventory.findings import findings_of
    from zoho_adobe.inventory.managing import managed_by
    from zoho_adobe.inventory.model import Inventory
    from zoho_adobe.inventory.reading import Reader, names_of
    from zoho_adobe.redaction import redact

    try:
        clients = clients_of(settings)
        managed = managed_by({_called(name): _export(name) for name in stacks}) if stacks else None
        sandboxes = Reader(clients).sandboxes(names_of(clients, names))
    except ZohoAdobeError as error:
        return say_failure(error, FAILED)
    found = Inventory(clients.settings.organization, sandboxes, managed, findings_of(sandboxes, managed))
    if html is not None:
        from zoho_adobe.inventory.page import page

        html.write_text(redact(page(found)), encoding="utf-8")
    if as_json:
        from zoho_adobe.inventory.facts import facts_of

        sys.stdout.write(redact(json.dumps(facts_of(found), indent=2)) + "\n")
    else:
        _show(found)
    if sandboxes and all(sandbox.error for sandbox in sandboxes):
        return FAILED
    return URGENT if found.urgent else 0


def _called(name: str) -> str:
    return Path(name).stem if Path(name).is_file() else name


def _export(name: str) -> dict[str, Any]:
    """Return a stack's state: from a file, or from the stack itself."""
    from zoho_adobe.cli.stack import StackConfig
    from zoho_adobe.errors import StackError

    path = Path(name)
    if not path.is_file():
        return StackConfig(name).export()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict) or "deployment" not in found:
        raise StackError(f"{name} is not what `pulumi stack export` gives", remedy="Export the stack again")
    return found


def _show(inventory: Inventory) -> None:
    from zoho_adobe.cli.display import Display
    from zoho_adobe.inventory.findings import grouped
    from zoho_adobe.verification import Status

    display = Display(results=True)
    for sandbox in inventory.sandboxes:
        if not sandbox.error:
            _show_sandbox(display, inventory, sandbox)
    marks = {"broken": Status.FAILED, "warning": Status.WARNING, "note": Status.SKIPPED}
    if inventory.findings:
        display.line("What needs attention", style="bold")
    for group in grouped(inventory.findings):
        finding = group[0]
        where = f"{finding.sandbox}, " if len(inventory.sandboxes) > 1 else ""
        id_ = f" ({finding.id})" if finding.id and len(group) == 1 else ""
        names = ", ".join(f"{item.name!r}" for item in group[:_NAMED]) + id_
        more = f" and {len(group) - _NAMED} more" if len(group) > _NAMED else ""
        kind = finding.kind if len(group) == 1 else f"{len(group)} {finding.kind}s"
        text = f"{where}{kind} {names}{more}: {finding.text}"
        display.mark(marks[finding.weight], text, finding.remedy)
    if not inventory.findings:
        display.line("Nothing needs attention.")


def _show_sandbox(display: Any, inventory: Inventory, sandbox: Sandbox) -> None:
    from zoho_adobe.cli.adobe import show_table
    from zoho_adobe.inventory.findings import age, day

    managed = inventory.managed
    headings = ["dataflow", "reads", "via", "into", "state", "every", "last success (UTC)", ">gap"]
    rows = []
    for pipe in sandbox.pipes:
        every = f"{pipe.flow.interval} {pipe.flow.frequency}" if pipe.flow.interval else pipe.flow.frequency
        rows.append(
            [
                pipe.flow.name,
                pipe.table,
                pipe.via,
                pipe.dataset.name if pipe.dataset else "",
                pipe.flow.state,
                every,
                day(pipe.covered_until) or "never",
                age(sandbox.now - pipe.covered_until) if pipe.covered_until else "",
                *([managed.get(pipe.flow.id, "")] if managed is not None else []),
            ]
        )
    if managed is not None:
        headings.append("managed by")
    counts = f"{len(sandbox.connections)} base connections, {len(sandbox.pipes)} dataflows"
    show_table(display.console, headings, rows, f"Sandbox {sandbox.name}: {counts}")
    display.line()
