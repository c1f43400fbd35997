"""The emulated Zoho CRM of a tenant, and what of it has arrived at Adobe."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from emulator.launch import Emulator
from tests.support.tenant import Tenant


@dataclass
class Crm:
    """The CRM organization whose credentials a tenant has."""

    tenant: Tenant
    organization: str

    @classmethod
    def of(cls, tenant: Tenant) -> Crm:
        """Find it by the tenant's Zoho client."""
        client = tenant.emulator.control("GET", f"/zoho/clients/{tenant.zoho['client_id']}")
        token = next(item for item in client["refresh_tokens"] if item["refresh_token"] == tenant.zoho["refresh_token"])
        return cls(tenant, token["organization"])

    @property
    def emulator(self) -> Emulator:
        """The emulator."""
        return self.tenant.emulator

    def rows(self, module: str) -> list[dict[str, Any]]:
        """List the rows of a module."""
        found: list[dict[str, Any]] = self._control("GET", module, "/rows")["rows"]
        return found

    def add(self, module: str, **row: Any) -> dict[str, Any]:
        """Add a row."""
        made: dict[str, Any] = self._control("POST", module, "/rows", row)["rows"][0]
        return made

    def change_row(self, module: str, id_: str, **row: Any) -> None:
        """Change a row."""
        self._control("PATCH", module, f"/rows/{id_}", row)

    def remove_row(self, module: str, id_: str) -> None:
        """Delete a row, as a person does."""
        self._control("DELETE", module, f"/rows/{id_}")

    def fields(self, module: str) -> list[dict[str, Any]]:
        """List the fields of a module."""
        found: list[dict[str, Any]] = self._control("GET", module, "/fields")["fields"]
        return found

    def add_module(self, name: str, **told: object) -> None:
        """Add a module of the organization's own, as an administrator does."""
        path = f"/zoho/organizations/{self.organization}/modules"
        self.emulator.control("POST", path, {"api_name": name, **told})

    def add_field(self, module: str, name: str, data_type: str = "text", **told: str) -> None:
        """Add a field, as an administrator does."""
        self._control("POST", module, "/fields", {"api_name": name, "data_type": data_type, **told})

    def remove_field(self, module: str, name: str) -> None:
        """Remove a field, as an administrator does."""
        self._control("DELETE", module, f"/fields/{name}")

    def objects(self) -> dict[str, list[dict[str, Any]]]:
        """List all that exists at Adobe, by kind."""
        found: dict[str, list[dict[str, Any]]] = self.emulator.control(
            "GET", f"/organizations/{self.tenant.organization}/objects"
        )
        return found

    def arrived(self, dataset_id: str) -> list[dict[str, Any]]:
        """List the rows of a dataset."""
        found: list[dict[str, Any]] = self.emulator.control("GET", f"/datasets/{dataset_id}/rows")["rows"]
        return found

    def run(self, flow_id: str) -> dict[str, Any]:
        """Let a dataflow run now."""
        run: dict[str, Any] = self.emulator.control("POST", f"/flows/{flow_id}/run")
        return run

    def let_a_second_pass(self) -> None:
        """Wait until what changed is older than a run: what changes within a run's last second may come twice."""
        now = self.emulator.control("GET", "/clock")["now"]
        time.sleep(1.02 - now % 1)

    def pace(self, *, flow: float = 0, run: float = 0) -> None:
        """Let changes of dataflows and runs take their time, in seconds."""
        body = {"flow_seconds": flow, "run_seconds": run}
        self.emulator.control("PATCH", f"/organizations/{self.tenant.organization}/pace", body)

    def withdraw(self) -> None:
        """Let Adobe take Zoho CRM off the sources that its flow spec accepts."""
        self.emulator.control("POST", f"/organizations/{self.tenant.organization}/flowSpecs", {"withdrawn": True})

    def change(self, kind: str, id_: str, **fields: Any) -> None:
        """Change an object at Adobe behind everybody's back."""
        self.emulator.control("PATCH", f"/organizations/{self.tenant.organization}/objects/{kind}/{id_}", fields)

    def remove(self, kind: str, id_: str) -> None:
        """Delete an object at Adobe behind everybody's back."""
        self.emulator.control("DELETE", f"/organizations/{self.tenant.organization}/objects/{kind}/{id_}")

    def _control(self, method: str, module: str, path: str, body: Any = None) -> Any:
        return self.emulator.control(method, f"/zoho/organizations/{self.organization}/modules/{module}{path}", body)
