"""A command at a terminal, as a person sees it."""

from __future__ import annotations

import os
import pty
import re
import select
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.support import processes
from tests.support.cli.runner import PATIENCE


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, *words: str, env: Mapping[str, str], cwd: Path) -> None:
        self._master, slave = pty.openpty()
        self.shown = ""
        self._process = processes.start(
            [sys.executable, "-m", "zoho_adobe", *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**env, "TERM": "xterm", "COLUMNS": "200"},
            cwd=cwd,
            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),
        )
        os.close(slave)

    def wait_for(self, pattern: str) -> str:
        """Wait for a text; a prompt for a secret is ready with the blank behind it, and drops what is typed before."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = re.search(pattern, self.shown)
            if found:
                return found.group(found.lastindex or 0)
            self._read(0.1)
        raise AssertionError(f"{pattern!r} did not show up in: {self.shown}")

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def end(self, *, press: str = "") -> int:
        """Wait for the end; keys are pressed once a second, as a person does whose first try fell between two reads."""
        deadline, pressed = time.monotonic() + PATIENCE, time.monotonic() - 1
        while self._process.poll() is None:
            assert time.monotonic() < deadline, f"it does not end: {self.shown}"
            if press and time.monotonic() > pressed + 1:
                self.type(press)
                pressed = time.monotonic()
            self._read(0.05)
        self._read(0.05)
        os.close(self._master)
        return self._process.returncode

    def _read(self, seconds: float) -> None:
        if select.select([self._master], [], [], seconds)[0]:
            try:
                self.shown += os.read(self._master, 65536).decode("utf-8", "replace")
            except OSError:
                time.sleep(seconds)
