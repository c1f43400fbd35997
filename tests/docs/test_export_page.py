"""docs/tasks/export.md: its commands run, and each example is read by its own tool."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from emulator import launch
from tests.support.exporter.command import Command
from tests.support.exporter.site import Site
from tests.support.pages import blocks, lines

PAGE = "tasks/export.md"


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    with launch.start(tmp_path / "emulator") as emulator:
        site = Site(emulator)
        site.pass_time()
        site.fault("status", status=200, body={"items": [], "_links": {}}, path="/flowservice/runs$", times=None)
        yield Command(site, tmp_path)


def test_the_commands_run(command: Command) -> None:
    for line in lines("tasks/export.md"):
        words = shlex.split(line)
        assert words[:3] == ["python", "-m", "zoho_adobe"]
        process = command.start(*words[3:])
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, ""), out
    command.site.assert_all_there()


def test_the_units_are_good(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    (service,) = blocks(PAGE, "systemd")
    (timer,) = re.findall(r"```systemd-timer\n(.*?)```", (Path(__file__).parents[2] / "docs" / PAGE).read_text(), re.S)
    (tmp_path / "zoho-adobe-export.service").write_text(service)
    (tmp_path / "zoho-adobe-export.timer").write_text(timer)
    units = [str(tmp_path / f"zoho-adobe-export.{kind}") for kind in ("service", "timer")]
    done = subprocess.run([program, "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_cron_job_is_good(tmp_path: Path) -> None:
    (job,) = blocks(PAGE, "yaml")
    spec = yaml.safe_load(job)["spec"]
    assert spec["concurrencyPolicy"] == "Forbid"
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("kubectl is not installed")
    (tmp_path / "job.yaml").write_text(job)
    (tmp_path / "kustomization.yaml").write_text("resources: [job.yaml]\n")
    done = subprocess.run([program, "kustomize", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert yaml.safe_load(done.stdout) == yaml.safe_load(job)


def test_every_schedule_is_the_same() -> None:
    (line,) = blocks(PAGE, "crontab")
    (job,) = blocks(PAGE, "yaml")
    assert line.startswith(f"{yaml.safe_load(job)['spec']['schedule']} cd ")
