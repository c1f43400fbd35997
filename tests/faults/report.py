"""The matrix as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.faults.cells import RESOURCES
from tests.faults.faults import GROUPS
from tests.faults.model import TROUBLES, Outcome


def report(outcomes: Sequence[Outcome]) -> str:
    """Write in Markdown how many cells ended well, of how many, for each operation and group of faults."""
    group_of = {fault: group for group, orders in GROUPS.items() for fault in orders}
    good: Counter[tuple[str, str, str]] = Counter()
    total: Counter[tuple[str, str, str]] = Counter()
    for outcome in outcomes:
        place = (outcome.cell.resource, outcome.cell.operation, group_of[outcome.cell.fault])
        total[place] += 1
        good[place] += not outcome.problems
    lines = [f"| resource | operation | requests | {' | '.join(GROUPS)} |", f"|---|---|---|{'---|' * len(GROUPS)}"]
    for resource, described in RESOURCES.items():
        for name, operation in described.operations.items():
            row = [(resource, name, group) for group in GROUPS]
            counts = " | ".join(f"{good[at]}/{total[at]}" if total[at] else "" for at in row)
            lines.append(f"| {resource} | {name} | {len(operation.requests)} | {counts} |")
    troubles = Counter(problem.trouble for outcome in outcomes for problem in outcome.problems)
    found = ", ".join(f"{troubles[trouble]} {trouble}{'' if troubles[trouble] == 1 else 's'}" for trouble in TROUBLES)
    bad = sum(bool(outcome.problems) for outcome in outcomes)
    refused = sum(bool(outcome.refused) for outcome in outcomes)
    summary = f"{len(outcomes)} cells, {bad} not well: {found}. {refused} needed the second run."
    legend = [f"- {group}: {'; '.join(faults)}" for group, faults in GROUPS.items() if [group] != list(faults)]
    return "\n".join([*legend, "", *lines, "", summary])
