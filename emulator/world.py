"""All that is emulated, put together."""

from __future__ import annotations

from pathlib import Path

from emulator.core.clock import Clock
from emulator.core.faults import Faults
from emulator.core.http import Request
from emulator.core.recorder import Identity, Recorder
from emulator.core.site import Site
from emulator.core.store import Document, Store
from emulator.core.tenants import Tenants
from emulator.flow_service.models import FlowService
from emulator.ims.models import Ims
from emulator.zoho_accounts.data_centers import ACCOUNTS_HOSTS
from emulator.zoho_accounts.models import ZohoAccounts
from emulator.zoho_crm.models import ZohoCrm


class World:
    """The emulated services on one store and one clock, and the tools to watch and disturb them."""

    def __init__(self, data: Path) -> None:
        self.site = Site()
        self.store = Store(data / "emulator.sqlite3")
        self.settings = self.store.collection("settings")
        self.clock = Clock(self.settings)
        self.tenants = Tenants(self.store)
        self.ims = Ims(self.store, self.clock, self.tenants)
        self.zoho_accounts = ZohoAccounts(self.store, self.clock, self.site)
        self.zoho_crm = ZohoCrm(self.zoho_accounts)
        self.flow_service = FlowService(self.store, self.clock, self.zoho_accounts)
        self.recorder = Recorder(self.identify, self._secrets)
        self.faults = Faults(self.identify)
        self._seed = self.settings.get("seed") or self._sow()

    def info(self) -> Document:
        """What a program needs to use the emulator as its Adobe and its Zoho."""
        client = self.tenants.client(self._seed["client_id"])
        if client is None:
            raise LookupError("the data directory lost its first client")
        return {
            "adobe": self.site.adobe,
            "ims": self.site.ims,
            **self.tenants.describe(client),
            "zoho": {
                dc: self.zoho_credentials(dc, seed["client_id"], seed["refresh_token"])
                for dc, seed in self._seed["zoho"].items()
            },
            "control": self.site.control,
        }

    def zoho_credentials(self, dc: str, client_id: str, refresh_token: str) -> Document:
        client = self.zoho_accounts.client(dc, client_id) or {}
        return {
            "accounts": self.site.zoho_accounts(dc),
            "api": self.site.zoho_api(dc),
            "client_id": client_id,
            "client_secret": client.get("client_secret"),
            "refresh_token": refresh_token,
        }

    def identify(self, request: Request) -> Identity:
        """Whose request it is, by what it says of itself: proof is the services' business."""
        client = request.headers.get("x-api-key") or request.form().get("client_id")
        organization = request.headers.get("x-gw-ims-org-id")
        known = self.tenants.client(client) if client else None
        if organization is None and known is not None:
            organization = known["organization"]
        return Identity(client, organization)

    def _sow(self) -> Document:
        with self.store.transaction():
            organization = self.tenants.create_organization()
            client = self.tenants.create_client(organization["id"])
            zoho = {}
            for dc in ACCOUNTS_HOSTS:
                zoho_client = self.zoho_accounts.create_client(dc)
                grant = self.zoho_accounts.create_refresh_token(dc, zoho_client["client_id"])
                zoho[dc] = {"client_id": zoho_client["client_id"], "refresh_token": grant["refresh_token"]}
            seed = {"client_id": client["client_id"], "zoho": zoho}
            self.settings.put("seed", seed)
        return seed

    def _secrets(self) -> set[str]:
        return self.tenants.secret_values() | self.ims.secret_values() | self.zoho_accounts.secret_values()
