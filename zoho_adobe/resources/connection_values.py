"""A base connection's inputs as Adobe has them, and what makes one into the other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from zoho_adobe.api.patch import Patch
from zoho_adobe.api.source_spec import ZOHO_CRM
from zoho_adobe.data_centers import data_center_of
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.inputs import Declaration, Given, Input, Named, Needed, Secret, Text
from zoho_adobe.resources.zoho_inputs import zoho_credentials

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.api.flow_service import Connection, FlowService

CONNECTION_SPEC = f"{ZOHO_CRM.id}/{ZOHO_CRM.version}"
"""Adobe's connection spec of Zoho CRM, id and version."""


class ConnectionProps(Named, total=False):
    """The properties of a base connection."""

    data_center: Annotated[str, Input(completed=True, checked=False)]
    accounts_url: Annotated[str, Input(completed=True, checked=False)]
    endpoint: Needed
    client_id: Needed
    client_secret: Annotated[str, Input(required=True, secret=True)]
    refresh_token: Annotated[str, Input(required=True, secret=True)]
    access_token: Secret
    adopt_id: Text
    verify: Annotated[str, Input(checked=False, default="connection")]
    connection_spec: Annotated[str, Input(replaces=True, argument=False, completed=True)]
    etag: Given
    state: Given


DECLARATION = Declaration("BaseConnection", "BASE_CONNECTION", ConnectionProps, name="name")

Params = dict[str, str]

CREDENTIALS = ("endpoint", "accounts_url", "client_id", "client_secret", "refresh_token")
"""The inputs that are written to Adobe as credentials, but for the access token."""


class ConnectionCall(Call[ConnectionProps]):
    """A call about a base connection."""

    params: Params
    """What a create writes to Adobe as credentials."""

    @cached_property
    def flow_service(self) -> FlowService:
        """Flow Service in the sandbox."""
        return self.clients.flow_service(self.sandbox)


def params_of(clients: Clients, props: ConnectionProps) -> Params:
    """Return all six params of the authentication: a PATCH replaces them as a whole.

    Args:
        clients: the clients, which get the access token that the properties do not have.
        props: the properties.
    """
    access_token = props.get("access_token") or clients.zoho_token(zoho_credentials(props)).value
    return {
        "endpoint": props["endpoint"],
        "accounts_url": props["accounts_url"],
        "client_id": props["client_id"],
        "client_secret": props["client_secret"],
        "refresh_token": props["refresh_token"],
        "access_token": access_token,
    }


def prove_credentials(clients: Clients, props: ConnectionProps) -> None:
    """Prove the credentials at Zoho before Adobe gets them, where the program asks for it.

    Args:
        clients: the clients, for their settings.
        props: the properties.
    """
    if props.get("verify") == "credentials":
        # Loads the HTTP library, which the program does without.
        from zoho_adobe.verification import require_working

        require_working(zoho_credentials(props), clients.settings)


def visible_credentials(found: Connection) -> Props:
    """Return what Adobe shows of the credentials; a URL's last slash means nothing, and check takes it away.

    Args:
        found: the connection.
    """
    shown = {key: found.params.get(key, "") for key in ("endpoint", "accounts_url", "client_id")}
    shown["accounts_url"] = shown["accounts_url"].rstrip("/")
    return {key: value for key, value in shown.items() if value}


def visible_inputs(found: Connection, props: Mapping[str, Any]) -> Props:
    """Return the inputs, besides name and description, as far as Adobe shows them.

    Args:
        found: the connection.
        props: its properties in the state.
    """
    visible = visible_credentials(found)
    if visible.get("accounts_url", props.get("accounts_url")) != props.get("accounts_url"):
        center = data_center_of(visible["accounts_url"])
        visible["data_center"] = center.code if center else ""
    return visible


def patch_of(name: str, description: str, news: ConnectionProps, params: Params | None) -> Patch:
    """Returns what makes a connection of a name and description what is asked for.

    Args:
        name: its full name.
        description: its description, empty if it has none.
        news: the inputs as they are to be.
        params: its credentials as they are to be, or None to leave them.
    """
    patch = Patch()
    patch.name(name, DECLARATION.full_name(news))
    patch.description(description, news.get("description", ""))
    if params is not None:
        patch.credentials(params)
    return patch


def unexpected(found: Connection, olds: ConnectionProps, news: ConnectionProps) -> list[str]:
    """Return the visible fields that are neither as the state has them nor as the program wants them.

    Args:
        found: the connection.
        olds: its properties in the state.
        news: the inputs as they are to be.
    """
    names = (olds.get("full_name"), DECLARATION.full_name(olds), DECLARATION.full_name(news))
    seen = {
        "name": (found.name, *names),
        "description": (found.description, olds.get("description", ""), news.get("description", "")),
        **{key: (now, olds.get(key), news.get(key)) for key, now in visible_credentials(found).items()},
    }
    return [f"{field} is {now!r}" for field, (now, *expected) in seen.items() if now not in expected]
