"""Each example runs from a clone, by what its page says and nothing else."""

from __future__ import annotations

import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from emulator import launch
from tests.support.crm import Crm
from tests.support.pages import lines, shell
from tests.support.profile import profile_of
from tests.support.stack import Stack, copy_project
from tests.support.tenant import Tenant
from zoho_adobe.api.zoho_bulk import SCOPES


def test_a_program_in_any_folder_finds_the_package(tmp_path: Path) -> None:
    """The environment that `make install` made is enough; the project's own folder is not on the path."""
    done = subprocess.run(
        [sys.executable, "-c", "import zoho_adobe; print(zoho_adobe.Provider)"],
        cwd=tmp_path,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"run `make install`: {done.stderr}"


@pytest.fixture
def clone(stack: Stack) -> Stack:
    """A clone beside a stack `dev` that made a connection; commands run there without the project on Python's path."""
    folder = stack.folder.parent / "clone"
    copy_project(folder)
    env = {name: value for name, value in stack.env.items() if name != "PYTHONPATH"}
    return replace(stack, folder=folder, env=env)


def follow(page: str, clone: Stack, values: dict[str, str]) -> Stack:
    """Run the commands of an example's page as they stand there, for the tenant.

    Args:
        page: the page, below `docs`.
        clone: the clone.
        values: what the reader writes in the place of the page's values and for the secrets, and where the services
            are, by key of the config.
    """
    at = clone
    services = {key: values[key] for key in values if key.endswith("Url") and key != "zohoAccountsUrl"}
    for line in lines(page):
        words = shlex.split(line)
        if words[0] == "cd":
            at = replace(at, folder=clone.folder / words[1])
        elif words[:3] == ["pulumi", "config", "set"]:
            if "--secret" in words:
                at.run(*words[1:], words_in=values[words[4]])
            else:
                at.run(*words[1:4], values.get(words[3], words[4]))
        else:
            shell(at, line)
        if words[:3] == ["pulumi", "stack", "init"]:
            for key, value in services.items():
                at.run("config", "set", "--stack", words[3], f"zoho-adobe:{key}", value)
            declared = yaml.safe_load((at.folder / "Pulumi.yaml").read_text())["config"]
            if "zohoAccountsUrl" in declared:
                at.run("config", "set", "--stack", words[3], "zohoAccountsUrl", values["zohoAccountsUrl"])
    return at


def values_of(tenant: Tenant) -> dict[str, str]:
    """Return what a reader has of Adobe and Zoho."""
    return {
        "platformUrl": tenant.adobe,
        "imsUrl": tenant.ims,
        "zohoAccountsUrl": tenant.zoho["accounts"],
        "zoho-adobe:organization": tenant.organization,
        "zohoClientId": tenant.zoho["client_id"],
        "zohoClientSecret": tenant.zoho["client_secret"],
        "zohoRefreshToken": tenant.zoho["refresh_token"],
    }


@pytest.mark.long
@pytest.mark.parametrize(
    ("page", "outputs"),
    [
        ("../examples/consumer/README.md", {"connectionName", "connectionState"}),
        ("../examples/consumer-dataflow/README.md", {"dataflowId", "datasetId"}),
    ],
)
def test_on_a_connection_of_another_stack(stack: Stack, clone: Stack, page: str, outputs: set[str]) -> None:
    stack.up()
    producer = f"organization/zoho-adobe/{stack.name}"
    at = follow(page, clone, {**values_of(stack.tenant), "producer": producer})
    named = next(shlex.split(line)[3] for line in lines(page) if "stack init" in line)
    assert replace(at, name=named).outputs().keys() == outputs


@pytest.mark.long
def test_three_tables(clone: Stack) -> None:
    at = follow("../examples/ingestion/README.md", clone, values_of(clone.tenant))
    assert replace(at, name="dev").outputs()["dataflows"].keys() == {"Contacts", "Accounts", "Deals"}


@pytest.mark.long
def test_three_tables_by_the_landing_zone(clone: Stack, emulator: launch.Emulator) -> None:
    """From the program to the rows: the stack, an export by its output, and a run of each dataflow."""
    zoho = emulator.control("POST", "/zoho/credentials", {"dc": "us", "scopes": [*SCOPES, "ZohoCRM.settings.READ"]})
    clone.tenant.zoho = zoho
    clone.tenant.canaries |= {zoho["client_secret"], zoho["refresh_token"]}
    clone.env |= {f"ZOHO_{key.upper()}": zoho[key] for key in ("client_id", "client_secret", "refresh_token")}
    at = replace(follow("../examples/landing-zone/README.md", clone, values_of(clone.tenant)), name="dev")
    outputs = at.outputs()
    crm = Crm.of(clone.tenant)
    assert outputs["dataflows"].keys() == {"Contacts", "Accounts", "Leads"}
    for table, dataflow in outputs["dataflows"].items():
        assert crm.run(dataflow)["metrics"]["statusSummary"]["status"] == "success"
        arrived = [next(iter(row.values())) for row in crm.arrived(outputs["datasets"][table])]
        assert sorted(row["id"] for row in arrived) == sorted(row["id"] for row in crm.rows(table))
    assert at.preview("--expect-no-changes").steps() == {}


@pytest.mark.long
def test_contacts_into_profile(clone: Stack, emulator: launch.Emulator) -> None:
    zoho = emulator.control("POST", "/zoho/credentials", {"dc": "us", "scopes": [*SCOPES, "ZohoCRM.settings.READ"]})
    clone.tenant.zoho = zoho
    clone.tenant.canaries |= {zoho["client_secret"], zoho["refresh_token"]}
    clone.env |= {f"ZOHO_{key.upper()}": zoho[key] for key in ("client_id", "client_secret", "refresh_token")}
    crm = Crm.of(clone.tenant)
    crm.change_row("Contacts", crm.rows("Contacts")[0]["id"], Email="Ann@example.com")
    at = replace(follow("../examples/profile/README.md", clone, values_of(clone.tenant)), name="dev")
    crm.run(at.outputs()["dataflows"]["Contacts"])
    assert profile_of(clone.tenant, "ann@example.com") is not None


@pytest.mark.long
def test_groups(clone: Stack) -> None:
    write(clone.folder / "examples" / "ingestion-groups" / "Pulumi.dev.yaml", clone.tenant)
    at = follow("../examples/ingestion-groups/README.md", clone, values_of(clone.tenant))
    brought = {name: replace(at, name=name).outputs()["dataflows"].keys() for name in ("dev-people", "dev-sales")}
    assert brought == {"dev-people": {"Contacts", "Leads"}, "dev-sales": {"Accounts", "Deals"}}


@pytest.mark.long
def test_environments(clone: Stack, emulator: launch.Emulator) -> None:
    clone.tenant.zoho = Tenant.create(emulator, "eu").zoho
    clone.tenant.canaries |= {clone.tenant.zoho["client_secret"], clone.tenant.zoho["refresh_token"]}
    write(clone.folder / "examples" / "environments" / "Pulumi.dev.yaml", clone.tenant)
    at = follow("../examples/environments/README.md", clone, values_of(clone.tenant))
    assert replace(at, name="dev").outputs()["baseConnectionId"] == clone.tenant.connection()["id"]


def write(config: Path, tenant: Tenant) -> None:
    """Write the organization and client id into a stack's config, as the page asks for."""
    text = config.read_text().replace("1234567890ABCDEF12345678@AdobeOrg", tenant.organization)
    config.write_text(text.replace("1000.YOUR_CLIENT_ID", tenant.zoho["client_id"]))
