"""The pages do what they say, command by command; pages on a team's work are followed in `tests/gitops`."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from emulator import launch
from tests.support.crm import Crm
from tests.support.pages import blocks, follow, lines, shell
from tests.support.stack import PROJECT, Stack
from tests.support.tenant import Tenant


def test_adopt(stack: Stack) -> None:
    id_ = stack.tenant.plant_connection("CRM Europe")
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


def test_debug(stack: Stack) -> None:
    """What it shows is searched for secrets with all else that the stack's commands said."""
    shown = shell(stack, "\n".join(lines("tasks/debug.md"))).text
    (example,) = blocks("tasks/debug.md", "text")
    form = r"\S+ [\d:,]+ zoho_adobe\.http Flow Service: POST /\S+/flowservice/connections 201 in \d+ ms"
    assert re.search(form, example)
    assert re.search(form, shown)


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


def test_authorize(stack: Stack) -> None:
    types, doctor = follow("tasks/authorize.md", stack, {})
    assert "http://127.0.0.1:8976/callback" in types.text
    assert "✓ token" in doctor.text
    (listed,) = blocks("tasks/authorize.md", "text")
    (stack.folder / "adobe-addresses.txt").write_text(listed)
    (program,) = blocks("tasks/authorize.md", "python")
    done = shell(stack, f"python -c '{program}print(*networks)'")
    assert done.out.split() == ["192.0.2.0/24", "198.51.100.7/32"]


@pytest.mark.long
def test_bring_tables_and_let_them_go(stack: Stack) -> None:
    example = (PROJECT / "examples" / "ingestion" / "__main__.py").read_text()
    program = stack.folder / "__main__.py"
    program.write_text(example)
    stack.up()
    flow = stack.outputs()["dataflows"]["Contacts"]
    Crm.of(stack.tenant).run(flow)
    # What the page tells to write before its last two commands.
    end = "    suffix=seed.hex,\n)\n\n#"
    assert end in example
    let_go = end.replace(")", "    protect_data=False,\n    force_destroy=True,\n)", 1)
    program.write_text(example.replace(end, let_go))
    tables, contacts, runs, followed, up, _ = follow("ingestion.md", stack, {"DATAFLOW_ID": flow})
    assert "Contacts" in tables.out
    assert "Modified_Time" in contacts.out
    assert "kris.marrier@example.com" in contacts.out
    assert "success" in runs.out
    assert "success" in followed.out
    assert "6 updated" in up.text or "3 updated" in up.text
    assert stack.resources() == []
    assert {kind for kind, found in Crm.of(stack.tenant).objects().items() if found} == {"mappingSets"}


@pytest.mark.long
def test_scale(stack: Stack) -> None:
    """A further sandbox, the list of the matrix, and all stacks by the Automation API, side by side."""
    stage = stack.copy("emea-stage")
    stack.run("stack", "rm", "--yes", "--stack", stack.name)
    for line in blocks("scale.md", "sh")[0].splitlines():
        # The tenant has a sandbox of that name, and none called emea-prod.
        shell(stage, line.replace("sandbox emea-prod", "sandbox prod"))
    names = ["emea-prod", "emea-stage"]
    program = next(block for block in blocks("scale.md", "python") if "automation" in block)
    (stack.folder / "all.py").write_text(program)
    assert shell(stage, "python all.py").out.splitlines() == [f"{name}: succeeded" for name in names]
    assert sorted(item["sandboxName"] for item in stack.tenant.connections()) == ["dev", "prod"]
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed: the matrix is not listed")
    (command,) = re.findall(r"run: (echo \"names=.*)", blocks("scale.md", "yaml")[0])
    outputs = stack.folder / "github-output"
    shell(stage, command, GITHUB_OUTPUT=str(outputs))
    assert json.loads(outputs.read_text().removeprefix("names=")) == names
