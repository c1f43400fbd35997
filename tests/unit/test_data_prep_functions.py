"""Expressions of Data Prep, as far as a preview can check them; and labels, as far as names tell."""

from __future__ import annotations

import pytest

from zoho_adobe.data_prep_functions import columns_of, wrong_expression
from zoho_adobe.data_usage_labels import CORE, registry_label, wrong_label
from zoho_adobe.text_columns import from_text, is_conversion
from zoho_adobe.zoho_labels import suggested_labels


@pytest.mark.parametrize(
    "text",
    [
        "lower(Email)",
        "now()",
        'concat(First_Name, " ", Last_Name)',
        "concat(\"a, (b\", 'c)', ${First Name (old), x})",
        "date(Modified_Time, \"yyyy-MM-dd'T'HH:mm:ssXXX\")",
        'iif(Stage.equalsIgnoreCase("won"), "yes", "no")',
        'decode(State, "ca", "California", "pa", "Pennsylvania", "other")',
        'join(" ", to_array(true, First_Name, [1, 2], {"a": 1}))',
        "coalesce(Mobile, trim(lower(Phone)))",
        "(1 + 2) * 3",
    ],
)
def test_what_data_prep_takes_passes(text: str) -> None:
    assert wrong_expression(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lowr(Email)", "Data Prep has no function 'lowr'. Did you mean 'lower'?"),
        ("zz(Email)", "Data Prep has no function 'zz'."),
        ("lower(Email, 1)", "lower() takes 1 argument, not 2"),
        ("lower()", "lower() takes 1 argument, not 0"),
        ("now(1)", "now() takes 0 arguments, not 1"),
        ("substr(Email, 1)", "substr() takes 3 arguments, not 2"),
        ("date()", "date() takes 1 to 3 arguments, not 0"),
        ("concat()", "concat() takes 1 or more arguments, not 0"),
        ("trim(lower(a, b))", "lower() takes 1 argument, not 2"),
        ("a.equals(b, c)", "equals() takes 1 argument, not 2"),
        ("lower(Email", "its parentheses do not match"),
        ("lower)Email(", "its parentheses do not match"),
        ('concat("a, b)', "a quote is not closed"),
        ("lower(" + "a" * 4096 + ")", "it has 4103 characters, and Data Prep takes 4096"),
    ],
)
def test_what_it_does_not_take_is_said(text: str, expected: str) -> None:
    assert wrong_expression(text) == expected


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("lower(Email)", ["Email"]),
        ('concat(First_Name, " and Email ", ${Last Name}, First_Name)', ["First_Name", "Last Name"]),
        ('iif(Stage.equals("won"), true, null)', ["Stage"]),
        ("now()", []),
        ("address.street", ["address"]),
    ],
)
def test_the_columns_of_an_expression(text: str, columns: list[str]) -> None:
    assert columns_of(text) == columns


def test_what_files_are_converted_by_is_known() -> None:
    types = ("integer", "number", "date", "date-time")
    assert all(is_conversion(from_text("Modified_Time", type)) for type in types)
    assert is_conversion("Email")
    assert not is_conversion("lower(Email)")
    assert not is_conversion('date(Modified_Time, "yyyy")')


def test_labels_of_adobe_and_of_the_organization() -> None:
    assert [registry_label(name) for name in ("I1", "Partner")] == ["core/I1", "custom/Partner"]
    assert all(wrong_label(name) == "" for name in (*CORE, "Partner", "L-1_x"))
    assert all(wrong_label(name) for name in ("C13", "i1", "third-party", "a b", "", 7))


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        ("Email", ("I1",)),
        ("Secondary_Email", ("I1",)),
        ("lastName", ("I1",)),
        ("Mailing_Street", ("I2",)),
        ("dateOfBirth", ("I2",)),
        ("Latitude", ("S1",)),
        ("Product_Code", ()),
        ("Account_Name", ()),
        ("Modified_Time", ()),
        ("Email_Opt_Out", ()),
    ],
)
def test_names_of_columns_tell_what_is_personal(column: str, labels: tuple[str, ...]) -> None:
    assert suggested_labels(column) == labels
