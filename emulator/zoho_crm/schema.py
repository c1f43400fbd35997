"""Modules and their typed fields, as a new organization has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from emulator.core.store import Document

MODULES = (("Leads", "Lead"), ("Accounts", "Account"), ("Contacts", "Contact"), ("Deals", "Deal"))
SYSTEM_FIELDS = (
    ("id", "Record Id", "bigint"),
    ("Owner", "Owner", "ownerlookup"),
    ("Created_Time", "Created Time", "datetime"),
    ("Modified_Time", "Modified Time", "datetime"),
)
SYSTEM_NAMES = frozenset(name for name, _, _ in SYSTEM_FIELDS)
OWN_FIELDS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "Leads": (
        ("First_Name", "First Name", "text"),
        ("Last_Name", "Last Name", "text"),
        ("Company", "Company", "text"),
        ("Email", "Email", "email"),
        ("Phone", "Phone", "phone"),
        ("Lead_Status", "Lead Status", "picklist"),
        ("Annual_Revenue", "Annual Revenue", "currency"),
        ("No_of_Employees", "No. of Employees", "integer"),
        ("Email_Opt_Out", "Email Opt Out", "boolean"),
    ),
    "Accounts": (
        ("Account_Name", "Account Name", "text"),
        ("Website", "Website", "website"),
        ("Industry", "Industry", "picklist"),
        ("Annual_Revenue", "Annual Revenue", "currency"),
        ("Employees", "Employees", "integer"),
    ),
    "Contacts": (
        ("First_Name", "First Name", "text"),
        ("Last_Name", "Last Name", "text"),
        ("Email", "Email", "email"),
        ("Account_Name", "Account Name", "lookup"),
        ("Date_of_Birth", "Date of Birth", "date"),
        ("Email_Opt_Out", "Email Opt Out", "boolean"),
    ),
    "Deals": (
        ("Deal_Name", "Deal Name", "text"),
        ("Stage", "Stage", "picklist"),
        ("Amount", "Amount", "currency"),
        ("Closing_Date", "Closing Date", "date"),
    ),
}
MANDATORY = {"Leads": "Last_Name", "Accounts": "Account_Name", "Contacts": "Last_Name", "Deals": "Deal_Name"}
SAMPLES: dict[str, tuple[Document, ...]] = {
    "Leads": (
        {
            "First_Name": "Carissa",
            "Last_Name": "Kidman",
            "Company": "Oh My Goodknits Inc",
            "Email": "carissa.kidman@example.com",
            "Phone": "555-555-5555",
            "Lead_Status": "Contacted",
            "Annual_Revenue": 850000.0,
            "No_of_Employees": 55,
            "Email_Opt_Out": False,
        },
        {
            "First_Name": "James",
            "Last_Name": "Merced",
            "Company": "Kwik Kopy Printing",
            "Email": "james.merced@example.com",
            "Lead_Status": "Not Contacted",
            "Email_Opt_Out": True,
        },
        {"Last_Name": "Sweely", "Company": "Grayson", "Email": "sweely@example.com", "Email_Opt_Out": False},
    ),
    "Accounts": (
        {
            "Account_Name": "King",
            "Website": "https://king.example.com",
            "Industry": "Small/Medium Enterprise",
            "Annual_Revenue": 1200000.5,
            "Employees": 240,
        },
        {"Account_Name": "Truhlar And Truhlar", "Industry": "Service Provider"},
    ),
    "Contacts": (
        {
            "First_Name": "Kris",
            "Last_Name": "Marrier",
            "Email": "kris.marrier@example.com",
            "Date_of_Birth": "1984-02-29",
            "Email_Opt_Out": False,
        },
        {"Last_Name": "Foller", "Email": "foller@example.com", "Email_Opt_Out": False},
    ),
}
JSON_TYPES = {
    "bigint": "string",
    "boolean": "boolean",
    "integer": "integer",
    "double": "double",
    "currency": "double",
    "percent": "double",
    "lookup": "jsonobject",
    "ownerlookup": "jsonobject",
    "userlookup": "jsonobject",
    "composite": "jsonobject",
    "multiselectpicklist": "jsonarray",
    "multiselectlookup": "jsonarray",
    "subform": "jsonarray",
    "fileupload": "jsonarray",
    "imageupload": "jsonarray",
}
DECIMALS = {"double": 2, "currency": 2, "percent": 2}
# Types whose values are of another type, which the field names.
COMPUTED = frozenset({"formula", "rollup_summary"})
LENGTHS = {"text": 255, "email": 100, "phone": 30, "website": 450, "textarea": 2000, "picklist": 120}
FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and _is_text(value.get("id"))


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _parses(parse: Callable[[str], object]) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        try:
            parse(value)
        except (TypeError, ValueError):
            return False
        return True

    return check


CHECKS: dict[str, Callable[[Any], bool]] = {
    "text": _is_text,
    "textarea": _is_text,
    "email": _is_text,
    "phone": _is_text,
    "website": _is_text,
    "picklist": _is_text,
    "bigint": _is_text,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "double": _is_number,
    "currency": _is_number,
    "percent": _is_number,
    "autonumber": _is_text,
    "formula": lambda value: isinstance(value, str | int | float | bool),
    "rollup_summary": _is_number,
    "date": _parses(date.fromisoformat),
    "datetime": _parses(datetime.fromisoformat),
    "lookup": _is_reference,
    "ownerlookup": _is_reference,
    "userlookup": _is_reference,
    "composite": lambda value: isinstance(value, dict),
    "subform": _is_list_of_objects,
    "multiselectlookup": _is_list_of_objects,
    "fileupload": _is_list_of_objects,
    "imageupload": _is_list_of_objects,
    "multiselectpicklist": lambda value: isinstance(value, list) and all(_is_text(item) for item in value),
}


def fits(data_type: str, value: Any) -> bool:
    """Return whether a field of this type can hold the value."""
    return value is None or CHECKS[data_type](value)


def new_field(
    name: str,
    label: str,
    data_type: str,
    *,
    mandatory: bool = False,
    custom: bool = False,
    return_type: str | None = None,
) -> Document:
    """Describe a field; one that is computed names the type of its values."""
    computed = {data_type: {"return_type": return_type or "double"}} if data_type in COMPUTED else {}
    return {
        "api_name": name,
        "field_label": label,
        "display_label": label,
        "data_type": data_type,
        "json_type": JSON_TYPES.get(data_type, "string"),
        "length": LENGTHS.get(data_type, 20),
        "decimal_place": DECIMALS.get(data_type),
        "pick_list_values": [],
        "virtual_field": False,
        "view_type": {"view": True, "edit": True, "create": True, "quick_create": False},
        **computed,
        "custom_field": custom,
        "system_mandatory": mandatory,
        "read_only": name in SYSTEM_NAMES - {"Owner"},
        "visible": True,
        "type": "used",
    }


def new_fields(module: str) -> list[Document]:
    """Describe the fields of a module in a new organization; a custom one has a name and what the system gives it."""
    own = OWN_FIELDS.get(module, (("Name", "Name", "text"),))
    mandatory = MANDATORY.get(module, "Name")
    return [new_field(*field, mandatory=field[0] == mandatory) for field in SYSTEM_FIELDS + own]


def new_module(number: int, name: str, singular: str, **told: Any) -> Document:
    """Describe a module."""
    return {
        "api_name": name,
        "module_name": name,
        "singular_label": singular,
        "plural_label": name,
        "id": f"55550000000000{number:04d}",
        "api_supported": True,
        "creatable": True,
        "editable": True,
        "deletable": True,
        "viewable": True,
        "visible": True,
        "visibility": 1,
        "generated_type": "default",
        "status": "visible",
        "profiles": [],
        "modified_time": None,
        "modified_by": None,
        **told,
    }


STANDARD = [new_module(number, *names) for number, names in enumerate(MODULES, 1)]
