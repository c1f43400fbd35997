"""Tables by groups: several stacks of one program on one connection, and tables that change their stack."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import toolchain
from tests.support.crm import Crm
from tests.support.ingestion import PER_TABLE, assert_nothing_to_do
from tests.support.pages import blocks, shell
from tests.support.stack import PROJECT, Stack, isolated_environment
from tests.support.tenant import Tenant

EXAMPLES = PROJECT / "examples"
MOVE, SPLIT = blocks("scale.md", "console")


@pytest.fixture
def dev(pulumi: toolchain.Toolchain, pulumi_home: Path, tenant: Tenant, tmp_path: Path) -> Iterator[Stack]:
    """The stack that makes the connection, in a copy of the example; nothing is made yet."""
    env = isolated_environment(pulumi, pulumi_home, tmp_path) | tenant.environment()
    made = with_credentials(Stack(tmp_path / "groups", env, "dev", tenant))
    yield made
    made.assert_no_secret_anywhere()


@pytest.fixture
def crm(tenant: Tenant) -> Crm:
    """The tenant's Zoho CRM."""
    return Crm.of(tenant)


def with_credentials(stack: Stack, example: str = "ingestion-groups") -> Stack:
    """Make a stack in a copy of an example, for the tenant."""
    shutil.copytree(EXAMPLES / example, stack.folder, ignore=shutil.ignore_patterns("__pycache__"))
    manifest = stack.folder / "Pulumi.yaml"
    manifest.write_text(manifest.read_text().replace("    virtualenv: ../../.venv\n", ""))
    init(stack)
    stack.set_config("zoho-adobe:organization", stack.tenant.organization)
    stack.set_config("zoho-adobe:sandbox", "dev")
    stack.set_config("zohoAccountsUrl", stack.tenant.zoho["accounts"])
    stack.set_config("zohoClientId", stack.tenant.zoho["client_id"])
    stack.set_secret("zohoClientSecret", stack.tenant.zoho["client_secret"])
    stack.set_secret("zohoRefreshToken", stack.tenant.zoho["refresh_token"])
    return stack


def init(stack: Stack) -> None:
    """Make a stack of what its file in the example says, at the emulator."""
    stack.run("stack", "init", stack.name, "--non-interactive")
    stack.set_config("zoho-adobe:platformUrl", stack.tenant.adobe)
    stack.set_config("zoho-adobe:imsUrl", stack.tenant.ims)


def of_group(dev: Stack, group: str) -> Stack:
    """Make the stack of a group; it gets no secret."""
    made = Stack(dev.folder, dev.env, f"dev-{group}", dev.tenant, dev.seen)
    init(made)
    made.set_config("group", group)
    return made


def between(stack: Stack, begin: str, end: str) -> str:
    """Return a part of a stack's program, without its end."""
    return begin + (stack.folder / "__main__.py").read_text().partition(begin)[2].partition(end)[0]


def flows(crm: Crm) -> dict[str, str]:
    """Return the names of all dataflows by their ids."""
    return {item["id"]: item["name"] for item in crm.objects()["flows"]}


def writes(tenant: Tenant) -> list[Any]:
    """Return what was written at Adobe."""
    asked = [item for item in tenant.requests() if item["method"] != "GET" and "/ims/" not in item["path"]]
    return [(item["method"], item["path"]) for item in asked]


@pytest.mark.long
def test_two_groups_share_a_connection_and_a_table_moves_between_them(dev: Stack, crm: Crm) -> None:
    dev.up()
    people, sales = of_group(dev, "people"), of_group(dev, "sales")
    for stack, tables in ((people, ("Contacts", "Leads")), (sales, ("Accounts", "Deals"))):
        assert set(stack.up().steps()) >= {f"crm-{table}-{part}" for table in tables for part in PER_TABLE}
        assert set(stack.outputs()["dataflows"]) == set(tables)
    for stack in (dev, people, sales):
        assert_nothing_to_do(stack)
    before = flows(crm)
    assert len(before) == 4
    assert len({name.rpartition(" ")[2] for name in before.values()}) == 4

    assert writes(dev.tenant)
    dev.tenant.forget_requests()
    dev.edit_program('"Deals": IngestedTable(group="sales"', '"Deals": IngestedTable(group="people"')
    assert len(people.preview().steps()) == len(PER_TABLE)
    assert "protected" in sales.preview(fails=True).text
    shell(dev, MOVE)
    assert {item["urn"].count("ZohoIngestion$") for item in people.resources() if "crm-Deals-" in item["urn"]} == {1}
    assert set(people.outputs()["dataflows"]) == {"Contacts", "Leads", "Deals"}
    assert set(sales.outputs()["dataflows"]) == {"Accounts"}
    for stack in (dev, people, sales):
        assert_nothing_to_do(stack)
    assert writes(dev.tenant) == []

    # To a stack that has nothing yet, and before its first update.
    new = of_group(dev, "new")
    dev.edit_program('"Leads": IngestedTable(group="people"', '"Leads": IngestedTable(group="new"')
    urns = [item["urn"] for item in people.resources() if "crm-Leads-" in item["urn"]]
    dev.run("state", "move", "--yes", "--source", "dev-people", "--dest", "dev-new", *urns)
    assert new.up().steps() == {"crm": "create"}
    for stack in (people, new):
        assert_nothing_to_do(stack)
    assert writes(dev.tenant) == []
    assert flows(crm) == before

    # One group goes, the others and the connection stay.
    dev.edit_program("        group=group,", "        group=group,\n        protect_data=False,")
    people.up()
    people.destroy()
    assert {name.split()[1] for name in flows(crm).values()} == {"Leads", "Accounts"}
    for stack in (dev, sales, new):
        assert stack.preview("--expect-no-changes", "--refresh").steps() == {}
    assert "in use by dataflow" in dev.destroy(fails=True).text


@pytest.mark.long
def test_a_stack_that_has_grown_becomes_several(dev: Stack, crm: Crm) -> None:
    whole = Stack(dev.folder.parent / "whole", dev.env, "dev", dev.tenant, dev.seen)
    with_credentials(whole, "ingestion")
    tables = between(whole, "    tables={", "    schedule=")
    for table, group in (("Contacts", "people"), ("Accounts", "sales"), ("Deals", "sales")):
        tables = tables.replace(f'"{table}": IngestedTable(', f'"{table}": IngestedTable(group="{group}", ')
    dev.edit_program(between(dev, "TABLES = ", "config = "), f"TABLES = dict(\n{tables})['tables']\n\n")
    whole.up()
    before = flows(crm)

    people, sales = of_group(dev, "people"), of_group(dev, "sales")
    assert writes(dev.tenant)
    dev.tenant.forget_requests()
    shell(dev, SPLIT)
    for stack in (dev, people, sales):
        assert_nothing_to_do(stack)
    whole.destroy()
    assert whole.resources() == []
    assert writes(dev.tenant) == []
    assert flows(crm) == before
    # The copy of a provider that came along held all of the old stack's config.
    for stack in (people, sales):
        state = json.loads(stack.run("stack", "export", "--show-secrets", "--stack", stack.name).out)
        assert not [secret for secret in dev.tenant.canaries if secret in json.dumps(state)]


@pytest.mark.long
def test_a_mistake_in_the_groups_is_told_before_anything_is_made(dev: Stack) -> None:
    # All are missing; which one is looked at first is chance.
    early = of_group(dev, "people").preview(fails=True).text
    assert re.search(r"the stack dev has no output '\w+': run `pulumi up --stack dev` first", early), early
    dev.up()
    wrong = of_group(dev, "persons")
    unknown = wrong.run("preview", "--stack", wrong.name, "--non-interactive", fails=True)
    assert "ZohoIngestion: group: no table has the group 'persons': pass one of people, sales" in unknown.text
    dev.edit_program('"Contacts": IngestedTable(group="people")', '"Contacts": IngestedTable()')
    without = wrong.run("preview", "--stack", wrong.name, "--non-interactive", fails=True)
    assert "ZohoIngestion: tables: no stack would ingest Contacts: pass group to each IngestedTable" in without.text
    assert unknown.code
    assert without.code
