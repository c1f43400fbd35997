"""Off the retired source in three steps and back, on the real engine, and a stack that never had a base connection."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import pytest

from emulator import launch
from engine import toolchain
from tests.support.crm import Crm
from tests.support.ingestion import PROGRAM, assert_nothing_to_do
from tests.support.pages import blocks, shell
from tests.support.stack import Stack, isolated_environment
from tests.support.tenant import Tenant
from zoho_adobe.api.zoho_bulk import SCOPES

TABLES = ("Contacts", "Leads", "Accounts")
EXPORTS = 'pulumi.export("exports", crm.exports)\npulumi.export("deletions", crm.deletions)\n'
BY_FILES = ("module", "files-source", "files-mapping", "files-dataflow")
DELETIONS = tuple(f"deletions-{part}" for part in ("schema", "dataset", "target", "source", "mapping", "dataflow"))
NAMES = {
    "Contacts": ("Last_Name", "lastName"),
    "Leads": ("Last_Name", "lastName"),
    "Accounts": ("Account_Name", "accountName"),
}
"""A column of each table, and its field."""


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
    return Stack.create(tmp_path / "project", PROGRAM + EXPORTS, env, name, tenant, silenceDeprecation="true")


def export(stack: Stack, crm: Crm) -> None:
    """Export what is there, as the page says; what changed in the last minutes would be left to the next export."""
    crm.emulator.control("POST", "/clock", {"advance": 1000})
    (text,) = blocks("tasks/move-to-files.md", "sh")
    stack.seen.append(shell(stack, text.replace("--stack dev", f"--stack {stack.name}")).text)


def run_source(stack: Stack, crm: Crm) -> None:
    crm.let_a_second_pass()
    for id_ in stack.outputs()["dataflows"].values():
        crm.run(id_)


def run_files(stack: Stack, crm: Crm) -> None:
    """Run what takes the exporter's files."""
    crm.let_a_second_pass()
    for table in stack.outputs()["exports"]["tables"]:
        for target in filter(None, (table, table["deletes"])):
            assert crm.run(target["dataflowId"])["metrics"]["statusSummary"]["status"] == "success"


def values(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows' fields without the tenant's namespace and groups."""
    parts = [[part if isinstance(part, dict) else {name: part} for name, part in row.items()] for row in rows]
    return [{key: value for part in row for key, value in part.items()} for row in parts]


def arrived(stack: Stack, crm: Crm, table: str) -> list[dict[str, Any]]:
    return values(crm.arrived(stack.outputs()["datasets"][table]))


def kept(stack: Stack) -> dict[str, str]:
    """Return the ids of what holds data, and of what leads there."""
    return {
        f"{table}-{part}": stack.resource(f"crm-{table}-{part}")["id"]
        for table in TABLES
        for part in ("schema", "dataset", "target")
    }


def parts(*names: str) -> set[str]:
    return {f"crm-{table}-{name}" for table in TABLES for name in names}


def steps(stack: Stack) -> dict[str, set[str]]:
    """Update, and return the logical names of what was made, deleted and replaced."""
    found = stack.up().steps()
    return {
        kind: {urn.rpartition("::")[2] for urn, step in found.items() if step == kind}
        for kind in ("create", "delete", "replace")
    }


@pytest.mark.long
def test_off_the_source_and_back(stack: Stack, crm: Crm) -> None:
    stack.up()
    run_source(stack, crm)
    ends = kept(stack)
    before = {table: arrived(stack, crm, table) for table in TABLES}
    assert {table: len(before[table]) for table in TABLES} == {table: len(crm.rows(table)) for table in TABLES}

    stack.edit_program("    suffix=seed.hex,", '    suffix=seed.hex,\n    via="both",\n    deletes="mark",')
    done = steps(stack)
    assert (done["delete"], done["replace"]) == (set(), set())
    assert done["create"] == {"crm-zone"} | parts(*BY_FILES, *DELETIONS)
    assert_nothing_to_do(stack)
    assert kept(stack) == ends
    export(stack, crm)
    run_files(stack, crm)
    for table in TABLES:
        rows, count = arrived(stack, crm, table), len(before[table])
        assert rows[:count] == before[table]
        # The id always comes by files; through the source it does where it is among the columns.
        again = [{key: value for key, value in row.items() if key in ("id", *before[table][0])} for row in rows[count:]]
        if "id" not in before[table][0]:
            assert {row.pop("id") for row in again} == {row["id"] for row in crm.rows(table)}
        assert sorted(map(str, again)) == sorted(map(str, before[table])), table

    stack.edit_program('via="both"', 'via="landing-zone"')
    assert steps(stack) == {
        "create": set(),
        "replace": set(),
        "delete": parts("table", "source", "mapping", "dataflow"),
    }
    assert_nothing_to_do(stack)
    assert kept(stack) == ends
    crm.add("Accounts", Account_Name="After the source")
    first, second = crm.rows("Leads")[:2]
    crm.change_row("Leads", first["id"], Last_Name="Changed")
    crm.remove_row("Leads", second["id"])
    export(stack, crm)
    run_files(stack, crm)
    assert "After the source" in [row["accountName"] for row in arrived(stack, crm, "Accounts")]
    assert "Changed" in [row["lastName"] for row in arrived(stack, crm, "Leads")]
    (deletion,) = values(crm.arrived(stack.outputs()["deletions"]["Leads"]))
    assert deletion["id"] == second["id"]
    assert set(deletion) == {"id", "deletedTime"}

    stack.edit_program('via="landing-zone"', 'via="both"')
    assert steps(stack)["create"] == parts("table", "source", "mapping", "dataflow")
    stack.edit_program('    via="both",\n    deletes="mark",\n', "")
    crm.add("Leads", Last_Name="After the way back")
    stack.up()
    assert_nothing_to_do(stack)
    assert kept(stack) == ends
    run_source(stack, crm)
    for table, (column, field) in NAMES.items():
        assert {row[column] for row in crm.rows(table)} <= {row[field] for row in arrived(stack, crm, table)}
    stack.destroy()
    stack.assert_no_secret_anywhere()


@pytest.mark.long
def test_a_column_whose_type_the_source_gave_differently_gets_another_field(stack: Stack, crm: Crm) -> None:
    """The source brings a formula as text; Zoho's metadata tell the type of its values."""
    crm.add_field("Accounts", "Score", "formula", return_type="double")
    first, second = (row["id"] for row in crm.rows("Accounts"))
    crm.change_row("Accounts", first, Score=1.5)
    stack.up()
    stack.edit_program("    suffix=seed.hex,", '    suffix=seed.hex,\n    via="both",')
    told = " ".join(stack.run("up", "--yes", "--skip-preview", "--stack", stack.name, "--non-interactive").text.split())
    assert "Accounts: column 'Score' is string through the source, and number in Zoho's metadata" in told
    assert set(re.findall(r"column .(\w+). is", told)) == {"Score"}
    export(stack, crm)
    run_files(stack, crm)
    by_id = {row["id"]: row for row in arrived(stack, crm, "Accounts") if "id" in row}
    assert (by_id[first]["score"], by_id[second].get("score")) == ("1.5", None)

    ends = kept(stack)
    stack.edit_program('via="both"', 'via="landing-zone"')
    before = crm.objects()
    assert "'score' is string and cannot become number" in stack.up(fails=True).text
    assert crm.objects() == before
    field = told.partition("fields=")[2].partition("}")[0] + "}"
    stack.edit_program('"Accounts": IngestedTable()', f'"Accounts": IngestedTable(fields={field})')
    stack.up()
    assert_nothing_to_do(stack)
    assert kept(stack) == ends
    crm.change_row("Accounts", second, Score=2.5)
    export(stack, crm)
    run_files(stack, crm)
    by_id = {row["id"]: row for row in arrived(stack, crm, "Accounts") if "id" in row}
    assert {row["score2"] for row in by_id.values() if "score2" in row} == {2.5}


@pytest.mark.long
def test_files_that_nobody_took_are_not_lost_when_the_ingestion_is_renamed(stack: Stack, crm: Crm) -> None:
    """A stack that never had a base connection; another name is another source connection and dataflow."""
    text = (stack.folder / "__main__.py").read_text()
    begin, end = text.index("    connection={"), text.index("    tables={")
    place = '    zoho={"data_center": "us", "accounts_url": config.require("zohoAccountsUrl")},\n'
    stack.edit_program(text[begin:end], place)
    for number in range(200):
        crm.add_field("Accounts", f"Further_{number}")
    told = " ".join(stack.run("up", "--yes", "--skip-preview", "--stack", stack.name, "--non-interactive").text.split())
    assert "the dataflows by files run 144 times a day: Adobe takes at most 90 batches a day" in told
    assert "columns: Bulk Read takes the names of at most 200" in told
    assert crm.objects()["connections"] == []
    export(stack, crm)
    stack.edit_program(
        'crm = ZohoIngestion(\n    "crm",',
        'crm = ZohoIngestion(\n    "zoho",\n    opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="crm")]),',
    )
    stack.up()
    export(stack, crm)
    run_files(stack, crm)
    for table, (column, field) in NAMES.items():
        there = sorted((row["id"], row[column]) for row in crm.rows(table))
        assert sorted((row["id"], row[field]) for row in arrived(stack, crm, table)) == there
    assert_nothing_to_do(stack)
