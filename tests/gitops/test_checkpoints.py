"""Whether an update writes its state once, at its end, and that a killed one can be run again then."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.kills.killing import UP, cut_off
from tests.kills.places import Place
from tests.support.gitops.previews import UNKNOWN, document, same, state, step, update
from tests.support.gitops.scripts import Scripts
from tests.support.stack import Stack
from zoho_adobe.review import read
from zoho_adobe.review.checkpoints import FEW, Decision, decide

SEED = ("random:index/randomId:RandomId", "seed")
CONNECTIONS = 200
PROGRAM = """
import os

import pulumi
import pulumi_random as random

from zoho_adobe import BaseConnection

config = pulumi.Config()
seed = random.RandomId("seed", byte_length=8)
for number in range(int(os.environ["COUNT"])):
    BaseConnection(
        f"crm-{number}",
        name=f"Zoho CRM {number}",
        description=os.environ["DESCRIPTION"],
        verify="none",
        suffix=seed.hex,
        accounts_url=config.require("zohoAccountsUrl"),
        endpoint=config.require("zohoEndpoint"),
        client_id=config.require("zohoClientId"),
        client_secret=config.require_secret("zohoClientSecret"),
        refresh_token=config.require_secret("zohoRefreshToken"),
    )
"""


def decided(*steps: dict[str, object]) -> Decision:
    """Decide about a preview with these steps among many harmless ones."""
    many = [update(state("BaseConnection", f"old-{number}", "id", name="a"), name="b") for number in range(FEW)]
    return decide(read(document(*many, *steps), "prod"))


def created(kind: str, name: str = "new", **inputs: object) -> dict[str, object]:
    return step("create", None, state(kind, name, **inputs))


def test_what_can_be_repeated_needs_no_checkpoints() -> None:
    kept = state("Dataflow", "flow", "id", name="Leads")
    needed, reason = decided(
        same(state(*SEED, "id")),
        created("BaseConnection", suffix="5f0c9a1b"),
        created("Table"),
        created("zoho-adobe:components:ZohoIngestion"),
        created("pulumi:providers:pulumi-python"),
        update(kept, name="Contacts"),
        step("delete", state("Schema", "schema", "id"), None),
    )
    assert not needed
    assert reason == f"each of the {FEW + 6} changes can be repeated if this update is killed"


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (
            created("BaseConnection"),
            "'new' (BaseConnection) is new and has no suffix, so a killed update could make it",
        ),
        (created("BaseConnection", suffix=UNKNOWN), "'new' (BaseConnection) has a suffix that this update makes"),
        (created("Dataflow", suffix="5f0c9a1b"), "'new' (Dataflow) is new, and others may use what a killed update"),
        (created("ZohoGrant"), "'new' (ZohoGrant) works once only"),
        (created(*SEED), "'seed' (RandomId) is of another package"),
        (step("delete", state("aws:s3/bucket:Bucket", "b", "id"), None), "'b' (Bucket) is of another package"),
        (
            step("replace", state("Schema", "s", "id"), state("Schema", "s", suffix="5f0c9a1b")),
            "'s' (Schema) is new, and others may use what a killed update leaves",
        ),
    ],
)
def test_what_only_the_state_tells_needs_them(item: dict[str, object], reason: str) -> None:
    needed, said = decided(item)
    assert needed
    assert said.startswith(reason)


def test_few_changes_and_a_preview_that_is_not_whole_need_them() -> None:
    one = read(document(created("BaseConnection", suffix="a")), "prod")
    assert decide(one) == (True, f"up to {FEW} changes take no time")
    assert decide(read("", "prod")) == (True, "the preview is not whole")


def test_up_sh_sets_what_was_decided(tmp_path: Path) -> None:
    scripts = Scripts(tmp_path)
    (tmp_path / "bin" / "pulumi").write_text(
        "#!/usr/bin/env bash\n"
        'if [[ $1 == up ]]; then echo "skip=${PULUMI_SKIP_CHECKPOINTS:-unset}"; else cat "$ANSWERS/$3.json"; fi\n'
    )
    many = [update(state("BaseConnection", f"old-{number}", "id", name="a"), name="b") for number in range(FEW + 1)]
    scripts.answer("large", document(*many))
    scripts.answer("small", document(*many[1:]))
    said = {
        words: scripts.run("up.sh", *words).stderr for words in (("large",), ("small",), ("--checkpoints", "large"))
    }
    assert said["large",] == (
        "The state is written once, at the end: each of the 21 changes can be repeated if this update is killed.\n"
        "skip=true\n"
    )
    assert said["small",] == "The state is written after each step: up to 20 changes take no time.\nskip=unset\n"
    assert said["--checkpoints", "large"] == "skip=false\n"
    assert scripts.run("up.sh", "large", PULUMI_SKIP_CHECKPOINTS="false").stderr == "skip=false\n"


@pytest.mark.long
@pytest.mark.parametrize("victim", ["engine", "provider", "both"])
def test_a_kill_in_the_middle_of_many_creates_loses_and_doubles_nothing(
    stack: Stack, victim: str, tmp_path: Path
) -> None:
    (stack.folder / "__main__.py").write_text(PROGRAM)
    few = replace(stack, env={**stack.env, "COUNT": "30", "DESCRIPTION": "few"})
    many = replace(stack, env={**stack.env, "COUNT": str(CONNECTIONS), "DESCRIPTION": "many", "PULUMI_PARALLEL": "16"})
    assert decision(few, tmp_path) == (3, "'crm-0' (BaseConnection) has a suffix that this update makes")
    few.up()
    before = {item["urn"] for item in stack.resources()}
    code, _ = decision(many, tmp_path)
    assert code == 0

    place = Place("/connections", "POST", nth=100).order(after_work=True)
    hit, _, _ = cut_off(many, UP, victim, place, PULUMI_SKIP_CHECKPOINTS="true")
    assert hit
    if victim != "provider":
        assert {item["urn"] for item in stack.resources()} == before
        stack.run("cancel", "--yes", "--stack", stack.name, "--non-interactive")
    assert len(stack.tenant.connections()) > 30
    many.up()
    names = Counter(item["name"].rpartition(" ")[0] for item in stack.tenant.connections())
    assert names == {f"Zoho CRM {number}": 1 for number in range(CONNECTIONS)}
    assert {item["description"] for item in stack.tenant.connections()} == {"many"}
    assert many.preview("--expect-no-changes", "--refresh").steps() == {}
    many.destroy()
    assert stack.tenant.connections() == []


def decision(stack: Stack, folder: Path) -> tuple[int, str]:
    """Ask as `scripts/up.sh` does."""
    shown = stack.run("preview", "--stack", stack.name, "--non-interactive", "--json")
    (folder / "preview.json").write_text(shown.out)
    command = [sys.executable, "-m", "zoho_adobe", "checkpoints", "preview.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.partition(": ")[2].removesuffix(".\n")
