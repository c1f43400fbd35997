"""docs/performance.md, written from the figures."""

from __future__ import annotations

import math
from pathlib import Path

from bench import plan, raw, split
from bench.cells import count, kilobytes, megabytes, ms, ratio, seconds, table, verdict
from bench.fit import Fit, fit
from bench.plan import ONCE, OURS, TESTED, WIDTHS
from bench.samples import Samples
from bench.stacks import LIFE
from bench.subjects import EMPTY, NAIVE, SMALLEST
from zoho_adobe.resources.calls import CALLS_AT_A_TIME

PAGE, PICTURE = "performance.md", "performance.png"

_TITLES = {
    "preview": "`preview` of a new stack",
    "up": "`up` of a new stack",
    "unchanged": "`preview --refresh`, unchanged",
    "update": "`up` that changes all",
    "destroy": "`destroy`",
}
_COMPARED = (NAIVE.name, OURS.name, TESTED.name, raw.NAME)
_MOST_OWN_BYTES = 1300


def write(samples: Samples, machine: str, folder: Path) -> None:
    """Write the page and its picture.

    Args:
        samples: the figures.
        machine: the machine they were made on.
        folder: where to write.
    """
    # The drawing library is no requirement of anything else.
    from bench.plot import draw

    draw(samples, folder / PICTURE)
    parts = [
        _head(machine),
        _targets(samples),
        _fixed(samples),
        _hundred(samples),
        _widths(samples),
        _square(samples),
        _split(samples),
        _limits(samples),
        _TAIL,
    ]
    (folder / PAGE).write_text("\n\n".join(part for part in parts if part) + "\n")


def _head(machine: str) -> str:
    return f"""# Performance

Written by `make bench`, which runs the real engine against the emulator: {machine}.
Most of what a target is about ran several times, by turns, and the rest once: figures are medians, ratios are medians
of pairs.
Compare ratios; the seconds are this machine's.

![seconds by number of connections and by latency]({PICTURE})

* **zoho-adobe**: this project, `verify="none"`, with `PULUMI_PARALLEL={CALLS_AT_A_TIME}`; **tested**: with Adobe's
  test of each connection, the default; **state written once**: as [scripts/up.sh](../scripts/up.sh) does a large update
  where that is safe, at its end.
* **naive**: the same connections by a dynamic provider as people write it today ([bench/naive](../bench/naive)): ready
  tokens, one request a step, no look whether the connection exists, no test, no check before a delete.
* **{raw.NAME}**: the same requests without an engine, which is the floor."""


def _targets(samples: Samples) -> str:
    rows = [
        (
            f"`preview` of one connection, as part of one by `{SMALLEST.name}`",
            1.10,
            samples.ratio(OURS.name, SMALLEST.name, 1, 0.0, "preview"),
        ),
        (
            "`preview --refresh` of 100 at 200 ms, as part of naive",
            0.40,
            samples.ratio(TESTED.name, NAIVE.name, 100, 0.2, "unchanged"),
        ),
        *(
            (
                f"`up` of 100 at {ms(latency)}, {'tested, ' if verify else ''}as part of naive",
                bound,
                samples.ratio((TESTED if verify else OURS).name, NAIVE.name, 100, latency),
            )
            for latency, bounds in ((0.2, (0.55, 0.75)), (1.0, (0.40, 0.60)))
            for verify, bound in zip((False, True), bounds, strict=True)
        ),
        *(
            (
                f"{_TITLES[step]}, 1000 at {ms(plan.SQUARE_LATENCY)}, state written once, as part of each step",
                0.15,
                samples.ratio(ONCE.name, OURS.name, 1000, plan.SQUARE_LATENCY, step),
            )
            for step in ("up", "update", "destroy")
        ),
    ]
    lines = [(name, f"{bound:.2f}", f"{found:.2f}", verdict(found, bound)) for name, bound, found in rows if found]
    own = samples.median(TESTED.name, 100, 0.2, field="own")
    if own:
        name = "state of a connection's own, bytes"
        lines.append((name, str(_MOST_OWN_BYTES), f"{own:.0f}", verdict(own, _MOST_OWN_BYTES)))
    return "\n\n".join(["## Targets", table(("", "at most", "measured", ""), lines), *_of_a_refresh(samples)])


def _of_a_refresh(samples: Samples) -> list[str]:
    """Say how much of a refresh is no waiting for an answer: that part no saved request takes away."""
    whole = samples.median(NAIVE.name, 100, 0.2, "unchanged")
    naive, ours = (samples.median(name, 100, 0.0, "unchanged") for name in (NAIVE.name, TESTED.name))
    if not (whole and naive and ours):
        return []
    return [
        f"""Without any latency a refresh of 100 takes naive {naive / whole:.2f} and ours {ours / whole:.2f} of what it
takes naive at 200 ms: that part is engine, program and provider, and no waiting for an answer."""
    ]


def _fixed(samples: Samples) -> str:
    names = (EMPTY.name, SMALLEST.name, OURS.name)
    rows = [
        (
            name,
            seconds(samples.median(name, 1, 0.0, "preview")),
            seconds(samples.median(name, 1, 0.0, "preview", "cpu")),
            megabytes(samples.median(name, 1, 0.0, "preview", "memory")),
            count(samples.median(name, 1, 0.0, "preview", "processes")),
        )
        for name in names
    ]
    return f"""## One connection

What a `preview` costs before anything is asked of Adobe: the engine, its look at the installed packages, the program
and the provider's process. `{SMALLEST.name}` has a dynamic resource that does nothing and a `RandomId`.

{table(("program", "wall, s", "CPU, s", "memory, MB", "processes"), rows)}"""


def _hundred(samples: Samples) -> str:
    ran = [item for item in samples.all if (item.subject, item.size, item.step) == (OURS.name, 100, "unchanged")]
    latencies = sorted({item.latency for item in ran})
    parts = []
    for step in LIFE:
        rows = []
        for name in _COMPARED:
            walls = [samples.median(name, 100, latency, step) for latency in latencies]
            if not any(walls):
                continue
            last = latencies[-1]
            rows.append(
                (
                    name,
                    *(seconds(wall) for wall in walls),
                    seconds(samples.median(name, 100, last, step, "cpu")),
                    count(samples.median(name, 100, last, step, "requests")),
                    count(samples.median(name, 100, last, step, "in_flight")),
                    megabytes(samples.median(name, 100, last, step, "memory")),
                )
            )
        head = (
            _TITLES[step],
            *(f"{ms(latency)}, s" for latency in latencies),
            "CPU, s",
            "requests",
            "in flight",
            "memory, MB",
        )
        parts.append(table(head, rows))
    return "\n\n".join(
        [
            """## A hundred connections

A create sends a POST and, unless `verify="none"`, a test. Besides, a command asks for one list, and the first one of a
user for Adobe's and for Zoho's token, which all commands share. A refresh reads pages of a hundred. A delete asks for
what is built on the connection, deletes it, and makes sure that it is gone: three requests where naive sends one.""",
            *parts,
        ]
    )


def _widths(samples: Samples) -> str:
    latencies = [
        latency for latency in plan.WIDTH_LATENCIES if samples.median(WIDTHS[-1].name, plan.WIDTH_SIZE, latency)
    ]
    if not latencies:
        return ""
    rows = []
    for subject in (NAIVE, *WIDTHS):
        cells = [
            cell
            for latency in latencies
            for cell in (
                seconds(samples.median(subject.name, 100, latency)),
                ratio(samples.ratio(subject.name, NAIVE.name, 100, latency)),
            )
        ]
        most = samples.median(subject.name, 100, latencies[-1], field="in_flight")
        memory = samples.median(subject.name, 100, latencies[-1], field="memory")
        cpu = samples.median(subject.name, 100, latencies[-1], field="cpu")
        rows.append((subject.name, *cells, count(most), seconds(cpu), megabytes(memory)))
    head = [cell for latency in latencies for cell in (f"{ms(latency)}, s", "of naive")]
    return f"""## Calls in flight

Pulumi's SDK answers four calls at a time in a provider's process, whatever `--parallel` says, and so does naive. This
project's process answers {CALLS_AT_A_TIME}. The engine asks for as many as `--parallel` or `PULUMI_PARALLEL` says, or
four for each core. `up` of {plan.WIDTH_SIZE}:

{table(("", *head, "in flight", "CPU, s", "memory, MB"), rows)}

What is left at {ms(latencies[0])} is processor time: engine, program, provider and emulator share the cores, and the
engine writes the state twice for each connection, one write after another."""


def _square(samples: Samples) -> str:
    latency = plan.SQUARE_LATENCY if samples.of(NAIVE.name, 100, plan.SQUARE_LATENCY) else 0.2
    sizes = sorted({item.size for item in samples.all if item.subject == NAIVE.name and item.latency == latency})
    rows, fits = [], {}
    for name in (NAIVE.name, OURS.name, ONCE.name):
        for step in LIFE:
            points = [(n, wall) for n in sizes if (wall := samples.median(name, n, latency, step)) is not None]
            if len(points) < 3:
                continue
            if step == "up":
                fits[name] = fit(points)
            walls = [seconds(samples.median(name, n, latency, step)) for n in sizes]
            rows.append((name, _TITLES[step], *walls, _formula(fit(points))))
    states = [kilobytes(samples.median(OURS.name, n, latency, field="state")) for n in sizes]
    rows.append(("state file, kB", OURS.name, *states, ""))
    shown = table(("", f"at {ms(latency)}", *(f"N = {n}, s" for n in sizes), "fit"), rows)
    return f"## Many connections: the square\n\n{shown}\n\n{_advice(fits, sizes[-1])}"


def _advice(fits: dict[str, Fit], largest: int) -> str:
    fitted = fits.get(OURS.name)
    if fitted is None or largest < 500 or not math.isfinite(fitted.turning_point()):
        return _SQUARE
    point = round(fitted.turning_point(), -1)
    share = fitted.square * 1000**2 / fitted.at(1000)
    return (
        f"{_SQUARE}\n\nHere the square is {share:.0%} of an `up` of 1000, and more than all the rest from about "
        f"**{point:.0f}** connections on: split a stack before that. Two stacks of half the size cost half the square, "
        f"and run side by side."
    )


_SQUARE = """With state in files (or S3, Azure Blob, Google Cloud Storage) the engine writes the whole state twice for
each step, so N steps write about N² resources. A preview writes nothing. What keeps it small is a small state of each
resource; what ends it is a smaller stack, or a backend that stores steps:

| backend | what a step writes |
|---|---|
| files, object stores | the whole state, twice, each time with the one before copied as a backup |
| PostgreSQL (`postgres://…`) | the same: it stores the same files, each as a row |
| Pulumi Cloud | the step alone: the engine sends it a journal |

`PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS=true` leaves the backups out; `PULUMI_SKIP_CHECKPOINTS=true` writes once
at the end, but then an engine that is killed forgets everything that it made. [scripts/up.sh](../scripts/up.sh) sets it
where the same command, run again, makes up for that: [scale.md](scale.md).

Split by what changes together and by who may change it: a stack for each sandbox first, then for each team or source
within it. [scale.md](scale.md) shows how such stacks run side by side."""


def _split(samples: Samples) -> str:
    ways = [way.name for way in split.WAYS if samples.of(way.name, split.OBJECTS, split.LATENCY, "unchanged")]
    if split.ONE.name not in ways or split.IN_TURN.name not in ways:
        return ""
    ways.insert(ways.index(split.IN_TURN.name) + 1, split.EACH)
    rows = []
    for name in ways:
        walls = [samples.median(name, split.OBJECTS, split.LATENCY, step) for step in split.STEPS]
        rows.append(
            (
                name,
                *(seconds(wall) for wall in walls),
                seconds(samples.median(name, split.OBJECTS, split.LATENCY, field="cpu")),
                kilobytes(samples.median(name, split.OBJECTS, split.LATENCY, field="state")),
            )
        )
    head = ("", _TITLES["up"], "`preview`, unchanged", _TITLES["unchanged"], "CPU of `up`, s", "largest state, kB")
    return f"""## One stack or several

{split.TABLES} tables of Zoho CRM by `ZohoIngestion` are {split.OBJECTS} objects. Here they are in one stack,
and by groups in {len(split.GROUPS)}, with one more for the connection, whose time is in it. At
{ms(split.LATENCY)}, in seconds:

{table(head, rows)}

A change of one table takes the commands of its stack alone. [scale.md](scale.md) shows how to split, and how a table
moves from one stack to another."""


def _limits(samples: Samples) -> str:
    rows = [
        (
            service,
            *(seconds(samples.median(name, 100, 0.0, "up", service=service)) for name in (NAIVE.name, OURS.name)),
        )
        for service in ("emulator", "stub")
    ]
    rate = samples.median(raw.NAME, 100, 0.0, "up")
    floor = f"It takes {100 / rate:.0f} requests a second from sixteen threads. " if rate else ""
    with_it, without = (samples.median(OURS.name, 100, 0.0, "up", service=name) for name in ("emulator", "stub"))
    part = f" {1 - without / with_it:.0%} of ours are the emulator's:" if with_it and without else ""
    return f"""## Is the emulator the limit?

{floor}`bench/stub.py` believes everything, keeps its objects in memory alone, and runs beside it for comparison.
Seconds of `up` of 100 without latency, where it would show most;{part}

{table(("", NAIVE.name, OURS.name), rows)}"""


_TAIL = f"""## What makes it fast

* A refresh asks for lists, page by page: the first three objects are asked for one by one, the rest come from one list,
  and an object that the list does not show is asked for before it counts as gone.
* Zoho is asked for its token while Adobe is asked for the list.
* A provider's process answers {CALLS_AT_A_TIME} calls at a time, where the SDK has four.
* Processes share Adobe's token, which lasts a day, and Zoho's.
* One HTTP session for each process: connections stay open.
* The program imports no HTTP library, and the provider only when it sends its first request.
* The reference to the provider is 60 bytes in the state, not a pickled class, and of the stack of calls that the SDK
  writes into each resource's state only lines of the program and this package are left: a third less to write.
* `?metadata=skip` in the URL of a file backend: no second file and no checksum with each write.
* `PULUMI_RUN_PROGRAM=true` spares refreshes and destroys a second start of the provider.
* `PIP_DISABLE_PIP_VERSION_CHECK=1`: the engine lists the packages at each command, and pip would look for a newer one.
  A pip of version 26 lists in half the time of the one that comes with Python 3.11, 0.3 seconds less for each command.

The counts behind this are tested (`tests/counts`), times never."""


def _formula(fitted: Fit) -> str:
    return f"{fitted.fixed:.1f} s + {fitted.each * 1000:.1f} ms N + {fitted.square * 1e6:.0f} µs N²"
