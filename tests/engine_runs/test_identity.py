"""No edit of a program deletes what the program still declares: renames, new parents, seeds, targets, retained ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.stack import Stack
from tests.support.tenant import Tenant

OPTIONS = "protect=protect, retain_on_delete=protect"
COMPONENT = """class Crm(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("acme:crm:Crm", "crm")


parent = Crm()
connection = BaseConnection("""


def move_into_component(stack: Stack) -> None:
    """Give the connection a parent, without an alias."""
    stack.edit_program("connection = BaseConnection(", COMPONENT)
    stack.edit_program(OPTIONS, "parent=parent")


def held(stack: Stack) -> list[str]:
    """List the ids of the connections that the state holds."""
    return [item["id"] for item in stack.resources() if item["type"].endswith(":BaseConnection")]


def build_on(tenant: Tenant, id_: str) -> str:
    """Put another stack's source connection on a connection."""
    spec = {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}
    made = tenant.plant(
        "sourceConnections", {"name": "of another stack", "baseConnectionId": id_, "connectionSpec": spec}
    )
    return str(made["id"])


def test_a_new_parent_without_an_alias_keeps_the_connection(stack: Stack) -> None:
    stack.up()
    id_ = stack.tenant.connection()["id"]
    move_into_component(stack)
    stack.up("--target", "**acme:crm:Crm**")
    assert held(stack) == [id_, id_]
    stack.refresh()
    assert "stays: another resource of the program manages it" in stack.up().text
    assert held(stack) == [id_] == [item["id"] for item in stack.tenant.connections()]
    assert stack.preview("--expect-no-changes").steps() == {}
    stack.destroy()
    assert stack.tenant.connections() == []


def test_what_the_message_says_brings_a_connection_back_that_was_taken_out_of_the_state(stack: Stack) -> None:
    stack.up()
    live = stack.tenant.connection()
    source = build_on(stack.tenant, live["id"])
    stack.run("state", "delete", stack.resource("zoho-crm")["urn"], "--stack", stack.name, "--yes")
    stack.tenant.fault(kind="status", status=200, body={"result": False}, path="/connections/.*/test")
    (line,) = [line for line in stack.up(fails=True).error_lines() if f'adopt_id="{live["id"]}"' in line]
    assert source in line
    assert stack.tenant.connection() == live
    stack.edit_program("    suffix=seed.hex,\n", f'    suffix=seed.hex,\n    adopt_id="{live["id"]}",\n')
    stack.up()
    assert held(stack) == [live["id"]]
    assert stack.tenant.connection() == live


def forget(stack: Stack) -> None:
    stack.run("state", "delete", stack.resource("zoho-crm")["urn"], "--stack", stack.name, "--yes")


def rename_in_the_state(stack: Stack) -> None:
    urn = stack.resource("zoho-crm")["urn"]
    stack.run("state", "rename", urn, "crm", "--stack", stack.name, "--yes")
    stack.edit_program('    "zoho-crm",\n', '    "crm",\n')


def change_the_seed(stack: Stack) -> None:
    stack.up("--target-replace", stack.resource("seed")["urn"])


def change_the_suffix(stack: Stack) -> None:
    stack.edit_program("    suffix=seed.hex,\n", '    suffix="another seed",\n')


EDITS = [forget, rename_in_the_state, change_the_seed, change_the_suffix]


@pytest.mark.long
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_keeps_the_connection(stack: Stack, edit: Callable[[Stack], None]) -> None:
    stack.up()
    id_ = stack.tenant.connection()["id"]
    edit(stack)
    stack.up()
    stack.refresh()
    stack.up()
    assert held(stack) == [id_] == [item["id"] for item in stack.tenant.connections()]
    assert stack.tenant.requests("DELETE", "/connections") == []
    assert stack.preview("--expect-no-changes").steps() == {}


@pytest.mark.long
def test_a_replacement_that_is_asked_for_replaces(stack: Stack) -> None:
    stack.up()
    urn = stack.resource("zoho-crm")["urn"]
    seen = [stack.tenant.connection()["id"]]
    for words in (("--target-replace", urn), ("--replace", urn), ()):
        if not words:
            stack.run("state", "taint", urn, "--stack", stack.name, "--yes")
        stack.up(*words)
        seen.append(stack.tenant.connection()["id"])
        assert held(stack) == seen[-1:]
    stack.edit_program(OPTIONS, 'replace_on_changes=["name"]')
    stack.up()
    stack.set_config("connectionName", "Another name")
    stack.up()
    seen.append(stack.tenant.connection()["id"])
    assert len(set(seen)) == 5
