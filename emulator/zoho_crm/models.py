"""What is in the emulated CRM, and which scopes open it."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.core.store import Document
from emulator.zoho_accounts.models import ZohoAccounts
from emulator.zoho_crm import exceptions

MODULES = (("Leads", "Lead"), ("Accounts", "Account"), ("Contacts", "Contact"), ("Deals", "Deal"))


def covers(granted: Iterable[str], needed: str) -> bool:
    """Tell whether one of the granted scopes is the needed one or wider."""
    *area, verb = needed.lower().split(".")
    for scope in granted:
        *granted_area, granted_verb = scope.lower().split(".")
        if granted_area == area[: len(granted_area)] and granted_verb in (verb, "all"):
            return True
    return False


class ZohoCrm:
    """The emulated CRM of every data center."""

    def __init__(self, accounts: ZohoAccounts) -> None:
        self._accounts = accounts

    def authorize(self, dc: str, authorization: str, scope: str) -> Document:
        scheme, _, value = authorization.partition(" ")
        if scheme not in ("Zoho-oauthtoken", "Bearer") or not value:
            raise exceptions.authentication_failure()
        token = self._accounts.access_token(dc, value)
        if token is None:
            raise exceptions.invalid_token()
        if not covers(token["scopes"], scope):
            raise exceptions.scope_mismatch()
        return token

    def modules(self) -> list[Document]:
        return [
            {
                "api_name": plural,
                "module_name": plural,
                "singular_label": singular,
                "plural_label": plural,
                "id": f"55550000000000{number:04d}",
                "api_supported": True,
                "creatable": True,
                "editable": True,
                "deletable": True,
                "viewable": True,
                "visible": True,
                "generated_type": "default",
                "status": "visible",
                "profiles": [],
            }
            for number, (plural, singular) in enumerate(MODULES, 1)
        ]
