"""Real-Time Customer Profile, as an application looks profiles up."""

from __future__ import annotations

from typing import Any

import requests

from tests.support.tenant import Tenant
from zoho_adobe.settings import SCOPES


def profile_of(tenant: Tenant, address: str) -> dict[str, Any] | None:
    """Look a profile up by an e-mail address.

    Args:
        tenant: the organization.
        address: the address.

    Returns:
        Its fields, the tenant's own beside Adobe's; None if there is no such profile.
    """
    grant = {"grant_type": "client_credentials", "client_id": tenant.client_id, "client_secret": tenant.client_secret}
    token = requests.post(f"{tenant.ims}/ims/token/v3", data={**grant, "scope": SCOPES}, timeout=10).json()
    tenant.canaries.add(token["access_token"])
    answer = requests.get(
        f"{tenant.adobe}/data/core/ups/access/entities",
        params={"schema.name": "_xdm.context.profile", "entityIdNS": "email", "entityId": address},
        headers={
            "Authorization": f"Bearer {token['access_token']}",
            "x-api-key": tenant.client_id,
            "x-gw-ims-org-id": tenant.organization,
            "x-sandbox-name": "dev",
        },
        timeout=10,
    )
    if answer.status_code == 404:
        return None
    assert answer.status_code == 200, answer.text
    (found,) = answer.json().values()
    entity: dict[str, Any] = found["entity"]
    own: dict[str, Any] = next((value for name, value in entity.items() if name.startswith("_")), {})
    return {**entity, **own}
