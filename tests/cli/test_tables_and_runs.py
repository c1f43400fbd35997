"""`tables` and `runs`: what a person at a terminal and a script see of Zoho's tables and of a dataflow's runs."""

from __future__ import annotations

import json

import pytest

from emulator.launch import Emulator
from tests.support.cli.shell import Shell
from tests.support.emulator.pipeline import Pipeline
from tests.support.tenant import Tenant
from zoho_adobe.settings import SCOPES


@pytest.fixture
def pipeline(emulator: Emulator, tenant: Tenant) -> Pipeline:
    """A pipeline of the same organization, with a base connection."""
    credentials = {
        "organization": tenant.organization,
        "client_id": tenant.client_id,
        "client_secret": tenant.client_secret,
        "scopes": SCOPES,
    }
    made = Pipeline(emulator, credentials)
    assert made.connection
    return made


def test_tables_are_listed(shell: Shell, pipeline: Pipeline) -> None:
    done = shell.run("tables", "--json")
    assert [entry["path"] for entry in json.loads(done.out)] == ["Accounts", "Contacts", "Deals", "Leads"]
    shown = shell.run("tables", "--connection", pipeline.connection).out
    assert all(name in shown for name in ("table", "path", "Contacts"))


def test_a_table_is_shown_with_its_columns_and_rows(shell: Shell, pipeline: Pipeline) -> None:
    facts = json.loads(shell.run("tables", "Leads", "--rows", "--json").out)
    assert facts["columns"]["Modified_Time"] == "date-time"
    assert facts["deltaColumns"] == ["Created_Time", "Modified_Time"]
    assert [row["Last_Name"] for row in facts["rows"]] == [row["Last_Name"] for row in pipeline.leads()]
    shown = shell.run("tables", "Leads", "--rows").out
    (line,) = (line for line in shown.splitlines() if line.startswith("Modified_Time "))
    assert line.split() == ["Modified_Time", "date-time", "yes", "modifiedTime"]
    assert "Leads, 3 sample rows" in shown


def test_what_is_wrong_is_one_line(shell: Shell, pipeline: Pipeline) -> None:
    assert "reaches no table 'Lead' in Zoho. Did you mean 'Leads'" in shell.run("tables", "Lead").error()
    assert "--rows needs a TABLE" in shell.run("tables", "--rows").err
    pipeline.create()
    assert "the sandbox 'dev' has 2 base connections. Pass --connection:" in shell.run("tables").error()
    assert "connections not found with id = [gone]" in shell.run("tables", "--connection", "gone").error()
    assert "flows not found with id = [gone]" in shell.run("runs", "gone").error()


def test_runs_are_shown_with_their_records_and_errors(shell: Shell, pipeline: Pipeline) -> None:
    flow = pipeline.create_flow(options={"partialIngestionPercent": 50})["id"]
    assert "has not run yet; its first is due at" in shell.run("runs", flow).out
    pipeline.add_lead(Last_Name="Odd", No_of_Employees=3)
    pipeline.run(flow)
    facts = json.loads(shell.run("runs", flow, "--json").out)
    (run,) = facts["runs"]
    assert (run["read"], run["written"], run["failed"], run["succeeded"]) == (4, 4, 0, True)
    shown = shell.run("runs", flow)
    assert shown.code == 0
    (line,) = (line for line in shown.out.splitlines() if line.startswith(run["id"]))
    assert "success" in line

    # Zoho loses a column that the dataflow reads.
    pipeline.emulator.control("DELETE", f"{pipeline.module.removesuffix('/rows')}/fields/Annual_Revenue")
    pipeline.run(flow)
    failed = shell.run("runs", flow)
    assert failed.code == 1
    assert "The table Leads has no column Annual_Revenue" in failed.out


def test_a_run_is_followed_to_its_end(shell: Shell, pipeline: Pipeline) -> None:
    flow = pipeline.create_flow()["id"]
    assert "no run is under way" in shell.run("runs", flow, "--follow").err
    pipeline.set_pace(flow_seconds=0, run_seconds=3)
    pipeline.run(flow)
    done = shell.run("runs", flow, "--follow")
    assert [line.split(": ")[1].split(",")[0].split(" ")[0] for line in done.err.splitlines()] == [
        "inProgress",
        "success",
    ]
    assert "3 read, 3 written, 0 failed" in done.err.splitlines()[-1]
    assert done.code == 0
