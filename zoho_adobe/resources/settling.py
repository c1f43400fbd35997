"""Changes of a dataflow that Flow Service accepts at once and carries out later, and runs that take their time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from zoho_adobe.api.deadline import pause, remaining_seconds
from zoho_adobe.errors import ConnectionStateError, LostAnswerError, RejectedError
from zoho_adobe.session import current

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import Dataflows
    from zoho_adobe.api.flows import Flow
    from zoho_adobe.api.runs import Run, Runs

FAILED = ("failed", "partial_failure", "partialfailure")
"""What the last operation of a dataflow says when it was not carried out."""

_SETTLED = ("enabled", "disabled")
# A run that is under way brings rows which a dataflow that is made meanwhile would bring again.
_WAIT_FOR_RUN = 120.0


def settle(dataflows: Dataflows, id_: str) -> Flow:
    """Wait until a dataflow has carried out what it was asked for: Flow Service answers before that.

    Raises:
        ConnectionStateError: it failed, or it takes longer than an operation may.
    """
    flow = at_rest(dataflows, id_)
    if flow.operation in FAILED:
        raise ConnectionStateError(
            f"Adobe could not carry out the change of the dataflow {id_}: "
            f"{'; '.join(flow.operation_errors) or 'it does not say why'}",
            object_id=id_,
        )
    return flow


def at_rest(dataflows: Dataflows, id_: str) -> Flow:
    """Wait until a dataflow has carried out what it was asked for, or has failed to.

    Raises:
        ConnectionStateError: it takes longer than an operation may.
    """
    wait = 0.2
    while True:
        flow = dataflows.flow(id_)
        settled = flow.state in _SETTLED and flow.operation.replace("_", "") != "inprogress"
        if settled or flow.operation in FAILED:
            return flow
        if remaining_seconds() < wait * 2:
            raise ConnectionStateError(
                f"the dataflow {id_} is still {flow.state}",
                object_id=id_,
                remedy="Run the command again in a few minutes",
            )
        pause(wait)
        wait = min(wait * 2, 5.0)


def switch(dataflows: Dataflows, flow: Flow, *, enabled: bool) -> Flow:
    """Start or stop a dataflow; that it is so already is as good."""
    op: Literal["enable", "disable"] = "enable" if enabled else "disable"
    try:
        dataflows.switch_flow(flow.id, op)
    except (LostAnswerError, RejectedError):
        found = settle(dataflows, flow.id)
        if (found.state == "enabled") == enabled:
            return found
        # Twice is the same as once, so whether the first one may still be at work does not matter.
        dataflows.switch_flow(flow.id, op)
    return settle(dataflows, flow.id)


def wait_for_run(runs: Runs, flow_id: str, run_id: str) -> Run:
    """Wait for the end of a run.

    Raises:
        ConnectionStateError: it is under way for longer than an operation may take.
    """
    wait = 0.5
    while True:
        for run in runs.of_flow(flow_id):
            if run.id == run_id and run.done:
                return run
        if remaining_seconds() < wait * 4:
            raise ConnectionStateError(f"the run {run_id} of the dataflow {flow_id} is still under way")
        pause(wait)
        wait = min(wait * 2, 5.0)


def wait_for_last_run(runs: Runs, flow: Flow) -> None:
    """Wait until no run of a dataflow that is to be deleted is under way.

    Raises:
        ConnectionStateError: one still is after two minutes.
    """
    deadline = current().clock.monotonic() + min(_WAIT_FOR_RUN, remaining_seconds() / 2)
    while any(not run.done for run in runs.latest(flow.id, 1)):
        if current().clock.monotonic() > deadline:
            raise ConnectionStateError(
                f"the dataflow {flow.name!r} ({flow.id}) cannot be deleted now: a run of it is under way",
                object_id=flow.id,
                remedy=f"Try again when it has ended: `python -m zoho_adobe runs {flow.id} --follow` shows it",
            )
        pause(2.0)
