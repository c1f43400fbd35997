"""The task pages do what they say, command by command."""

from __future__ import annotations

import pytest

from emulator import launch
from tests.docs.pages import follow
from tests.engine_runs.test_adoption import existing
from tests.stack import PROJECT, Stack
from tests.tenant import Tenant


def test_adopt(stack: Stack) -> None:
    id_ = existing(stack.tenant, "CRM Europe")
    stack.edit_program("    suffix=seed.hex,\n", f'    adopt_id="{id_}",\n')
    stack.edit_program('name=config.require("connectionName")', 'name="CRM Europe"')
    stack.edit_program('    description=f"Managed by Pulumi: {pulumi.get_project()}/{pulumi.get_stack()}",\n', "")
    zoho = stack.tenant.zoho
    follow(
        "tasks/adopt.md",
        stack,
        {"zohoClientSecret": zoho["client_secret"], "zohoRefreshToken": zoho["refresh_token"]},
    )
    assert stack.outputs()["baseConnectionId"] == id_
    assert stack.tenant.requests("PATCH") == stack.tenant.requests("POST", "connections") == []


@pytest.mark.long
def test_add_a_table(stack: Stack) -> None:
    program = stack.folder / "__main__.py"
    example = (PROJECT / "examples" / "ingestion" / "__main__.py").read_text()
    deals = '        "Deals": IngestedTable(schedule={"frequency": "hour", "interval": 1}),\n'
    program.write_text(example.replace(deals, ""))
    stack.up()
    before = stack.outputs()["dataflows"]
    flow = {"DATAFLOW_ID": before["Contacts"]}
    program.write_text(example)
    tables, deals_table, preview, _, runs = follow("tasks/add-table.md", stack, flow)
    assert "Deals" in tables.out
    assert "Modified_Time" in deals_table.out
    assert "to create" in preview.out
    assert "to update" not in preview.out
    assert "to replace" not in preview.out
    assert "has not run yet" in runs.out
    after = stack.outputs()["dataflows"]
    assert {table: after[table] for table in before} == before
    assert "Deals" in after


def test_rotate(stack: Stack) -> None:
    stack.up()
    before = stack.tenant.connection()["id"]
    secret = stack.tenant.new_zoho_secret()
    _, preview, _ = follow("tasks/rotate.md", stack, {"zohoClientSecret": secret})
    assert "[secret] => [secret]" in preview.out
    after = stack.tenant.connection()
    assert after["id"] == before
    assert after["auth"]["params"]["clientSecret"] == secret


@pytest.mark.long
def test_move_data_center(stack: Stack, emulator: launch.Emulator) -> None:
    stack.up()
    before = stack.tenant.connection()["id"]
    europe = Tenant.create(emulator, "eu").zoho
    stack.set_config("zohoAccountsUrl", europe["accounts"])
    follow(
        "tasks/move-data-center.md",
        stack,
        {
            "zohoClientId": europe["client_id"],
            "zohoClientSecret": europe["client_secret"],
            "zohoRefreshToken": europe["refresh_token"],
        },
    )
    after = stack.tenant.connection()
    assert after["id"] == before
    assert after["auth"]["params"]["endpoint"] == "crm.zoho.eu/crm/private"
    assert stack.outputs()["zohoDataCenter"] == "eu"


@pytest.mark.long
def test_retire(stack: Stack) -> None:
    stack.up()
    stack.edit_program("retain_on_delete=protect", "retain_on_delete=True")
    stack.up()
    follow("tasks/retire.md", stack, {})
    assert stack.resources() == []
    # One run of the page destroys and makes it again; what was retained is in Adobe still.
    assert len(stack.tenant.connections()) == 2
