"""Pictures of an inventory as SVG: what hangs on what, and runs over time. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from zoho_adobe.inventory.model import Finding, Pipe, Sandbox

if TYPE_CHECKING:
    from zoho_adobe.api.flow_service import Connection

_ROW, _GAP, _TOP = 52, 14, 34
_COLUMNS = (("Base connection", 0, 210), ("Reads", 270, 190), ("Dataflow", 520, 230), ("Dataset", 810, 210))
_WIDTH = 1020
_LETTER = 7.6
_STRIP, _BAR = 168, 22


def map_of(sandbox: Sandbox, weights: dict[str, str]) -> str:
    """Draw what hangs on what in a sandbox, a row a dataflow.

    Args:
        sandbox: the sandbox.
        weights: the weight of the weightiest finding about an object, by its id.
    """
    rows = _rows(sandbox, weights)
    height = _TOP + len(rows) * (_ROW + _GAP)
    parts = [f'<text class="head" x="{x}" y="18">{title}</text>' for title, x, _ in _COLUMNS]
    drawn: dict[str, tuple[float, float]] = {}
    edges: list[str] = []
    boxes: list[str] = []
    for at, (connection, pipe) in enumerate(rows):
        y = _TOP + at * (_ROW + _GAP)
        cells = _cells(connection, pipe, weights)
        before: tuple[float, float] | None = None
        for (_, x, width), cell in zip(_COLUMNS, cells, strict=True):
            if cell is None:
                continue
            id_, name, under, weight = cell
            if id_ in drawn:
                place = drawn[id_]
            else:
                place = drawn[id_] = (x, y)
                boxes.append(_box(x, y, width, name, under, weight))
            if before is not None:
                edges.append(_edge(before, (place[0], place[1] + _ROW / 2)))
            before = (place[0] + width, place[1] + _ROW / 2)
    label = f"Sandbox {sandbox.name}: {len(sandbox.connections)} base connections, {len(sandbox.pipes)} dataflows"
    return (
        f'<svg class="map" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img" '
        f'aria-label="{escape(label)}; the table below says the same">{"".join([*parts, *edges, *boxes])}</svg>'
    )


def strip_of(pipe: Pipe, now: float) -> str:
    """Draw the last runs of a dataflow over time, the newest at the right.

    Args:
        pipe: the dataflow.
        now: the time when it was read.
    """
    runs = [run for run in reversed(pipe.runs) if run.started]
    if not runs:
        return '<span class="none">no runs</span>'
    first = runs[0].started
    span = max(now - first, 1.0)
    bars = []
    for run in runs:
        x = 2 + (run.started - first) / span * (_STRIP - 8)
        kind = "good" if run.succeeded and not run.failed else "part" if run.succeeded else "bad" if run.done else "now"
        top = 3 if kind in ("good", "now") else 1
        bars.append(f'<rect class="{kind}" x="{x:.1f}" y="{top}" width="4" height="{_BAR - 2 * top}"/>')
        if kind == "bad":
            bars.append(f'<path class="cross" d="M{x - 1:.1f} {_BAR - 6}l6 5m0-5l-6 5"/>')
    failed = sum(run.done and not run.succeeded for run in runs)
    label = f"{len(runs)} last runs, {failed} failed"
    return (
        f'<svg class="strip" viewBox="0 0 {_STRIP} {_BAR}" width="{_STRIP}" height="{_BAR}" role="img" '
        f'aria-label="{label}"><line x1="0" x2="{_STRIP}" y1="{_BAR - 1}" y2="{_BAR - 1}"/>{"".join(bars)}</svg>'
    )


def weights_of(findings: Sequence[Finding]) -> dict[str, str]:
    """Return the weight of the weightiest finding about each object, by its id.

    Args:
        findings: the findings, the weightiest first.
    """
    found: dict[str, str] = {}
    for finding in findings:
        if finding.id:
            found.setdefault(finding.id, finding.weight)
    return found


Cell = tuple[str, str, str, str]


def _rows(sandbox: Sandbox, weights: dict[str, str]) -> list[tuple[Connection | None, Pipe | None]]:
    """Return each dataflow by its connection, the weightiest first, and connections without any."""

    def order(pipe: Pipe) -> tuple[bool, bool, str, str]:
        weight = weights.get(pipe.flow.id)
        return weight != "broken", weight != "warning", pipe.via, pipe.table

    rows: list[tuple[Connection | None, Pipe | None]] = []
    for connection in sandbox.connections:
        pipes = sandbox.on(connection.id)
        rows += [(connection, pipe) for pipe in sorted(pipes, key=order)] or [(connection, None)]
    known = {connection.id for connection in sandbox.connections}
    rest = [pipe for pipe in sandbox.pipes if pipe.connection_id not in known]
    return rows + [(None, pipe) for pipe in sorted(rest, key=order)]


def _cells(connection: Connection | None, pipe: Pipe | None, weights: dict[str, str]) -> list[Cell | None]:
    return [
        None
        if connection is None
        else (connection.id, connection.name, connection.state, weights.get(connection.id, "")),
        None
        if pipe is None
        else (f"{pipe.flow.id} source", pipe.table or "gone", "files" if pipe.via == "landing-zone" else "table", ""),
        None if pipe is None else (pipe.flow.id, pipe.flow.name, pipe.flow.state, weights.get(pipe.flow.id, "")),
        None
        if pipe is None
        else (
            pipe.dataset.id if pipe.dataset else f"{pipe.flow.id} dataset",
            pipe.dataset.name if pipe.dataset else "gone",
            pipe.dataset.id if pipe.dataset else "",
            "",
        ),
    ]


def _box(x: float, y: float, width: float, name: str, under: str, weight: str) -> str:
    mark = {"broken": "✗ ", "warning": "! "}.get(weight, "")
    lines = [f'<text class="name" x="{x + 10}" y="{y + 22}">{escape(mark + _fit(name, width, len(mark)))}</text>']
    if under:
        lines.append(f'<text class="under" x="{x + 10}" y="{y + 40}">{escape(_fit(under, width, 0))}</text>')
    title = f"<title>{escape(f'{name} {under}'.strip())}</title>"
    return (
        f'<g class="box {weight}">{title}<rect x="{x + 1}" y="{y + 1}" width="{width - 2}" height="{_ROW - 2}" rx="6"/>'
        f"{''.join(lines)}</g>"
    )


def _edge(start: tuple[float, float], end: tuple[float, float]) -> str:
    middle = (start[0] + end[0]) / 2
    return f'<path class="edge" d="M{start[0]} {start[1]}C{middle} {start[1]} {middle} {end[1]} {end[0]} {end[1]}"/>'


def _fit(text: str, width: float, taken: int) -> str:
    most = int((width - 20) / _LETTER) - taken
    return text if len(text) <= most else f"{text[: most - 1]}…"
