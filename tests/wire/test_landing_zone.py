"""The landing zone: looked up, and never touched."""

from __future__ import annotations

import pytest

from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment, settings_of
from tests.support.wire.plugin import Plugin, Refused


@pytest.fixture
def zone(plugin: Plugin, tenant: Tenant) -> Deployment:
    return Deployment(plugin, tenant, settings_of(tenant), {}, "landing_zone LandingZoneLifecycle")


def test_a_zone_on_azure_is_looked_up(zone: Deployment) -> None:
    zone.up()
    assert zone.deployed.id == "dev/dlz-user-container"
    found = {key: zone.deployed.outputs[key] for key in ("container", "provider", "days_to_live")}
    assert found == {"container": "dlz-user-container", "provider": "azure", "days_to_live": 7}


def test_a_zone_on_aws_is_looked_up(zone: Deployment) -> None:
    zone.tenant.change_zone(provider="aws")
    zone.up()
    assert zone.deployed.outputs["provider"] == "aws"
    assert zone.deployed.outputs["container"].startswith("dlz-prod-")
    assert zone.deployed.outputs["days_to_live"] == 7


def test_nobody_asks_for_credentials(zone: Deployment) -> None:
    zone.up()
    zone.refresh()
    zone.destroy()
    paths = {item["path"].partition("?")[0] for item in zone.tenant.requests(path="/landingzone")}
    assert {path.rpartition("/")[2] for path in paths} == {"landingzone"}


def test_other_days_to_live_show_at_a_refresh(zone: Deployment) -> None:
    zone.up()
    zone.tenant.change_zone(ttl_days=5)
    zone.refresh()
    assert zone.deployed.outputs["days_to_live"] == 5


def test_another_container_is_another_zone(zone: Deployment) -> None:
    zone.up()
    zone.tenant.change_zone(provider="aws")
    zone.refresh()
    assert zone.state is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("1701", "The provided landing zone is inactive. Please activate the landing zone and try again"),
        ("1714", "is not allowed to perform this operation. Please check your request with permissions"),
    ],
)
def test_a_zone_that_is_refused_says_why(zone: Deployment, code: str, words: str) -> None:
    zone.tenant.change_zone(refuses=[code])
    with pytest.raises(Refused, match=words):
        zone.up()


def test_an_answer_that_is_no_zone_is_no_zone(zone: Deployment) -> None:
    for body in ({}, {"containerName": "c", "containerTTL": "soon"}, {"dlzProvider": "Amazon S3", "dlzPath": None}):
        zone.tenant.fault(kind="status", status=200, body=body, path="/landingzone$")
        with pytest.raises(Refused, match="no landing zone"):
            zone.up()


def test_a_zone_takes_the_permission_to_manage_sources(zone: Deployment) -> None:
    order = {"organization": zone.tenant.organization, "permissions": ["view-sources"]}
    client = zone.tenant.emulator.control("POST", "/clients", order)
    zone.config |= {"zoho-adobe:clientId": client["client_id"], "zoho-adobe:clientSecret": client["client_secret"]}
    with pytest.raises(Refused, match="give the credential a role with this sandbox and with View Sources and Manage"):
        zone.up()
