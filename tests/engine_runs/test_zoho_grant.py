"""A grant on the real engine: exchanged once, kept, rotated, replaced with a new code, revoked only when told to."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.toolchain import Toolchain
from tests.support.emulator.zoho_clients import Client, Zoho, modules
from tests.support.stack import Stack, isolated_environment
from tests.support.tenant import Tenant

PROGRAM = """
import signal

import pulumi

from zoho_adobe import BaseConnection, ZohoGrant

signal.signal(signal.SIGINT, signal.SIG_DFL)
config = pulumi.Config()

grant = ZohoGrant(
    "grant",
    client_id=config.require("zohoClientId"),
    client_secret=config.require_secret("zohoClientSecret"),
    code=config.get_secret("zohoGrantToken"),
    accounts_url=config.require("zohoAccountsUrl"),
    data_center="us",
    revoke_on_delete=config.get_bool("revoke"),
)
connection = BaseConnection(
    "connection",
    name="Granted",
    endpoint=config.require("zohoEndpoint"),
    data_center="us",
    accounts_url=config.require("zohoAccountsUrl"),
    client_id=grant.client_id,
    client_secret=config.require_secret("zohoClientSecret"),
    refresh_token=grant.refresh_token,
    verify="credentials",
)
pulumi.export("apiDomain", grant.api_domain)
pulumi.export("scopes", grant.scopes)
"""


class Granting:
    """A stack with a grant of a self client."""

    def __init__(self, stack: Stack, zoho: Zoho, client: Client) -> None:
        self.stack = stack
        self.zoho = zoho
        self.client = client

    def new_code(self, **order: Any) -> str:
        code = self.zoho.console_code(self.client, **order)
        self.stack.set_secret("zohoGrantToken", code)
        return code

    def token_requests(self) -> int:
        path = f"/requests?client={self.client['client_id']}"
        asked = self.zoho.emulator.control("GET", path)["requests"]
        return len([item for item in asked if item["path"].endswith("/oauth/v2/token")])

    def refresh_tokens(self) -> list[Any]:
        found: list[Any] = self.zoho.show(self.client)["refresh_tokens"]
        return found

    def urn(self) -> str:
        return str(self.stack.resource("grant")["urn"])

    def stored_refresh_token(self) -> str:
        shown = self.stack.run("stack", "export", "--stack", self.stack.name, "--show-secrets")
        # What this command shows on purpose is no leak.
        self.stack.seen.pop()
        resources = json.loads(shown.out)["deployment"]["resources"]
        (found,) = (item for item in resources if item["urn"].endswith("::grant"))
        token = str(json.loads(found["outputs"]["refresh_token"]["plaintext"]))
        self.stack.tenant.canaries.add(token)
        return token


@pytest.fixture
def granting(pulumi: Toolchain, pulumi_home: Path, tenant: Tenant, tmp_path: Path) -> Iterator[Granting]:
    zoho = Zoho(tenant.emulator)
    client = zoho.client("self")
    tenant.zoho = {**tenant.zoho, "client_id": client["client_id"], "client_secret": client["client_secret"]}
    env = isolated_environment(pulumi, pulumi_home, tmp_path)
    stack = Stack.create(tmp_path / "project", PROGRAM, env, f"grant-{uuid.uuid4().hex[:8]}", tenant)
    made = Granting(stack, zoho, client)
    made.new_code()
    yield made
    stack.assert_no_secret_anywhere()


def test_it_is_exchanged_once_and_kept(granting: Granting) -> None:
    stack = granting.stack
    steps = stack.up().steps()
    assert (steps["grant"], steps["connection"]) == ("create", "create")
    token = granting.stored_refresh_token()
    params = stack.tenant.connection()["auth"]["params"]
    assert params["refreshToken"] == token
    assert stack.outputs()["apiDomain"] == granting.client["api"]
    assert "ZohoCRM.settings.READ" in stack.outputs()["scopes"]
    outputs = stack.resource("grant")["outputs"]
    for key in ("access_token", "refresh_token", "client_secret", "code"):
        assert "ciphertext" in outputs[key], key
    spent = granting.token_requests()
    assert stack.preview("--expect-no-changes").steps() == {}
    assert stack.preview("--expect-no-changes", "--refresh").steps() == {}
    assert stack.refresh().steps() == {}
    assert stack.up().steps() == {}
    assert granting.token_requests() == spent
    assert "ciphertext" in stack.resource("grant")["outputs"]["refresh_token"]
    assert granting.stored_refresh_token() == token
    stack.destroy()
    assert len(granting.refresh_tokens()) == 1


@pytest.mark.long
@pytest.mark.parametrize("change", ["another", "none"])
def test_a_code_that_changed_or_went_is_no_change(granting: Granting, change: str) -> None:
    stack = granting.stack
    stack.up()
    if change == "another":
        granting.new_code()
    else:
        stack.run("config", "rm", "zohoGrantToken", "--stack", stack.name)
    assert stack.preview("--expect-no-changes").steps() == {}
    assert stack.up().steps() == {}
    assert stack.refresh().steps() == {}
    assert "ciphertext" in stack.resource("grant")["inputs"]["code"]
    assert "ciphertext" in stack.resource("grant")["outputs"]["code"]


@pytest.mark.long
def test_a_rotated_secret_is_an_update_in_place(granting: Granting) -> None:
    stack = granting.stack
    stack.up()
    token, id_ = granting.stored_refresh_token(), stack.tenant.connection()["id"]
    order = {"dc": "us", "client_id": granting.client["client_id"]}
    secret = granting.zoho.emulator.control("POST", "/zoho/rotate", order)["client_secret"]
    stack.set_secret("zohoClientSecret", secret)
    assert stack.up().steps() == {"grant": "update", "connection": "update"}
    assert granting.stored_refresh_token() == token
    assert stack.tenant.connection()["id"] == id_
    assert stack.tenant.connection()["auth"]["params"]["clientSecret"] == secret
    assert "ciphertext" in stack.resource("grant")["outputs"]["refresh_token"]
    assert stack.preview("--expect-no-changes").steps() == {}


@pytest.mark.long
def test_a_replacement_takes_a_new_code(granting: Granting) -> None:
    stack = granting.stack
    stack.up()
    first, id_ = granting.stored_refresh_token(), stack.tenant.connection()["id"]
    failed = stack.up("--target-replace", granting.urn(), "--target-dependents", fails=True)
    assert "code: this grant token was exchanged before, and a replacement needs one of its own" in failed.text
    assert granting.stored_refresh_token() == first
    granting.new_code()
    stack.up("--target-replace", granting.urn(), "--target-dependents")
    second = granting.stored_refresh_token()
    assert second != first
    assert stack.tenant.connection()["id"] == id_
    assert stack.tenant.connection()["auth"]["params"]["refreshToken"] == second
    assert stack.preview("--expect-no-changes").steps() == {}


def test_a_killed_exchange_has_spent_its_code(granting: Granting) -> None:
    stack = granting.stack
    fault = {"client": granting.client["client_id"], "path": "/oauth/v2/token", "kind": "drop_after"}
    granting.zoho.emulator.control("POST", "/faults", fault)
    lost = stack.up(fails=True)
    assert "so the grant token may be spent. Make a new one and start again." in " ".join(lost.text.split())
    again = stack.up(fails=True)
    assert "does not accept the grant token (invalid_code)" in again.text
    assert "a run that was cut off has used it" in again.text
    assert granting.token_requests() == 2
    granting.new_code()
    stack.up()
    assert stack.preview("--expect-no-changes").steps() == {}


@pytest.mark.long
def test_it_revokes_only_when_it_is_told_to(granting: Granting) -> None:
    stack = granting.stack
    stack.set_config("revoke", "true")
    stack.up()
    access = granting.zoho.refresh(granting.client, granting.stored_refresh_token())["access_token"]
    stack.tenant.canaries.add(access)
    assert modules(granting.client["api"], access).status_code == 200
    stack.destroy()
    assert granting.refresh_tokens() == []
    assert modules(granting.client["api"], access).status_code == 401


def test_a_missing_code_is_said_in_the_preview(granting: Granting) -> None:
    stack = granting.stack
    stack.run("config", "rm", "zohoGrantToken", "--stack", stack.name)
    assert "code: it is missing. Pass code." in stack.preview(fails=True).text
    assert granting.token_requests() == 0
