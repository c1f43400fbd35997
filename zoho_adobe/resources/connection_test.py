"""Adobe's test of a base connection, and what can be said with truth after it failed.

An answer that never came leaves open what Adobe has, so a look decides; and a token from the cache says nothing of the
credentials it was made from, so Zoho is asked anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoho_adobe.api.deadline import operation_began
from zoho_adobe.errors import (
    NotFoundError,
    VerificationError,
    ZohoAdobeError,
    ZohoClientError,
    ZohoRefreshTokenError,
)
from zoho_adobe.regions import adobe_addresses
from zoho_adobe.resources.connection_values import ConnectionCall
from zoho_adobe.resources.looking import exists
from zoho_adobe.resources.zoho_inputs import zoho_credentials

if TYPE_CHECKING:
    from zoho_adobe.api.flow_service import Connection
    from zoho_adobe.api.platform import Made

NEW_ONES_STAY = "the old ones could not be put back, so that the new ones are at Adobe"


def passes_test(call: ConnectionCall) -> bool:
    """Let Adobe try a connection whose new values it has already.

    Args:
        call: the update.
    """
    try:
        return call.flow_service.test_connection(call.id)
    except ZohoAdobeError as error:
        raise VerificationError(
            f"the connection {call.id} could not be tested, and its new values are at Adobe already: {error}",
            object_id=call.id,
            remedy="Run `pulumi up` again: it writes and tests them once more",
        ) from None


def try_made(call: ConnectionCall, made: Connection | Made, new: bool) -> None:
    """Let Adobe try a connection, and delete it again if it does not work and this create made it.

    Args:
        call: the create.
        made: the connection.
        new: whether this create has made it.

    Raises:
        VerificationError: it does not work, or could not be tested.
    """
    problem = None
    try:
        if call.flow_service.test_connection(made.id):
            return
    except ZohoAdobeError as error:
        problem = error
    if not new:
        done = "it was there before and stays"
        if problem:
            raise VerificationError(
                f"the connection {made.id} could not be tested; {done}: {problem}", object_id=made.id
            )
        raise failed_test(call, made.id, done)
    try:
        call.flow_service.delete_connection(made.id)
    except ZohoAdobeError as error:
        there = _is_there(call, made.id)
        if there is not False:
            what, and_ = ("could not be tested", "nor") if problem else ("fails Adobe's test", "and could not be")
            left = f"{and_} deleted again" if there else "and may not have been deleted again"
            raise VerificationError(
                f"the connection {made.id} was made but {what}, {left}: {error}",
                object_id=made.id,
                remedy=f"Delete it in Adobe, or keep it with "
                f'adopt_id="{made.id}"'
                + (" (running the command again takes it over)" if call.news.get("suffix") else ""),
            ) from None
    if problem:
        raise VerificationError(
            f"the new connection could not be tested and was deleted again: {problem}", object_id=made.id
        )
    raise failed_test(call, made.id, "it was deleted again")


def after_lost_put_back(call: ConnectionCall, etag: str) -> str:
    """Look where a connection stands whose old credentials no answer says to be back; empty if they are.

    Args:
        call: the update.
        etag: its etag with the new credentials.
    """
    try:
        found = call.flow_service.connection(call.id)
    except NotFoundError:
        return "it no longer exists"
    except ZohoAdobeError:
        return "it is not known whether the old ones were put back"
    if found.etag == etag:
        return NEW_ONES_STAY
    ours = found.updated_client == call.clients.settings.client_id
    return "" if ours else "the old ones could not be put back, since somebody else has changed it"


def _is_there(call: ConnectionCall, id_: str) -> bool | None:
    """Return whether a connection exists, None where Adobe does not say."""
    try:
        return exists(lambda: call.flow_service.connection(id_))
    except ZohoAdobeError:
        return None


def failed_test(call: ConnectionCall, id_: str, done: str) -> VerificationError:
    """Say what is known of the cause: Zoho is asked anew, since a token that was cached proves nothing.

    Args:
        call: the create or update.
        id_: the connection's id.
        done: what became of the connection.
    """
    props, letting_in = call.news, adobe_addresses(call.clients.settings.region)
    failed = f"Adobe's test of the connection {id_} fails; {done}"
    remedy = f"Check the credentials, the endpoint, and that Zoho lets in {letting_in}"
    # A program that brings its own access token may do so because this machine cannot reach Zoho.
    if not props.get("access_token") or props.get("verify") == "credentials":
        try:
            call.clients.zoho_token(zoho_credentials(props), made_since=operation_began())
        except (ZohoClientError, ZohoRefreshTokenError) as error:
            failed, remedy = f"{failed}. {error.message}", error.remedy
        except ZohoAdobeError:
            pass
        else:
            also_check = "access_token, " if props.get("access_token") else ""
            remedy = (
                f"Zoho accepts the credentials, so check {also_check}the endpoint and that Zoho lets in {letting_in}"
            )
    return VerificationError(failed, object_id=id_, remedy=remedy)
