"""What the fields of Zoho CRM become: the type of a column, or nothing where Bulk Read does not give a field.

| Zoho's data type                                          | column      |
|-----------------------------------------------------------|-------------|
| integer                                                   | `integer`   |
| double, currency, percent                                 | `number`    |
| boolean                                                   | `boolean`   |
| date, datetime                                            | `date`, `date-time` |
| formula, rollup_summary                                   | by the type of their values |
| lookup, ownerlookup, userlookup: the id alone             | `string`    |
| bigint, whose digits no number holds                      | `string`    |
| multiselectpicklist: one text                             | `string`    |
| all others                                                | `string`    |
| subform, fileupload, imageupload, multiselectlookup, composite | none   |

A field of a type that is not known here is a column: Bulk Read decides, and an export says what it refuses.
Source: https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
"""

from __future__ import annotations

from dataclasses import dataclass

ID = "id"
"""The field that every module has, and that Bulk Read adds to every file."""

_WORDS = {
    "boolean": "boolean",
    "integer": "integer",
    "double": "number",
    "decimal": "number",
    "currency": "number",
    "percent": "number",
    "date": "date",
    "datetime": "date-time",
}
_COMPUTED = ("formula", "rollup_summary")
_NOT_GIVEN = ("subform", "fileupload", "imageupload", "multiselectlookup", "composite")
# Zoho's own fields that are made of others; somebody's custom field may have the same name and be a plain text.
_COMPOSITES = (
    "Address",
    "Billing_Address",
    "Coordinates",
    "Mailing_Address",
    "Other_Address",
    "Shipping_Address",
    "nearby_distance__s",
)


@dataclass(frozen=True, slots=True)
class CrmField:
    """A field of a module.

    Attributes:
        name: its API name.
        type: Zoho's data type.
        returns: the data type of its values where Zoho computes them, else empty.
        custom: whether it is one of the organization's own.
    """

    name: str
    type: str
    returns: str
    custom: bool

    @property
    def word(self) -> str | None:
        """The type of its column; None if Bulk Read does not give it."""
        if self.type in _NOT_GIVEN or (self.name in _COMPOSITES and not self.custom):
            return None
        return _WORDS.get(self.returns if self.type in _COMPUTED else self.type, "string")
