"""What one command costs."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
# Reading all of /proc takes milliseconds: more often than this, watching would be part of what is measured.
_SAMPLE_SECONDS = 0.2


class CommandFailedError(RuntimeError):
    """A measured command failed, so its time means nothing."""


@dataclass(frozen=True)
class Cost:
    """What a command took.

    Attributes:
        wall: seconds from its start to its end.
        cpu: seconds of processor time, of the command and everything it started.
        memory: the most bytes resident at one time in all its processes together, shared pages counted in each.
        processes: the most processes alive at one time.
    """

    wall: float
    cpu: float
    memory: int
    processes: int


def run(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Cost:
    """Run a command and measure it.

    Args:
        command: the command and its arguments.
        folder: where it runs.
        env: its environment.

    Returns:
        What it cost.

    Raises:
        CommandFailedError: it did not succeed.
    """
    with tempfile.TemporaryFile() as output:
        begin = time.perf_counter()
        # The process is reaped by hand, since only that way its own usage is told.
        process = subprocess.Popen(
            list(command), cwd=folder, env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        with _Watch(process.pid) as watch:
            _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            said = output.read().decode("utf-8", "replace")
            raise CommandFailedError(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, watch.memory, watch.processes)


class _Watch:
    """Looks now and then at a process and everything below it."""

    def __init__(self, root: int) -> None:
        self.memory = 0
        self.processes = 0
        self._root = root
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            family = _family(self._root)
            self.memory = max(self.memory, sum(family.values()))
            self.processes = max(self.processes, len(family))


def _family(root: int) -> dict[int, int]:
    """Return the resident bytes of a process and of all its descendants, by process id."""
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            # The name in parentheses may itself hold spaces and parentheses.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
        resident[int(folder.name)] = int(fields[21]) * _PAGE
    family = {root: resident.get(root, 0)}
    grew = True
    while grew:
        more = {pid for pid, parent in parents.items() if parent in family and pid not in family}
        family.update({pid: resident[pid] for pid in more})
        grew = bool(more)
    return family
