"""A contact on its way from Zoho to a profile that is found by e-mail address, by each way, on the real engine."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from emulator import launch
from engine import toolchain
from tests.support.crm import Crm
from tests.support.ingestion import PROGRAM, assert_nothing_to_do
from tests.support.pages import shell
from tests.support.profile import profile_of
from tests.support.stack import PROJECT, Stack, isolated_environment
from tests.support.tenant import Tenant
from zoho_adobe.api.zoho_bulk import SCOPES

pytestmark = pytest.mark.long
EXAMPLE = (PROJECT / "examples" / "profile" / "__main__.py").read_text()
BY_SOURCE = PROGRAM.replace(
    "import IngestedTable",
    "import Identity, IngestedTable",
).replace(
    '            fields={"Email": "personalEmail.address"},\n',
    '            fields={"Email": "personalEmail.address"},\n'
    '            identities={"Email": Identity("Email", primary=True)},\n'
    '            labels={"Email": ["I1"], "Last_Name": ["I1"]},\n'
    "            profile=True,\n",
)


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
def stack(
    request: pytest.FixtureRequest,
    pulumi: toolchain.Toolchain,
    pulumi_home: Path,
    tenant: Tenant,
    crm: Crm,
    tmp_path: Path,
) -> Stack:
    """A stack of the program that a test names."""
    env = isolated_environment(pulumi, pulumi_home, tmp_path)
    env |= {f"ZOHO_{key.upper()}": crm.tenant.zoho[key] for key in ("client_id", "client_secret", "refresh_token")}
    name, further = f"test-{uuid.uuid4().hex[:8]}", {"silenceDeprecation": "true", "zohoDataCenter": "us"}
    return Stack.create(tmp_path / "project", request.param, env, name, tenant, **further)


def export(stack: Stack, crm: Crm) -> None:
    """Export what is there; what changed in the last minutes would be left to the next export."""
    crm.emulator.control("POST", "/clock", {"advance": 1000})
    shell(stack, f"python -m zoho_adobe export --stack {stack.name}")


def run(stack: Stack, crm: Crm) -> None:
    crm.let_a_second_pass()
    for dataflow in stack.outputs()["dataflows"].values():
        assert crm.run(dataflow)["metrics"]["statusSummary"]["status"] == "success"


@pytest.mark.parametrize("stack", [EXAMPLE], indirect=True, ids=["landing-zone"])
def test_a_contact_becomes_a_profile_by_files(stack: Stack, tenant: Tenant, crm: Crm) -> None:
    first = crm.rows("Contacts")[0]
    crm.change_row("Contacts", first["id"], Email="Ann.Example@Example.com", Last_Name="Example")
    said = stack.preview().text
    assert "is enabled for Real-Time Customer Profile, which Adobe never undoes" in " ".join(said.split())
    stack.up()
    assert_nothing_to_do(stack)
    kinds: dict[str, int] = {}
    for item in crm.objects()["descriptors"]:
        kinds[item["@type"]] = kinds.get(item["@type"], 0) + 1
    assert kinds["xdm:descriptorIdentity"] == 3
    assert kinds["xdm:descriptorRelationship"] == 1
    assert kinds["xdm:descriptorLabel"] >= 4

    export(stack, crm)
    run(stack, crm)
    found = profile_of(tenant, "ann.example@example.com")
    assert found is not None
    assert (found["lastName"], found["id"]) == ("Example", first["id"])
    crm.change_row("Contacts", first["id"], Last_Name="Changed")
    export(stack, crm)
    run(stack, crm)
    found = profile_of(tenant, "ann.example@example.com")
    assert found is not None
    assert found["lastName"] == "Changed"
    assert {item["namespace"]["code"] for item in found["identities"]} == {"email", "zohocontactid"}

    stack.edit_program("            profile=True,\n", "")
    assert "profile: Adobe never switches Profile off" in " ".join(stack.preview(fails=True).text.split())
    stack.edit_program(
        '            labels={"Email": ["I1", "C2"]},\n',
        '            labels={"Email": []},\n            profile=True,\n',
    )
    assert set(stack.up().steps().values()) == {"update"}
    assert_nothing_to_do(stack)


@pytest.mark.parametrize("stack", [BY_SOURCE], indirect=True, ids=["source"])
def test_a_contact_becomes_a_profile_through_the_source(stack: Stack, tenant: Tenant, crm: Crm) -> None:
    first = crm.rows("Contacts")[0]
    crm.change_row("Contacts", first["id"], Email="ann@example.com", Last_Name="Example")
    stack.up()
    assert_nothing_to_do(stack)
    run(stack, crm)
    found = profile_of(tenant, "ann@example.com")
    assert found is not None
    assert found["lastName"] == "Example"
    crm.change_row("Contacts", first["id"], Last_Name="Changed")
    run(stack, crm)
    found = profile_of(tenant, "ann@example.com")
    assert found is not None
    assert found["lastName"] == "Changed"
    assert "stays: Adobe does not delete a schema that is enabled for Profile" in stack.destroy().text
    assert [item["meta:immutableTags"] for item in crm.objects()["schemas"]] == [["union"]]


@pytest.mark.parametrize("stack", [BY_SOURCE.replace("            profile=True,\n", "")], indirect=True, ids=["later"])
def test_profile_is_switched_on_for_a_dataset_that_has_rows(stack: Stack, tenant: Tenant, crm: Crm) -> None:
    first, second = crm.rows("Contacts")[:2]
    crm.change_row("Contacts", first["id"], Email="ann@example.com")
    crm.change_row("Contacts", second["id"], Email="ben@example.com")
    stack.up()
    run(stack, crm)
    stack.edit_program('            labels={"Email"', '            profile=True,\n            labels={"Email"')
    assert set(stack.up().steps().values()) == {"update"}
    assert_nothing_to_do(stack)
    crm.change_row("Contacts", second["id"], Last_Name="Changed")
    run(stack, crm)
    assert profile_of(tenant, "ann@example.com") is None
    assert profile_of(tenant, "ben@example.com") is not None
