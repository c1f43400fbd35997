"""All that is emulated, put together."""

from __future__ import annotations

from pathlib import Path

from emulator.catalog.models import Catalog
from emulator.core.clock import Clock
from emulator.core.faults import Faults
from emulator.core.http import Request
from emulator.core.recorder import Identity, Recorder
from emulator.core.site import Site
from emulator.core.store import Document, Store
from emulator.core.tenants import Tenants
from emulator.data_prep.models import DataPrep
from emulator.flow_service.models import FlowService
from emulator.ims.models import Ims
from emulator.schema_registry.models import SchemaRegistry
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
        self.zoho_crm = ZohoCrm(self.store, self.clock, self.zoho_accounts)
        datasets = self.store.collection("datasets", lambda item: f"{item['imsOrgId']}/{item['sandboxName']}")
        self.registry = SchemaRegistry(self.store, self.clock, datasets)
        self.catalog = Catalog(self.store, self.clock, datasets, self.registry)
        self.data_prep = DataPrep(self.store, self.clock, self.registry)
        self.flow_service = FlowService(
            self.store,
            self.clock,
            (self.zoho_accounts, self.zoho_crm.records),
            (self.registry, self.catalog, self.data_prep),
        )
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
                dc: self.zoho_accounts.credentials(dc, seed["client_id"], seed["refresh_token"])
                for dc, seed in self._seed["zoho"].items()
            },
            "control": self.site.control,
        }

    def identify(self, request: Request) -> Identity:
        """Whose request it is, by what it says of itself: proof is the services' business."""
        client = request.headers.get("x-api-key") or request.form().get("client_id")
        if client is None and request.path.startswith("/zoho/"):
            client = self.zoho_accounts.identify(request)
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
                made = self.zoho_accounts.create_credentials(dc)
                zoho[dc] = {name: made[name] for name in ("client_id", "refresh_token")}
            seed = {"client_id": client["client_id"], "zoho": zoho}
            self.settings.put("seed", seed)
        return seed

    def _secrets(self) -> set[str]:
        return self.tenants.secret_values() | self.ims.secret_values() | self.zoho_accounts.secret_values()
