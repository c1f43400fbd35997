"""The two commands of a new user, in a copy of the project."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stack import PROJECT, copy_project


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Path]:
    """A copy of the project, with the virtual environment that is here already."""
    folder = tmp_path / "zoho-adobe"
    copy_project(folder)
    yield folder
    subprocess.run([PROJECT / ".venv/bin/python", "-m", "engine.local_stack", "stop"], cwd=folder, check=True)


def make(folder: Path, target: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a make target as a person would; the environment is that of the project and is not installed again."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MAKE"))}
    command = ["make", "--old-file=.venv/.installed", target]
    return subprocess.run(command, cwd=folder, env={**environment, **env}, capture_output=True, text=True, check=False)


def test_up_again_preview_and_down(clone: Path) -> None:
    # The user's own credentials must not reach the local stack.
    first = make(clone, "up", ADOBE_SANDBOX="prod", ADOBE_CLIENT_SECRET="my-own-secret")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "baseConnectionId" in first.stdout
    assert "make preview" in first.stdout
    second = make(clone, "up")
    assert "3 unchanged" in second.stdout, second.stdout + second.stderr
    preview = make(clone, "preview")
    assert "3 unchanged" in preview.stdout
    assert "secret" not in preview.stdout.lower()
    down = make(clone, "down")
    assert down.returncode == 0, down.stdout + down.stderr
    assert "3 deleted" in down.stdout
    assert "the emulator has ended" in down.stderr
    assert (clone / "Pulumi.local.yaml").read_text() == (PROJECT / "Pulumi.local.yaml").read_text()


def test_another_host_is_refused(clone: Path) -> None:
    with (clone / "Pulumi.local.yaml").open("a") as file:
        file.write("  zoho-adobe:platformUrl: https://platform.adobe.io\n")
    refused = make(clone, "up")
    assert refused.returncode != 0
    assert "platformUrl in Pulumi.local.yaml names 'platform.adobe.io'" in refused.stderr
    assert "pulumi stack init dev" in refused.stderr


def test_rows_on_their_way_by_files(clone: Path) -> None:
    first = make(clone, "landing-zone", ZOHO_CLIENT_SECRET="my-own-secret")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "Leads: 3 rows" in first.stdout
    assert "Oh My Goodknits Inc" in first.stdout
    again = make(clone, "landing-zone")
    assert "unchanged" in again.stdout, again.stdout + again.stderr
    assert "Leads: 3 rows" in again.stdout
    assert "secret" not in (first.stdout + again.stdout + again.stderr).lower()
