"""Whether Adobe still makes dataflows from Zoho CRM here: it retired the source, organization by organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoho_adobe.errors import ConnectionStateError

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import Dataflows
    from zoho_adobe.api.flows import FlowSpec


def require_accepted(dataflows: Dataflows) -> FlowSpec:
    """Make sure that a dataflow from Zoho CRM can be made, before anything is made for it.

    Args:
        dataflows: Flow Service's dataflows in the sandbox.

    Returns:
        The flow spec.

    Raises:
        ConnectionStateError: Zoho CRM is not among the sources that the flow spec accepts.
    """
    from zoho_adobe.api.flow_service import ZOHO_SPEC_ID

    spec = dataflows.flow_spec()
    if ZOHO_SPEC_ID not in spec.source_spec_ids:
        raise ConnectionStateError(
            f"Adobe no longer accepts Zoho CRM as the source of a dataflow in sandbox {dataflows.sandbox!r}",
            remedy="Adobe retired this source in 2025; its alternative is Data Landing Zone",
        )
    return spec
