"""The figures of a run: one line of JSON each, so that a run that was cut off can go on."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """One command of one round.

    Attributes:
        round: which round of which group; what has the same one ran by turns.
        subject: what ran.
        service: what it worked with: "emulator" or "stub".
        size: how many connections, or objects of ingestions.
        latency: the seconds that every answer took.
        step: the command.
        wall: seconds from start to end.
        cpu: seconds of processor time, 0 where it was not measured.
        memory: the most bytes resident at one time.
        processes: the most processes at one time.
        requests: how many requests were sent.
        in_flight: the most at one time.
        state: bytes of the state file afterwards, the largest where there are several.
        own: bytes of state of the resources' own, for each.
    """

    round: str
    subject: str
    service: str
    size: int
    latency: float
    step: str
    wall: float
    cpu: float = 0.0
    memory: int = 0
    processes: int = 0
    requests: int = 0
    in_flight: int = 0
    state: int = 0
    own: float = 0.0


class Samples:
    """All figures of a run.

    Args:
        found: the figures.
    """

    def __init__(self, found: Iterable[Sample] = ()) -> None:
        self.all = list(found)

    @classmethod
    def read(cls, path: Path) -> Samples:
        """Read the figures from a file; a missing one has none."""
        lines = path.read_text().splitlines() if path.exists() else []
        return cls(Sample(**json.loads(line)) for line in lines)

    def add(self, sample: Sample, path: Path) -> None:
        """Keep a figure, in the file too."""
        self.all.append(sample)
        with path.open("a") as file:
            file.write(json.dumps(asdict(sample)) + "\n")

    def drop(self, round_: str, path: Path) -> None:
        """Forget the figures of a round, in the file too."""
        self.all = [item for item in self.all if item.round != round_]
        path.write_text("".join(json.dumps(asdict(item)) + "\n" for item in self.all))

    def ran(self, round_: str, subject: str) -> bool:
        """Return whether a subject ran in a round."""
        return any((item.round, item.subject) == (round_, subject) for item in self.all)

    def of(self, subject: str, size: int, latency: float, step: str = "up", service: str = "emulator") -> list[Sample]:
        """Return the figures of one command in all rounds."""
        key = (subject, service, size, latency, step)
        return [item for item in self.all if key == (item.subject, item.service, item.size, item.latency, item.step)]

    def median(
        self,
        subject: str,
        size: int,
        latency: float,
        step: str = "up",
        field: str = "wall",
        service: str = "emulator",
    ) -> float | None:
        """Return the median of a figure over all rounds, None where it was not measured."""
        found = self.of(subject, size, latency, step, service)
        return statistics.median(getattr(item, field) for item in found) if found else None

    def ratio(self, subject: str, other: str, size: int, latency: float, step: str = "up") -> float | None:
        """Return how long a subject takes as part of another: the median over the rounds in which both ran.

        Rounds are interleaved: what slows the machine for a while slows both of a pair.
        """
        theirs = {item.round: item.wall for item in self.of(other, size, latency, step)}
        mine = [item for item in self.of(subject, size, latency, step) if item.round in theirs]
        return statistics.median(item.wall / theirs[item.round] for item in mine) if mine else None

    def subjects(self) -> list[str]:
        """Return the names of all subjects, in the order in which they ran."""
        return list(dict.fromkeys(item.subject for item in self.all))
