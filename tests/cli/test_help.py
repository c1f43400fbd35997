"""The command line as it presents itself: fast, complete, and without Pulumi."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.stack import PROJECT
from zoho_adobe.cli import COMMANDS


def run(*words: str, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, *python, "-m", "zoho_adobe", *words]
    return subprocess.run(line, cwd=PROJECT, capture_output=True, text=True, check=False)


def test_help_names_all_commands_and_loads_little() -> None:
    done = run("--help", python=("-X", "importtime"))
    assert done.returncode == 0
    assert all(command in done.stdout for command in COMMANDS)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "click" in loaded
    assert not loaded & {"pulumi", "requests", "yaml", "grpc"}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: python -m zoho_adobe {command}")


def test_an_unknown_command() -> None:
    done = run("authorise")
    assert done.returncode == 2
    assert "No such command 'authorise'" in done.stderr


def test_the_table_of_client_types() -> None:
    shown = run("authorize", "--client-types").stdout
    for kind in ("web-based", "self-client", "non-browser", "(mobile)", "(javascript)"):
        assert kind in shown
    assert "http://127.0.0.1:8976/callback" in shown
