"""Where the rows of a source connection come from, which tells one source of a dataset from another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from zoho_adobe.api.source_spec import LANDING_ZONE
from zoho_adobe.errors import InputError, NotFoundError
from zoho_adobe.resources.progress import Source

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.api.flow_request import FlowRequest


def origin(clients: Clients, sandbox: str, source_id: str) -> Source:
    """Return where a source connection reads from.

    Args:
        clients: the clients of the organization.
        sandbox: the sandbox.
        source_id: the source connection.

    Raises:
        NotFoundError: it does not exist.
    """
    found = clients.dataflows(sandbox).source(source_id)
    if found.spec_id == LANDING_ZONE.id:
        # A sandbox has one zone, and no base connection leads to it.
        return Source(found.table, LANDING_ZONE.id)
    try:
        params = clients.flow_service(sandbox).connection(found.base_connection_id).params
    except NotFoundError:
        return Source(found.table, found.base_connection_id)
    account = "\n".join(params.get(key, "").rstrip("/").lower() for key in ("accounts_url", "client_id"))
    digest = hashlib.sha256(account.encode()).hexdigest()[:12] if account.strip() else ""
    return Source(found.table, found.base_connection_id, digest)


def by_files(source: Source) -> bool:
    """Return whether rows come by files of the landing zone."""
    return source.connection == LANDING_ZONE.id


def require_way(request: FlowRequest, source: Source) -> None:
    """Make sure that a dataflow is asked for as its source connection needs it.

    Raises:
        InputError: it reads files of the landing zone where the program does not say so, or the other way round.
    """
    if request.files == by_files(source):
        return
    does, way = ("does not read", "source") if request.files else ("reads", "landing-zone")
    raise InputError(
        "via",
        f"the source connection {request.source_id} {does} files of the landing zone",
        remedy=f'Pass via="{way}", or another source connection',
    )
