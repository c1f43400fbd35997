"""What a mapping says of a column of text."""

from __future__ import annotations

import pytest

from zoho_adobe import from_text
from zoho_adobe.errors import InputError


@pytest.mark.parametrize(
    ("type_", "expression"),
    [
        ("string", "A"),
        ("boolean", "A"),
        ("integer", "to_integer(A)"),
        ("number", "to_decimal(A)"),
        ("date", 'date(A, "yyyy-MM-dd")'),
        ("date-time", "date(A, \"yyyy-MM-dd'T'HH:mm:ssXXX\")"),
    ],
)
def test_a_type_has_an_expression(type_: str, expression: str) -> None:
    assert from_text("A", type_) == expression


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match=r"column: 'Owner.email' is not a name that Data Prep reads as it is"):
        from_text("Owner.email", "string")
    with pytest.raises(InputError, match="type: text does not become 'object'"):
        from_text("A", "object")
