"""What commands of many connections cost, in requests, processes and bytes of state; never in seconds."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.state import own_bytes
from engine import toolchain
from tests.counts.observed import processes_of, requests_of
from tests.stack import Stack, isolated_environment
from tests.tenant import Tenant

PROGRAM = """
import os

import pulumi
import pulumi_random as random

from zoho_adobe import BaseConnection, ProviderPool

config = pulumi.Config()
seed = random.RandomId("seed", byte_length=8)
size = int(os.environ["POOL"])
pool = ProviderPool("adobe", size=size) if size else None
for number in range(int(os.environ["COUNT"])):
    name = f"crm-{number}"
    BaseConnection(
        name,
        name=f"Zoho CRM {number}",
        description=os.environ["DESCRIPTION"],
        suffix=seed.hex,
        accounts_url=config.require("zohoAccountsUrl"),
        endpoint=config.require("zohoEndpoint"),
        client_id=config.require("zohoClientId"),
        client_secret=config.require_secret("zohoClientSecret"),
        refresh_token=config.require_secret("zohoRefreshToken"),
        opts=pulumi.ResourceOptions(provider=pool.provider_for(name)) if pool else None,
    )
"""

Make = Callable[[int], Stack]


@pytest.fixture
def make(pulumi: toolchain.Toolchain, pulumi_home: Path, tenant: Tenant, tmp_path: Path) -> Make:
    """Make a stack of that many connections, without a pool."""

    def stack_of(count: int) -> Stack:
        env = isolated_environment(pulumi, pulumi_home, tmp_path)
        env |= {"COUNT": str(count), "POOL": "0", "DESCRIPTION": "Made by a test"}
        return Stack.create(tmp_path / "project", PROGRAM, env, f"counts-{uuid.uuid4().hex[:8]}", tenant)

    return stack_of


def test_each_command_sends_no_more_than_it_needs(make: Make) -> None:
    stack = make(5)
    tenant = stack.tenant
    once = {"token of Adobe": 1}
    looked = {**once, "GET connections": 1}
    with processes_of(stack) as processes:
        stack.up()
    assert processes == {"provider": 1, "random": 1}
    assert requests_of(tenant) == {**looked, "token of Zoho": 1, "POST connections": 5, "test": 5}

    stack.env["COUNT"] = "20"
    stack.up()
    # Zoho's token is still the first one.
    assert requests_of(tenant) == {**looked, "POST connections": 15, "test": 15}

    with processes_of(stack) as processes:
        stack.preview("--refresh", "--expect-no-changes")
    assert processes == {"provider": 1, "random": 1}
    assert requests_of(tenant) == {**looked, "GET": 3}

    stack.env["DESCRIPTION"] = "Changed by a test"
    stack.up()
    assert requests_of(tenant) == {**once, "PATCH": 20}

    sizes = own_bytes(json.loads(stack.run("stack", "export", "--stack", stack.name).out)["deployment"])
    assert len(sizes) == 20
    assert max(sizes) <= 1300

    stack.destroy()
    assert requests_of(tenant) == {**once, "GET sourceConnections": 20, "DELETE": 20, "GET": 20}


@pytest.mark.long
def test_a_pool_shares_the_work_and_zohos_token(make: Make) -> None:
    stack = make(20)
    tenant = stack.tenant
    stack.env["POOL"] = "3"
    with processes_of(stack) as processes:
        stack.up("--parallel", "12")
    assert processes == {"provider": 3, "random": 1}
    assert requests_of(tenant) == {
        "token of Adobe": 3,
        "token of Zoho": 1,
        "GET connections": 3,
        "POST connections": 20,
        "test": 20,
    }
    used = Counter(item["provider"] for item in stack.resources() if "BaseConnection" in item["type"])
    assert len(used) == 3

    # Another size moves resources between instances of equal settings.
    stack.env |= {"POOL": "2", "COUNT": "21"}
    assert stack.preview().steps() == {"crm-20": "create"}
    assert requests_of(tenant) == {}
