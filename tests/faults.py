"""Run the whole fault matrix, print it and write it into docs/reliability.md: `make faults`."""

from __future__ import annotations

import concurrent.futures
import queue
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from emulator import launch
from tests.reliability import record
from tests.wire import matrix
from tests.wire.plugin import Plugin

# Most of a cell is waiting.
WORKERS = 8


def main() -> int:
    """Run all cells, several at once, print the table and every problem, and keep the table in the docs."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        emulator = stack.enter_context(launch.start(Path(folder) / "emulator"))
        plugins: queue.SimpleQueue[Plugin] = queue.SimpleQueue()
        for number in range(WORKERS):
            plugins.put(stack.enter_context(Plugin.start(Path(folder) / str(number))))

        def run(cell: matrix.Cell) -> matrix.Outcome:
            plugin = plugins.get()
            try:
                return matrix.run(cell, plugin, emulator)
            finally:
                plugins.put(plugin)

        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            outcomes = list(pool.map(run, matrix.cells()))
    bad = [outcome for outcome in outcomes if outcome.problems]
    refused = sum(bool(outcome.refused) for outcome in outcomes)
    found = f"{matrix.table(outcomes)}\n\n{len(outcomes)} cells, {len(bad)} not well; {refused} needed the second run."
    print(f"{found}\n{time.monotonic() - begin:.0f} s")
    record("faults", found)
    for outcome in bad:
        print(f"{outcome.cell}: {'; '.join(outcome.problems)}")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
