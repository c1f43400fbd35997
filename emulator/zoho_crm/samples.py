"""Values of generated rows: each follows from the row's id, so that a million rows need not be stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from emulator.core.store import Document

FIRST_DAY = date(2000, 1, 1)
GIVEN = frozenset({"id", "Created_Time", "Modified_Time"})


def row(fields: Iterable[Document], identifier: int) -> Document:
    """All values of a row but its id and times."""
    return {
        field["api_name"]: value(field["api_name"], field["data_type"], identifier)
        for field in fields
        if field["api_name"] not in GIVEN
    }


def value(name: str, data_type: str, identifier: int) -> Any:
    """One value; fields that refer to other rows are empty."""
    number = identifier % 1_000_000
    match data_type:
        case "text" | "textarea" | "picklist":
            return f"{name} {number}"
        case "email":
            return f"person.{number}@example.com"
        case "phone":
            return f"555-{number:06d}"
        case "website":
            return f"https://{number}.example.com"
        case "boolean":
            return number % 2 == 0
        case "integer":
            return number % 1000
        case "double" | "currency":
            return number / 100
        case "bigint":
            return str(identifier)
        case "date":
            return (FIRST_DAY + timedelta(days=number % 9000)).isoformat()
        case "datetime":
            return f"{(FIRST_DAY + timedelta(days=number % 9000)).isoformat()}T08:00:00+00:00"
        case _:
            return None
