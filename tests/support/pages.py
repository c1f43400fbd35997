"""Runs the commands of a page of the documentation as they stand there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator

from tests.support.stack import PROJECT, Result, Stack

PAGES = [
    path for path in sorted(PROJECT.rglob("*.md")) if not {".venv", ".local"} & set(path.relative_to(PROJECT).parts)
]
ELSEWHERE = {
    "make up": "tests/engine_runs/test_local_stack.py runs it in a copy of the project",
    "make landing-zone": "likewise",
    "make test": "this is it",
    "make install && source .venv/bin/activate": ".ci/run does, in a new clone",
    "python -m zoho_adobe authorize --data-center eu --scope ZohoCRM.settings.READ --scope ZohoCRM.modules.READ "
    "--scope ZohoCRM.bulk.READ --scope ZohoCRM.coql.READ": "a person consents; tests/cli/test_authorize.py does",
    "python -m zoho_adobe authorize --client-id 1000.ABCDEFGHIJKLMNOPQRSTUVWXYZ1234 --data-center eu": "likewise",
    "export ADOBE_CLIENT_ID=… ADOBE_CLIENT_SECRET=…": "the tests have credentials of their own there",
    "export ZOHO_CLIENT_ID=$(pulumi config get zohoClientId) ZOHO_CLIENT_SECRET=$(pulumi config get zohoClientSecret) "
    "ZOHO_REFRESH_TOKEN=$(pulumi config get zohoRefreshToken)": "tests/package does so for all commands of the page",
    "export PULUMI_BACKEND_URL='postgres://pulumi@db.example.com/pulumi?sslmode=verify-full'": "it names a server",
    "export PGPASSWORD=…": "tests/gitops/test_backends.py sets both, for a server of its own",
    "python -m zoho_adobe import --stack dev": "tests/engine_runs/test_bulk_import.py imports connections",
    "python -m zoho_adobe import --stack dev --all": "likewise",
    "python -m zoho_adobe import --stack dev --dataflows": "tests/engine_runs/test_import_of_ingestions.py does",
    "pip install 'zoho-adobe[export]'": "tests/package installs the built package by it",
    "pulumi stack export --stack prod --version 41 | pulumi stack import --stack prod": "Pulumi Cloud alone can do it",
}
"""The commands that no test runs from the page, and why."""


def blocks(page: str, *languages: str) -> list[str]:
    """Return the blocks of a page in these languages, in order; commands are in `console` and `sh`."""
    text = (PROJECT / "docs" / page).read_text()
    found = re.findall(r"^( *)```(\w+)\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for _, language, block in found if language in (languages or ("console", "sh"))]


def lines(page: str) -> list[str]:
    """Return the commands of a page that are run from it, one a line, without what is said of them."""
    found = [line.split(" # ")[0].strip() for block in blocks(page) for line in block.splitlines()]
    return [line for line in found if line and line not in ELSEWHERE]


def commands(page: str) -> Iterator[list[str]]:
    """Return the words of these commands."""
    yield from map(shlex.split, lines(page))


def shell(stack: Stack, text: str, **env: str) -> Result:
    """Run commands of a page as they stand there, by the shell, in a stack's folder; nobody is asked to confirm."""
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", text],
        cwd=stack.folder,
        env={**stack.env, "PULUMI_SKIP_CONFIRMATIONS": "true", **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    stack.seen.append(done.stdout + done.stderr)
    assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
    return Result(done.returncode, done.stdout, done.stderr)


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
        of = [] if words[:2] == ["stack", "init"] else ["--stack", stack.name]
        results.append(stack.run(*words, *yes, *of, "--non-interactive", words_in=typed))
    return results


def _command_line(stack: Stack, words: list[str], answers: dict[str, str]) -> Result:
    """Run `python -m zoho_adobe` for the stack; an example's value gives way to what the answers have for it."""
    command = [sys.executable, *(answers.get(word, stack.name if word == "dev" else word) for word in words)]
    done = subprocess.run(command, cwd=stack.folder, env=stack.env, capture_output=True, text=True, check=False)
    stack.seen.append(done.stdout + done.stderr)
    assert done.returncode == 0, done.stdout + done.stderr
    return Result(done.returncode, done.stdout, done.stderr)
