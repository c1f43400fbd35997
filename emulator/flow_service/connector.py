"""What a base connection reaches: the emulated Zoho CRM, seen as tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from emulator.core.store import Document
from emulator.flow_service import exceptions
from emulator.zoho_accounts import scopes
from emulator.zoho_accounts.models import ZohoAccounts
from emulator.zoho_crm.records import Records

NEEDED_SCOPES = ("ZohoCRM.settings.modules.READ", "ZohoCRM.settings.fields.READ", "ZohoCRM.modules.READ")
TYPES: dict[str, Document] = {
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "double": {"type": "number"},
    "currency": {"type": "number"},
    "percent": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}
STRING: Document = {"type": "string"}


class Connector:
    """Reads with the credentials of a connection."""

    def __init__(self, accounts: ZohoAccounts, records: Records) -> None:
        self._accounts = accounts
        self._records = records

    def answers(self, params: Document) -> bool:
        """The access token may long have expired: what counts is whether a new one could be had."""
        return self._accounts.accepts(
            params["accountsUrl"], params["clientId"], params["clientSecret"], params["refreshToken"]
        )

    def tables(self, params: Document) -> list[str]:
        modules = self._records.modules(self._organization(params))
        return [module["api_name"] for module in modules if module["api_supported"]]

    def columns(self, params: Document, table: str) -> list[Document]:
        """The columns of a table, none if there is no such table."""
        fields = self._records.fields(self._organization(params), table)
        return [_column(field) for field in fields]

    def rows(self, params: Document, table: str) -> list[Document]:
        rows = self._records.rows(self._organization(params), table)
        return [{name: _cell(value) for name, value in row.items()} for row in rows]

    def _organization(self, params: Document) -> str:
        if not self.answers(params):
            raise exceptions.source_failed("ERROR [HY000] Authentication failed: Zoho refused the credentials")
        token = self._accounts.tokens.refresh_token(params["refreshToken"]) or {}
        missing = [scope for scope in NEEDED_SCOPES if not scopes.covers(token["scopes"], scope)]
        if missing:
            raise exceptions.source_failed(f"ERROR [HY000] OAUTH_SCOPE_MISMATCH: {', '.join(missing)}")
        return str(token["organization"])


def is_moment(column: Document) -> bool:
    """Return whether a column can say what is new."""
    declared = column.get("xdm")
    form = declared.get("format") if isinstance(declared, dict) else None
    return form in ("date", "date-time") or column.get("meta:xdmType") in ("date", "date-time")


def moment(value: Any) -> int | None:
    """Read a date or a time as milliseconds since 1970."""
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp() * 1000)


def _column(field: Document) -> Document:
    declared = TYPES.get(field["data_type"], STRING)
    # As in Adobe's sample: the XDM type stands there only where it says more than the type.
    further = {"meta:xdmType": declared["format"]} if "format" in declared else {}
    return {"name": field["api_name"], "type": declared["type"], **further, "xdm": declared}


def _cell(value: Any) -> Any:
    """One value of a table: what refers to a row is that row's id."""
    if isinstance(value, dict):
        return value.get("id")
    if isinstance(value, list):
        return ";".join(str(item) for item in value)
    return value
