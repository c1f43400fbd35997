"""A table's columns as a state keeps them: one word a column instead of Flow Service's nested objects.

| word           | as Flow Service has it                                             |
|----------------|--------------------------------------------------------------------|
| `date-time`    | `{"type": "string", "xdm": {"type": "string", "format": "date-time"}}` |
| `integer`      | `{"type": "integer", "xdm": {"type": "integer"}}`                  |
| `Double as number` | `{"type": "Double", "xdm": {"type": "number"}}`                |

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/explore/tabular
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

Columns = dict[str, str]
"""Each column's word by its name."""

DATE_TYPES = ("date-time", "date")
"""The words of columns by which what changed since the last run can be told."""

_AS = " as "


def word_of(column: Mapping[str, Any]) -> str:
    """Return the word of a column.

    Args:
        column: the column as Flow Service shows it: "type" and "xdm" with "type" and perhaps "format".
    """
    given = column.get("xdm")
    xdm: Mapping[str, Any] = given if isinstance(given, dict) else {}
    # Adobe's samples write "String" here and "string" there.
    kind = str(
        xdm.get("type")
        or ("object" if "$ref" in xdm else "")
        or column.get("meta:xdmType")
        or column.get("type")
        or "string"
    ).lower()
    form = str(xdm.get("format") or "")
    if kind in DATE_TYPES:
        kind, form = "string", kind
    word = form if form in DATE_TYPES else f"{kind}:{form}" if form else kind
    source = str(column.get("type") or kind)
    return word if source.lower() == kind else f"{source}{_AS}{word}"


def wire_column(name: str, word: str) -> dict[str, Any]:
    """Return a column as Flow Service wants it.

    Args:
        name: the column's name.
        word: its word.
    """
    kind, form = _xdm(word)
    source = word.split(_AS)[0] if _AS in word else kind
    return {"name": name, "type": source, "xdm": {"type": kind, **({"format": form} if form else {})}}


def xdm_field(word: str) -> dict[str, Any]:
    """Return the type of a schema's field that holds such a column.

    Args:
        word: the column's word.
    """
    kind, form = _xdm(word)
    return {"type": kind, **({"format": form} if form else {})}


def holds(there: str, wanted: str) -> bool:
    """Return whether a field that is there holds what the wanted one would.

    Formats besides those of dates only describe a value more closely; an architect may add one.

    Args:
        there: the word of the field as it is.
        wanted: the word of the field as the program has it.
    """
    (kind, form), (wanted_kind, wanted_form) = _xdm(there), _xdm(wanted)
    return kind == wanted_kind and (form == wanted_form or (not wanted_form and form not in DATE_TYPES))


def is_date(word: str) -> bool:
    """Return whether such a column can tell what changed since the last run."""
    return word.split(_AS)[-1] in DATE_TYPES


def near(name: str, columns: Iterable[str]) -> str:
    """Ask whether columns are meant that look like a name that is not a column; empty if none does.

    Args:
        name: the name.
        columns: the names of the columns that there are.
    """
    # Zoho's labels have spaces where its field names have underscores.
    by_form = {column.lower(): column for column in columns}
    found = difflib.get_close_matches(re.sub(r"[^0-9a-z]+", "_", name.lower()), list(by_form), 3, 0.7)
    return f"Did you mean {' or '.join(repr(by_form[form]) for form in found)}?" if found else ""


def field_name(column: str) -> str:
    """Return the name of the schema's field that a column goes to, where nothing else is said.

    A field's name has letters, digits, dashes and underscores and starts with a letter; camel case is preferred:
    https://experienceleague.adobe.com/en/docs/experience-platform/xdm/api/getting-started

    Args:
        column: the column's name, such as "Last_Name".

    Returns:
        Such as "lastName".
    """
    parts = [part for part in re.split(r"[^0-9A-Za-z]+", column) if part]
    name = "".join(
        [part[:1].lower() + part[1:] if not at else part[:1].upper() + part[1:] for at, part in enumerate(parts)]
    )
    return name if name[:1].isalpha() else f"field{name}"


def _xdm(word: str) -> tuple[str, str]:
    xdm = word.split(_AS)[-1]
    if xdm in DATE_TYPES:
        return "string", xdm
    kind, _, form = xdm.partition(":")
    return kind, form
