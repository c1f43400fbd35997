"""The catalogue of connection specs."""

from __future__ import annotations

from emulator.core.store import Document

ZOHO_SPEC_ID = "929e4450-0237-4ed2-9404-b7e1e0a00309"
SECRET_PARAMS = frozenset({"clientSecret", "accessToken", "refreshToken"})


def _param(title: str, *, secret: bool = False) -> Document:
    return {"type": "string", "title": title, **({"format": "password"} if secret else {})}


ZOHO_SPEC: Document = {
    "id": ZOHO_SPEC_ID,
    "name": "zoho-crm",
    "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a",
    "version": "1.0",
    "authSpec": [
        {
            "name": "Basic Authentication",
            "type": "BasicAuthentication",
            "spec": {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "type": "object",
                "properties": {
                    "endpoint": _param("Endpoint"),
                    "accountsUrl": _param("Accounts URL"),
                    "clientId": _param("Client ID"),
                    "clientSecret": _param("Client secret", secret=True),
                    "accessToken": _param("Access token", secret=True),
                    "refreshToken": _param("Refresh token", secret=True),
                },
                "required": [
                    "endpoint",
                    "accountsUrl",
                    "clientId",
                    "clientSecret",
                    "accessToken",
                    "refreshToken",
                ],
            },
        }
    ],
    "attributes": {
        "category": "CRM",
        "connectorName": "Zoho CRM",
        "isSource": True,
        "uiAttributes": {"apiFeatures": {"explorePaginationSupported": False}},
    },
    "permissionsInfo": {
        "view": [{"@type": "lowLevel", "name": "EnterpriseSource", "permissions": ["read"]}],
        "manage": [{"@type": "lowLevel", "name": "EnterpriseSource", "permissions": ["write"]}],
    },
}

CATALOGUE: dict[str, Document] = {ZOHO_SPEC_ID: ZOHO_SPEC}
SPEC_FIELDS = frozenset({"id", "name", "providerId", "version", "attributes"})


def auth_spec(spec: Document, name: str) -> Document | None:
    """Find an auth spec of a connection spec by name."""
    return next((item for item in spec["authSpec"] if item["name"] == name), None)
