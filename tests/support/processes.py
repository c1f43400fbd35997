"""The processes that tests start: signals do to them what they do by default, and none outlives its test."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from typing import Any

_started: list[subprocess.Popen[str]] = []


def restore_signals() -> None:
    """Undo that a background job of a script ignores Ctrl-C: whatever it starts would ignore it, too.

    A signal that is handled here has its default effect in a process that is started, and one that is ignored has none.
    """
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def start(command: Sequence[str | os.PathLike[str]], **options: Any) -> subprocess.Popen[str]:
    """Start a command in a session of its own; `end_all` ends it with all that it started.

    Args:
        command: the command.
        options: those of `subprocess.Popen`.
    """
    process: subprocess.Popen[str] = subprocess.Popen(command, text=True, start_new_session=True, **options)
    _started.append(process)
    return process


def end_all() -> None:
    """End what `start` started, however its test ended."""
    while _started:
        process = _started.pop()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                # What is not written yet has no reader left.
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
