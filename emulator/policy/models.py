"""The data usage labels of a sandbox: Adobe's and the organization's own, which are never deleted."""

from __future__ import annotations

import re

from emulator.core.clock import Clock
from emulator.core.http import Json
from emulator.core.store import Document, Store
from emulator.core.tenants import Tenant
from emulator.policy import exceptions

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
CATEGORIES = {
    "Contract": [f"C{number}" for number in range(1, 13)],
    "Identity": ["I1", "I2"],
    "Sensitive": ["S1", "S2", "PSPD", "RHD"],
    "Partner": ["Third-Party"],
}
CORE = [
    {"name": name, "category": category, "friendlyName": name, "description": f"Adobe's label {name}"}
    for category, names in CATEGORIES.items()
    for name in names
]


class Labels:
    """The emulated Policy Service, as far as labels go."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._clock = clock
        self._custom = store.collection("labels", lambda item: f"{item['imsOrg']}/{item['sandboxName']}")

    def all(self, tenant: Tenant, kind: str) -> list[Document]:
        if kind == "core":
            return CORE
        return [label for _, label in self._custom.newest_first(tenant.partition)]

    def find(self, tenant: Tenant, kind: str, name: str) -> Document:
        for label in self.all(tenant, kind):
            if label["name"] == name:
                return label
        raise exceptions.not_found(name)

    def exists(self, tenant: Tenant, label: str) -> bool:
        """Whether there is a label, such as `core/I1`."""
        kind, _, name = label.partition("/")
        return any(item["name"] == name for item in self.all(tenant, kind))

    def write(self, tenant: Tenant, name: str, body: Json) -> tuple[Document, bool]:
        """Make or change a label; whether it is new."""
        if not isinstance(body, dict) or body.get("name", name) != name or NAME.fullmatch(name) is None:
            raise exceptions.invalid("name must be that of the path: letters, digits, - and _")
        unknown = sorted(set(body) - {"name", "category", "friendlyName", "description"})
        if unknown:
            raise exceptions.invalid(f"Unknown attributes: {', '.join(unknown)}")
        if not body.get("category") or not body.get("friendlyName"):
            raise exceptions.invalid("category and friendlyName are required")
        key = f"{tenant.partition}/{name}"
        there, now = self._custom.get(key), self._clock.now_ms()
        label = {
            **body,
            "name": name,
            "imsOrg": tenant.organization,
            "sandboxName": tenant.sandbox,
            "created": there["created"] if there else now,
            "createdClient": there["createdClient"] if there else tenant.client_id,
            "updated": now,
            "updatedClient": tenant.client_id,
        }
        self._custom.put(key, label)
        return label, there is None

    def of_organization(self, organization: str) -> list[Document]:
        return [{"id": label["name"], **label} for label in self._custom.all() if label["imsOrg"] == organization]
