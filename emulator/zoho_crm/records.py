"""Fields and rows of each organization's modules."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from emulator.core.clock import Clock
from emulator.core.store import Document, Store
from emulator.zoho_accounts.users import Users, full_name
from emulator.zoho_crm import schema

FIRST_ID = 5725767000000000000


class BadRecord(ValueError):  # noqa: N818 - reads as what it is
    """A row or a field that the CRM would not hold."""


class Records:
    """What is in the CRM. An organization gets its fields and sample rows when it is first looked at."""

    def __init__(self, store: Store, clock: Clock, users: Users) -> None:
        self._clock = clock
        self._users = users
        self._modules = store.collection("zoho_crm_modules")
        self._rows = store.collection("zoho_crm_rows", lambda row: f"{row['organization']}/{row['module']}")
        self._counters = store.collection("zoho_crm_counters")

    # Fields

    def fields(self, organization: str, module: str) -> list[Document]:
        """Describe the fields of a module; none, if the organization has no such module."""
        if module not in schema.OWN_FIELDS:
            return []
        stored = self._modules.get(f"{organization}/{module}")
        if stored is not None:
            return list(stored["fields"])
        fields = schema.new_fields(module)
        self._save_fields(organization, module, fields)
        for sample in schema.SAMPLES.get(module, ()):
            self.add(organization, module, sample)
        return fields

    def add_field(
        self, organization: str, module: str, name: str, data_type: str, label: str | None = None
    ) -> Document:
        """Add a custom field."""
        fields = self.fields(organization, module)
        if not schema.FIELD_NAME.fullmatch(name) or data_type not in schema.CHECKS:
            raise BadRecord(f"{name}: no name of a field, or not a type: one of {', '.join(schema.CHECKS)}")
        if any(field["api_name"] == name for field in fields):
            raise BadRecord(f"{name}: exists")
        field = schema.new_field(name, label or name.replace("_", " "), data_type, custom=True)
        self._save_fields(organization, module, [*fields, field])
        return field

    def remove_field(self, organization: str, module: str, name: str) -> None:
        """Remove a field and its values."""
        fields = self.fields(organization, module)
        kept = [field for field in fields if field["api_name"] != name]
        if len(kept) == len(fields) or name in schema.SYSTEM_NAMES:
            raise BadRecord(f"{name}: no such field, or one of the system's")
        self._save_fields(organization, module, kept)
        for row in self._stored(organization, module):
            if name in row["values"]:
                values = {key: value for key, value in row["values"].items() if key != name}
                self._save_row(row, values)

    # Rows

    def rows(self, organization: str, module: str, modified_since: datetime | None = None) -> list[Document]:
        """Give the rows, the oldest first, those only that were modified since then."""
        self.fields(organization, module)
        rows: list[Document] = [row["values"] for row in self._stored(organization, module)]
        if modified_since is not None:
            rows = [row for row in rows if datetime.fromisoformat(row["Modified_Time"]) >= modified_since]
        return sorted(rows, key=lambda row: str(row["id"]))

    def add(self, organization: str, module: str, values: Document) -> Document:
        """Add a row. It may bring its own id and times."""
        fields = self.fields(organization, module)
        self._check(fields, values)
        missing = [
            field["api_name"] for field in fields if field["system_mandatory"] and not values.get(field["api_name"])
        ]
        if missing:
            raise BadRecord(f"{', '.join(missing)}: mandatory")
        now = self._now()
        row = {
            "id": self._next_id(organization),
            "Owner": self._owner(organization),
            "Created_Time": now,
            "Modified_Time": now,
            **values,
        }
        self._save_row({"organization": organization, "module": module}, row)
        return row

    def change(self, organization: str, module: str, identifier: str, values: Document) -> Document:
        """Change a row, and with it the time of its last modification."""
        self._check(self.fields(organization, module), values)
        stored = self._get(organization, module, identifier)
        row = {**stored["values"], "Modified_Time": self._now(), **values, "id": identifier}
        self._save_row(stored, row)
        return row

    def remove(self, organization: str, module: str, identifier: str) -> None:
        """Delete a row."""
        self._get(organization, module, identifier)
        self._rows.delete(_key(organization, module, identifier))

    def _stored(self, organization: str, module: str) -> list[Document]:
        return [row for _, row in self._rows.newest_first(f"{organization}/{module}")]

    def _get(self, organization: str, module: str, identifier: str) -> Document:
        row = self._rows.get(_key(organization, module, identifier))
        if row is None:
            raise BadRecord(f"{identifier}: no such row")
        return row

    def _save_row(self, place: Document, values: Document) -> None:
        organization, module = place["organization"], place["module"]
        document = {"organization": organization, "module": module, "values": values}
        self._rows.put(_key(organization, module, values["id"]), document)

    def _save_fields(self, organization: str, module: str, fields: Sequence[Document]) -> None:
        self._modules.put(f"{organization}/{module}", {"fields": list(fields)})

    def _check(self, fields: Sequence[Document], values: Document) -> None:
        types = {field["api_name"]: str(field["data_type"]) for field in fields}
        for name, value in values.items():
            if name not in types:
                raise BadRecord(f"{name}: no such field")
            if not schema.fits(types[name], value):
                raise BadRecord(f"{name}: not a value of the type {types[name]}")

    def _owner(self, organization: str) -> Document | None:
        for user in self._users.of_organization(organization):
            return {"name": full_name(user), "id": user["zuid"], "email": user["email"]}
        return None

    def _next_id(self, organization: str) -> str:
        last = (self._counters.get(organization) or {"last": FIRST_ID})["last"]
        self._counters.put(organization, {"last": last + 1})
        return str(last + 1)

    def _now(self) -> str:
        return datetime.fromtimestamp(int(self._clock.now()), UTC).isoformat()


def _key(organization: str, module: str, identifier: str) -> str:
    return f"{organization}/{module}/{identifier}"


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": operator.eq,
    "greater_than": operator.gt,
    "greater_equal": operator.ge,
    "less_than": operator.lt,
    "less_equal": operator.le,
}
# One comparison of a search. Zoho's criteria can be nested; one level of "and" is what a reader of changes needs.
COMPARISON = re.compile(
    r"\(?([A-Za-z_]\w*):(equals|starts_with|greater_than|greater_equal|less_than|less_equal):(.*?)\)?"
)


def matches(row: Document, criteria: str) -> bool | None:
    """Tell whether a row meets the criteria; None if they cannot be read."""
    text = criteria.removeprefix("(").removesuffix(")") if criteria.startswith("((") else criteria
    for part in re.split(r"\)\s*and\s*\(", text):
        comparison = COMPARISON.fullmatch(part)
        if comparison is None:
            return None
        name, relation, wanted = comparison.groups()
        if not _compare(row.get(name), relation, wanted):
            return False
    return True


def _compare(value: Any, relation: str, wanted: str) -> bool:
    if value is None:
        return False
    if relation == "starts_with":
        return str(value).lower().startswith(wanted.lower())
    left, right = _order(value, str(value)), _order(value, wanted)
    if isinstance(left, float) and isinstance(right, float):
        return OPERATORS[relation](left, right)
    return OPERATORS[relation](str(left), str(right))


def _order(value: Any, text: str) -> float | str:
    """Read a text as what the value beside it is, so that the two can be compared."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(text)
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return text.lower()
