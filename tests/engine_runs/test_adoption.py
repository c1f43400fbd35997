"""Connections that exist already: adopted without a touch, and an error where the program describes another one."""

from __future__ import annotations

import pytest

from emulator import launch
from tests.support.stack import Stack
from tests.support.tenant import Tenant


@pytest.fixture
def adopting(stack: Stack) -> Stack:
    """A stack whose program adopts a connection."""
    id_ = stack.tenant.plant_connection()
    stack.edit_program("    suffix=seed.hex,\n", f'    adopt_id="{id_}",\n')
    stack.edit_program('    description=f"Managed by Pulumi: {pulumi.get_project()}/{pulumi.get_stack()}",\n', "")
    stack.set_config("connectionName", "Made by hand")
    return stack


def test_adopting_writes_nothing_and_then_a_rotation_is_one_update(adopting: Stack) -> None:
    tenant = adopting.tenant
    before = tenant.connection()
    assert adopting.up().steps()["zoho-crm"] == "create"
    assert tenant.connection() == before
    assert [item["method"] for item in tenant.requests(path="flowservice")] == ["GET"]
    assert adopting.outputs()["baseConnectionId"] == before["id"]
    assert adopting.preview("--expect-no-changes").steps() == {}
    assert adopting.preview("--expect-no-changes", "--refresh").steps() == {}

    tenant.forget_requests()
    secret = tenant.new_zoho_secret()
    adopting.set_secret("zohoClientSecret", secret)
    assert adopting.up().steps() == {"zoho-crm": "update"}
    assert len(tenant.requests("PATCH")) == 1
    after = tenant.connection()
    assert after["id"] == before["id"]
    assert after["auth"]["params"]["clientSecret"] == secret
    assert adopting.preview("--expect-no-changes").steps() == {}


def test_a_program_without_adopt_id_shows_no_change_after_adoption(adopting: Stack) -> None:
    adopting.up()
    adopting.edit_program(f'    adopt_id="{adopting.tenant.connection()["id"]}",\n', "")
    assert adopting.preview("--expect-no-changes").steps() == {}


def test_a_replacement_of_an_adopted_connection_is_refused_while_adopt_id_is_set(adopting: Stack) -> None:
    adopting.up()
    urn = adopting.resource("zoho-crm")["urn"]
    lines = adopting.up("--target-replace", urn, fails=True).error_lines()
    assert any("Remove adopt_id from the program before a replacement" in line for line in lines)
    assert len(adopting.tenant.connections()) == 1

    adopting.set_config("sandbox", "stage")
    lines = adopting.preview(fails=True).error_lines()
    assert any(
        "adopt_id: the connection" in line and "Remove adopt_id from the program first" in line for line in lines
    )


def test_a_renamed_resource_without_an_alias_does_not_delete_what_it_adopts(adopting: Stack) -> None:
    adopting.up()
    before = adopting.tenant.connection()
    adopting.edit_program('    "zoho-crm",\n', '    "crm",\n')
    said = adopting.up()
    assert said.steps() == {"crm": "create", "zoho-crm": "delete"}
    assert "stays: another resource of the program manages it" in said.text
    assert adopting.tenant.connection() == before
    assert adopting.preview("--expect-no-changes").steps() == {}


def test_a_connection_described_otherwise_is_not_adopted(adopting: Stack) -> None:
    adopting.set_config("connectionName", "Another name")
    adopting.edit_program("    endpoint=", '    description="Another one",\n    endpoint=')
    lines = adopting.up(fails=True).error_lines()
    expected = "name is 'Made by hand' at Adobe and 'Another name' in the program"
    assert any(expected in line and "description is ''" in line for line in lines)


def test_a_name_that_is_taken_says_how_to_adopt(stack: Stack) -> None:
    id_ = stack.tenant.plant_connection("Zoho CRM")
    stack.edit_program("    suffix=seed.hex,\n", "")
    lines = stack.up(fails=True).error_lines()
    assert any(f'adopt_id="{id_}"' in line for line in lines)
    assert len(stack.tenant.connections()) == 1


def test_a_connection_of_another_organization_is_not_found(adopting: Stack, emulator: launch.Emulator) -> None:
    other = Tenant.create(emulator).plant_connection()
    adopting.edit_program(adopting.tenant.connection()["id"], other)
    lines = adopting.up(fails=True).error_lines()
    assert any(line.endswith("Check the id and the provider's sandbox.") for line in lines)
