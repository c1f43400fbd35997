"""docs/tasks/export.md: its commands run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import launch
from tests.support.exporter.command import Command
from tests.support.exporter.site import Site
from tests.support.pages import lines


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
