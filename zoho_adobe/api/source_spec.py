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
        auth: the kind of authentication of its base connections, empty if it has none.
        flow_spec_id: the flow spec of its dataflows.
        flow_spec_name: the flow spec's name, by which an organization may have another id of it.
        if_refused: what to do where Adobe makes no dataflows from it.
        changes: how a dataflow tells what is new: by a column of the rows, or by when a file was written last.
    """

    title: str
    id: str
    version: str
    data_format: Literal["tabular", "delimited"]
    auth: str
    flow_spec_id: str
    flow_spec_name: str
    if_refused: str
    changes: Literal["column", "files"]


ZOHO_CRM = SourceSpec(
    title="Zoho CRM",
    id="929e4450-0237-4ed2-9404-b7e1e0a00309",
    version="1.0",
    data_format="tabular",
    auth="Basic Authentication",
    flow_spec_id="14518937-270c-4525-bdec-c2ba7cce3860",
    flow_spec_name="CRMToAEP",
    if_refused="Adobe retired this source in 2025; its alternative is Data Landing Zone",
    changes="column",
)
"""Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/create/crm/zoho"""

LANDING_ZONE = SourceSpec(
    title="Data Landing Zone",
    id="26f526f2-58f4-4712-961d-e41bf1ccc0e8",
    version="1.0",
    data_format="delimited",
    auth="",
    flow_spec_id="9753525b-82c7-4dce-8a9b-5ccfce2b9876",
    flow_spec_name="CloudStorageToAEP",
    if_refused="Ask Adobe's support why the flow spec CloudStorageToAEP does not name this source",
    changes="files",
)
"""Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/collect/cloud-storage"""

SPECS = {"source": ZOHO_CRM, "landing-zone": LANDING_ZONE}
"""The sources, by the word for them in a program."""
