"""The clients that one provider process shares: one identity, one session, one token of each kind."""

from __future__ import annotations

import threading

from zoho_adobe.api.flow_service import FlowService
from zoho_adobe.api.ims import Ims
from zoho_adobe.api.token_cache import shared_token
from zoho_adobe.api.zoho_accounts import ZohoAccessToken, ZohoAccounts
from zoho_adobe.settings import Settings, check_zoho_url


class Clients:
    """Everything that can be called with one provider's settings.

    Args:
        settings: the provider's settings.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ims = Ims(settings)

    def flow_service(self, sandbox: str) -> FlowService:
        """Give Flow Service in a sandbox."""
        return FlowService(self.settings, self.ims, sandbox)

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
            accounts_url,
            client_id,
            client_secret,
            refresh_token,
            lambda: accounts.refresh(client_id, client_secret, refresh_token),
        )


_lock = threading.Lock()
_clients: dict[Settings, Clients] = {}


def clients_for(settings: Settings) -> Clients:
    """Give the clients of these settings, the same ones for every resource of the process."""
    with _lock:
        if settings not in _clients:
            _clients[settings] = Clients(settings)
        return _clients[settings]
