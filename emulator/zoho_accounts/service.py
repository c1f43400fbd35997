"""Zoho's accounts servers as a service of the emulator."""

from __future__ import annotations

from emulator.core.base import Base
from emulator.core.faults import Voice
from emulator.core.http import Json, Request
from emulator.core.recorder import Identity
from emulator.core.services import Service
from emulator.core.store import Document
from emulator.zoho_accounts import exceptions, urls
from emulator.zoho_accounts.consent import ConsentResponses
from emulator.zoho_accounts.control import ZohoAccountsControl
from emulator.zoho_accounts.data_centers import ACCOUNTS_HOSTS
from emulator.zoho_accounts.models import ZohoAccounts
from emulator.zoho_accounts.responses import ZohoAccountsResponses

ROOT = f"/zoho/{{dc:{'|'.join(ACCOUNTS_HOSTS)}}}"
VOICE = Voice(exceptions.plain, exceptions.expired_token)


def zoho_accounts(base: Base) -> ZohoAccounts:
    """The accounts servers of all data centers."""
    return base.once(ZohoAccounts, lambda: ZohoAccounts(base.store, base.clock, base.site))


def register(base: Base) -> Service:
    """Zoho's accounts servers."""
    accounts = zoho_accounts(base)

    def sow() -> Json:
        made = {dc: accounts.create_credentials(dc) for dc in ACCOUNTS_HOSTS}
        return {dc: {name: item[name] for name in ("client_id", "refresh_token")} for dc, item in made.items()}

    def ready() -> Document:
        seed = base.seeded("zoho", sow)
        return {"zoho": {dc: accounts.credentials(dc, **item) for dc, item in seed.items()}}

    def identify(request: Request) -> Identity | None:
        return Identity(accounts.identify(request), None) if request.path.startswith("/zoho/") else None

    consent = ConsentResponses(accounts, base.site)
    return Service(
        mounts={f"{ROOT}/accounts": urls.routes(ZohoAccountsResponses(accounts, base.site), consent)},
        voice=VOICE,
        control=ZohoAccountsControl(base.store, accounts, base.site).routes(),
        ready=ready,
        secrets=accounts.secret_values,
        identify=identify,
    )
