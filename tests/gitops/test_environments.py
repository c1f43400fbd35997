"""Environments from one program, no secret in a stack file, and the outputs that other stacks build on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.gitops.previews import document, update
from tests.support.gitops.team import MakeTeam
from tests.support.stack import PROJECT
from zoho_adobe.review import read, render

EXAMPLES = sorted((PROJECT / "examples" / "environments").glob("Pulumi.*.yaml"))
SCHEMA: dict[str, Any] = yaml.safe_load((PROJECT / "Pulumi.yaml").read_text())["config"]
SECRETS = {f"zoho-adobe:{key}" for key, spec in SCHEMA.items() if spec.get("secret")} | {
    "zoho-adobe:clientSecret",
    "zoho-adobe:accessToken",
}
# Zoho's tokens and secrets, Adobe's client secrets, and JSON web tokens.
CREDENTIAL = re.compile(r"\b1000\.[0-9a-f]{32}\.[0-9a-f]{32}\b|\b[0-9a-f]{42}\b|\bp8e?-[\w-]{20,}|\beyJ[\w-]{20,}\.")


def in_clear(path: Path) -> list[str]:
    """Return the keys of a stack file whose value is a secret in clear."""
    config = (yaml.safe_load(path.read_text()) or {}).get("config") or {}
    return [
        key
        for key, value in config.items()
        if (key in SECRETS and not (isinstance(value, dict) and set(value) == {"secure"}))
        or (isinstance(value, str) and CREDENTIAL.search(value))
    ]


def stack_files() -> list[Path]:
    """Return every stack file of the project, whoever wrote it."""
    skipped = {".venv", ".local", "node_modules"}
    found = PROJECT.rglob("Pulumi.*.yaml")
    return [path for path in found if not skipped & set(path.relative_to(PROJECT).parts)]


def test_no_stack_file_holds_a_secret_in_clear() -> None:
    assert len(stack_files()) > len(EXAMPLES)
    assert {str(path): in_clear(path) for path in stack_files() if in_clear(path)} == {}


@pytest.mark.parametrize(
    "line",
    [
        "zoho-adobe:zohoClientSecret: anything",
        "zoho-adobe:zohoRefreshToken: {value: anything}",
        f"zoho-adobe:note: 1000.{'0a' * 16}.{'1b' * 16}",
        f"zoho-adobe:clientSecret: p8e-{'x' * 30}",
    ],
)
def test_that_test_finds_one(tmp_path: Path, line: str) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(f"config:\n  {line}\n")
    assert in_clear(path)


def test_the_environments_differ_where_they_should() -> None:
    configs = {path.name.split(".")[1]: yaml.safe_load(path.read_text())["config"] for path in EXAMPLES}
    assert set(configs) == {"dev", "stage", "prod"}
    assert {name: config["zoho-adobe:sandbox"] for name, config in configs.items()} == {name: name for name in configs}
    assert [name for name, config in configs.items() if config.get("zoho-adobe:protect")] == ["prod"]
    for config in configs.values():
        assert {key.removeprefix("zoho-adobe:") for key in config} <= SCHEMA.keys()


@pytest.mark.long
def test_prod_is_protected_and_retained(make_team: MakeTeam) -> None:
    team = make_team("prod")
    stack = team.stack("prod")
    assert in_clear(team.desk / "Pulumi.prod.yaml") == []
    stack.up()
    stack.destroy(fails=True)
    assert len(team.tenant.connections("prod")) == 1
    # Unprotected on purpose, it leaves the stack and stays at Adobe for one more step.
    team.edit("__main__.py", "protect=protect, retain_on_delete", "protect=False, retain_on_delete")
    review = team.script(team.commit("Unprotect", push="main"), "preview.sh", "prod").out
    assert "BaseConnection `zoho-crm` **loses its protection**" in review
    stack.up()
    stack.destroy()
    assert len(team.tenant.connections("prod")) == 1


def test_the_page_shows_what_the_review_says() -> None:
    recorded = Path(__file__).parent / "recorded" / "move.jsonl"
    shown = re.findall(
        r"^````markdown\n(.*?)^````", (PROJECT / "docs" / "gitops.md").read_text(), re.DOTALL | re.MULTILINE
    )
    assert shown == [render([read(recorded.read_text(), "move")], where="zoho-adobe in .")]


def test_every_command_of_the_pages_exists() -> None:
    for page in ("gitops.md", "backends.md"):
        for script in re.findall(r"scripts/[\w.]+", (PROJECT / "docs" / page).read_text()):
            assert (PROJECT / script).exists(), script


@pytest.mark.parametrize("script", ["preview.sh", "up.sh", "drift.sh"])
def test_a_script_says_how_it_is_used(script: str) -> None:
    done = subprocess.run([PROJECT / "scripts" / script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"usage: scripts/{script} ")


def test_a_provider_that_moves_is_pointed_out() -> None:
    old = {
        "urn": "urn:pulumi:prod::zoho-adobe::pulumi:providers:pulumi-python::stage",
        "type": "pulumi:providers:pulumi-python",
        "inputs": {"zoho-adobe:sandbox": "stage"},
    }
    text = render([read(document(update(old, **{"zoho-adobe:sandbox": "prod"})), "test")])
    assert "> - pulumi-python `stage` moves at Adobe: `sandbox` `stage` → `prod`" in text
