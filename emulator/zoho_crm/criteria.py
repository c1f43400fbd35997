"""Criteria as JSON, of Bulk Read: what they may be, and the condition that they are in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from emulator.core.http import Json
from emulator.zoho_crm import exceptions
from emulator.zoho_crm.rows import Condition

MOST = 25
COMPARED = {
    "equal": "=",
    "not_equal": "IS NOT",
    "greater_than": ">",
    "greater_equal": ">=",
    "less_than": "<",
    "less_equal": "<=",
}
LISTED = {"in": "IN", "not_in": "NOT IN"}
RANGED = {"between": "BETWEEN", "not_between": "NOT BETWEEN"}
MATCHED = {"contains": "%{}%", "not_contains": "%{}%", "starts_with": "{}%", "ends_with": "%{}"}
# Such fields compare with one value or with none; they have no order.
UNORDERED = frozenset(
    {"text", "email", "phone", "website", "picklist", "boolean", "lookup", "ownerlookup", "userlookup"}
)
UNCOMPARED = frozenset({"textarea"})
INDEXED = {"id": "id", "Created_Time": "created", "Modified_Time": "modified"}


def condition(criteria: Json, types: Mapping[str, str]) -> Condition:
    """Read criteria; `types` are the data types of the module's fields."""
    if _size(criteria) > MOST:
        raise exceptions.criteria_limit(MOST)
    return _read(criteria, types)


def comparison(name: str, comparator: str, value: Json, types: Mapping[str, str]) -> Condition:
    """One comparison of a field."""
    data_type = types.get(name)
    if data_type is None or data_type in UNCOMPARED:
        raise exceptions.field_not_available(name)
    column, given = _column(name, data_type)
    if comparator in RANGED or comparator in LISTED:
        if not isinstance(value, list) or (comparator in RANGED and len(value) != 2) or not value:
            raise exceptions.invalid_data("value")
        values = tuple(_value(item, data_type) for item in value)
        if comparator in RANGED:
            if data_type in UNORDERED:
                raise exceptions.invalid_data("comparator")
            return Condition(f"{column} {RANGED[comparator]} ? AND ?", (*given, *values))
        return Condition(f"{column} {LISTED[comparator]} ({', '.join('?' * len(values))})", (*given, *values))
    if comparator in MATCHED:
        if data_type not in UNORDERED or not isinstance(value, str):
            raise exceptions.invalid_data("comparator")
        negated = "NOT " if comparator.startswith("not") else ""
        return Condition(f"{column} {negated}LIKE ?", (*given, MATCHED[comparator].format(value)))
    if comparator not in COMPARED or (data_type in UNORDERED and comparator not in ("equal", "not_equal")):
        raise exceptions.invalid_data("comparator")
    if value in (None, "${EMPTY}"):
        return Condition(f"{column} IS {'NOT ' if comparator == 'not_equal' else ''}NULL", given)
    return Condition(f"{column} {COMPARED[comparator]} ?", (*given, _value(value, data_type)))


def _read(criteria: Json, types: Mapping[str, str]) -> Condition:
    if not isinstance(criteria, dict):
        raise exceptions.invalid_data("criteria")
    if "group" in criteria:
        operator, group = criteria.get("group_operator"), criteria["group"]
        if str(operator).lower() not in ("and", "or") or not isinstance(group, list) or len(group) < 2:
            raise exceptions.invalid_data("group")
        parts = [_read(member, types) for member in group]
        sql = f" {str(operator).upper()} ".join(f"({part.sql})" for part in parts)
        return Condition(sql, tuple(value for part in parts for value in part.values))
    field = criteria.get("field")
    if not isinstance(field, dict) or "comparator" not in criteria or "value" not in criteria:
        raise exceptions.invalid_data("criteria")
    return comparison(str(field.get("api_name")), str(criteria["comparator"]), criteria["value"], types)


def _size(criteria: Json) -> int:
    if isinstance(criteria, dict) and isinstance(criteria.get("group"), list):
        return sum(_size(member) for member in criteria["group"])
    return 1


def _column(name: str, data_type: str) -> tuple[str, tuple[Any, ...]]:
    if name in INDEXED:
        return INDEXED[name], ()
    return "zoho_value(id, body, ?, ?)", (name, data_type)


def _value(value: Json, data_type: str) -> str | float | int:
    """A value as the rows are compared by it. Times have an offset and no fractions of a second."""
    if data_type == "datetime":
        try:
            time = datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise exceptions.invalid_data("value") from error
        if time.tzinfo is None or "." in value:
            raise exceptions.invalid_data("value")
        return int(time.timestamp())
    if isinstance(value, bool):
        return int(value)
    if data_type in ("integer", "double", "currency", "bigint"):
        try:
            return int(value) if data_type in ("integer", "bigint") else float(value)
        except (TypeError, ValueError) as error:
            raise exceptions.invalid_data("value") from error
    if data_type == "boolean" and str(value).lower() in ("true", "false"):
        return int(str(value).lower() == "true")
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return str(value["id"])
    if not isinstance(value, str):
        raise exceptions.invalid_data("value")
    return value.lower()
