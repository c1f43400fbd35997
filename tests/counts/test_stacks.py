"""What commands of many connections cost, in requests, processes and bytes of state; never in seconds."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.state import own_bytes
from engine import toolchain
from tests.support.observed import processes_of, requests_of
from tests.support.stack import Stack, isolated_environment
from tests.support.tenant import Tenant

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
        suffix=seed.hex,
        accounts_url=config.require("zohoAccountsUrl"),
        endpoint=config.require("zohoEndpoint"),
        client_id=config.require("zohoClientId"),
        client_secret=config.require_secret("zohoClientSecret"),
        refresh_token=config.require_secret("zohoRefreshToken"),
    )
"""

Make = Callable[[int], Stack]


@pytest.fixture
def make(pulumi: toolchain.Toolchain, pulumi_home: Path, tenant: Tenant, tmp_path: Path) -> Make:
    """Make a stack of that many connections."""

    def stack_of(count: int) -> Stack:
        env = isolated_environment(pulumi, pulumi_home, tmp_path)
        env |= {"COUNT": str(count), "DESCRIPTION": "Made by a test"}
        return Stack.create(tmp_path / "project", PROGRAM, env, f"counts-{uuid.uuid4().hex[:8]}", tenant)

    return stack_of


def test_each_command_sends_no_more_than_it_needs(make: Make) -> None:
    stack = make(5)
    tenant = stack.tenant
    looked = {"GET connections": 1}
    with processes_of(stack) as processes:
        stack.up()
    assert processes == {"provider": 1, "random": 1}
    assert requests_of(tenant) == {
        **looked,
        "token of Adobe": 1,
        "token of Zoho": 1,
        "POST connections": 5,
        "test": 5,
    }

    stack.env["COUNT"] = "20"
    stack.up()
    # The tokens are still the first ones.
    assert requests_of(tenant) == {**looked, "POST connections": 15, "test": 15}

    with processes_of(stack) as processes:
        stack.preview("--refresh", "--expect-no-changes")
    assert processes == {"provider": 1, "random": 1}
    assert requests_of(tenant) == {**looked, "GET": 3}

    stack.env["DESCRIPTION"] = "Changed by a test"
    stack.up()
    assert requests_of(tenant) == {"PATCH": 20}

    state = json.loads(stack.run("stack", "export", "--stack", stack.name).out)["deployment"]
    sizes = own_bytes(state)
    assert len(sizes) == 20
    assert max(sizes) <= 1320
    # With all that the engine adds: envelopes of secrets, URNs, dependencies, the stack of calls.
    whole = [len(json.dumps(item, separators=(",", ":"))) for item in state["resources"] if "::crm-" in item["urn"]]
    assert len(whole) == 20
    assert max(whole) <= 4500

    stack.destroy()
    assert requests_of(tenant) == {"GET sourceConnections": 20, "DELETE": 20, "GET": 20}


def test_a_process_answers_more_calls_than_the_sdk_gives_it(make: Make) -> None:
    stack = make(44)
    control = stack.tenant.emulator.control
    # Long enough for all of them to come before the first one is answered.
    latency = {"kind": "latency", "seconds": 1, "organization": stack.tenant.organization}
    fault = control("POST", "/faults", latency)["id"]
    control("DELETE", "/stats")
    stack.env["PULUMI_PARALLEL"] = "64"
    stack.up()
    assert control("GET", "/stats")["max_in_flight"] >= 40
    control("DELETE", f"/faults/{fault}")
