"""`runs`: shows what the last runs of a dataflow brought, and follows the one that is under way."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from zoho_adobe.api.runs import Run, Runs
    from zoho_adobe.cli.display import Display

SHOWN = 10
_PAUSE = 2.0


@click.command(epilog="Without --stack, Adobe's settings come from ADOBE_ORGANIZATION, ADOBE_SANDBOX and so on.")
@click.argument("flow_id")
@click.option("--stack", default="", help="Use the Adobe settings of this stack.")
@click.option("--follow", is_flag=True, help="Wait for the end of the run that is under way.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(flow_id: str, stack: str, follow: bool, as_json: bool) -> int:
    """Show the last runs of the dataflow FLOW_ID: records read, written and failed, and errors in words.

    Changes nothing. Ends with 1 if the last run failed.
    """
    from zoho_adobe.cli.adobe import clients_of, plain, show_table
    from zoho_adobe.cli.display import Display
    from zoho_adobe.redaction import redact
    from zoho_adobe.verification import Status

    clients = clients_of(stack)
    sandbox = clients.settings.sandbox
    flow = clients.dataflows(sandbox).flow(flow_id)
    runs = clients.runs(sandbox)
    if follow:
        _follow(runs, flow_id, Display())
    found = runs.latest(flow_id, SHOWN)
    failed = bool(found) and found[0].done and not found[0].succeeded
    if as_json:
        body = {"dataflow": flow_id, "name": flow.name, "state": flow.state, "runs": [_facts(run) for run in found]}
        sys.stdout.write(redact(json.dumps(body, indent=2)) + "\n")
        return 1 if failed else 0
    display = Display(results=True)
    if not found:
        due = f"; its first is due at {_when(flow.start)} UTC" if flow.start > flow.now else ""
        display.line(f"{plain(flow.name)} is {flow.state} and has not run yet{due}")
        return 0
    show_table(
        display.console,
        ("run", "started (UTC)", ">took", "status", ">read", ">written", ">failed", "covers until (UTC)"),
        [_row(run) for run in found],
        f"{flow.name}, {flow.state}",
    )
    for run in found:
        for error in run.errors:
            status = Status.WARNING if run.succeeded else Status.FAILED
            display.mark(status, plain(error), name=run.id, width=len(run.id))
    return 1 if failed else 0


def _follow(runs: Runs, flow_id: str, display: Display) -> None:
    """Show a run's progress until it ends, in place on a terminal and as a line a change elsewhere."""
    from rich.text import Text

    from zoho_adobe.api.deadline import pause

    latest = runs.latest(flow_id, 1)
    if not latest or latest[0].done:
        display.line("no run is under way")
        return
    run_id, shown = latest[0].id, ""
    with display.console.status(Text("")) as status:
        while True:
            run = next(run for run in runs.of_flow(flow_id) if run.id == run_id)
            line = _progress(run)
            status.update(Text(line))
            if line != shown and not display.console.is_terminal:
                display.line(line)
            if run.done:
                return
            shown = line
            pause(_PAUSE)


def _progress(run: Run) -> str:
    stage = f" ({run.stage})" if run.stage and not run.done else ""
    return f"run {run.id}: {run.status}{stage}, {run.read} read, {run.written} written, {run.failed} failed"


def _row(run: Run) -> tuple[Any, ...]:
    took = f"{run.completed - run.started:.0f} s" if run.completed and run.started else ""
    return (
        run.id,
        _when(run.started),
        took,
        run.status,
        run.read,
        run.written,
        run.failed,
        _when(run.window_end),
    )


def _facts(run: Run) -> dict[str, Any]:
    times = {"started": run.started, "completed": run.completed}
    window = {"windowStart": run.window_start, "windowEnd": run.window_end}
    return {
        "id": run.id,
        "status": run.status,
        "succeeded": run.succeeded if run.done else None,
        **{key: value or None for key, value in (times | window).items()},
        "read": run.read,
        "written": run.written,
        "failed": run.failed,
        "errors": [{"code": error.code, "message": error.message, "records": error.records} for error in run.errors],
    }


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds)) if seconds else ""
