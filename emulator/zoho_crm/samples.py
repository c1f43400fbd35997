"""Values of generated rows: each follows from the row's id, so that a million rows need not be stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from emulator.core.store import Document

FIRST_DAY = date(2000, 1, 1)
SPAN = 1_000_000
GIVEN = frozenset({"id", "Created_Time", "Modified_Time"})


Maker = Callable[[int], Any]


def makers(fields: Iterable[Document]) -> dict[str, Maker]:
    """What makes each value of a row but its id and times."""
    return {
        field["api_name"]: maker(field["api_name"], field["data_type"])
        for field in fields
        if field["api_name"] not in GIVEN
    }


def maker(name: str, data_type: str) -> Maker:
    """What makes the value of a field from a row's id; fields that refer to other rows are empty."""
    match data_type:
        case "text" | "textarea" | "picklist":
            return lambda identifier: f"{name} {identifier % SPAN}"
        case "email":
            return lambda identifier: f"person.{identifier % SPAN}@example.com"
        case "phone":
            return lambda identifier: f"555-{identifier % SPAN:06d}"
        case "website":
            return lambda identifier: f"https://{identifier % SPAN}.example.com"
        case "boolean":
            return lambda identifier: identifier % 2 == 0
        case "integer":
            return lambda identifier: identifier % 1000
        case "double" | "currency":
            return lambda identifier: identifier % SPAN / 100
        case "bigint":
            return str
        case "date":
            return _day
        case "datetime":
            return lambda identifier: f"{_day(identifier)}T08:00:00+00:00"
        case _:
            return lambda _: None


def _day(identifier: int) -> str:
    return (FIRST_DAY + timedelta(days=identifier % SPAN % 9000)).isoformat()
