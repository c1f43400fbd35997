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
from emulator.zoho_crm.gone import CONVERTED, HIDDEN, RECYCLED, Gone
from emulator.zoho_crm.rows import ALL, Condition, Place, Rows

FIRST_ID = 5725767000000000000


class BadRecord(ValueError):  # noqa: N818 - reads as what it is
    """A row or a field that the CRM would not hold."""


class Records:
    """What is in the CRM. An organization gets its fields and sample rows when it is first looked at."""

    def __init__(self, store: Store, clock: Clock, users: Users) -> None:
        self._clock = clock
        self._users = users
        self._modules = store.collection("zoho_crm_modules")
        self._custom = store.collection("zoho_crm_custom_modules")
        self.table = Rows(store)
        self.gone = Gone(store, clock)
        self._counters = store.collection("zoho_crm_counters")

    # Modules

    def modules(self, organization: str) -> list[Document]:
        """Describe the modules of an organization: those that every one has, then its own."""
        return [*schema.STANDARD, *(self._custom.get(organization) or {"modules": []})["modules"]]

    def add_module(self, organization: str, name: str, **told: Any) -> Document:
        """Add a module of the organization's own."""
        modules = self.modules(organization)
        if not schema.FIELD_NAME.fullmatch(name) or any(module["api_name"] == name for module in modules):
            raise BadRecord(f"{name}: no name of a module, or it exists")
        module = schema.new_module(len(modules) + 1, name, name, **{"generated_type": "custom", **told})
        own = modules[len(schema.STANDARD) :]
        self._custom.put(organization, {"modules": [*own, module]})
        return module

    # Fields

    def fields(self, organization: str, module: str) -> list[Document]:
        """Describe the fields of a module; none, if the organization has no such module."""
        if module not in (known["api_name"] for known in self.modules(organization)):
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
        self,
        organization: str,
        module: str,
        name: str,
        data_type: str,
        label: str | None = None,
        return_type: str | None = None,
    ) -> Document:
        """Add a custom field."""
        fields = self.fields(organization, module)
        if not schema.FIELD_NAME.fullmatch(name) or data_type not in schema.CHECKS:
            raise BadRecord(f"{name}: no name of a field, or not a type: one of {', '.join(schema.CHECKS)}")
        if any(field["api_name"] == name for field in fields):
            raise BadRecord(f"{name}: exists")
        field = schema.new_field(name, label or name.replace("_", " "), data_type, custom=True, return_type=return_type)
        self._save_fields(organization, module, [*fields, field])
        return field

    def remove_field(self, organization: str, module: str, name: str) -> None:
        """Remove a field and its values."""
        fields = self.fields(organization, module)
        kept = [field for field in fields if field["api_name"] != name]
        if len(kept) == len(fields) or name in schema.SYSTEM_NAMES:
            raise BadRecord(f"{name}: no such field, or one of the system's")
        self._save_fields(organization, module, kept)
        place = Place(organization, module)
        for row in list(self.table.select(place, kept)):
            if name in row:
                self.table.put(place, {key: value for key, value in row.items() if key != name})

    # Rows

    def rows(self, organization: str, module: str, modified_since: datetime | None = None) -> list[Document]:
        """Return the rows, the oldest first, those only that were modified since then."""
        fields = self.fields(organization, module)
        since = ALL if modified_since is None else Condition("modified >= ?", (modified_since.timestamp(),))
        return list(self.table.select(Place(organization, module), fields, since))

    def generate(self, organization: str, module: str, count: int, begin: int, end: int) -> None:
        """Add many rows at once, whose values follow from their ids."""
        self.fields(organization, module)
        first = self._reserve(organization, count)
        self.table.generate(Place(organization, module), first, count, begin, end)

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
            "id": str(self._reserve(organization, 1)),
            "Owner": self._owner(organization),
            "Created_Time": now,
            "Modified_Time": now,
            **values,
        }
        self.table.put(Place(organization, module), row)
        return row

    def change(self, organization: str, module: str, identifier: str, values: Document) -> Document:
        """Change a row, and with it the time of its last modification."""
        self._check(self.fields(organization, module), values)
        stored = self._get(organization, module, identifier)
        row = {**stored, "Modified_Time": self._now(), **values, "id": identifier}
        self.table.put(Place(organization, module), row)
        return row

    def touch(self, organization: str, module: str, identifier: str, values: Document) -> Document:
        """Change a row as a formula does: its time of modification stays."""
        modified = self._get(organization, module, identifier)["Modified_Time"]
        return self.change(organization, module, identifier, {**values, "Modified_Time": modified})

    def remove(self, organization: str, module: str, identifier: str) -> None:
        """Delete a row: it goes into the recycle bin."""
        self._take_away(organization, module, identifier, RECYCLED)

    def hide(self, organization: str, module: str, identifier: str) -> None:
        """Take a row out of the users' sight, as if their rights became narrower."""
        self._take_away(organization, module, identifier, HIDDEN)

    def convert(self, organization: str, module: str, identifier: str) -> None:
        """Convert a lead: it is among the leads no more."""
        self._take_away(organization, module, identifier, CONVERTED)

    def bring_back(self, organization: str, module: str, identifier: str, *, modified: bool = False) -> None:
        """Restore a row from the recycle bin, or show a hidden one again.

        Args:
            modified: whether that is a modification of it.
        """
        row = self.gone.take(Place(organization, module), identifier, RECYCLED, HIDDEN)
        if row is None:
            raise BadRecord(f"{identifier}: neither in the recycle bin nor hidden")
        self.table.put(Place(organization, module), {**row, **({"Modified_Time": self._now()} if modified else {})})

    def purge(self, organization: str, module: str, identifier: str) -> None:
        """Delete a row for good that is in the recycle bin."""
        if not self.gone.purge(Place(organization, module), identifier):
            raise BadRecord(f"{identifier}: not in the recycle bin")

    def _take_away(self, organization: str, module: str, identifier: str, how: str) -> None:
        self.gone.put(Place(organization, module), self._get(organization, module, identifier), how)
        self.table.delete(Place(organization, module), identifier)

    def _get(self, organization: str, module: str, identifier: str) -> Document:
        row = self.table.get(Place(organization, module), identifier, self.fields(organization, module))
        if row is None:
            raise BadRecord(f"{identifier}: no such row")
        return row

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

    def _reserve(self, organization: str, count: int) -> int:
        """The first of so many ids that no row has had."""
        last = int((self._counters.get(organization) or {"last": FIRST_ID})["last"])
        self._counters.put(organization, {"last": last + count})
        return last + 1

    def _now(self) -> str:
        return datetime.fromtimestamp(int(self._clock.now()), UTC).isoformat()


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
    """Return whether a row meets the criteria; None if they cannot be read."""
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
