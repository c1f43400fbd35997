"""A stack with a grant of Zoho."""

from __future__ import annotations

from typing import Any

from tests.support.emulator.zoho_clients import Zoho
from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment, settings_of
from tests.support.wire.plugin import Plugin


def deploy_grant(plugin: Plugin, tenant: Tenant) -> Deployment:
    """Return a stack with one grant, whose token is revoked when it goes; it is not deployed yet."""
    zoho = Zoho(tenant.emulator)
    client = zoho.client("self")
    tenant.zoho = {**tenant.zoho, "client_id": client["client_id"], "client_secret": client["client_secret"]}
    tenant.canaries.add(client["client_secret"])
    program: dict[str, Any] = {
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "accounts_url": zoho.accounts("us"),
        "data_center": "us",
        "revoke_on_delete": True,
    }
    deployment = Deployment(plugin, tenant, settings_of(tenant), program, lifecycle="zoho_grant ZohoGrantLifecycle")
    take_a_new_code(deployment)
    return deployment


def take_a_new_code(deployment: Deployment) -> None:
    """Let the program have a code that is not spent."""
    tenant = deployment.tenant
    code = Zoho(tenant.emulator).console_code({"client_id": tenant.zoho["client_id"]})
    deployment.program["code"] = code
    tenant.canaries.add(code)
