"""From the text of a file to the types of a schema: the expressions of Data Prep that a mapping needs for it.

A file has text only, where the retired source brought typed values. With these expressions a field gets from a file
the value that it got from the source. A cell that does not convert leaves its field empty; the row goes on.
Source: https://experienceleague.adobe.com/en/docs/experience-platform/data-prep/functions
"""

from __future__ import annotations

import re

from zoho_adobe.errors import InputError

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_EXPRESSIONS = {
    "string": "{0}",
    # Data Prep itself reads true, yes, on and y, in either case.
    "boolean": "{0}",
    "integer": "to_integer({0})",
    "number": "to_decimal({0})",
    "date": 'date({0}, "yyyy-MM-dd")',
    # As Zoho writes it, with the offset from UTC; Data Prep does not find that form by itself.
    "date-time": "date({0}, \"yyyy-MM-dd'T'HH:mm:ssXXX\")",
}


def from_text(column: str, type: str) -> str:
    """Return what a mapping says of a column of a file, for a field of a type.

    Args:
        column: the column's name in the first row of the file.
        type: the type of the field, as `CrmModule` gives it in `columns`: "string", "boolean", "integer", "number",
            "date" or "date-time".

    Raises:
        InputError: the column's name would have to be quoted, or text never becomes this type.
    """
    if not _PLAIN.fullmatch(column):
        raise InputError(
            "column",
            f"{column!r} is not a name that Data Prep reads as it is",
            remedy="Name the file's column with letters, digits and underscores",
        )
    if type not in _EXPRESSIONS:
        raise InputError(
            "type", f"text does not become {type!r}", remedy=f"Its types are {', '.join(sorted(_EXPRESSIONS))}"
        )
    return _EXPRESSIONS[type].format(column)


def is_conversion(source: str) -> bool:
    """Return whether a mapping's source is what `from_text` says of some column.

    Args:
        source: a column, or an expression over columns.
    """
    return _CONVERSION.fullmatch(source) is not None


_CONVERSION = re.compile("|".join(re.escape(text).replace(r"\{0\}", _PLAIN.pattern) for text in _EXPRESSIONS.values()))
