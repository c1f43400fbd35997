"""Every command that a page shows is run by a test, or has a reason why not; those within a sentence exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from engine import toolchain
from tests.support.pages import ELSEWHERE, PAGES, blocks, lines
from tests.support.stack import PROJECT, isolated_environment

NAMES = [Path(os.path.relpath(page, PROJECT / "docs")).as_posix() for page in PAGES]
TESTS = [path.read_text() for path in (PROJECT / "tests").rglob("test_*.py")]
# Only what is whole: an ellipsis stands for what a reader knows.
IN_SENTENCES = sorted(
    {
        command
        for page in PAGES
        for command in re.findall(r"(?<!`)`((?:pulumi|python -m zoho_adobe) [^`…]+)`(?!`)", page.read_text())
    }
)


@pytest.mark.parametrize("name", [name for name in NAMES if lines(name)])
def test_a_test_runs_the_commands_of_a_page(name: str) -> None:
    assert any(f'"{name}"' in text for text in TESTS), f"no test follows {name}"


def test_what_is_run_elsewhere_is_on_a_page() -> None:
    shown = "\n".join(block for name in NAMES for block in blocks(name))
    assert [command for command in ELSEWHERE if command not in shown] == []


@pytest.mark.long
def test_commands_within_sentences_exist(pulumi: toolchain.Toolchain, pulumi_home: Path, tmp_path: Path) -> None:
    env = isolated_environment(pulumi, pulumi_home, tmp_path)
    assert len(IN_SENTENCES) > 10
    for command in IN_SENTENCES:
        words = shlex.split(command)
        start = [sys.executable] if words[0] == "python" else ["pulumi"]
        # An option that does not exist is an error, also where help is asked for.
        asked = subprocess.run(
            [*start, *words[1:], "--help"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert asked.returncode == 0, f"{command}: {asked.stderr}"
        # Where a command does not exist, Pulumi shows the help of the one above it.
        usage = re.search(r"Usage:\s+(.*)", asked.stdout)
        assert usage, command
        named, rest = re.fullmatch(r"(\w[\w. -]*?)((?: [\[<A-Z].*)?)", usage.group(1)).groups()  # type: ignore[union-attr]
        *above, last = named.split()
        aliases = re.search(r"Aliases:\s+(.*)", asked.stdout)
        names = {last, *(aliases.group(1).split(", ") if aliases else ())}
        assert command.split()[: len(above)] == above, f"{command}: {usage.group(1)}"
        assert command.split()[len(above)] in names, f"{command}: {usage.group(1)}"
        takes_more = rest not in ("", " [flags]", " [command]", " [OPTIONS]")
        following = command.split()[len(above) + 1 :]
        assert takes_more or not following or following[0].startswith("-"), f"{command}: {usage.group(1)}"
