"""Run the whole fault matrix, print it and write it into docs/reliability.md: `make faults`."""

from __future__ import annotations

import concurrent.futures
import itertools
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from emulator import launch
from tests.faults import cells
from tests.faults.model import Cell, Outcome
from tests.faults.report import report
from tests.support.reliability import record
from tests.support.wire.plugin import Plugin

# Most of a cell is waiting, and a process answers many calls at a time.
PAIRS, WORKERS = 4, 64


def main() -> int:
    """Run all cells, many at once, print the table and every problem, and keep the table in the docs."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        pairs = [
            (
                stack.enter_context(Plugin.start(Path(folder) / f"plugin-{number}")),
                stack.enter_context(launch.start(Path(folder) / f"emulator-{number}")),
            )
            for number in range(PAIRS)
        ]

        def run(cell: Cell, pair: tuple[Plugin, launch.Emulator]) -> Outcome:
            return cells.run(cell, *pair)

        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            outcomes = list(pool.map(run, cells.cells(), itertools.cycle(pairs)))
    found = report(outcomes)
    print(f"{found}\n{time.monotonic() - begin:.0f} s")
    record("faults", found)
    bad = [outcome for outcome in outcomes if outcome.problems]
    for outcome in bad:
        print(f"{outcome.cell}: {'; '.join(f'{problem.trouble}: {problem.text}' for problem in outcome.problems)}")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
