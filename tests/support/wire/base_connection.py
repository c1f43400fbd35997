"""A base connection that is checked and created, and what may be there before."""

from __future__ import annotations

from tests.support.tenant import Tenant
from tests.support.wire.deployment import SUFFIX, program
from tests.support.wire.plugin import Provider

FULL_NAME = f"Zoho CRM {SUFFIX}"


def plant(tenant: Tenant, name: str, description: str = "", sandbox: str = "dev", **fields: str) -> str:
    """Make a connection with an older secret that no state knows, and return its id."""
    described = {"description": description} if description else {}
    older = {"clientSecret": "an-older-secret"}
    return tenant.plant_connection(name, sandbox=sandbox, params=older, **described, **fields)


def lose(tenant: Tenant, description: str = "") -> str:
    """Make what a lost create of this stack leaves behind."""
    return plant(tenant, FULL_NAME, description, createdClient=tenant.client_id, updatedClient=tenant.client_id)


def create(provider: Provider, tenant: Tenant, **changes: object) -> str:
    """Check and create, and give the id."""
    checked = provider.check(program(tenant, **changes))
    assert checked.failures == []
    return provider.create(checked.inputs)[0]
