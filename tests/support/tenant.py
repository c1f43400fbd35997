"""An organization in the emulator, as a test sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from emulator import launch


@dataclass
class Tenant:
    """An organization with one client, and Zoho credentials that work."""

    emulator: launch.Emulator
    organization: str
    client_id: str
    client_secret: str
    zoho: dict[str, str]
    canaries: set[str] = field(default_factory=set)

    @classmethod
    def create(cls, emulator: launch.Emulator, dc: str = "us") -> Tenant:
        """Make an organization of its own."""
        made = emulator.control("POST", "/organizations", {"sandboxes": ["prod", "dev", "stage"]})
        zoho = emulator.control("POST", "/zoho/credentials", {"dc": dc})
        tenant = cls(emulator, made["organization"], made["client_id"], made["client_secret"], zoho)
        tenant.canaries |= {tenant.client_secret, zoho["client_secret"], zoho["refresh_token"]}
        return tenant

    @property
    def adobe(self) -> str:
        """The platform's base URL."""
        return str(self.emulator.info["adobe"])

    @property
    def ims(self) -> str:
        """The identity service's base URL."""
        return str(self.emulator.info["ims"])

    def environment(self) -> dict[str, str]:
        """Return the credentials as the environment holds them."""
        return {"ADOBE_CLIENT_ID": self.client_id, "ADOBE_CLIENT_SECRET": self.client_secret}

    def connections(self, sandbox: str | None = None) -> list[dict[str, Any]]:
        """List the connections that exist, with their secrets in clear."""
        found = self.emulator.control("GET", f"/organizations/{self.organization}/objects")["connections"]
        return [item for item in found if sandbox in (None, item["sandboxName"])]

    def connection(self) -> dict[str, Any]:
        """Return the one connection that exists."""
        (found,) = self.connections()
        return found

    def plant(self, kind: str, item: dict[str, Any], sandbox: str = "dev") -> dict[str, Any]:
        """Put an object there that no stack made."""
        path = f"/organizations/{self.organization}/objects"
        made: dict[str, Any] = self.emulator.control("POST", path, {"kind": kind, "sandbox": sandbox, "item": item})
        return made

    def plant_connection(
        self, name: str = "Made by hand", *, sandbox: str = "dev", params: dict[str, str] | None = None, **fields: str
    ) -> str:
        """Put a base connection there that no stack made, and return its id.

        Args:
            name: its name.
            sandbox: where.
            params: credentials in the place of the tenant's own, which work.
            fields: further fields; another client made it unless they say so.
        """
        working = {
            "endpoint": "crm.zoho.com/crm/private",
            "accountsUrl": self.zoho["accounts"],
            "clientId": self.zoho["client_id"],
            "clientSecret": self.zoho["client_secret"],
            "accessToken": "1000.long.expired",
            "refreshToken": self.zoho["refresh_token"],
        }
        spec = {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}
        auth = {"specName": "Basic Authentication", "params": working | (params or {})}
        item = {"name": name, "auth": auth, "connectionSpec": spec, **fields}
        return str(self.plant("connections", item, sandbox)["id"])

    def edit(self, connection_id: str, *ops: dict[str, Any]) -> None:
        """Change a connection behind everybody's back."""
        self.emulator.control("PATCH", f"/connections/{connection_id}", list(ops))

    def remove(self, connection_id: str) -> None:
        """Delete a connection behind everybody's back."""
        self.emulator.control("DELETE", f"/connections/{connection_id}")

    def fault(self, **order: Any) -> None:
        """Order a fault for this organization's requests."""
        self.emulator.control("POST", "/faults", {"organization": self.organization, **order})

    def zone(self) -> dict[str, Any]:
        """Return the landing zone of the sandbox `dev` as the emulator has it."""
        found: dict[str, Any] = self.emulator.control("GET", self._zone_path)
        return found

    def change_zone(self, **settings: Any) -> None:
        """Change the landing zone of the sandbox `dev`."""
        self.emulator.control("PATCH", self._zone_path, settings)

    @property
    def _zone_path(self) -> str:
        return f"/organizations/{self.organization}/sandboxes/dev/landing-zone"

    def requests(self, method: str = "", path: str = "") -> list[dict[str, Any]]:
        """List the requests of this organization, the oldest first."""
        found = self.emulator.control("GET", f"/requests?organization={self.organization}")["requests"]
        return [item for item in found if method in ("", item["method"]) and path in item["path"]]

    def forget_requests(self) -> None:
        """Empty the request log of this organization."""
        self.emulator.control("DELETE", f"/requests?organization={self.organization}")

    def new_zoho_secret(self) -> str:
        """Let Zoho issue a new client secret; the old one is no longer good."""
        body = {"dc": self.zoho.get("dc", "us"), "client_id": self.zoho["client_id"]}
        secret = str(self.emulator.control("POST", "/zoho/rotate", body)["client_secret"])
        self.canaries.add(secret)
        return secret
