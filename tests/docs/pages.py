"""Runs the commands of a page of the documentation as they stand there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator

from tests.stack import PROJECT, Result, Stack


def commands(page: str) -> Iterator[list[str]]:
    """Give the commands in the `console` blocks of a page, in order."""
    text = (PROJECT / "docs" / page).read_text()
    for block in re.findall(r"^ *```console\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            if line.strip():
                yield shlex.split(line)


def follow(page: str, stack: Stack, answers: dict[str, str]) -> list[Result]:
    """Run a page's commands on a stack.

    Args:
        page: the page, below `docs`.
        stack: the stack to work on.
        answers: what to type where a command asks, or to put in the place of an example's value, by the config key.
    """
    results = []
    for program, *words in commands(page):
        if program == "python":
            results.append(_command_line(stack, words, answers))
            continue
        assert program == "pulumi", f"{page} runs {program}, which this test does not"
        typed = ""
        if words[:2] == ["config", "set"]:
            key = words[-1] if "--secret" in words else words[2]
            if "--secret" in words:
                typed = answers[key]
            elif key in answers:
                words[3] = answers[key]
        yes = ["--yes", "--skip-preview"] if words[0] in ("up", "destroy") else []
        results.append(stack.run(*words, *yes, "--stack", stack.name, "--non-interactive", words_in=typed))
    return results


def _command_line(stack: Stack, words: list[str], answers: dict[str, str]) -> Result:
    """Run `python -m zoho_adobe` for the stack; an example's value gives way to what the answers have for it."""
    command = [sys.executable, *(answers.get(word, stack.name if word == "dev" else word) for word in words)]
    done = subprocess.run(command, cwd=stack.folder, env=stack.env, capture_output=True, text=True, check=False)
    stack.seen.append(done.stdout + done.stderr)
    assert done.returncode == 0, done.stdout + done.stderr
    return Result(done.returncode, done.stdout, done.stderr)
