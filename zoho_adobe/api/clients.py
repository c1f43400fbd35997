"""The clients that one session shares: one identity, one token of each kind."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from zoho_adobe.api.catalog import Catalog
from zoho_adobe.api.data_prep import DataPrep
from zoho_adobe.api.dataflows import Dataflows
from zoho_adobe.api.descriptors import Descriptors
from zoho_adobe.api.explore import Explorer
from zoho_adobe.api.file_sources import FileSources
from zoho_adobe.api.flow_service import FlowService
from zoho_adobe.api.identity_namespaces import IdentityNamespaces
from zoho_adobe.api.ims import Ims
from zoho_adobe.api.landing_zone import LandingZones
from zoho_adobe.api.runs import Runs
from zoho_adobe.api.sandboxes import Sandboxes
from zoho_adobe.api.schema_registry import SchemaRegistry
from zoho_adobe.api.source_spec import LANDING_ZONE, ZOHO_CRM, SourceSpec
from zoho_adobe.api.usage_labels import UsageLabels
from zoho_adobe.api.zoho_accounts import ZohoAccessToken, zoho_token
from zoho_adobe.session import current
from zoho_adobe.settings import Settings
from zoho_adobe.zoho_credentials import ZohoCredentials


class Clients:
    """Everything that can be called with one provider's settings.

    Args:
        settings: the provider's settings.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ims = Ims(settings)
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._deleting: set[str] = set()

    def lock(self, name: str) -> threading.Lock:
        """Return the lock of an object at Adobe that only one thread may read, change and write back at a time.

        Args:
            name: what tells the object.
        """
        with self._lock:
            return self._locks.setdefault(name, threading.Lock())

    @contextlib.contextmanager
    def deleting(self, id_: str) -> Iterator[None]:
        """Let others see that an object is being deleted."""
        with self._lock:
            self._deleting.add(id_)
        try:
            yield
        finally:
            with self._lock:
                self._deleting.discard(id_)

    def deletes(self, id_: str) -> bool:
        """Return whether an object is being deleted at the moment."""
        with self._lock:
            return id_ in self._deleting

    def flow_service(self, sandbox: str) -> FlowService:
        """Return Flow Service in a sandbox."""
        return FlowService(self.settings, self.ims, sandbox)

    def explorer(self, sandbox: str) -> Explorer:
        """Return Flow Service's exploring in a sandbox."""
        return Explorer(self.settings, self.ims, sandbox)

    def dataflows(self, sandbox: str, spec: SourceSpec = ZOHO_CRM) -> Dataflows:
        """Return Flow Service's dataflows from a source in a sandbox."""
        return Dataflows(self.settings, self.ims, sandbox, spec)

    def file_sources(self, sandbox: str) -> FileSources:
        """Return the source connections on the landing zone of a sandbox."""
        return FileSources(self.settings, self.ims, sandbox, LANDING_ZONE)

    def runs(self, sandbox: str) -> Runs:
        """Return the runs of dataflows in a sandbox."""
        return Runs(self.settings, self.ims, sandbox)

    def schema_registry(self, sandbox: str) -> SchemaRegistry:
        """Return the Schema Registry in a sandbox."""
        return SchemaRegistry(self.settings, self.ims, sandbox)

    def descriptors(self, sandbox: str) -> Descriptors:
        """Return the descriptors of fields in a sandbox."""
        return Descriptors(self.settings, self.ims, sandbox)

    def identity_namespaces(self, sandbox: str) -> IdentityNamespaces:
        """Return the organization's identity namespaces, as a sandbox shows them."""
        return IdentityNamespaces(self.settings, self.ims, sandbox)

    def usage_labels(self, sandbox: str) -> UsageLabels:
        """Return the data usage labels in a sandbox."""
        return UsageLabels(self.settings, self.ims, sandbox)

    def catalog(self, sandbox: str) -> Catalog:
        """Return Catalog in a sandbox."""
        return Catalog(self.settings, self.ims, sandbox)

    def data_prep(self, sandbox: str) -> DataPrep:
        """Return Data Prep in a sandbox."""
        return DataPrep(self.settings, self.ims, sandbox)

    def sandboxes(self) -> Sandboxes:
        """Return the sandboxes that the credential reaches."""
        return Sandboxes(self.settings, self.ims, self.settings.sandbox)

    def landing_zones(self, sandbox: str) -> LandingZones:
        """Return the landing zone of a sandbox."""
        return LandingZones(self.settings, self.ims, sandbox)

    def zoho_token(self, credentials: ZohoCredentials, *, made_since: float | None = None) -> ZohoAccessToken:
        """Return an access token of Zoho; see `zoho_adobe.api.zoho_accounts.zoho_token`."""
        return zoho_token(credentials, self.settings, made_since=made_since)


def clients_for(settings: Settings) -> Clients:
    """Return the clients of these settings, the same ones for every resource of the session."""
    return current().keep(settings, lambda: Clients(settings))
