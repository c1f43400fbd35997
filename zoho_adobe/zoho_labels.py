"""Which data usage labels Zoho's standard columns ask for, by Adobe's own definitions of the labels.

I1 is what identifies or reaches a person by itself, I2 what does so together with other data. Whether a label is
right is for the organization to decide: this proposes, and a program's own labels win.
Source: https://experienceleague.adobe.com/en/docs/experience-platform/data-governance/labels/reference
"""

from __future__ import annotations

import re

_DIRECT = (
    *("email", "secondaryemail", "firstname", "lastname", "fullname", "phone", "mobile", "homephone", "otherphone"),
    *("asstphone", "assistantphone", "fax", "skypeid", "twitter", "owneremail", "emailaddress", "phonenumber"),
)
_INDIRECT = (
    *("dateofbirth", "birthdate", "street", "zip", "zipcode", "postalcode", "mailingstreet", "mailingzip"),
    *("otherstreet", "otherzip", "billingstreet", "billingcode", "shippingstreet", "shippingcode", "ipaddress"),
)
_PLACE = ("latitude", "longitude")


def suggested_labels(column: str) -> tuple[str, ...]:
    """Return the labels that a column asks for by its name; none if it does not look personal.

    Args:
        column: a column of Zoho CRM, such as "Mailing_Street", or the schema's field for it, such as "mailingStreet".
    """
    name = re.sub(r"[^a-z]+", "", column.lower())
    if name in _DIRECT:
        return ("I1",)
    if name in _INDIRECT:
        return ("I2",)
    return ("S1",) if name in _PLACE else ()
