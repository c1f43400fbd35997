"""Who may see what of the emulated CRM."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.core.clock import Clock
from emulator.core.store import Document, Store
from emulator.zoho_accounts import scopes
from emulator.zoho_accounts.models import ZohoAccounts
from emulator.zoho_accounts.users import full_name
from emulator.zoho_crm import coql, exceptions
from emulator.zoho_crm.bulk import BulkJobs
from emulator.zoho_crm.records import Records, matches
from emulator.zoho_crm.rows import ALL, COLUMN_OF, Condition, Place, read_time

COUNTABLE = 2000


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token came with the request."""

    user: Document
    organization: Document
    scopes: list[str]


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows are asked for, in which order."""

    fields: list[str] | None
    sort_by: str
    descending: bool
    start: int
    per_page: int
    modified_since: datetime | None = None
    criteria: str | None = None
    converted: str = "false"


class ZohoCrm:
    """The emulated CRM of every data center."""

    def __init__(self, store: Store, clock: Clock, accounts: ZohoAccounts) -> None:
        self._accounts = accounts
        self.records = Records(store, clock, accounts.users)
        self.bulk = BulkJobs(store, clock, self.records)

    def authorize(self, dc: str, host: str, authorization: str, scope: str, credits_spent: int = 1) -> Caller:
        scheme, _, value = authorization.partition(" ")
        if scheme not in ("Zoho-oauthtoken", "Bearer") or not value:
            raise exceptions.authentication_failure()
        token = self._accounts.tokens.access_token(dc, value)
        if token is None or self._accounts.api_host(token) != host:
            raise exceptions.invalid_token()
        if scheme == "Bearer" and not self._accounts.options.of(token["client_id"]).accept_bearer:
            raise exceptions.invalid_token()
        user = self._accounts.users.get(token["zuid"])
        organization = self._accounts.users.organization(token["organization"])
        if user is None or organization is None:
            raise exceptions.invalid_token()
        if not scopes.covers(token["scopes"], scope):
            raise exceptions.scope_mismatch()
        if not user["api_access"]:
            raise exceptions.no_permission()
        self._spend(organization, credits_spent)
        return Caller(user, organization, token["scopes"])

    def require_records(self, caller: Caller, module: str) -> None:
        """Refuse who may not read a module's records: by the token's scopes, or by the user's profile."""
        if not scopes.covers(caller.scopes, f"ZohoCRM.modules.{module}.READ"):
            raise exceptions.scope_mismatch()
        if module in caller.user.get("hidden_modules", ()):
            raise exceptions.no_module_permission(module)

    def modules(self, caller: Caller) -> list[Document]:
        """All modules; those that the user's profile hides are listed as such."""
        hidden = caller.user.get("hidden_modules", ())
        return [
            module | ({"viewable": False, "visible": False} if module["api_name"] in hidden else {})
            for module in self.records.modules(caller.organization["id"])
        ]

    def module_fields(self, caller: Caller, module: str) -> list[Document]:
        """Describe the fields of a module to a user."""
        fields = self.fields(caller.organization, module)
        if module in caller.user.get("hidden_modules", ()):
            raise exceptions.no_module_permission(module)
        return fields

    def fields(self, organization: Document, module: str) -> list[Document]:
        fields = self.records.fields(organization["id"], module)
        if not fields:
            raise exceptions.invalid_module()
        return [{"id": f"5555{number:012d}", **field} for number, field in enumerate(fields, 1)]

    def users(self, caller: Caller, kind: str) -> list[Document]:
        if kind == "CurrentUser":
            return [_show_user(caller.user)]
        if kind in ("AllUsers", "ActiveUsers"):
            return [_show_user(user) for user in self._accounts.users.of_organization(caller.organization["id"])]
        return []

    def organization(self, organization: Document) -> Document:
        return {
            "id": f"{organization['id']}0001",
            "company_name": organization["company_name"],
            "zgid": organization["id"],
            "type": organization["environment"],
            "country_code": organization["dc"].upper(),
            "domain_name": f"org{organization['id']}",
            "time_zone": "UTC",
            "iso_code": "USD",
            "currency": "US Dollar",
            "license_details": {
                "paid": True,
                "paid_type": organization.get("edition", "enterprise"),
                "paid_expiry": None,
                "trial_type": None,
                "trial_expiry": None,
                "trial_action": None,
                "users_license_purchased": 5,
                "portal_users_license_purchased": 0,
            },
        }

    def select(self, organization: Document, module: str, query: Query) -> tuple[list[Document], bool]:
        """Return one page of rows, and whether there are more."""
        known = {field["api_name"] for field in self.fields(organization, module)}
        place = Place(organization["id"], module)
        if query.criteria is None and query.converted == "false":
            page = self._page(place, query)
        else:
            page = self._filtered(place, query)
        shown = known if query.fields is None else [name for name in query.fields if name in known]
        picked = [{"id": row["id"], **{name: row.get(name) for name in shown}} for row in page[: query.per_page]]
        return picked, len(page) > query.per_page

    def _page(self, place: Place, query: Query) -> list[Document]:
        """One page and a row more, found by the database: of a million rows, too."""
        since = query.modified_since
        where = ALL if since is None else Condition("modified >= ?", (since.timestamp(),))
        order = f"{COLUMN_OF[query.sort_by]} {'DESC' if query.descending else 'ASC'}, id"
        fields = self.records.fields(*place)
        return list(self.records.table.select(place, fields, where, order, query.per_page + 1, query.start))

    def _filtered(self, place: Place, query: Query) -> list[Document]:
        """One page and a row more of rows that each have to be looked at."""
        rows = self._rows(place, query)
        if query.criteria is not None:
            verdicts = [matches(row, query.criteria) for row in rows]
            if None in verdicts:
                raise exceptions.invalid_data("criteria")
            rows = [row for row, verdict in zip(rows, verdicts, strict=True) if verdict]
        rows.sort(key=lambda row: str(row[query.sort_by]), reverse=query.descending)
        return rows[query.start : query.start + query.per_page + 1]

    def count(self, organization: Document, query: str) -> int:
        """Count the records that a query of COQL is about."""
        module = coql.module_of(query)
        types = {field["api_name"]: field["data_type"] for field in self.fields(organization, module)}
        return self.records.table.count(Place(organization["id"], module), coql.condition(query, types))

    def _rows(self, place: Place, query: Query) -> list[Document]:
        rows = self.records.rows(*place, query.modified_since) if query.converted != "true" else []
        if query.converted == "false":
            return rows
        since = query.modified_since.timestamp() if query.modified_since else 0
        gone = self.records.gone.converted(place)
        return [*rows, *(row for row in gone if read_time(row["Modified_Time"]) >= since)]

    def _spend(self, organization: Document, amount: int) -> None:
        left: Any = organization["credits"]
        if left is None:
            return
        if left < amount:
            raise exceptions.out_of_credits()
        self._accounts.users.save_organization({**organization, "credits": left - amount})


def _show_user(user: Document) -> Document:
    return {
        "id": f"{user['zuid']}0001",
        "zuid": user["zuid"],
        "full_name": full_name(user),
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "email": user["email"],
        "status": "active",
        "role": {"name": "CEO", "id": "5555000000000101"},
        "profile": {"name": "Administrator", "id": "5555000000000102"},
    }
