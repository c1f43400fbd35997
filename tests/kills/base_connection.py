"""What is done with a stack of one base connection."""

from __future__ import annotations

from collections.abc import Sequence

from tests.kills.killing import DESTROY, UP, Operation, refreshing_up, up, write
from tests.stack import PROGRAM, Stack

_LINE = '    description=f"Managed by Pulumi: {pulumi.get_project()}/{pulumi.get_stack()}",\n'
_SUFFIX = "    suffix=seed.hex,\n"


def _create(_: Stack) -> Sequence[str]:
    return UP


def _update(stack: Stack) -> Sequence[str]:
    stack.up()
    write(stack, PROGRAM.replace(_LINE, '    description="Another one",\n'))
    return UP


def _rotate(stack: Stack) -> Sequence[str]:
    stack.up()
    stack.tenant.zoho["client_secret"] = stack.tenant.new_zoho_secret()
    stack.set_secret("zohoClientSecret", stack.tenant.zoho["client_secret"])
    return UP


def _replace(stack: Stack) -> Sequence[str]:
    stack.up()
    return (*UP, "--target-replace", stack.resource("zoho-crm")["urn"])


def _destroy(stack: Stack) -> Sequence[str]:
    stack.up()
    return DESTROY


def _adopt(stack: Stack) -> Sequence[str]:
    params = {
        "endpoint": "crm.zoho.com/crm/private",
        "accountsUrl": stack.tenant.zoho["accounts"],
        "clientId": stack.tenant.zoho["client_id"],
        "clientSecret": stack.tenant.zoho["client_secret"],
        "accessToken": "1000.long.expired",
        "refreshToken": stack.tenant.zoho["refresh_token"],
    }
    spec = {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}
    auth = {"specName": "Basic Authentication", "params": params}
    made = stack.tenant.plant("connections", {"name": "Zoho CRM", "auth": auth, "connectionSpec": spec})
    write(stack, PROGRAM.replace(_SUFFIX, f'    adopt_id="{made["id"]}",\n').replace(_LINE, ""))
    return UP


def _one_with_todays_secret(stack: Stack) -> list[str]:
    secrets = [item["auth"]["params"]["clientSecret"] for item in stack.tenant.connections()]
    if len(secrets) != 1:
        return [f"{len(secrets)} connections after up"]
    return [] if secrets == [stack.tenant.zoho["client_secret"]] else ["the client secret is another one"]


OPERATIONS = {
    name: Operation(name, PROGRAM, prepare, mend, _one_with_todays_secret)
    for name, prepare, mend in (
        ("create", _create, up),
        ("update", _update, up),
        ("rotate", _rotate, up),
        ("replace", _replace, refreshing_up),
        ("destroy", _destroy, refreshing_up),
        ("adopt", _adopt, up),
    )
}
