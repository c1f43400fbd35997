"""Whether Adobe still makes dataflows from a source here: it retired Zoho CRM, organization by organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoho_adobe.errors import ConnectionStateError

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import Dataflows
    from zoho_adobe.api.flows import FlowSpec


def require_accepted(dataflows: Dataflows) -> FlowSpec:
    """Make sure that a dataflow from the source can be made, before anything is made for it.

    Args:
        dataflows: Flow Service's dataflows in the sandbox.

    Returns:
        The flow spec.

    Raises:
        ConnectionStateError: the source is not among those that the flow spec accepts.
    """
    source, spec = dataflows.spec, dataflows.flow_spec()
    if source.id not in spec.source_spec_ids:
        raise ConnectionStateError(
            f"Adobe no longer accepts {source.title} as the source of a dataflow in sandbox {dataflows.sandbox!r}",
            remedy=source.if_refused,
        )
    return spec
