"""Dataflows that people clicked together, brought under management with all that they join, in one import."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from emulator import launch
from tests.support.clicked import Clicked, clicked_together
from tests.support.crm import Crm
from tests.support.stack import Stack
from tests.support.tenant import Tenant

pytestmark = pytest.mark.long
HEAD = """import pulumi

config = pulumi.Config()
"""


@pytest.fixture
def tenant(apart: launch.Emulator) -> Tenant:
    """An organization at an Adobe whose clock the tests move."""
    return Tenant.create(apart)


@pytest.fixture
def clicked(tenant: Tenant) -> Clicked:
    """What people made there over the years."""
    found = clicked_together(tenant)
    tenant.zoho = found.pipeline.zoho
    tenant.canaries |= {tenant.zoho["client_secret"], tenant.zoho["refresh_token"]}
    return found


def run(stack: Stack, *words: str, code: int = 0) -> Any:
    """Run the command as JSON, with the secrets in the environment."""
    secrets = {f"ZOHO_{key.upper()}": stack.tenant.zoho[key] for key in ("client_secret", "refresh_token")}
    done = subprocess.run(
        [sys.executable, "-m", "zoho_adobe", "import", "--stack", stack.name, "--json", *words],
        cwd=stack.folder,
        env={**stack.env, **secrets},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    stack.seen.append(done.stdout + done.stderr)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


def without_credentials(stack: Stack) -> None:
    """Let the config be that of a project that has no connection yet."""
    for key in ("zohoClientSecret", "zohoRefreshToken"):
        stack.run("config", "rm", key, "--stack", stack.name)


def test_all_dataflows_come_in_one_import_and_a_preview_is_empty(clicked: Clicked, stack: Stack) -> None:
    without_credentials(stack)
    before = Crm.of(stack.tenant).objects()
    said = run(stack, "--dataflows")
    assert said["refused"] == {}
    kinds = ("SourceConnection", "TargetConnection", "Schema", "Dataset", "MappingSet", "Dataflow")
    found = [item["type"].rpartition(":")[2] for item in stack.resources()]
    assert {kind: found.count(kind) for kind in kinds} == dict.fromkeys(kinds, 3)
    assert found.count("BaseConnection") == 1
    (stack.folder / "__main__.py").write_text(HEAD + said["program"] + "\n")
    assert stack.preview("--expect-no-changes").steps() == {}
    assert stack.preview("--expect-no-changes", "--refresh").steps() == {}
    assert Crm.of(stack.tenant).objects() == before
    assert run(stack, "--dataflows")["imported"] == {}
    stack.assert_no_secret_anywhere()
    # From here on it is code: a change is one update.
    stack.edit_program('"hour", "interval": 1}', '"hour", "interval": 2}')
    assert list(stack.up().steps().values()) == ["update"] * (said["program"].count('"interval": 1'))
    assert clicked.dead in {item["id"] for item in stack.resources() if item.get("id")}


def test_one_dataflow_brings_what_it_joins_and_identities(clicked: Clicked, stack: Stack) -> None:
    without_credentials(stack)
    pipeline = clicked.pipeline
    dataset = pipeline.dataset_of(clicked.dead)
    schema = pipeline.platform("GET", f"/catalog/dataSets/{dataset}").json()[dataset]["schemaRef"]["id"]
    identity = {
        "@type": "xdm:descriptorIdentity",
        "xdm:sourceSchema": schema,
        "xdm:sourceVersion": 1,
        "xdm:sourceProperty": f"/{pipeline.namespace}/lastName",
        "xdm:namespace": "Email",
        "xdm:property": "xdm:code",
        "xdm:isPrimary": True,
    }
    assert pipeline.platform("POST", "/schemaregistry/tenant/descriptors", json=identity).status_code == 201
    said = run(stack, "--dataflow", clicked.dead, "--protect")
    assert len(said["imported"]) == 7
    assert '"_tenant.lastName": Identity("Email", primary=True)' in said["program"]
    (stack.folder / "__main__.py").write_text(HEAD + said["program"] + "\n")
    assert stack.preview("--expect-no-changes", "--refresh").steps() == {}
    # A second one joins the base connection that is managed by now.
    further = run(stack, "--dataflow", clicked.disabled, "--protect")
    assert len(further["imported"]) == 6
    assert "enabled=False" in further["program"]
    both = f"{said['program']}\n{further['program']}"
    (stack.folder / "__main__.py").write_text(HEAD + both + "\n")
    assert stack.preview("--expect-no-changes", "--refresh").steps() == {}


def test_what_no_program_describes_is_refused_and_nothing_of_it_comes(clicked: Clicked, stack: Stack) -> None:
    without_credentials(stack)
    pipeline = clicked.pipeline
    pipeline.platform("DELETE", f"/catalog/dataSets/{pipeline.dataset_of(clicked.failing)}")
    said = run(stack, "--dataflows", code=1)
    assert said["refused"] == {clicked.failing: "what it joins is not all there. Retire it: see docs/tasks/retire.md."}
    assert sum("Dataflow" in item["type"] for item in stack.resources()) == 2
    (stack.folder / "__main__.py").write_text(HEAD + said["program"] + "\n")
    assert stack.preview("--expect-no-changes", "--refresh").steps() == {}


def test_a_dataflow_that_is_not_there_is_one_line(stack: Stack) -> None:
    assert "the sandbox has no dataflow nothing" in run(stack, "--dataflow", "nothing", code=1)
