"""What of an inventory a person should look at. No I/O."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from zoho_adobe.inventory.model import Finding, Pipe, Sandbox

_DAY = 86_400
_SECONDS = {"minute": 60, "hour": 3_600, "day": _DAY, "week": 7 * _DAY}
# A run may be late without anything being wrong.
_MISSED_RUNS = 3
_WEIGHTS = ("broken", "warning", "note")


def findings_of(sandboxes: Sequence[Sandbox], managed: Mapping[str, str] | None) -> list[Finding]:
    """Collect what a person should look at, the weightiest first.

    Args:
        sandboxes: what was read.
        managed: which stack manages an object, by its id; None where no stack was asked.
    """
    found = [finding for sandbox in sandboxes for finding in _of_sandbox(sandbox, managed)]
    return sorted(found, key=lambda finding: _WEIGHTS.index(finding.weight))


def grouped(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Put together what is true of several objects: it is one thing to decide.

    Args:
        findings: the findings.

    Returns:
        The same in the same order, equal ones in one list where the first of them stands.
    """
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for item in findings:
        groups.setdefault((item.weight, item.sandbox, item.kind, item.text, item.remedy), []).append(item)
    return list(groups.values())


def age(seconds: float) -> str:
    """Write how long something is ago.

    Args:
        seconds: how long, in seconds.
    """
    for size, unit in ((_DAY, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def day(seconds: float) -> str:
    """Write a time in UTC, to the minute; empty where there is none."""
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(seconds)) if seconds else ""


def _of_sandbox(sandbox: Sandbox, managed: Mapping[str, str] | None) -> Iterator[Finding]:
    if sandbox.error:
        yield Finding("warning", sandbox.name, "sandbox", sandbox.name, "", f"it could not be read: {sandbox.error}")
        return
    for connection in sandbox.connections:
        of = ("base connection", connection.name, connection.id)
        if connection.state not in ("enabled", ""):
            yield Finding("warning", sandbox.name, *of, f"it is {connection.state}", "Enable it, or retire it")
        if not sandbox.on(connection.id):
            yield Finding("note", sandbox.name, *of, "no dataflow reads through it", "Retire it: docs/tasks/retire.md")
    for source in sandbox.unused:
        of = ("source connection", source.name, source.id)
        yield Finding("note", sandbox.name, *of, "no dataflow uses it", "Delete it in Adobe")
    for pipe in sandbox.pipes:
        yield from _of_pipe(sandbox, pipe)
    if managed is not None:
        there = [("base connection", item.name, item.id) for item in sandbox.connections]
        there += [("dataflow", pipe.flow.name, pipe.flow.id) for pipe in sandbox.pipes]
        for of in there:
            if of[2] not in managed:
                yield Finding("note", sandbox.name, *of, "no stack manages it", "Import it: docs/tasks/adopt.md")


def _of_pipe(sandbox: Sandbox, pipe: Pipe) -> Iterator[Finding]:
    flow = pipe.flow
    of = (sandbox.name, "dataflow", flow.name, flow.id)
    if not pipe.enabled:
        text = f"it is {flow.state}{_since(sandbox, pipe)}"
        yield Finding("warning", *of, text, "Enable it, or retire it: docs/tasks/retire.md")
    elif flow.frequency != "once":
        yield from _of_its_runs(sandbox, pipe)
    if pipe.dataset is None:
        yield Finding("broken", *of, "the dataset that it fills is gone", "Retire it: docs/tasks/retire.md")
    if pipe.success and pipe.success.failed:
        count = pipe.success.failed
        text = f"its last successful run could not write {count} row{'' if count == 1 else 's'}"
        yield Finding("warning", *of, text, f"See why: python -m zoho_adobe runs {flow.id}")
    if pipe.via == "source":
        yield Finding(
            "note", *of, "it reads through the source that Adobe retired", "Move it: docs/tasks/move-to-files.md"
        )


def _of_its_runs(sandbox: Sandbox, pipe: Pipe) -> Iterator[Finding]:
    flow, last = pipe.flow, next((run for run in pipe.runs if run.done), None)
    of = (sandbox.name, "dataflow", flow.name, flow.id)
    between = max(flow.interval, 1) * _SECONDS.get(flow.frequency, _DAY)
    late = sandbox.now - (pipe.covered_until or flow.start) > _MISSED_RUNS * between
    if last is not None and not last.succeeded:
        why = f": {last.errors[0]}" if last.errors else ""
        text, see = f"its last run failed{why}{_since(sandbox, pipe)}", f"See: python -m zoho_adobe runs {flow.id}"
        yield Finding("broken" if late or pipe.success is None else "warning", *of, text, see)
    elif late:
        yield Finding("broken", *of, f"it is enabled and does not run{_since(sandbox, pipe)}", "Move it to files")


def _since(sandbox: Sandbox, pipe: Pipe) -> str:
    if not pipe.covered_until:
        return "; no run ever succeeded"
    gap = age(sandbox.now - pipe.covered_until)
    return f"; what changed in Zoho since {day(pipe.covered_until)} UTC, {gap} ago, has not arrived through it"
