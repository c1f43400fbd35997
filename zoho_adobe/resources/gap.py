"""The dataflow that closes the gap before another one, by one run on demand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zoho_adobe.errors import LostAnswerError, RejectedError
from zoho_adobe.resources.looking import look_after
from zoho_adobe.resources.settling import settle, wait_for_run

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import Dataflows
    from zoho_adobe.api.flow_request import FlowRequest
    from zoho_adobe.api.flows import Flow, FlowSpec
    from zoho_adobe.api.runs import Runs

# It never runs on its own schedule: that would bring all rows.
_FAR_OFF = 10 * 365 * 86400


def gap_name(full_name: str) -> str:
    """Returns the name of the dataflow that closes the gap before another one."""
    return f"{full_name} gap"


def run_gap(
    dataflows: Dataflows,
    runs: Runs,
    request: FlowRequest,
    spec: FlowSpec,
    flow: Flow,
    since: int,
    named: Callable[[str], list[Flow]],
) -> tuple[str, str]:
    """Run a dataflow of its own up to the start of another one.

    Args:
        dataflows: Flow Service's dataflows in the sandbox.
        runs: their runs.
        request: the other dataflow as it was asked for.
        spec: the flow spec.
        flow: the other dataflow as it is.
        since: where the gap begins.
        named: lists the dataflows of a name.

    Returns:
        Its id, empty if it was not made, and what went wrong, empty if nothing did.
    """
    name = gap_name(flow.name)
    body = request.once(name).body(spec, int(spec.now) + _FAR_OFF, backfill=False)

    def find_flow() -> str:
        return next((left.id for left in named(name)), "")

    def find_run() -> str:
        return next((run.id for run in runs.latest(gap_id, 1)), "")

    gap_id = find_flow()
    try:
        gap_id = gap_id or _once(lambda: dataflows.create_flow(body).id, find_flow)
    except RejectedError as error:
        return "", str(error)
    settle(dataflows, gap_id)
    run_id = find_run()
    try:
        run_id = run_id or _once(lambda: runs.start(gap_id, request.delta_column, since, flow.start), find_run)
    except RejectedError as error:
        return gap_id, str(error)
    run = wait_for_run(runs, gap_id, run_id)
    said = "; ".join(map(str, run.errors)) or f"the run ended as {run.status}"
    return gap_id, "" if run.succeeded else f"{said}."


def _once(make: Callable[[], str], find: Callable[[], str]) -> str:
    """Make something, and return its id, also if the answer that holds it is lost."""
    try:
        return make()
    except LostAnswerError as error:
        found = look_after(error, lambda: find() or None)
        if found is None:
            raise
        return found
