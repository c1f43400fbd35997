"""Tables on their way off the retired source, step by step as `migrate status` tells, and back at each step."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from emulator import launch
from engine import toolchain
from tests.support.crm import Crm
from tests.support.ingestion import PROGRAM, assert_nothing_to_do
from tests.support.pages import shell
from tests.support.stack import Stack, isolated_environment
from tests.support.tenant import Tenant
from zoho_adobe.api.zoho_bulk import SCOPES

pytestmark = pytest.mark.long
DAY = 86_400
TABLES = ("Accounts", "Contacts", "Leads")
EXPORTS = 'pulumi.export("exports", crm.exports)\n'
DAILY = PROGRAM.replace('{"frequency": "minute", "interval": 30}', '{"frequency": "day", "interval": 1}')


@pytest.fixture
def tenant(apart: launch.Emulator) -> Tenant:
    """An organization at an Adobe whose clock the tests move."""
    return Tenant.create(apart)


@pytest.fixture
def crm(tenant: Tenant) -> Crm:
    """The tenant's Zoho CRM, with credentials for the source and for the exporter."""
    scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL", "ZohoCRM.users.ALL", "ZohoCRM.org.READ", *SCOPES]
    tenant.zoho = tenant.emulator.control("POST", "/zoho/credentials", {"dc": "us", "scopes": scopes})
    tenant.canaries |= {tenant.zoho["client_secret"], tenant.zoho["refresh_token"]}
    return Crm.of(tenant)


@pytest.fixture
def stack(pulumi: toolchain.Toolchain, pulumi_home: Path, tenant: Tenant, crm: Crm, tmp_path: Path) -> Stack:
    """A stack that ingests three tables through the source."""
    env = isolated_environment(pulumi, pulumi_home, tmp_path)
    env |= {f"ZOHO_{key.upper()}": crm.tenant.zoho[key] for key in ("client_id", "client_secret", "refresh_token")}
    name = f"test-{uuid.uuid4().hex[:8]}"
    return Stack.create(tmp_path / "project", DAILY + EXPORTS, env, name, tenant, silenceDeprecation="true")


def status(stack: Stack, *words: str, code: int = 0) -> dict[str, dict[str, Any]]:
    """Ask where the tables stand, and return what is said of each."""
    done = subprocess.run(
        [sys.executable, "-m", "zoho_adobe", "migrate", "status", "--stack", stack.name, "--json", "--check", *words],
        cwd=stack.folder,
        env=stack.env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    stack.seen.append(done.stdout + done.stderr)
    assert done.returncode == code, done.stdout + done.stderr
    return {item["table"]: item for item in json.loads(done.stdout)}


def failing(found: dict[str, Any]) -> set[str]:
    return {check["name"] for check in found["checks"] if not check["holds"]}


def pass_time(crm: Crm, seconds: float) -> None:
    crm.emulator.control("POST", "/clock", {"advance": seconds})


def export_and_run(stack: Stack, crm: Crm) -> None:
    """Export what there is, and let the dataflows of the files take it."""
    pass_time(crm, 1000)
    shell(stack, f"python -m zoho_adobe export --stack {stack.name}")
    crm.let_a_second_pass()
    for table in stack.outputs()["exports"]["tables"]:
        assert crm.run(table["dataflowId"])["metrics"]["statusSummary"]["status"] == "success"


def known_in(stack: Stack, crm: Crm, table: str) -> set[str]:
    """Return the names of a table's rows that are in its dataset."""
    field = "accountName" if table == "Accounts" else "lastName"
    rows = crm.arrived(stack.outputs()["datasets"][table])
    return {value for row in rows for part in row.values() if isinstance(part, dict) and (value := part.get(field))}


def test_step_by_step_and_back(stack: Stack, crm: Crm) -> None:
    stack.up()
    for dataflow in stack.outputs()["dataflows"].values():
        crm.run(dataflow)
    found = status(stack)
    assert {table: item["stage"] for table, item in found.items()} == dict.fromkeys(TABLES, "source")
    assert found["Leads"]["nextEdit"] == 'Leads: set via="both"'
    assert status(stack, "--one-at-a-time")["Leads"]["nextEdit"] == 'Leads: set via="landing-zone"'

    # The source dies, and nobody looks for 200 days.
    (connection,) = crm.objects()["connections"]
    params = {**connection["auth"]["params"], "clientSecret": "no-longer-good"}
    stack.tenant.edit(connection["id"], {"op": "replace", "path": "/auth/params", "value": params})
    crm.add("Leads", Last_Name="In the gap")
    pass_time(crm, 200 * DAY)
    assert re.search(r"(199|200) days ago", status(stack)["Leads"]["checks"][0]["text"])

    stack.edit_program("    suffix=seed.hex,", '    suffix=seed.hex,\n    via="both",')
    stack.up()
    found = status(stack, code=1)
    assert {item["stage"] for item in found.values()} == {"both"}
    assert failing(found["Leads"]) >= {"exported", "taken", "no gap", "overlap"}
    # Back, and once more: nothing that was there has changed.
    stack.edit_program('    via="both",\n', "")
    stack.up()
    assert status(stack)["Leads"]["stage"] == "source"
    stack.edit_program("    suffix=seed.hex,", '    suffix=seed.hex,\n    via="both",')
    stack.up()
    export_and_run(stack, crm)
    assert failing(status(stack, code=1)["Leads"]) == {"overlap"}
    for table in TABLES:
        row = crm.rows(table)[0]
        crm.change_row(table, row["id"], **{"Account_Name" if table == "Accounts" else "Last_Name": "Changed"})
    assert "reconciled" in failing(status(stack, code=1)["Leads"])
    export_and_run(stack, crm)
    found = status(stack)
    assert found["Leads"]["nextEdit"] == 'Leads: set via="landing-zone"'
    assert "In the gap" in known_in(stack, crm, "Leads")

    stack.edit_program('via="both"', 'via="landing-zone"')
    stack.up()
    assert_nothing_to_do(stack)
    found = status(stack, code=1)
    assert {item["stage"] for item in found.values()} == {"landing-zone"}
    assert "soak" in failing(found["Leads"])
    # Back to both, for which the source has to be alive, and forth again: the datasets stay as they are.
    params = connection["auth"]["params"]
    stack.tenant.edit(connection["id"], {"op": "replace", "path": "/auth/params", "value": params})
    before = stack.outputs()["datasets"]
    stack.edit_program('via="landing-zone"', 'via="both"')
    stack.up()
    stack.edit_program('via="both"', 'via="landing-zone"')
    stack.up()
    assert stack.outputs()["datasets"] == before

    for _ in range(8):
        pass_time(crm, DAY)
        export_and_run(stack, crm)
    found = status(stack)
    assert found["Leads"]["nextEdit"].startswith("take the base connection ")
    text = (stack.folder / "__main__.py").read_text()
    begin, end = text.index("    connection={"), text.index("    tables={")
    place = '    zoho={"data_center": "us", "accounts_url": config.require("zohoAccountsUrl")},\n'
    stack.edit_program(text[begin:end], place)
    stack.up()
    assert_nothing_to_do(stack)
    assert {item["stage"] for item in status(stack).values()} == {"retired"}
    objects = crm.objects()
    assert objects["connections"] == []
    assert len(objects["flows"]) == len(TABLES)
    for table in TABLES:
        column = "Account_Name" if table == "Accounts" else "Last_Name"
        assert {row[column] for row in crm.rows(table)} <= known_in(stack, crm, table)
    stack.assert_no_secret_anywhere()


def test_what_is_wrong_is_one_line(stack: Stack) -> None:
    stack.up()
    done = subprocess.run(
        [sys.executable, "-m", "zoho_adobe", "migrate", "status", "--stack", stack.name, "--table", "Lead"],
        cwd=stack.folder,
        env=stack.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "the stack brings no table 'Lead'. It brings: Accounts, Contacts, Leads" in done.stderr
