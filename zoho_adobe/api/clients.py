"""The clients that one provider process shares: one identity, one session, one token of each kind."""

from __future__ import annotations

import threading

from zoho_adobe.api.catalog import Catalog
from zoho_adobe.api.data_prep import DataPrep
from zoho_adobe.api.dataflows import Dataflows
from zoho_adobe.api.explore import Explorer
from zoho_adobe.api.flow_service import FlowService
from zoho_adobe.api.ims import Ims
from zoho_adobe.api.runs import Runs
from zoho_adobe.api.schema_registry import SchemaRegistry
from zoho_adobe.api.token_cache import shared_token
from zoho_adobe.api.zoho_accounts import ZohoAccessToken, ZohoAccounts
from zoho_adobe.settings import Settings, check_zoho_url
from zoho_adobe.verification import Credentials, require_working


class Clients:
    """Everything that can be called with one provider's settings.

    Args:
        settings: the provider's settings.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ims = Ims(settings)
        self._lock = threading.Lock()
        self._verified: set[Credentials] = set()
        self._locks: dict[str, threading.Lock] = {}

    def lock(self, name: str) -> threading.Lock:
        """Returns the lock of an object at Adobe that only one thread may read, change and write back at a time.

        Args:
            name: what tells the object.
        """
        with self._lock:
            return self._locks.setdefault(name, threading.Lock())

    def flow_service(self, sandbox: str) -> FlowService:
        """Give Flow Service in a sandbox."""
        return FlowService(self.settings, self.ims, sandbox)

    def explorer(self, sandbox: str) -> Explorer:
        """Give Flow Service's exploring in a sandbox."""
        return Explorer(self.settings, self.ims, sandbox)

    def dataflows(self, sandbox: str) -> Dataflows:
        """Give Flow Service's dataflows in a sandbox."""
        return Dataflows(self.settings, self.ims, sandbox)

    def runs(self, sandbox: str) -> Runs:
        """Give the runs of dataflows in a sandbox."""
        return Runs(self.settings, self.ims, sandbox)

    def schema_registry(self, sandbox: str) -> SchemaRegistry:
        """Give the Schema Registry in a sandbox."""
        return SchemaRegistry(self.settings, self.ims, sandbox)

    def catalog(self, sandbox: str) -> Catalog:
        """Give Catalog in a sandbox."""
        return Catalog(self.settings, self.ims, sandbox)

    def data_prep(self, sandbox: str) -> DataPrep:
        """Give Data Prep in a sandbox."""
        return DataPrep(self.settings, self.ims, sandbox)

    def zoho_token(self, accounts_url: str, client_id: str, client_secret: str, refresh_token: str) -> ZohoAccessToken:
        """Give an access token of Zoho, from the shared cache where it still has ten minutes of life.

        Args:
            accounts_url: the accounts server of the account's data center.
            client_id: the client's id.
            client_secret: its secret.
            refresh_token: a refresh token of that client.

        Raises:
            SettingError: the URL is not one that credentials may be sent to.
            ZohoOAuthError: Zoho refuses.
        """
        check_zoho_url("accounts_url", accounts_url, self.settings.allowed_hosts)
        accounts = ZohoAccounts(accounts_url, timeout=self.settings.request_timeout)
        return shared_token(
            ZohoAccessToken,
            (accounts_url, client_id, client_secret, refresh_token),
            lambda: accounts.refresh(client_id, client_secret, refresh_token),
        )

    def verify_zoho(self, credentials: Credentials) -> None:
        """Make sure that Zoho accepts credentials, once for all the connections that share them.

        Args:
            credentials: the credentials.

        Raises:
            ZohoAdobeError: they do not work; the class says why.
        """
        with self._lock:
            if credentials not in self._verified:
                require_working(credentials, self.settings)
                self._verified.add(credentials)


_lock = threading.Lock()
_clients: dict[Settings, Clients] = {}


def clients_for(settings: Settings) -> Clients:
    """Give the clients of these settings, the same ones for every resource of the process."""
    with _lock:
        if settings not in _clients:
            _clients[settings] = Clients(settings)
        return _clients[settings]
