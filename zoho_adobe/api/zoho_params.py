"""What a base connection on Zoho CRM authenticates with: Adobe's names for it, and this package's.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/create/crm/zoho
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WIRE = {
    "endpoint": "endpoint",
    "accounts_url": "accountsUrl",
    "client_id": "clientId",
    "client_secret": "clientSecret",
    "refresh_token": "refreshToken",
    "access_token": "accessToken",
}


def to_wire(params: Mapping[str, str]) -> dict[str, str]:
    """Return params as Flow Service wants them.

    Args:
        params: the params by the names of the inputs.
    """
    return {_WIRE[key]: value for key, value in params.items()}


def from_wire(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return params by the names of the inputs; others than Zoho CRM's are left out.

    Args:
        params: the params as Flow Service shows them.
    """
    return {key: params[wire] for key, wire in _WIRE.items() if wire in params}
