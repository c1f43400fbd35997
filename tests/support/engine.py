"""Fake programs and real processes for the tests of the engine."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

from tests.support import processes
from tests.support.stack import PROJECT

# Nothing listens on port 9 of this machine: the same as a host that cannot be reached, without the wait.
NOWHERE = "http://127.0.0.1:9"

# Runs `python -m engine ensure`, with the official downloads out of reach.
DRIVER = f"""
import sys
sys.path.insert(0, {str(PROJECT)!r})
from engine import __main__, installer
installer.RELEASES = {NOWHERE!r}
sys.argv = ["engine", "ensure"]
sys.exit(__main__.main())
"""


def program(path: Path, code: str) -> Path:
    """Write a small Python program that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{sys.executable} -I\n{textwrap.dedent(code)}")
    path.chmod(0o755)
    return path


def fake_pulumi(path: Path, version: str, *, host: bool = True) -> Path:
    """Put up a `pulumi` that knows its version and nothing else."""
    if host:
        program(path.with_name("pulumi-language-python"), "")
    return program(path, f"print({version!r})")


def fake_go(folder: Path, on_build: str = "", version: str = "go1.99.0") -> Path:
    """Put up a `go` that answers what the build asks, writes each call down and "builds" empty programs.

    `on_build` is code that runs first in each build.
    """
    sdk = folder / "sdk"
    for script in ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python"):
        (sdk / script).parent.mkdir(parents=True, exist_ok=True)
        (sdk / script).write_text("#!/bin/sh\n")
    return program(
        folder / "bin" / "go",
        f"""
        import os, pathlib, sys, time
        folder = pathlib.Path({str(folder)!r})
        verb, *rest = sys.argv[1:]
        if verb == "env":
            print({version!r})
        elif verb == "list":
            print(folder / "sdk")
        else:
            with open(folder / "builds", "a") as calls:
                calls.write(f"{{os.getpid()}} {{rest[-1]}}\\n")
            {on_build or "pass"}
            output = pathlib.Path(rest[rest.index("-o") + 1])
            print("go: downloading example.com/x v1.0.0")
            print(rest[-1])
            (output / rest[-1].rpartition("/")[2]).write_text("")
        """,
    )


def builds(folder: Path) -> list[tuple[int, str]]:
    """Return the builds that a fake `go` was asked for: process id and package."""
    calls = folder / "builds"
    lines = calls.read_text().splitlines() if calls.exists() else []
    return [(int(pid), package) for pid, package in (line.split() for line in lines)]


def environment(folder: Path) -> dict[str, str]:
    """Return an environment with nothing on PATH but the fakes in `folder`, and a cache of its own."""
    return {
        "PATH": str(folder / "bin"),
        "HOME": str(folder),
        "ZOHO_ADOBE_CACHE": str(folder / "cache"),
        "no_proxy": "127.0.0.1",
    }


def start(folder: Path) -> subprocess.Popen[str]:
    """Start the driver in a process of its own."""
    return processes.start(
        [sys.executable, "-c", DRIVER],
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_for(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Return whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def contents(folder: Path) -> list[str]:
    """Name what a folder holds."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []
