"""A schema on a module's own columns, on the real engine: with credentials that are passed, and then without."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.toolchain import Toolchain
from tests.support.crm import Crm
from tests.support.stack import Stack, isolated_environment
from tests.support.tenant import Tenant

PASSED = """\
    client_id=config.get("zohoClientId"),
    client_secret=config.get_secret("zohoClientSecret"),
    refresh_token=config.get_secret("zohoRefreshToken"),
"""
PROGRAM = f"""
import signal

import pulumi

from zoho_adobe import CrmModule, LandingZone, Schema

signal.signal(signal.SIGINT, signal.SIG_DFL)
config = pulumi.Config()

module = CrmModule(
    "leads",
    module="Leads",
    accounts_url=config.require("zohoAccountsUrl"),
{PASSED})
Schema(
    "schema",
    title="Leads",
    fields=module.columns.apply(lambda found: {{name.lower(): found[name] for name in found}}),
)
zone = LandingZone("zone")
pulumi.export("container", zone.container)
pulumi.export("types", module.types)
"""


@pytest.fixture
def stack(pulumi: Toolchain, pulumi_home: Path, tenant: Tenant, tmp_path: Path) -> Iterator[Stack]:
    env = isolated_environment(pulumi, pulumi_home, tmp_path)
    made = Stack.create(tmp_path / "project", PROGRAM, env, f"module-{uuid.uuid4().hex[:8]}", tenant)
    yield made
    made.assert_no_secret_anywhere()


@pytest.mark.long
def test_columns_of_a_module_make_a_schema_and_its_credentials_stay_secret(stack: Stack) -> None:
    steps = stack.up().steps()
    assert (steps["leads"], steps["schema"], steps["zone"]) == ("create", "create", "create")
    assert stack.outputs()["container"] == "dlz-user-container"
    assert stack.outputs()["types"]["Owner"] == "ownerlookup"
    outputs = stack.resource("leads")["outputs"]
    assert all("ciphertext" in outputs[key] for key in ("client_secret", "refresh_token"))
    assert stack.preview("--expect-no-changes").steps() == {}
    # An administrator's new column is a change of the schema in place, after the refresh that saw it.
    Crm.of(stack.tenant).add_field("Leads", "Birthday", "date")
    stack.refresh()
    assert stack.up().steps() == {"schema": "update"}
    assert stack.resource("schema")["outputs"]["fields"]["birthday"] == "date"
    # The environment's credentials instead: nothing of them is in the state any more, and nothing is replaced.
    stack.edit_program(PASSED, "")
    zoho = stack.tenant.zoho
    stack.env |= {
        "ZOHO_CLIENT_ID": zoho["client_id"],
        "ZOHO_CLIENT_SECRET": zoho["client_secret"],
        "ZOHO_REFRESH_TOKEN": zoho["refresh_token"],
    }
    assert "replace" not in stack.up().steps().values()
    outputs = stack.resource("leads")["outputs"]
    assert not {"client_id", "client_secret", "refresh_token"} & {key for key in outputs if outputs[key]}
    assert stack.preview("--expect-no-changes").steps() == {}
    stack.destroy()
