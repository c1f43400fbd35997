"""An inventory as one page of HTML: complete in itself, without scripts and without the network. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources

from zoho_adobe.inventory.findings import age, day, grouped
from zoho_adobe.inventory.model import Finding, Inventory, Pipe, Sandbox
from zoho_adobe.inventory.picture import map_of, strip_of, weights_of

_LEGEND = (
    "Each bar is a run: green where it succeeded, amber where single rows failed, red and crossed where the run failed."
)
_WEIGHT = {"broken": "Broken", "warning": "Warning", "note": "Note"}


def page(inventory: Inventory) -> str:
    """Return the page.

    Args:
        inventory: what was found.
    """
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    title = "Zoho CRM in Adobe Experience Platform"
    read = max((sandbox.now for sandbox in inventory.sandboxes), default=0.0)
    many = len(inventory.sandboxes) > 1
    contents = "".join(
        f'<li><a href="#sandbox-{escape(item.name)}">{escape(item.name)}</a></li>' for item in inventory.sandboxes
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#attention">Skip to what needs attention</a>
<header>
<h1>{title}</h1>
<p>Organization {escape(inventory.organization)}, read {day(read)} UTC.</p>
{_counts(inventory)}
</header>
<main>
<section id="attention" aria-labelledby="attention-title">
<h2 id="attention-title">What needs attention</h2>
{_findings(inventory.findings, many=many)}
</section>
{f'<nav aria-label="Sandboxes"><ul>{contents}</ul></nav>' if many else ""}
{"".join(_sandbox(item, inventory) for item in inventory.sandboxes)}
</main>
</body>
</html>
"""


def _counts(inventory: Inventory) -> str:
    pipes = [pipe for sandbox in inventory.sandboxes for pipe in sandbox.pipes]
    found = inventory.findings
    counts = {
        "base connections": sum(len(sandbox.connections) for sandbox in inventory.sandboxes),
        "dataflows": len(pipes),
        "through the retired source": sum(pipe.via == "source" for pipe in pipes),
        "broken": sum(finding.weight == "broken" for finding in found),
        "warnings": sum(finding.weight == "warning" for finding in found),
    }
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{count}</dd></div>" for name, count in counts.items())
    return f'<dl class="counts">{items}</dl>'


def _findings(findings: Sequence[Finding], *, many: bool) -> str:
    if not findings:
        return "<p>Nothing needs attention.</p>"
    headings = ["Weight", *(["Sandbox"] if many else []), "What", "What is so", "What to do"]
    rows = [
        [
            f'<span class="weight {group[0].weight}">{_WEIGHT[group[0].weight]}</span>',
            *([escape(group[0].sandbox)] if many else []),
            _named(group),
            escape(group[0].text),
            escape(group[0].remedy),
        ]
        for group in grouped(findings)
    ]
    return _table("What needs attention, the weightiest first", headings, rows)


def _named(group: Sequence[Finding]) -> str:
    kind, names = escape(group[0].kind), [f"<strong>{escape(item.name)}</strong>" for item in group]
    if len(group) == 1:
        return f"{kind} {names[0]}"
    return f"<details><summary>{len(group)} {kind}s</summary>{', '.join(names)}</details>"


def _sandbox(sandbox: Sandbox, inventory: Inventory) -> str:
    name = escape(sandbox.name)
    if sandbox.error:
        inner = f"<p>It could not be read: {escape(sandbox.error)}</p>"
    elif not sandbox.connections and not sandbox.pipes:
        inner = "<p>There is nothing of Zoho CRM.</p>"
    else:
        inner = (
            f'<div class="scroll" tabindex="0" role="region" aria-label="What hangs on what in {name}">'
            f"{map_of(sandbox, weights_of(inventory.findings))}</div>"
            f"<h3>Dataflows</h3><p>{_LEGEND}</p>{_pipes(sandbox, inventory)}"
        )
    return f'<section id="sandbox-{name}"><h2>Sandbox {name}</h2>{inner}</section>'


def _pipes(sandbox: Sandbox, inventory: Inventory) -> str:
    managed = inventory.managed
    headings = ["Dataflow", "Reads", "Into", "Every", "Last runs", "Last success (UTC)", "Gap", "Rows failed"]
    headings += ["Changed last", *(["Managed by"] if managed is not None else [])]
    rows = []
    for pipe in sandbox.pipes:
        cells = [*_of_pipe(pipe, sandbox)]
        if managed is not None:
            cells.append(escape(managed.get(pipe.flow.id, "nobody")))
        rows.append(cells)
    return _table(f"Dataflows of the sandbox {sandbox.name}", headings, rows)


def _of_pipe(pipe: Pipe, sandbox: Sandbox) -> Iterable[str]:
    flow, success = pipe.flow, pipe.success
    state = escape(flow.state)
    yield f'<strong>{escape(flow.name)}</strong><br><span class="state {state}">{state}</span>'
    yield f"{escape(pipe.table)}<br>{'files' if pipe.via == 'landing-zone' else 'retired source'}"
    yield escape(pipe.dataset.name) if pipe.dataset else "gone"
    yield escape(f"{flow.interval} {flow.frequency}" if flow.interval else flow.frequency)
    yield strip_of(pipe, sandbox.now)
    yield day(pipe.covered_until) or "never"
    yield age(sandbox.now - pipe.covered_until) if pipe.covered_until else ""
    yield str(success.failed) if success else ""
    yield f"{escape(flow.updated_by or flow.updated_client)}<br>{day(flow.updated_at / 1000)}"


def _table(caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(f"<tr>{_cells(headings, row)}</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cells(headings: Sequence[str], row: Sequence[str]) -> str:
    """Write the cells of a row; on a narrow screen each is shown under its heading."""
    pairs = zip(headings, row, strict=True)
    return "".join(f'<td data-head="{escape(heading)}">{cell}</td>' for heading, cell in pairs)
