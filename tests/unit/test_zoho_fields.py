"""Each data type of Zoho CRM has its column, or none where Bulk Read does not give it."""

from __future__ import annotations

import pytest

from zoho_adobe.zoho_fields import CrmField


@pytest.mark.parametrize(
    ("data_type", "word"),
    [
        *((name, "string") for name in ("text", "textarea", "email", "phone", "website", "picklist", "autonumber")),
        *((name, "string") for name in ("bigint", "lookup", "ownerlookup", "userlookup", "multiselectpicklist")),
        ("integer", "integer"),
        *((name, "number") for name in ("double", "currency", "percent")),
        ("boolean", "boolean"),
        ("date", "date"),
        ("datetime", "date-time"),
        *((name, None) for name in ("subform", "fileupload", "imageupload", "multiselectlookup", "composite")),
        ("a type of next year", "string"),
    ],
)
def test_the_column_of_a_data_type(data_type: str, word: str | None) -> None:
    assert CrmField("Name", data_type, "", custom=True).word == word


@pytest.mark.parametrize("computed", ["formula", "rollup_summary"])
@pytest.mark.parametrize(
    ("returns", "word"),
    [("currency", "number"), ("datetime", "date-time"), ("boolean", "boolean"), ("string", "string"), ("", "string")],
)
def test_what_zoho_computes_has_the_type_of_its_values(computed: str, returns: str, word: str) -> None:
    assert CrmField("Name", computed, returns, custom=True).word == word


def test_zohos_own_composites_are_left_out_and_custom_fields_of_their_names_are_not() -> None:
    assert CrmField("Mailing_Address", "text", "", custom=False).word is None
    assert CrmField("Address", "textarea", "", custom=True).word == "string"
