"""A test that hangs or fails in the middle costs itself and no other, also in a run that ignores Ctrl-C."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support import processes
from tests.support.engine import alive, wait_for
from tests.support.stack import PROJECT

TWO_TESTS = """
import pathlib, signal, subprocess, sys, time
from tests.support import processes
from tests.support.engine import alive

PID = pathlib.Path(__file__).with_name("pid")
SLEEP = "import time; time.sleep(600)"

def test_that_hangs():
    process = processes.start([sys.executable, "-c", SLEEP])
    PID.write_text(str(process.pid))
    process.wait()

def test_that_comes_next():
    assert not alive(int(PID.read_text()))
    process = processes.start([sys.executable, "-c", f"print(flush=True); {SLEEP}"], stdout=subprocess.PIPE)
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == -signal.SIGINT
"""


def test_a_test_that_hangs_fails_alone(tmp_path: Path) -> None:
    two_tests = tmp_path / "test_two.py"
    two_tests.write_text(TWO_TESTS)
    options = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-c", "pyproject.toml", "-o", "timeout=2"]
    # As a shell runs what stands before `&` in a script.
    background = ["sh", "-c", 'trap \'\' INT QUIT; exec "$0" "$@"']
    done = subprocess.run(
        [*background, sys.executable, "-m", "pytest", *options, str(two_tests)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "test_that_hangs - Failed: Timeout" in done.stdout
    assert "1 failed, 1 passed" in done.stdout, done.stdout


def test_what_a_test_started_ends_with_all_that_it_started(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    inner = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(600)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}, sys.argv[1]])"
    process = processes.start([sys.executable, "-c", outer, str(pid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    wait_for(lambda: pid.exists() and pid.read_text())
    processes.end_all()
    assert process.returncode is not None
    assert process.stdout is not None
    assert process.stdout.closed
    wait_for(lambda: not alive(int(pid.read_text())))


def test_processes_of_tests_are_started_here_alone() -> None:
    """Others would outlive a test that fails; what starts one for several tests ends it itself."""
    apart = {
        "kills/killing.py",
        "support/emulator/azurite.py",
        "support/wire/plugin.py",
        "engine/test_random_plugin.py",
    }
    tests = PROJECT / "tests"
    found = {str(path.relative_to(tests)) for path in tests.rglob("*.py") if "subprocess.Popen(" in path.read_text()}
    assert found - {"support/processes.py", "unit/test_processes.py"} == apart
