"""From the cells of a row to a row of a dataset. No HTTP and no storage."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from emulator.core.store import Document
from emulator.data_prep import dates, expressions

ATTRIBUTE, EXPRESSION = "ATTRIBUTE", "EXPRESSION"
Read = Callable[[Document], Any]
Convert = Callable[[Any, str], Any]
TRUE = frozenset({"y", "yes", "Y", "YES", "on", "ON", "true", "TRUE"})
FALSE = frozenset({"n", "N", "no", "NO", "off", "OFF", "false", "FALSE"})


class Mapper:
    """A mapping set at work."""

    def __init__(self, mappings: list[Document], fields: dict[str, str], required: list[str], *, text: bool) -> None:
        """Of rows of `text`, as files bring them, only what Data Prep reads by itself fits another type."""
        self._steps = [
            (*_reader(item, text=text), fields[item["destination"]], item["destination"].split("."))
            for item in mappings
        ]
        self._required = required

    def columns(self) -> set[str]:
        """All columns that the mappings read."""
        return {name for step in self._steps for name in step[2]}

    def map(self, cells: Document) -> Document | None:
        """None, if a value does not fit its field or a field that must be there is not."""
        mapped: Document = {}
        for read, convert, _, kind, (*holders, name) in self._steps:
            value = read(cells)
            if value is None:
                continue
            converted = convert(value, kind)
            if converted is None:
                return None
            holder = mapped
            for step in holders:
                holder = holder.setdefault(step, {})
            holder[name] = converted
        return mapped if all(name in mapped for name in self._required) else None


def _reader(mapping: Document, *, text: bool) -> tuple[Read, Convert, frozenset[str]]:
    """How a mapping reads a row, how what it read is made to fit, and which columns that takes."""
    source = mapping["source"]
    if mapping["sourceType"] == EXPRESSION:
        expression = expressions.parse(source)

        def evaluate(cells: Document) -> Any:
            try:
                return expression.evaluate(cells)
            except (ValueError, OverflowError):
                # What cannot be converted empties its field; the row goes on.
                return None

        return evaluate, _from_text, frozenset(expression.columns())
    name = expressions.column(source) if text else source
    if name is None:
        raise ValueError(f"the column {source} must be written ${{{source}}}")
    return (lambda cells: cells.get(name)), _from_text if text else _from_value, frozenset({name})


def _from_text(value: Any, kind: str) -> Any:
    """A value of a file, or what an expression made of it; None stands for what does not fit."""
    try:
        if kind == "string":
            return value.isoformat() if isinstance(value, datetime) else str(value)
        if kind == "boolean":
            return True if value in TRUE else False if value in FALSE else None
        if kind in ("date", "date-time"):
            moment = value if isinstance(value, datetime) else dates.guess(str(value))
            return moment.date().isoformat() if kind == "date" else moment.isoformat()
    except ValueError:
        return None
    if kind == "int" and isinstance(value, int):
        return value
    return float(value) if kind == "number" and isinstance(value, int | float) else None


def _from_value(value: Any, kind: str) -> Any:
    """A value of a table, which has a type already; None stands for what cannot be converted."""
    try:
        if kind == "string":
            return value if isinstance(value, str) else json.dumps(value)
        if kind == "boolean":
            return {"true": True, "false": False}.get(str(value).lower())
        if kind == "date-time":
            return datetime.fromisoformat(value).isoformat()
        if kind == "date":
            return date.fromisoformat(str(value)[:10]).isoformat()
        if kind in ("int", "number") and not isinstance(value, bool):
            number = float(value)
            if kind == "number":
                return number
            return int(number) if number.is_integer() else None
    except (TypeError, ValueError):
        return None
    return None
