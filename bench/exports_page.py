"""docs/performance-exports.md, written from the figures."""

from __future__ import annotations

from pathlib import Path

from bench.cells import NONE, count, megabytes, ratio, seconds, table, verdict
from bench.exports import COLUMNS, EXPORT, REACH, RECORDS, STREAM
from bench.samples import Samples

PAGE = "performance-exports.md"
_STEP = "export"
_MOST_CPU, _MOST_MEMORY = 1.3, 200e6


def write(samples: Samples, machine: str, folder: Path) -> None:
    """Write the page.

    Args:
        samples: the figures.
        machine: the machine they were made on.
        folder: where to write.
    """
    sizes = sorted({item.size for item in samples.all})
    parts = [_head(machine), _targets(samples, sizes), _figures(samples, sizes)]
    (folder / PAGE).write_text("\n\n".join(parts) + "\n")


def _head(machine: str) -> str:
    return f"""# Performance of exports

Written by `make bench`: {machine}.
Zoho CRM and the landing zone are the emulator's, on the same machine, so the seconds of an export hold the emulator's
work, too: it makes each row when a job asks for it. Processor time and memory are the measured program's alone.
Figures are medians. Compare ratios.

A module of {COLUMNS} columns is exported as a whole, by one process.

* **{EXPORT}**: counts, windows, jobs, results, conversion, upload, manifest and watermark.
* **{STREAM}**: the results of the same jobs from zip to gzip to blobs, with no plan, no check, no digest and no count
  of rows. The floor.
* **{RECORDS}**: the same rows by the records API, parsed and dropped, as common connectors read them.
  Zoho lets nobody read more than {REACH:,} rows that way."""


def _targets(samples: Samples, sizes: list[int]) -> str:
    largest = sizes[-1]
    cpus = [samples.median(name, largest, 0.0, _STEP, "cpu") for name in (EXPORT, STREAM)]
    memories = [samples.median(EXPORT, size, 0.0, _STEP, "memory") for size in (sizes[0], largest)]
    rows = []
    if cpus[0] and cpus[1]:
        found = cpus[0] / cpus[1]
        name = f"processor time for {largest:,} rows, as part of {STREAM}"
        rows.append((name, f"{_MOST_CPU:.2f}", f"{found:.2f}", verdict(found, _MOST_CPU)))
    if memories[0] and memories[1]:
        name = f"memory for {largest:,} rows, MB"
        rows.append((name, megabytes(_MOST_MEMORY), megabytes(memories[1]), verdict(memories[1], _MOST_MEMORY)))
        rows.append((f"the same, as part of {sizes[0]:,} rows", NONE, ratio(memories[1] / memories[0]), ""))
    return "\n\n".join(["## Targets", table(("", "at most", "measured", ""), rows)])


def _figures(samples: Samples, sizes: list[int]) -> str:
    rows = []
    for size in sizes:
        for name in (EXPORT, STREAM, RECORDS):
            wall = samples.median(name, size, 0.0, _STEP)
            if wall is None:
                continue
            figure = {field: samples.median(name, size, 0.0, _STEP, field) for field in ("cpu", "memory", "requests")}
            cpu = figure["cpu"] or 0.0
            rows.append(
                (
                    f"{size:,}",
                    name,
                    seconds(wall),
                    seconds(cpu),
                    f"{size / cpu:,.0f}" if cpu else NONE,
                    megabytes(figure["memory"]),
                    count(figure["requests"]),
                )
            )
    head = ("rows", "program", "wall, s", "CPU, s", "rows per CPU second", "memory, MB", "requests")
    return "\n\n".join(["## Figures", table(head, rows)])
