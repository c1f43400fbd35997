"""COQL, as far as it counts: `select COUNT(id) from Module where …`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from emulator.zoho_crm import criteria, exceptions
from emulator.zoho_crm.rows import Condition

_QUERY = re.compile(r"\s*select\s+COUNT\(id\)\s+from\s+([A-Za-z]\w*)\s+where\s+(.+?)\s*", re.IGNORECASE | re.DOTALL)
_COMPARISON = re.compile(r"([A-Za-z]\w*)\s*(>=|<=|!=|=|>|<)\s*('[^']*'|[\w.-]+)")
_EMPTY = re.compile(r"([A-Za-z]\w*)\s+is\s+(not\s+)?null", re.IGNORECASE)
_COMPARATORS = {
    "=": "equal",
    "!=": "not_equal",
    ">": "greater_than",
    ">=": "greater_equal",
    "<": "less_than",
    "<=": "less_equal",
}


def module_of(query: str) -> str:
    """The module that a query counts."""
    return _parts(query)[0]


def condition(query: str, types: Mapping[str, str]) -> Condition:
    """What a record has to meet; `types` are the data types of the module's fields."""
    found = [_comparison(text, types) for text in re.split(r"\s+and\s+", _parts(query)[1], flags=re.IGNORECASE)]
    if len(found) > 2:
        # Zoho wants more than two in pairs, each in parentheses.
        raise exceptions.invalid_query("conditions")
    return Condition(
        " AND ".join(f"({part.sql})" for part in found), tuple(value for part in found for value in part.values)
    )


def _parts(query: str) -> tuple[str, str]:
    match = _QUERY.fullmatch(query)
    if match is None:
        raise exceptions.syntax_error()
    return match[1], match[2]


def _comparison(text: str, types: Mapping[str, str]) -> Condition:
    empty, compared = _EMPTY.fullmatch(text), _COMPARISON.fullmatch(text)
    if empty is None and compared is None:
        raise exceptions.syntax_error()
    name = (empty or compared)[1]  # type: ignore[index]  # one of them is there
    if name not in types:
        raise exceptions.invalid_query(name)
    if empty is not None:
        return criteria.comparison(name, "not_equal" if empty[2] else "equal", None, types)
    value = compared[3]  # type: ignore[index]  # as above
    return criteria.comparison(name, _COMPARATORS[compared[2]], value.strip("'"), types)  # type: ignore[index]
