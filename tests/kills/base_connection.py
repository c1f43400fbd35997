"""What is done with a stack of one base connection."""

from __future__ import annotations

from collections.abc import Sequence

from tests.kills.killing import DESTROY, UP, Edit, Operation, refreshing_up, up, write
from tests.support.stack import PROGRAM, Stack

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
    id_ = stack.tenant.plant_connection("Zoho CRM")
    write(stack, PROGRAM.replace(_SUFFIX, f'    adopt_id="{id_}",\n').replace(_LINE, ""))
    return UP


def _one_with_todays_secret(stack: Stack) -> list[str]:
    secrets = [item["auth"]["params"]["clientSecret"] for item in stack.tenant.connections()]
    if len(secrets) != 1:
        return [f"{len(secrets)} connections after up"]
    return [] if secrets == [stack.tenant.zoho["client_secret"]] else ["the client secret is another one"]


_RENAMED = Edit("renamed", lambda program: program.replace('config.require("connectionName")', '"Another name"'))
# An adoption compares what Adobe shows, so the edit is of something that it does not.
_UNTESTED = Edit("not tested", lambda program: program.replace("    endpoint=", '    verify="none",\n    endpoint='))

OPERATIONS = {
    name: Operation(name, PROGRAM, prepare, mend, _one_with_todays_secret, (edit,))
    for name, prepare, mend, edit in (
        ("create", _create, up, _RENAMED),
        ("update", _update, up, _RENAMED),
        ("rotate", _rotate, up, _RENAMED),
        ("replace", _replace, refreshing_up, _RENAMED),
        ("destroy", _destroy, refreshing_up, _RENAMED),
        ("adopt", _adopt, up, _UNTESTED),
    )
}
