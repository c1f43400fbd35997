"""What a source of Experience Platform is: whatever else differs from source to source is in a module of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source that Adobe's catalog of sources has.

    Attributes:
        title: its name in messages.
        id: its connection spec.
        version: the connection spec's version.
        data_format: the format of what a source connection reads.
        auth: the kind of authentication of its base connections.
        flow_spec_id: the flow spec of its dataflows.
        flow_spec_name: the flow spec's name, by which an organization may have another id of it.
        if_refused: what to do where Adobe makes no dataflows from it.
    """

    title: str
    id: str
    version: str
    data_format: Literal["tabular"]
    auth: str
    flow_spec_id: str
    flow_spec_name: str
    if_refused: str


ZOHO_CRM = SourceSpec(
    title="Zoho CRM",
    id="929e4450-0237-4ed2-9404-b7e1e0a00309",
    version="1.0",
    data_format="tabular",
    auth="Basic Authentication",
    flow_spec_id="14518937-270c-4525-bdec-c2ba7cce3860",
    flow_spec_name="CRMToAEP",
    if_refused="Adobe retired this source in 2025; its alternative is Data Landing Zone",
)
"""Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/create/crm/zoho"""
