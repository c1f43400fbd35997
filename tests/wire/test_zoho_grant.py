"""ZohoGrant: what is revoked is revoked, or the state keeps it."""

from __future__ import annotations

import pytest

from tests.support.emulator.zoho_clients import Zoho
from tests.support.tenant import Tenant
from tests.support.wire.plugin import Plugin, Refused
from tests.support.wire.zoho_grant import deploy_grant


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 403}, {"kind": "html", "status": 200}], ids=str)
def test_a_token_that_was_not_revoked_is_not_forgotten(
    plugin: Plugin, tenant: Tenant, fault: dict[str, object]
) -> None:
    granted = deploy_grant(plugin, tenant)
    granted.up()
    client = {"client_id": tenant.zoho["client_id"]}
    tenant.emulator.control("POST", "/faults", {"client": client["client_id"], "path": "/token/revoke$", **fault})
    with pytest.raises(Refused):
        granted.destroy()
    (token,) = Zoho(tenant.emulator).show(client)["refresh_tokens"]
    assert token["refresh_token"] == granted.deployed.outputs["refresh_token"]
    granted.destroy()
    assert Zoho(tenant.emulator).show(client)["refresh_tokens"] == []


def test_one_that_was_revoked_before_is_no_error(plugin: Plugin, tenant: Tenant) -> None:
    granted = deploy_grant(plugin, tenant)
    granted.up()
    tenant.emulator.control("POST", "/zoho/revoke", {"refresh_token": granted.deployed.outputs["refresh_token"]})
    granted.destroy()
    assert granted.state is None
