"""A POST whose answer never came: look what it did, then repeat; one connection in the end, whatever happened."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.support.wire.deployment import Deployment
from tests.support.wire.plugin import Refused

POST: dict[str, Any] = {"method": "POST", "path": "/connections"}

DONE: list[dict[str, Any]] = [
    {"kind": "drop_after"},
    {"kind": "truncate"},
    {"kind": "status", "status": 500, "after_work": True},
    {"kind": "status", "status": 502, "after_work": True},
    {"kind": "status", "status": 503, "after_work": True},
    {"kind": "status", "status": 503, "after_work": True, "headers": {"Retry-After": "1"}},
    {"kind": "status", "status": 504, "after_work": True},
    {"kind": "html", "after_work": True},
    {"kind": "html", "status": 200, "after_work": True},
    {"kind": "garbage_json", "after_work": True},
    {"kind": "delay", "seconds": 2.5, "after_work": True},
]
NOT_DONE: list[dict[str, Any]] = [
    {"kind": "drop_before"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 503, "headers": {"Retry-After": "1"}},
    {"kind": "html"},
]


def name_of(fault: dict[str, Any]) -> str:
    return "-".join(str(value) for key, value in fault.items() if key not in ("seconds", "after_work"))


@pytest.mark.parametrize("fault", DONE, ids=name_of)
def test_what_a_lost_post_made_is_found(deployment: Deployment, fault: dict[str, Any]) -> None:
    deployment.config["zoho-adobe:requestTimeout"] = "1"
    deployment.tenant.fault(**fault, **POST)
    assert deployment.up() == ["create"]
    made = deployment.tenant.connection()
    assert made["id"] == deployment.deployed.id
    assert made["etag"] == deployment.deployed.outputs["etag"]
    assert len(deployment.tenant.requests(**POST)) == 1


@pytest.mark.parametrize("fault", NOT_DONE, ids=name_of)
def test_a_post_that_did_nothing_is_repeated(deployment: Deployment, fault: dict[str, Any]) -> None:
    deployment.tenant.fault(**fault, **POST)
    assert deployment.up() == ["create"]
    assert deployment.tenant.connection()["id"] == deployment.deployed.id


def test_a_post_that_did_nothing_twice_is_an_error_that_says_to_repeat(deployment: Deployment) -> None:
    deployment.tenant.fault(kind="drop_before", times=2, **POST)
    with pytest.raises(Refused, match="Run the same command again: it looks for the connection before making one"):
        deployment.up()
    assert deployment.tenant.connections() == []
    deployment.up()
    assert len(deployment.tenant.connections()) == 1


def test_a_post_that_is_carried_out_late_is_waited_for(deployment: Deployment) -> None:
    deployment.config["zoho-adobe:requestTimeout"] = "1"
    deployment.tenant.fault(kind="delay", seconds=2.5, **POST)
    deployment.up()
    assert deployment.tenant.connection()["id"] == deployment.deployed.id


def test_a_post_that_may_still_be_at_work_is_not_sent_again(deployment: Deployment) -> None:
    deployment.config["zoho-adobe:requestTimeout"] = "0.5"
    deployment.tenant.fault(kind="delay", seconds=6, **POST)
    with pytest.raises(Refused, match="Run the same command again"):
        deployment.up()
    while not deployment.tenant.connections():
        time.sleep(0.1)
    deployment.up()
    assert deployment.tenant.connection()["id"] == deployment.deployed.id


def test_a_leftover_that_could_not_be_looked_for_is_found_by_the_next_command(deployment: Deployment) -> None:
    deployment.tenant.fault(kind="drop_after", **POST)
    deployment.tenant.fault(kind="status", status=403, method="GET", path="/connections$", skip=1)
    with pytest.raises(Refused, match=r"^Flow Service refused a list of connections: "):
        deployment.up()
    assert len(deployment.tenant.connections()) == 1
    deployment.up()
    assert deployment.tenant.connection()["id"] == deployment.deployed.id


def test_a_leftover_that_could_not_be_looked_for_is_found_in_the_same_process(deployment: Deployment) -> None:
    provider = deployment.provider()
    inputs = provider.check(deployment.program).inputs
    deployment.tenant.fault(kind="drop_after", **POST)
    deployment.tenant.fault(kind="status", status=403, method="GET", path="/connections$", skip=1)
    with pytest.raises(Refused):
        provider.create(inputs)
    id_, _ = provider.create(inputs)
    assert deployment.tenant.connection()["id"] == id_


def test_without_a_suffix_a_lost_create_is_named_but_not_taken_over(deployment: Deployment) -> None:
    del deployment.program["suffix"]
    deployment.tenant.fault(kind="drop_after", **POST)
    with pytest.raises(Refused, match="adopt_id="):
        deployment.up()
    assert len(deployment.tenant.connections()) == 1


def test_a_429_is_waited_out(deployment: Deployment) -> None:
    deployment.tenant.fault(kind="status", status=429, headers={"Retry-After": "1"}, **POST)
    deployment.up()
    first, second = deployment.tenant.requests(**POST)
    assert second["at"] - first["at"] >= 1
    assert len(deployment.tenant.connections()) == 1


def test_a_long_retry_after_is_not_waited_out(deployment: Deployment) -> None:
    deployment.tenant.fault(kind="status", status=429, headers={"Retry-After": "3600"}, **POST)
    with pytest.raises(Refused, match="Wait a few minutes"):
        deployment.up()
    assert len(deployment.tenant.requests(**POST)) == 1
