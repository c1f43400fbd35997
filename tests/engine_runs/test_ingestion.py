"""Tables from Zoho to datasets on the real engine: made, run, rescheduled, changed in Zoho, taken out, destroyed."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import toolchain
from tests.support.crm import Crm
from tests.support.ingestion import PER_TABLE, PROGRAM, assert_nothing_to_do
from tests.support.stack import PROGRAM as FIRST_PROGRAM
from tests.support.stack import PROJECT, Stack, isolated_environment
from tests.support.tenant import Tenant

EXAMPLES = PROJECT / "examples"
TABLES = ("Contacts", "Leads", "Accounts")


@pytest.fixture
def stack(pulumi: toolchain.Toolchain, pulumi_home: Path, tenant: Tenant, tmp_path: Path) -> Iterator[Stack]:
    """A stack that brings three tables; its output is searched for secrets."""
    env = isolated_environment(pulumi, pulumi_home, tmp_path)
    name = f"test-{uuid.uuid4().hex[:8]}"
    made = Stack.create(tmp_path / "project", PROGRAM, env, name, tenant, silenceDeprecation="true")
    yield made
    made.assert_no_secret_anywhere()


@pytest.fixture
def crm(tenant: Tenant) -> Crm:
    """The tenant's Zoho CRM."""
    return Crm.of(tenant)


def test_three_tables_come_from_one_program_and_go_again(stack: Stack, crm: Crm) -> None:
    steps = stack.up().steps()
    assert {f"crm-{table}-{part}" for table in TABLES for part in PER_TABLE} <= set(steps)
    assert set(steps.values()) == {"create"}
    assert_nothing_to_do(stack)

    outputs = stack.outputs()
    for table in TABLES:
        run = crm.run(outputs["dataflows"][table])
        assert run["metrics"]["recordSummary"]["outputRecordCount"] == len(crm.rows(table))
        assert len(crm.arrived(outputs["datasets"][table])) == len(crm.rows(table))
    (namespace,) = (key for key in crm.arrived(outputs["datasets"]["Leads"])[0])
    assert set(crm.arrived(outputs["datasets"]["Leads"])[0][namespace]) == {"lastName", "company", "modifiedTime"}
    contact = crm.arrived(outputs["datasets"]["Contacts"])[0]
    assert contact["personalEmail"]["address"] == crm.rows("Contacts")[0]["Email"]

    # A second run brings only what changed since.
    time.sleep(1.1)
    crm.add("Leads", Last_Name="Later", Company="Late Inc")
    crm.run(outputs["dataflows"]["Leads"])
    assert len(crm.arrived(outputs["datasets"]["Leads"])) == len(crm.rows("Leads"))
    assert_nothing_to_do(stack)

    for resource in stack.resources():
        if ":dynamic/zoho-adobe:" in resource["type"]:
            assert len(json.dumps(resource["outputs"], separators=(",", ":"))) < 1300, resource["urn"]

    shown = stack.destroy().text
    left = {kind: len(found) for kind, found in crm.objects().items() if found}
    assert left == {"mappingSets": 3}
    assert all(item["id"] in shown for item in crm.objects()["mappingSets"])
    assert stack.resources() == []


@pytest.mark.long
def test_a_schedule_changes_in_place_and_a_stopped_dataflow_is_started_again(stack: Stack, crm: Crm) -> None:
    stack.up()
    before = {item["id"]: item for item in crm.objects()["flows"]}
    crm.pace(flow=0.5)
    stack.edit_program('"interval": 30', '"interval": 45')
    assert stack.up().steps() == {f"crm-{table}-dataflow": "update" for table in TABLES}
    after = {item["id"]: item for item in crm.objects()["flows"]}
    assert set(after) == set(before)
    assert {item["scheduleParams"]["interval"] for item in after.values()} == {"45"}
    assert_nothing_to_do(stack)

    (stopped, *_) = after
    crm.change("flows", stopped, state="disabled")
    refreshed = stack.refresh()
    assert f"({stopped}) was stopped by" in refreshed.text
    assert list(stack.up().steps().values()) == ["update"]
    assert {item["state"] for item in crm.objects()["flows"]} == {"enabled"}
    assert_nothing_to_do(stack)


@pytest.mark.long
def test_a_new_column_in_zoho_makes_a_new_dataflow_that_goes_on_where_the_old_one_ended(stack: Stack, crm: Crm) -> None:
    stack.up()
    before = stack.outputs()
    crm.let_a_second_pass()
    for table in TABLES:
        crm.run(before["dataflows"][table])
    time.sleep(1.1)
    crm.add_field("Accounts", "Rating")
    crm.add("Accounts", Account_Name="In the gap", Rating="A")

    stack.refresh()
    assert stack.preview().steps() == {
        "crm-Accounts-source": "replace",
        "crm-Accounts-schema": "update",
        "crm-Accounts-mapping": "replace",
        "crm-Accounts-dataflow": "replace",
    }
    changed = stack.up()
    after = stack.outputs()
    assert "ingests what has changed since " in changed.text
    assert after["datasets"] == before["datasets"]
    assert after["dataflows"]["Accounts"] != before["dataflows"]["Accounts"]
    assert {table: after["dataflows"][table] == before["dataflows"][table] for table in TABLES} == {
        "Contacts": True,
        "Leads": True,
        "Accounts": False,
    }
    time.sleep(1.1)
    crm.add("Accounts", Account_Name="After it", Rating="B")
    crm.run(after["dataflows"]["Accounts"])
    arrived = [next(iter(row.values())) for row in crm.arrived(after["datasets"]["Accounts"])]
    names = [row["accountName"] for row in arrived]
    assert sorted(names) == sorted(row["Account_Name"] for row in crm.rows("Accounts"))
    assert {row["accountName"]: row.get("rating") for row in arrived}["In the gap"] == "A"
    assert len(crm.objects()["flows"]) == 3
    assert_nothing_to_do(stack)


@pytest.mark.long
def test_a_table_is_taken_out(stack: Stack, crm: Crm) -> None:
    stack.up()
    crm.run(stack.outputs()["dataflows"]["Leads"])
    stack.edit_program('        "Leads": IngestedTable(columns=["Last_Name", "Company"]),\n', "")
    assert stack.up().steps() == {f"crm-Leads-{part}": "delete" for part in PER_TABLE}
    assert {kind: len(found) for kind, found in crm.objects().items() if kind in ("flows", "datasets", "schemas")} == {
        "flows": 2,
        "datasets": 2,
        "schemas": 2,
    }
    assert_nothing_to_do(stack)


@pytest.mark.long
def test_data_is_not_deleted_by_surprise(stack: Stack, crm: Crm) -> None:
    stack.edit_program("    protect_data=False,\n    force_destroy=True,\n", "    protect_data=False,\n")
    stack.up()
    outputs = stack.outputs()
    crm.run(outputs["dataflows"]["Leads"])
    stack.edit_program('        "Leads": IngestedTable(columns=["Last_Name", "Company"]),\n', "")
    refused = stack.up(fails=True)
    (line,) = [line for line in refused.error_lines() if "holds data" in line]
    assert outputs["datasets"]["Leads"] in line
    assert "force_destroy" in line
    assert len(crm.arrived(outputs["datasets"]["Leads"])) == len(crm.rows("Leads"))

    stack.edit_program("    protect_data=False,\n", "")
    stack.up(fails=True)
    destroyed = stack.destroy(fails=True)
    assert any(outputs["datasets"]["Leads"] in line and "holds data" in line for line in destroyed.error_lines())
    assert outputs["dataflows"]["Leads"] in [item["id"] for item in crm.objects()["flows"]]


REFUSED = [
    (
        '"interval": 30',
        '"interval": 10',
        "schedule.interval: 10 is too short for the frequency 'minute'. Adobe's shortest is 15.",
    ),
    (
        '"Contacts": IngestedTable(',
        '"Contacts": IngestedTable(delta_column=None,',
        "delta_column: it is missing: Adobe tells by it what changed since the last run.",
    ),
]


def test_bad_input_is_one_line_each_and_nothing_is_made(stack: Stack, crm: Crm) -> None:
    # One at a time: the engine stops at the first refusal, whatever else it has begun.
    for right, wrong, line in REFUSED:
        stack.edit_program(right, wrong)
        assert line in stack.preview(fails=True).text
        stack.edit_program(wrong, right)
    assert [kind for kind, found in crm.objects().items() if found] == []


MISTAKES = [
    (
        '"Contacts": IngestedTable(',
        '"Contacts": IngestedTable(delta_column="Email",',
        "delta_column: 'Email' is string, not a date. Its columns with a date: Created_Time, Date_of_Birth, Modified_",
    ),
    ('"Accounts"', '"Acounts"', "in Zoho. Did you mean 'Accounts'"),
]


@pytest.mark.parametrize(("right", "wrong", "line"), MISTAKES, ids=["delta", "table"])
def test_what_is_not_there_is_one_line_and_mends(stack: Stack, crm: Crm, right: str, wrong: str, line: str) -> None:
    stack.edit_program(right, wrong)
    assert line in stack.up(fails=True).text
    assert len(crm.objects()["flows"]) < 3
    stack.edit_program(wrong, right)
    stack.up()
    assert len(crm.objects()["flows"]) == 3
    assert len(crm.objects()["datasets"]) == len(crm.objects()["schemas"]) == 3


def test_adobe_no_longer_accepts_zoho(stack: Stack, crm: Crm) -> None:
    crm.withdraw()
    text = stack.up(fails=True).text
    assert "Adobe no longer accepts Zoho CRM as the source of a dataflow in sandbox 'dev'" in text
    assert crm.objects()["sourceConnections"] == crm.objects()["flows"] == []


@pytest.mark.long
def test_a_dataset_deleted_by_hand_is_made_again_with_what_fills_it(stack: Stack, crm: Crm) -> None:
    stack.up()
    crm.remove("datasets", stack.outputs()["datasets"]["Leads"])
    assert stack.refresh().steps() == {"crm-Leads-dataset": "delete"}
    assert stack.up().steps() == {
        "crm-Leads-dataset": "create",
        "crm-Leads-target": "replace",
        "crm-Leads-dataflow": "replace",
    }
    crm.run(stack.outputs()["dataflows"]["Leads"])
    assert len(crm.arrived(stack.outputs()["datasets"]["Leads"])) == len(crm.rows("Leads"))
    assert_nothing_to_do(stack)


@pytest.mark.long
def test_a_second_stack_builds_a_dataflow_on_the_first_ones_connection(
    pulumi: toolchain.Toolchain, pulumi_home: Path, tenant: Tenant, tmp_path: Path, crm: Crm
) -> None:
    env = isolated_environment(pulumi, pulumi_home, tmp_path)
    producer = Stack.create(tmp_path / "project", FIRST_PROGRAM, env, "first", tenant)
    producer.up()
    consumer = example(producer, "consumer-dataflow")
    consumer.set_config("producer", f"organization/zoho-adobe/{producer.name}")
    consumer.up()
    outputs = consumer.outputs()
    crm.run(outputs["dataflowId"])
    assert len(crm.arrived(outputs["datasetId"])) == len(crm.rows("Contacts"))
    assert_nothing_to_do(consumer)
    refused = producer.destroy(fails=True).text
    assert "in use by dataflow 'Contacts" in refused
    assert outputs["dataflowId"] in refused
    assert "cannot be deleted: it holds data" in consumer.destroy(fails=True).text
    producer.assert_no_secret_anywhere()


@pytest.mark.long
def test_the_example_works(stack: Stack, crm: Crm) -> None:
    shutil.copyfile(EXAMPLES / "ingestion" / "__main__.py", stack.folder / "__main__.py")
    stack.up()
    outputs = stack.outputs()
    for table in ("Contacts", "Accounts"):
        crm.run(outputs["dataflows"][table])
        assert len(crm.arrived(outputs["datasets"][table])) == len(crm.rows(table))
    assert_nothing_to_do(stack)
    refused = stack.destroy(fails=True).error_lines()
    assert any(outputs["datasets"]["Accounts"] in line and "holds data" in line for line in refused)


def example(producer: Stack, name: str) -> Stack:
    """Make a stack of an example beside another stack, with the same Adobe."""
    folder = producer.folder.parent / name
    shutil.copytree(EXAMPLES / name, folder)
    manifest = folder / "Pulumi.yaml"
    manifest.write_text(manifest.read_text().replace("    virtualenv: ../../.venv\n", ""))
    made = Stack(folder, producer.env, name, producer.tenant, producer.seen)
    made.run("stack", "init", name, "--non-interactive")
    made.set_config("zoho-adobe:platformUrl", producer.tenant.adobe)
    made.set_config("zoho-adobe:imsUrl", producer.tenant.ims)
    return made


@pytest.mark.long
def test_a_column_keeps_its_field_whatever_is_added_in_zoho(stack: Stack, crm: Crm) -> None:
    stack.edit_program('IngestedTable(columns=["Last_Name", "Company"])', "IngestedTable(fields={})")
    stack.up()
    outputs = stack.outputs()
    crm.add_field("Leads", "LastName", "text")
    stack.refresh()
    refused = stack.up(fails=True)
    assert "Add 'Last_Name': 'lastName' to the fields of its IngestedTable" in " ".join(refused.text.split())
    # What was refused has cost nothing.
    assert outputs["dataflows"]["Leads"] in {flow["id"] for flow in crm.objects()["flows"]}
    stack.edit_program("IngestedTable(fields={})", 'IngestedTable(fields={"Last_Name": "lastName"})')
    stack.up()
    time.sleep(1.1)
    crm.add("Leads", Last_Name="Newman", LastName="Other", Company="New Inc")
    outputs = stack.outputs()
    crm.run(outputs["dataflows"]["Leads"])
    (row,) = [
        fields
        for arrived in crm.arrived(outputs["datasets"]["Leads"])
        for fields in arrived.values()
        if fields.get("company") == "New Inc"
    ]
    assert (row["lastName"], row["lastName2"]) == ("Newman", "Other")
    assert_nothing_to_do(stack)


def test_a_column_that_the_table_does_not_have_is_refused_before_anything_is_made(stack: Stack, crm: Crm) -> None:
    stack.edit_program('"Email": "personal', '"email": "personal')
    refused = stack.up(fails=True)
    said = " ".join(refused.text.split())
    assert "fields: the table has no column 'email'. Did you mean 'Email'?" in said
    made = crm.objects()
    assert not [
        item for item in [*made["schemas"], *made["flows"]] if "Contacts" in str(item.get("title", item.get("name")))
    ]


def test_another_field_for_a_column_keeps_its_source_and_dataflow(stack: Stack) -> None:
    stack.up()
    before = stack.outputs()["dataflows"]
    stack.edit_program('"Email": "personalEmail.address"', '"Email": "personalEmail.label"')
    assert stack.up().steps() == {"crm-Contacts-mapping": "replace", "crm-Contacts-dataflow": "update"}
    assert stack.outputs()["dataflows"] == before
    assert_nothing_to_do(stack)
