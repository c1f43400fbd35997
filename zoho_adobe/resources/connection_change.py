"""Changes of a base connection: one PATCH against a known etag, so that nobody's change is written over unseen."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NoReturn

from zoho_adobe.errors import (
    ChangedElsewhereError,
    EtagMismatchError,
    NotFoundError,
    RejectedError,
    VerificationError,
    ZohoAdobeError,
)
from zoho_adobe.resources.connection_test import NEW_ONES_STAY, after_lost_put_back, failed_test
from zoho_adobe.resources.connection_values import (
    DECLARATION,
    ConnectionCall,
    ConnectionProps,
    Params,
    params_of,
    patch_of,
    unexpected,
)
from zoho_adobe.resources.looking import changed_by, gone


def change(call: ConnectionCall, etag: str, olds: ConnectionProps, news: ConnectionProps, params: Params | None) -> str:
    """Send the PATCH.

    Args:
        call: the update.
        etag: the connection's etag as far as it is known.
        olds: its properties as they are.
        news: its inputs as they are to be.
        params: its credentials as they are to be, or None to leave them.

    Returns:
        The new etag.

    Raises:
        ChangedElsewhereError: somebody else changed it.
    """
    flow_service, id_ = call.flow_service, call.id
    name = str(olds.get("full_name") or DECLARATION.full_name(olds))
    patch = patch_of(name, olds.get("description", ""), news, params)
    if not patch:
        return etag
    try:
        return flow_service.patch_connection(id_, etag, patch).etag
    except EtagMismatchError:
        found = flow_service.connection(id_)
    except NotFoundError:
        raise gone("connection", id_, call.sandbox) from None
    except RejectedError as error:
        if re.search(r"\b(1300|1445)\b", error.code) or "patch" in str(error).lower():
            raise error.with_remedy(
                "Adobe does not let this connection be changed; `pulumi up --replace <its URN>` makes it anew, "
                "after its dataflows are deleted"
            ) from error
        raise
    strangers, own = unexpected(found, olds, news), call.clients.settings.client_id
    if found.updated_client == own and not strangers:
        # The last writer is this client and all it shows is old or wanted: our own PATCH, whose answer was lost.
        patch = patch_of(found.name, found.description, news, params)
        return flow_service.patch_connection(id_, found.etag, patch).etag if patch else found.etag
    when = datetime.fromtimestamp(found.updated_at / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    what = ", ".join(strangers) or "nothing that Adobe shows (perhaps a credential)"
    raise ChangedElsewhereError(
        f"the connection {id_} was changed {changed_by(found.updated_by, found.updated_client, own)} at {when}: {what}",
        object_id=id_,
        remedy="Run `pulumi refresh` to see it, then `pulumi up` to set it back or after changing the program",
    )


def put_back(call: ConnectionCall, etag: str) -> NoReturn:
    """Make the connection what the state says it is, after its new credentials failed Adobe's test.

    Args:
        call: the update.
        etag: the connection's etag with the new credentials.

    Raises:
        VerificationError: always, with what became of the connection.
    """
    stands = NEW_ONES_STAY
    try:
        params = params_of(call.clients, call.olds)
        stands = ""
        change(call, etag, call.news, call.olds, params)
    except ZohoAdobeError as error:
        stands = stands or after_lost_put_back(call, etag)
        if stands:
            raise VerificationError(
                f"Adobe's test of the connection {call.id} fails with the new credentials, and {stands}: {error}",
                object_id=call.id,
                remedy="Correct the credentials and run `pulumi up` again",
            ) from None
    raise failed_test(call, call.id, "the old credentials were put back")
