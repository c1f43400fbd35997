"""Handover on the real engine: renamed with an alias, deleted by hand, killed and then destroyed or edited."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import uuid
from pathlib import Path

import pytest

from engine import toolchain
from tests.support import processes
from tests.support.crm import Crm
from tests.support.ingestion import PROGRAM
from tests.support.stack import Stack, isolated_environment
from tests.support.tenant import Tenant


@pytest.fixture
def stack(pulumi: toolchain.Toolchain, pulumi_home: Path, tenant: Tenant, tmp_path: Path) -> Stack:
    """A stack that brings three tables."""
    env = isolated_environment(pulumi, pulumi_home, tmp_path)
    name = f"test-{uuid.uuid4().hex[:8]}"
    return Stack.create(tmp_path / "project", PROGRAM, env, name, tenant, silenceDeprecation="true")


@pytest.fixture
def crm(tenant: Tenant) -> Crm:
    """The tenant's Zoho CRM."""
    return Crm.of(tenant)


def run_all(stack: Stack, crm: Crm) -> None:
    crm.let_a_second_pass()
    for id_ in stack.outputs()["dataflows"].values():
        crm.run(id_)


def assert_each_row_once(stack: Stack, crm: Crm) -> None:
    for table, dataset in stack.outputs()["datasets"].items():
        assert len(crm.arrived(dataset)) == len(crm.rows(table)), table


def kill_while_dataflows_are_made(stack: Stack, crm: Crm) -> None:
    crm.tenant.fault(kind="latency", seconds=25, after_work=True, method="POST", path="/flows$", times=None)
    words = ["pulumi", "up", "--yes", "--skip-preview", "--stack", stack.name, "--non-interactive"]
    quiet = subprocess.DEVNULL
    up = processes.start(words, cwd=stack.folder, env=stack.env, stdout=quiet, stderr=quiet)
    until = time.monotonic() + 60
    while not crm.objects()["flows"] and time.monotonic() < until:
        time.sleep(0.1)
    os.killpg(up.pid, signal.SIGKILL)
    up.wait()
    crm.emulator.control("DELETE", f"/faults?organization={crm.tenant.organization}")
    assert crm.objects()["flows"]
    stack.run("cancel", "--yes", "--stack", stack.name, fails=True)


@pytest.mark.long
def test_another_logical_name_and_a_delete_by_hand_bring_no_row_twice(stack: Stack, crm: Crm) -> None:
    stack.up()
    run_all(stack, crm)
    datasets = stack.outputs()["datasets"]
    stack.edit_program('crm = ZohoIngestion(\n    "crm",', 'crm = ZohoIngestion(\n    "zoho",')
    alias = '    force_destroy=True,\n    opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="crm")]),\n)'
    stack.edit_program("    force_destroy=True,\n)", alias)
    crm.add("Leads", Last_Name="Between")
    stack.up()
    run_all(stack, crm)
    assert stack.outputs()["datasets"] == datasets
    assert_each_row_once(stack, crm)
    for id_ in stack.outputs()["dataflows"].values():
        crm.remove("flows", id_)
    told = stack.run("up", "--refresh", "--yes", "--skip-preview", "--stack", stack.name, "--non-interactive").text
    assert "may arrive twice, for the dataflow" in " ".join(told.split())
    run_all(stack, crm)
    for table, dataset in datasets.items():
        assert len(crm.arrived(dataset)) >= len(crm.rows(table))


@pytest.mark.long
def test_what_a_killed_create_has_left_goes_with_the_stack(stack: Stack, crm: Crm) -> None:
    kill_while_dataflows_are_made(stack, crm)
    stack.destroy()
    assert crm.objects()["flows"] == crm.objects()["sourceConnections"] == []


@pytest.mark.long
def test_what_a_killed_create_has_left_gives_way_to_an_edited_program(stack: Stack, crm: Crm) -> None:
    kill_while_dataflows_are_made(stack, crm)
    stack.edit_program('columns=["Last_Name", "Company"]', 'columns=["Last_Name"]')
    stack.edit_program('"interval": 30', '"interval": 45')
    stack.up()
    assert {item["id"] for item in crm.objects()["flows"]} == set(stack.outputs()["dataflows"].values())
    run_all(stack, crm)
    assert_each_row_once(stack, crm)
