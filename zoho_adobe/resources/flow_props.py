"""The properties of a dataflow: what a program says of it, and what Adobe gives."""

from __future__ import annotations

from typing import Annotated

from zoho_adobe.resources.inputs import Declaration, Flag, Given, IdOfAnother, Input, Named, Needed, Output, Replacing
from zoho_adobe.resources.schedule import Schedule


class FlowProps(Named, total=False):
    """The properties of a dataflow."""

    source_connection_id: IdOfAnother
    target_connection_id: IdOfAnother
    mapping_set_id: Needed
    via: Annotated[str, Input(replaces=True, checked=False)]
    delta_column: Replacing
    schedule: Annotated[Schedule, Input(required=True, checked=False)]
    enabled: Annotated[bool, Input(default=True)]
    error_diagnostics: Annotated[bool, Input(replaces=True)]
    partial_ingestion_percent: Annotated[float, Input(replaces=True)]
    keep_data: Flag
    # Needed by the check alone: kept in the state they would make it large and show as changes.
    columns: Annotated[dict[str, str], Input(kept=False)]
    etag: Given
    state: Given
    start: Annotated[int, Output()]


DECLARATION = Declaration("Dataflow", "DATAFLOW", FlowProps, name="name")
