"""`python -m bench`: measure, and write docs/performance.md with its plot, and docs/performance-exports.md."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import exports, exports_page, machine, plan, raw, report, split
from bench.plan import Group
from bench.samples import Sample, Samples
from bench.services import Service, emulated, stubbed
from bench.stacks import Bench
from bench.subjects import Subject
from emulator import launch
from engine import toolchain

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / ".local" / "bench"
SAMPLES, EXPORTS = FOLDER / "samples.jsonl", FOLDER / "exports.jsonl"


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="ten minutes: one round, up to 100 connections, few latencies"
    )
    parser.add_argument("--resume", action="store_true", help="go on with a run that was cut off")
    parser.add_argument(
        "--only",
        choices=(split.ROUND, exports.ROUND),
        help="measure only one stack beside several, or only exports; the rest is of the last run",
    )
    parser.add_argument("--report", action="store_true", help="only write the page from the figures of the last run")
    words = parser.parse_args()
    # A background job of a script ignores SIGINT, and so would the engine's plugins, for whose end it then waits 5 s.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    FOLDER.mkdir(parents=True, exist_ok=True)
    if words.only in (None, exports.ROUND):
        _exports(quick=words.quick, measure=not words.report)
    if words.only == exports.ROUND:
        return 0
    if not (words.resume or words.report or words.only):
        SAMPLES.unlink(missing_ok=True)
    samples = Samples.read(SAMPLES)
    if words.only and not samples.all:
        parser.error(f"--only: there is no last run in {SAMPLES}")
    if words.only and not (words.resume or words.report):
        samples.drop(split.ROUND, SAMPLES)
    if not words.report:
        _measure([] if words.only else plan.groups(quick=words.quick), samples, ways=not words.quick)
    report.write(samples, machine.describe(), PROJECT / "docs")
    return 0


def _measure(groups: list[Group], samples: Samples, *, ways: bool) -> None:
    engine = toolchain.ensure(_say)
    with emulated(FOLDER / "emulator") as emulator, stubbed() as stub:
        for number, group in enumerate(groups):
            services: tuple[Service, ...] = (emulator, stub) if group.stub else (emulator,)
            for round_, service in itertools.product(range(group.rounds), services):
                tag, bench = f"{number}.{round_}.{service.name}", Bench(engine, FOLDER, service)
                for subject in group.subjects:
                    if not samples.ran(tag, subject.name):
                        for sample in _lived(bench, service, group, tag, subject):
                            samples.add(sample, SAMPLES)
                if group.raw and not samples.ran(tag, raw.NAME):
                    for sample in _floor(service, group, tag):
                        samples.add(sample, SAMPLES)
                        _tell(sample)
        for way in split.WAYS if ways else ():
            if not samples.ran(split.ROUND, way.name):
                for sample in split.live(Bench(engine, FOLDER, emulator), emulator, way):
                    samples.add(sample, SAMPLES)
                    _tell(sample)


def _exports(*, quick: bool, measure: bool) -> None:
    if measure:
        EXPORTS.unlink(missing_ok=True)
    samples = Samples.read(EXPORTS)
    if measure:
        with tempfile.TemporaryDirectory(dir=FOLDER) as place, launch.start(Path(place)) as emulator:
            for rows, rounds in (exports.QUICK_SIZES if quick else exports.SIZES).items():
                for number in range(rounds):
                    for sample in exports.live(emulator, FOLDER, rows, number):
                        samples.add(sample, EXPORTS)
                        _tell(sample)
    if samples.all:
        exports_page.write(samples, machine.describe(), PROJECT / "docs")


def _lived(bench: Bench, service: Service, group: Group, tag: str, subject: Subject) -> Iterator[Sample]:
    for name, step in bench.live(subject, group.size, group.latency, group.steps).items():
        sample = Sample(
            round=tag,
            subject=subject.name,
            service=service.name,
            size=group.size,
            latency=group.latency,
            step=name,
            wall=step.cost.wall,
            cpu=step.cost.cpu,
            memory=step.cost.memory,
            processes=step.cost.processes,
            requests=step.counts.requests,
            in_flight=step.counts.in_flight,
            state=step.state,
            own=step.own,
        )
        _tell(sample)
        yield sample


def _floor(service: Service, group: Group, tag: str) -> Iterator[Sample]:
    for name, (seconds, counts) in raw.live(service, group.size, group.latency).items():
        yield Sample(
            round=tag,
            subject=raw.NAME,
            service=service.name,
            size=group.size,
            latency=group.latency,
            step=name,
            wall=seconds,
            requests=counts.requests,
            in_flight=counts.in_flight,
        )


def _tell(sample: Sample) -> None:
    _say(
        f"{time.strftime('%H:%M:%S')}  {sample.subject:32} {sample.service:8} N={sample.size:<4} "
        f"{sample.latency * 1000:4.0f} ms  {sample.step:9} {sample.wall:7.2f} s  cpu {sample.cpu:6.2f} s  "
        f"{sample.requests} requests, {sample.in_flight} in flight"
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
