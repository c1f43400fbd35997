"""Runs the commands of a page of the documentation as they stand there."""

from __future__ import annotations

import re
import shlex
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
