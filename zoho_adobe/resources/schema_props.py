"""The properties of a schema: what a program says of it, and what Adobe gives."""

from __future__ import annotations

from typing import Annotated

from zoho_adobe.resources.identity import IdentityProps
from zoho_adobe.resources.inputs import Flag, Given, Input, Needed, Placed, Text

PROFILE_CLASS = "https://ns.adobe.com/xdm/context/profile"
"""The class of what describes a person; Adobe's own tutorial uses it for all of a CRM's tables."""


class SchemaProps(Placed, total=False):
    """The properties of a schema."""

    title: Needed
    suffix: Text
    description: Text
    schema_class: Annotated[str, Input(replaces=True, default=PROFILE_CLASS)]
    field_groups: Annotated[list[str], Input()]
    fields: Annotated[dict[str, str], Input()]
    identities: Annotated[dict[str, IdentityProps], Input()]
    labels: Annotated[dict[str, list[str]], Input()]
    profile: Flag
    # Not kept: they only have to come up before anything is made.
    problems: Annotated[list[str], Input(kept=False)]
    full_title: Given
    field_group_id: Given
