"""Pulumi's own options, stacks side by side, and several providers in one program."""

from __future__ import annotations

import json
import shutil

import pytest

from emulator import launch
from tests.support.stack import PROJECT, Stack
from tests.support.tenant import Tenant

OPTIONS = "protect=protect, retain_on_delete=protect"


def give_options(stack: Stack, options: str) -> None:
    """Write resource options into the program."""
    stack.edit_program(OPTIONS, options)


def test_a_protected_connection_is_not_deleted(stack: Stack) -> None:
    give_options(stack, "protect=True")
    stack.up()
    stack.destroy(fails=True)
    assert len(stack.tenant.connections()) == 1
    stack.edit_program("protect=True", "protect=False")
    stack.up()
    stack.destroy()
    assert stack.tenant.connections() == []


def test_a_retained_connection_outlives_its_stack(stack: Stack) -> None:
    give_options(stack, "retain_on_delete=True")
    stack.up()
    stack.destroy()
    assert len(stack.tenant.connections()) == 1
    assert stack.tenant.requests("DELETE") == []


def test_a_renamed_resource_with_an_alias_keeps_its_connection(stack: Stack) -> None:
    stack.up()
    before = stack.tenant.connection()
    stack.edit_program('    "zoho-crm",\n', '    "crm",\n')
    give_options(stack, 'aliases=[pulumi.Alias(name="zoho-crm")]')
    stack.up()
    assert stack.tenant.connection()["id"] == before["id"]
    assert stack.preview("--expect-no-changes").steps() == {}


@pytest.mark.long
def test_two_stacks_of_one_program_never_collide(stack: Stack) -> None:
    other = stack.copy(f"{stack.name}-b")
    stack.up()
    other.up()
    names = [item["name"] for item in stack.tenant.connections()]
    assert len(names) == len(set(names)) == 2
    stack.destroy()
    assert [item["name"] for item in stack.tenant.connections()] == [other.outputs()["baseConnectionName"]]


def twins(first: str, second: str) -> str:
    """Write a second connection into the program, with these names for the two."""
    return f"""
more = dict(
    suffix=seed.hex,
    data_center=config.require("zohoDataCenter"),
    accounts_url=config.get("zohoAccountsUrl"),
    endpoint=config.require("zohoEndpoint"),
    client_id=config.require("zohoClientId"),
    client_secret=config.require_secret("zohoClientSecret"),
    refresh_token=config.require_secret("zohoRefreshToken"),
)
one = BaseConnection("one", name="{first}", **more)
two = BaseConnection("two", name="{second}", opts=pulumi.ResourceOptions(depends_on=[one]), **more)
pulumi.export("ids", [one.id, two.id])
pulumi.export("names", [one.full_name, two.full_name])
"""


def test_two_resources_swap_their_names_in_one_up(stack: Stack) -> None:
    program = stack.folder / "__main__.py"
    text = program.read_text()
    program.write_text(text + twins("Red", "Blue"))
    stack.up()
    ids = stack.outputs()["ids"]
    program.write_text(text + twins("Blue", "Red"))
    assert stack.up().steps() == {"one": "update", "two": "update"}
    assert stack.outputs()["ids"] == ids
    names = {item["id"]: item["name"].split()[0] for item in stack.tenant.connections()}
    assert [names[id_] for id_ in ids] == ["Blue", "Red"]


def test_the_same_full_name_twice_is_an_error(stack: Stack) -> None:
    program = stack.folder / "__main__.py"
    program.write_text(program.read_text() + twins("Red", "Red").replace("    suffix=seed.hex,\n", ""))
    lines = stack.up(fails=True).error_lines()
    assert any("two resources of this program are named 'Red'" in line for line in lines)


@pytest.mark.usefixtures("emulator")
@pytest.mark.long
def test_several_sandboxes_and_organizations_in_one_stack(stack: Stack, emulator: launch.Emulator) -> None:
    other = Tenant.create(emulator)
    stack.tenant.canaries |= other.canaries
    stack.env["OTHER_SECRET"] = other.client_secret
    stack.env["OTHER_ID"] = other.client_id
    program = stack.folder / "__main__.py"
    text = program.read_text().replace("import BaseConnection", "import BaseConnection, Provider")
    text += twins("Red", "Blue").replace('name="Red", ', 'name="Red", opts=pulumi.ResourceOptions(provider=stage), ')
    text = text.replace(
        "opts=pulumi.ResourceOptions(depends_on=[one])",
        "opts=pulumi.ResourceOptions(depends_on=[one], provider=elsewhere)",
    ).replace(
        "\nmore = dict(",
        f"""
stage = Provider("stage", sandbox="stage")
elsewhere = Provider(
    "elsewhere",
    organization="{other.organization}",
    client_id_env="OTHER_ID",
    client_secret_env="OTHER_SECRET",
)
more = dict(""",
    )
    program.write_text(text)
    stack.up()
    assert sorted(item["sandboxName"] for item in stack.tenant.connections()) == ["dev", "stage"]
    assert [item["sandboxName"] for item in other.connections()] == ["dev"]
    assert stack.preview("--expect-no-changes").steps() == {}
    stack.refresh()
    stack.destroy()
    assert stack.tenant.connections() == other.connections() == []


def test_the_consumer_reads_the_outputs_and_uses_the_connection(stack: Stack) -> None:
    stack.up()
    folder = stack.folder.parent / "consumer"
    shutil.copytree(PROJECT / "examples" / "consumer", folder)
    manifest = folder / "Pulumi.yaml"
    manifest.write_text(manifest.read_text().replace("    virtualenv: ../../.venv\n", ""))
    consumer = Stack(folder, stack.env, "consumer", stack.tenant, stack.seen)
    consumer.run("stack", "init", "consumer", "--non-interactive")
    for key, value in {
        "producer": f"organization/zoho-adobe/{stack.name}",
        "zoho-adobe:platformUrl": stack.tenant.adobe,
        "zoho-adobe:imsUrl": stack.tenant.ims,
    }.items():
        consumer.set_config(key, value)
    consumer.up()
    connection = stack.tenant.connection()
    assert consumer.outputs() == {"connectionName": connection["name"], "connectionState": "enabled"}
    consumer.destroy()
    assert len(stack.tenant.connections()) == 1


def test_the_outputs_are_the_contract(stack: Stack) -> None:
    stack.up()
    shown = json.loads(stack.run("stack", "output", "--stack", stack.name, "--json", "--show-secrets").out)
    assert {name: type(value).__name__ for name, value in shown.items()} == {
        "outputsVersion": "int",
        "baseConnectionId": "str",
        "baseConnectionName": "str",
        "imsUrl": "str",
        "organization": "str",
        "platformUrl": "str",
        "sandbox": "str",
        "zohoDataCenter": "str",
    }
