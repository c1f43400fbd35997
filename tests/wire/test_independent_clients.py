"""Clients of others read what the resources made, and the emulated CRM: unmodified, only pointed at loopback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emulator import launch
from tests.support.crm import Crm
from tests.support.landing_zone import put
from tests.support.stack import PROJECT
from tests.support.tenant import Tenant
from tests.support.wire.ingestion import Ingestion
from zoho_adobe.api.zoho_bulk import SCOPES
from zoho_adobe.settings import SCOPES as ADOBE_SCOPES

CLIENTS = PROJECT / "tests" / "clients"
MODULES = ("Accounts", "Contacts", "Deals", "Leads")
pytestmark = [pytest.mark.long, pytest.mark.xdist_group("clients")]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the clients."""
    folder = tmp_path_factory.mktemp("clients") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [str(folder / "bin" / "pip"), "install", "-q", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "-r", str(CLIENTS / "requirements.txt")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "bin" / "python"


def read(python: Path, script: str, folder: Path, **given: str) -> dict[str, Any]:
    """Run a client, and return what it prints."""
    done = subprocess.run(
        [python, CLIENTS / script],
        input=json.dumps(given),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_aepp_reads_what_was_made(ingestion: Ingestion, python: Path, tmp_path: Path) -> None:
    ingestion.make("namespace")
    ingestion.make("label")
    identities = {"lastName": {"namespace": "ZohoContactId", "primary": True}}
    ingestion.make("schema", identities=identities, labels={"lastName": ["I1", "Partner"]}, profile=True)
    ingestion.make("dataset", profile=True)
    made = ingestion.make(
        "dataflow", via="landing-zone", delta_column=None, source_connection_id=ingestion.need("files")
    )
    put(ingestion.tenant, "zoho/leads/one.csv.gz", [{"Last_Name": "One", "Modified_Time": "2026-11-25T20:39:00Z"}])
    ingestion.crm.let_a_second_pass()
    ingestion.crm.run(made.id)
    tenant = ingestion.tenant
    found = read(
        python,
        "read_adobe.py",
        tmp_path,
        organization=tenant.organization,
        client_id=tenant.client_id,
        client_secret=tenant.client_secret,
        scopes=ADOBE_SCOPES,
        platform=tenant.adobe,
        ims=tenant.ims,
        source=ingestion.need("files"),
        flow=made.id,
        dataset=ingestion.need("dataset"),
    )
    sources = ingestion.objects("sourceConnections")
    container = found.pop("container")
    assert found.pop("sas").endswith(f"/{container}")
    assert found.pop("source").startswith(f"{container}/zoho/leads/")
    assert found == {
        "days": 7,
        "sources": sorted(item["name"] for item in sources),
        "targets": [ingestion.need("dataset")],
        "flows": [made.outputs["full_name"]],
        "flow": [ingestion.need("files")],
        "runs": ["success"],
        "namespaces": ["ZohoContactId"],
        "labels": ["Partner"],
        "descriptors": [
            ["xdm:descriptorIdentity", "lastName", "ZohoContactId"],
            ["xdm:descriptorLabel", "lastName", ""],
        ],
        "dataset": ingestion.made["dataset"].outputs["full_name"],
        "schemas": [ingestion.made["schema"].outputs["full_title"]],
    }


def test_zohos_sdk_reads_the_crm(emulator: launch.Emulator, tenant: Tenant, python: Path, tmp_path: Path) -> None:
    scopes = ["ZohoCRM.settings.READ", "ZohoCRM.users.READ", "ZohoCRM.org.READ", *SCOPES]
    zoho = tenant.zoho = emulator.control("POST", "/zoho/credentials", {"dc": "us", "scopes": scopes})
    crm = Crm.of(tenant)
    given = ("client_id", "client_secret", "refresh_token", "accounts", "api")
    found = read(python, "read_zoho.py", tmp_path, **{name: zoho[name] for name in given})
    assert set(MODULES) <= set(found["modules"])
    assert found["fields"] == {field["api_name"]: field["data_type"] for field in crm.fields("Leads")}
    names = sorted(row["Last_Name"] for row in crm.rows("Leads"))
    assert (found["records"], found["counted"]) == (names, [len(names)])


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Airbyte's connector runs on no newer Python")
def test_airbytes_connector_discovers_and_reads_all_modules(
    emulator: launch.Emulator, tenant: Tenant, python: Path, tmp_path: Path
) -> None:
    scopes = ["ZohoCRM.settings.ALL", "ZohoCRM.modules.ALL", "ZohoCRM.org.READ"]
    zoho = tenant.zoho = emulator.control("POST", "/zoho/credentials", {"dc": "us", "scopes": scopes})
    crm = Crm.of(tenant)
    crm.add_module("Visits")
    crm.add_field("Visits", "Stops", "multiselectpicklist")
    crm.add("Visits", Name="First")
    given = ("client_id", "client_secret", "refresh_token", "accounts", "api")
    found = read(python, "read_airbyte.py", tmp_path, **{name: zoho[name] for name in given})
    assert found["status"] == "SUCCEEDED"
    modules = {f"incremental_{name.lower()}_zoho_crm_stream": name for name in (*MODULES, "Visits")}
    assert found["columns"] == {
        stream: sorted({"id", "Modified_Time", *(field["api_name"] for field in crm.fields(module))})
        for stream, module in modules.items()
    }
    assert {stream: sorted(row["id"] for row in rows) for stream, rows in found["records"].items()} == {
        stream: sorted(row["id"] for row in crm.rows(module)) for stream, module in modules.items()
    }
