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
from zoho_adobe.resources.lifecycle import Props
from zoho_adobe.resources.zoho_inputs import zoho_credentials

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.api.flow_service import FlowService


NEW_ONES_STAY = "the old ones could not be put back, so that the new ones are at Adobe"


def passes_test(flow_service: FlowService, id_: str) -> bool:
    """Let Adobe try a connection whose new values it has already."""
    try:
        return flow_service.test_connection(id_)
    except ZohoAdobeError as error:
        raise VerificationError(
            f"the connection {id_} could not be tested, and its new values are at Adobe already: {error}",
            connection_id=id_,
            remedy="Run `pulumi up` again: it writes and tests them once more",
        ) from None


def after_lost_put_back(clients: Clients, flow_service: FlowService, id_: str, etag: str) -> str:
    """Look where a connection stands whose old credentials no answer says to be back; empty if they are.

    Args:
        clients: the clients.
        flow_service: Flow Service in the connection's sandbox.
        id_: the connection's id.
        etag: its etag with the new credentials.
    """
    try:
        found = flow_service.connection(id_)
    except NotFoundError:
        return "it does not exist any more"
    except ZohoAdobeError:
        return "it is not known whether the old ones were put back"
    if found.etag == etag:
        return NEW_ONES_STAY
    ours = found.updated_client == clients.settings.client_id
    return "" if ours else "the old ones could not be put back, since somebody else has changed it"


def is_there(flow_service: FlowService, id_: str) -> bool | None:
    """Tell whether a connection exists, None where Adobe does not say."""
    try:
        flow_service.connection(id_)
    except NotFoundError:
        return False
    except ZohoAdobeError:
        return None
    return True


def failed_test(clients: Clients, id_: str, props: Props, done: str) -> VerificationError:
    """Say what is known of the cause: Zoho is asked anew, since a token that was cached proves nothing."""
    failed, letting_in = f"Adobe's test of the connection {id_} fails; {done}", adobe_addresses(clients.settings.region)
    remedy = f"Check the credentials, the endpoint, and that Zoho lets in {letting_in}"
    # A program that brings its own access token may do so because this machine cannot reach Zoho.
    if not props.get("access_token") or props.get("verify") == "credentials":
        try:
            clients.zoho_token(zoho_credentials(props), made_since=operation_began())
        except (ZohoClientError, ZohoRefreshTokenError) as error:
            failed, remedy = f"{failed}. {error.message}", error.remedy
        except ZohoAdobeError:
            pass
        else:
            also_check = "access_token, " if props.get("access_token") else ""
            remedy = (
                f"Zoho accepts the credentials, so check {also_check}the endpoint and that Zoho lets in {letting_in}"
            )
    return VerificationError(failed, connection_id=id_, remedy=remedy)
