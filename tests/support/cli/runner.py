"""Runs `python -m zoho_adobe` as a person or a script would, and watches what it shows to others."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import processes

PATIENCE = 60.0


class ArgumentsWatch:
    """Looks at the arguments of every process of the machine while a command runs."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> ArgumentsWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.003):
            for entry in Path("/proc").iterdir():
                if entry.name.isdigit():
                    with contextlib.suppress(OSError):
                        self.seen.add((entry / "cmdline").read_bytes().decode("utf-8", "replace"))


@dataclass
class Running:
    """A command that runs, with its streams read as they come."""

    process: subprocess.Popen[str]
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    @classmethod
    def start(cls, *words: str, env: Mapping[str, str], cwd: Path, words_in: str | None = "") -> Running:
        """Start it; `words_in` None leaves standard input open."""
        process = processes.start(
            [sys.executable, "-m", "zoho_adobe", *words],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running = cls(process)
        assert process.stdin is not None
        if words_in is not None:
            process.stdin.write(words_in)
            process.stdin.close()
        for stream, lines in ((process.stdout, running.out), (process.stderr, running.err)):
            assert stream is not None
            thread = threading.Thread(target=lines.extend, args=(iter(stream.readline, ""),), daemon=True)
            thread.start()
            running._threads.append(thread)
        return running

    def wait_for(self, pattern: str) -> str:
        """Wait until a line shows up, and give what the pattern's group found in it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = re.search(pattern, "".join([*self.err, *self.out]))
            if found:
                return found.group(found.lastindex or 0)
            assert self.process.poll() is None, f"ended with {self.process.returncode}: {self.text}"
            time.sleep(0.02)
        raise AssertionError(f"{pattern!r} did not show up in: {self.text}")

    def interrupt(self) -> None:
        """Press Ctrl-C: the terminal sends it to the whole group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self) -> Done:
        """Wait for the end."""
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise AssertionError(f"it does not end: {self.text}") from None
        for thread in self._threads:
            thread.join(PATIENCE)
        for stream in (self.process.stdout, self.process.stderr, self.process.stdin):
            if stream is not None:
                stream.close()
        return Done(code, "".join(self.out), "".join(self.err))

    @property
    def text(self) -> str:
        return "".join([*self.out, *self.err])


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err

    def error(self) -> str:
        """Return the one line that says what went wrong."""
        assert self.code not in (0, None), self.text
        assert "Traceback" not in self.text
        (line,) = (line for line in self.err.splitlines() if line.startswith(("error:", "interrupted")))
        return line


def assert_unseen(canaries: Iterable[str], texts: Iterable[str]) -> None:
    """Make sure that no secret is in any of the texts."""
    joined = "\0".join(texts)
    assert not [canary[:9] for canary in canaries if canary and canary in joined]
