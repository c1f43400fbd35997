"""Tokens: few requests at Zoho and Adobe, whatever runs at once, and none that is out of date."""

from __future__ import annotations

import concurrent.futures
import json
import resource
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.clocks import ManualClock
from tests.support.tenant import Tenant
from tests.support.wire.base_connection import create, plant
from tests.support.wire.deployment import Deployment, program, settings_of
from tests.support.wire.plugin import Plugin, Refused
from zoho_adobe.api.clients import clients_for
from zoho_adobe.session import Session
from zoho_adobe.settings import read_settings


def mints(tenant: Tenant) -> int:
    """Count the token requests at Zoho."""
    found = tenant.emulator.control("GET", f"/requests?client={tenant.zoho['client_id']}")["requests"]
    return len([item for item in found if item["path"].endswith("/oauth/v2/token")])


def access_tokens(tenant: Tenant) -> set[str]:
    return {item["auth"]["params"]["accessToken"] for item in tenant.connections()}


@pytest.fixture
def cache(plugin: Plugin, tenant: Tenant) -> Callable[[], Path]:
    """Find the one entry of Zoho's in the token cache that the test makes."""
    adobe = plugin.entry_of_adobe(settings_of(tenant))
    before = set(adobe.parent.glob("*.json"))

    def entry() -> Path:
        (found,) = set(adobe.parent.glob("*.json")) - before - {adobe}
        return found

    return entry


# Zoho


def test_many_connections_and_commands_share_one_mint(plugin: Plugin, tenant: Tenant) -> None:
    for command in range(3):
        inputs = [program(tenant, name=f"Number {command}.{number}") for number in range(4)]
        provider = plugin.fresh_provider(settings_of(tenant))
        checked = [provider.check(item).inputs for item in inputs]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(provider.create, checked))
    assert len(tenant.connections()) == 12
    assert mints(tenant) == 1
    assert len(access_tokens(tenant)) == 1


def test_processes_share_one_mint(tenant: Tenant, tmp_path: Path) -> None:
    config = settings_of(tenant)

    def run(number: int) -> None:
        with Plugin.start(tmp_path) as plugin:
            provider = plugin.provider(config)
            create(provider, tenant, name=f"Number {number}")
            plugin.assert_no_secret(tenant.canaries)

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        list(pool.map(run, range(3)))
    assert len(tenant.connections()) == 3
    assert mints(tenant) == 1


def test_the_cache_is_readable_by_its_owner_alone(deployment: Deployment, cache: Callable[[], Path]) -> None:
    deployment.up()
    assert stat.S_IMODE(cache().stat().st_mode) == 0o600
    assert stat.S_IMODE(cache().parent.stat().st_mode) == 0o700
    text = cache().read_text()
    assert not [canary for canary in deployment.tenant.canaries if canary in text]
    assert access_tokens(deployment.tenant) == {json.loads(text)["value"]}


def test_a_cache_file_that_others_could_read_is_closed_to_them(
    deployment: Deployment, cache: Callable[[], Path]
) -> None:
    deployment.up()
    cache().chmod(0o644)
    deployment.program["endpoint"] = "crm.zoho.com/crm/other"
    deployment.up()
    assert stat.S_IMODE(cache().stat().st_mode) == 0o600


@pytest.mark.parametrize(("life", "mints_in_all"), [(590, 2), (610, 1), (-5, 2)])
def test_a_token_is_used_while_ten_minutes_of_its_life_are_left(
    deployment: Deployment, cache: Callable[[], Path], life: int, mints_in_all: int
) -> None:
    deployment.up()
    entry = json.loads(cache().read_text())
    cache().write_text(json.dumps({**entry, "expires_at": time.time() + life}))
    deployment.program["endpoint"] = "crm.zoho.com/crm/other"
    deployment.up()
    assert mints(deployment.tenant) == mints_in_all


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"value": 5}', b'{"expires_at": "x"}'])
def test_a_damaged_entry_counts_as_none(deployment: Deployment, cache: Callable[[], Path], damage: bytes) -> None:
    deployment.up()
    cache().write_bytes(damage)
    deployment.program["endpoint"] = "crm.zoho.com/crm/other"
    deployment.up()
    assert mints(deployment.tenant) == 2
    assert json.loads(cache().read_text())["value"]


def test_a_cache_without_room_is_no_obstacle(tenant: Tenant, tmp_path: Path) -> None:
    with Plugin.start(tmp_path) as plugin:
        # The log is a file, too, but nothing is written to it.
        resource.prlimit(plugin.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        provider = plugin.provider(settings_of(tenant))
        create(provider, tenant, name="One")
        create(provider, tenant, name="Two")
    assert mints(tenant) == ims(tenant) == 1
    assert not [entry for entry in (tmp_path / "cache").rglob("*.json") if entry.read_bytes()]


@pytest.mark.parametrize("home", ["/proc/nowhere", "/dev/null"])
def test_a_home_that_cannot_be_written_to_is_no_obstacle(tenant: Tenant, tmp_path: Path, home: str) -> None:
    with Plugin.start(tmp_path, XDG_CACHE_HOME=home) as plugin:
        provider = plugin.provider(settings_of(tenant))
        create(provider, tenant, name="One")
        create(provider, tenant, name="Two")
    assert mints(tenant) == 1


def test_a_rotated_secret_proves_itself_with_a_mint_of_its_own(deployed: Deployment) -> None:
    deployed.program["client_secret"] = deployed.tenant.new_zoho_secret()
    deployed.up()
    assert mints(deployed.tenant) == 2


def test_an_expired_token_at_adobe_is_never_a_diff(deployed: Deployment) -> None:
    assert deployed.up() == []
    assert deployed.refresh() == []
    assert mints(deployed.tenant) == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"client_secret": "a-wrong-secret"},
            r"does not know this client id and client secret \(invalid_client(_secret)?\)",
        ),
        ({"client_id": "1000.NOBODY"}, r"does not know this client id and client secret \(invalid_client\)"),
        ({"refresh_token": "1000.not.valid"}, r"does not accept the refresh token \(invalid_code\)"),
    ],
)
def test_what_zoho_refuses_is_said_before_anything_is_made(
    deployment: Deployment, changes: dict[str, Any], expected: str
) -> None:
    deployment.program.update(changes)
    deployment.tenant.canaries |= {str(changes[key]) for key in changes if key != "client_id"}
    with pytest.raises(Refused, match=expected):
        deployment.up()
    assert deployment.tenant.connections() == []
    assert deployment.tenant.requests("POST", "/connections") == []


def test_credentials_of_another_data_center_are_said_to_be_unknown_there(
    deployment: Deployment,
) -> None:
    other = str(deployment.tenant.emulator.info["zoho"]["eu"]["accounts"])
    deployment.program.update(accounts_url=other)
    with pytest.raises(Refused, match="the client is registered in another data center"):
        deployment.up()
    assert deployment.tenant.connections() == []


# Adobe


def ims(tenant: Tenant) -> int:
    return len(tenant.requests("POST", "/ims/token"))


def test_twenty_calls_at_once_share_one_token(plugin: Plugin, tenant: Tenant) -> None:
    ids = [plant(tenant, f"Number {number}") for number in range(20)]
    provider = plugin.fresh_provider(settings_of(tenant))
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        assert len(list(pool.map(lambda id_: provider.read(id_, {}), ids))) == 20
    assert ims(tenant) == 1


def test_a_token_that_is_refused_is_renewed_once(plugin: Plugin, tenant: Tenant) -> None:
    ids = [plant(tenant, f"Number {number}") for number in range(8)]
    provider = plugin.fresh_provider(settings_of(tenant))
    provider.read(ids[0], {})
    tenant.emulator.control("DELETE", f"/organizations/{tenant.organization}/tokens")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda id_: provider.read(id_, {}), ids))
    assert ims(tenant) == 2


def test_a_post_that_is_refused_with_401_is_repeated_once(deployment: Deployment) -> None:
    deployment.tenant.fault(kind="expired_token", method="POST", path="/connections$")
    deployment.up()
    assert deployment.tenant.connection()["id"] == deployment.deployed.id


def test_a_token_that_is_refused_again_and_again_is_an_error(deployed: Deployment) -> None:
    deployed.tenant.fault(kind="expired_token", path="/connections/", times=None)
    with pytest.raises(Refused) as refused:
        deployed.refresh()
    assert str(refused.value).endswith(
        "Oauth token is not valid. Check Adobe's client id, client secret and organization."
    )
    assert ims(deployed.tenant) == 2


def test_a_token_is_renewed_before_it_expires(tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = plant(tenant, "Made by hand")
    tenant.emulator.control("PATCH", f"/organizations/{tenant.organization}/tokens", {"lifetime": 20})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    time_ = ManualClock(time.time())
    with Session(time_.clock).active():
        flow_service = clients_for(read_settings(settings_of(tenant), {})).flow_service("dev")
        flow_service.connection(id_)
        time_.now += 17.9
        flow_service.connection(id_)
        assert ims(tenant) == 1
        time_.now += 0.2
        flow_service.connection(id_)
    assert ims(tenant) == 2
    assert not [item for item in tenant.requests() if item["status"] == 401]


def test_processes_share_one_token_of_adobes_while_it_lives_long_enough(tenant: Tenant, tmp_path: Path) -> None:
    id_ = plant(tenant, "Made by hand")

    def read() -> None:
        with Plugin.start(tmp_path) as plugin:
            plugin.provider(settings_of(tenant)).read(id_, {})
            plugin.assert_no_secret(tenant.canaries)

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: read(), range(3)))
    assert ims(tenant) == 1
    (entry,) = (tmp_path / "cache" / "zoho-adobe" / "tokens").iterdir()
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600
    assert not [canary for canary in tenant.canaries if canary in entry.read_text()]

    # Adobe dropped it before its time, here all of the client's.
    tenant.emulator.control("DELETE", f"/organizations/{tenant.organization}/tokens")
    read()
    read()
    assert ims(tenant) == 2

    entry.write_text(json.dumps({**json.loads(entry.read_text()), "expires_at": time.time() + 590}))
    read()
    assert ims(tenant) == 3


def test_a_ready_token_is_used_and_never_renewed(plugin: Plugin, tenant: Tenant) -> None:
    id_ = plant(tenant, "Made by hand")
    tenant.canaries.add("eyJ.a-ready-token.x")
    provider = plugin.fresh_provider(settings_of(tenant, clientSecret="", accessToken="eyJ.a-ready-token.x"))
    with pytest.raises(Refused, match="Oauth token is not valid"):
        provider.read(id_, {})
    assert ims(tenant) == 0
