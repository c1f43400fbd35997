"""The checklist: each cause of a failure has a name, and nothing is changed or spent on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli.command import Command
from tests.support.emulator.zoho_clients import Zoho

WELL = {"form": "ok", "token": "ok", "region": "ok", "scopes": "ok", "modules": "ok", "identity": "ok"}


class Doctor:
    """`doctor --json` for the stack of the test."""

    def __init__(self, command: Command) -> None:
        self.command = command

    def __call__(self, *words: str, ok: bool = True, **env: str) -> dict[str, Any]:
        done = self.command.run("doctor", "--stack", self.command.stack.name, "--json", *words, **env)
        assert done.code == (0 if ok else 1), done.text
        assert done.err == ""
        report = json.loads(done.out)
        assert report["ok"] is ok
        return {check["name"]: check for check in report["checks"]}

    def token_requests(self) -> int:
        zoho = self.command.stack.tenant.zoho
        asked = self.command.stack.tenant.emulator.control("GET", f"/requests?client={zoho['client_id']}")["requests"]
        return len([item for item in asked if item["path"].endswith("/oauth/v2/token")])


@pytest.fixture
def doctor(command: Command) -> Doctor:
    return Doctor(command)


def test_a_stack_that_is_well(doctor: Doctor) -> None:
    found = doctor()
    assert {name: found[name]["status"] for name in WELL} == WELL
    assert "made by one refresh" in found["token"]["text"]
    assert "modules can be read" in found["modules"]["text"]
    assert "the token is that of Patricia Boyle <" in found["identity"]["text"]
    assert "of Zylker" in found["identity"]["text"]


def test_no_token_is_made_while_one_is_good(doctor: Doctor) -> None:
    doctor()
    token = doctor()["token"]
    assert "from the cache, no refresh was needed" in token["text"]
    # It proves nothing of what it was made from.
    assert token["status"] == "skipped"
    assert "Zoho accepts" not in token["text"]
    doctor.command.stack.up()
    assert doctor.token_requests() == 1


def test_what_a_person_reads(doctor: Doctor) -> None:
    doctor.command.stack.set_config("zoho-adobe:region", "NLD2")
    done = doctor.command.run("doctor", "--stack", doctor.command.stack.name)
    assert done.code == 0
    lines = done.out.splitlines()
    assert len(lines) == 7
    assert lines[0].startswith("✓ form        client 1000.")
    assert "region NLD2 (Europe): https://experienceleague.adobe.com/en/docs/" in lines[6]


def test_a_wrong_secret(doctor: Doctor) -> None:
    doctor.command.stack.set_secret("zohoClientSecret", "0" * 42)
    token = doctor(ok=False)["token"]
    assert token["error"] == "ZohoClientError"
    assert "has a secret of its own in this one" in token["remedy"]


def test_a_dead_refresh_token(doctor: Doctor) -> None:
    zoho = doctor.command.stack.tenant
    doctor()
    zoho.emulator.control("POST", "/zoho/revoke", {"refresh_token": zoho.zoho["refresh_token"]})
    found = doctor(ok=False)
    # The access token in the cache died with it, which shows at the first call.
    assert found["modules"]["error"] == "ZohoRefreshTokenError"
    assert "python -m zoho_adobe authorize" in found["modules"]["remedy"]
    assert found["identity"]["status"] == "skipped"


def test_a_wrong_data_center(doctor: Doctor, zoho: Zoho) -> None:
    doctor.command.stack.set_config("zohoAccountsUrl", zoho.accounts("eu"))
    assert doctor(ok=False)["token"]["error"] == "ZohoClientError"


def test_a_throttled_account(doctor: Doctor) -> None:
    tenant = doctor.command.stack.tenant
    tenant.emulator.control("POST", "/zoho/throttle", {"refresh_token": tenant.zoho["refresh_token"]})
    token = doctor(ok=False)["token"]
    assert token["error"] == "ZohoThrottledError"
    assert "Wait ten minutes" in token["remedy"]
    assert doctor.token_requests() == 1


def test_a_cached_token_that_was_pushed_out_is_made_anew_once(doctor: Doctor) -> None:
    doctor()
    tenant = doctor.command.stack.tenant
    (entry,) = (doctor.command.stack.folder.parent / "cache" / "zoho-adobe" / "tokens").iterdir()
    pushed_out = json.loads(entry.read_text())["value"]
    tenant.emulator.control("POST", "/zoho/revoke", {"access_token": pushed_out})
    doctor()
    assert doctor.token_requests() == 2


def test_a_scope_that_is_missing_is_named(command: Command) -> None:
    tenant = command.stack.tenant
    made = tenant.emulator.control("POST", "/zoho/credentials", {"scopes": ["ZohoCRM.modules.ALL"]})
    command.stack.set_config("zohoClientId", made["client_id"])
    command.stack.set_secret("zohoClientSecret", made["client_secret"])
    command.stack.set_secret("zohoRefreshToken", made["refresh_token"])
    scopes = Doctor(command)(ok=False)["scopes"]
    assert scopes["error"] == "ZohoScopeError"
    assert "lacks the scope ZohoCRM.settings.READ; it has ZohoCRM.modules.ALL" in scopes["text"]


def test_scopes_that_zoho_does_not_name_are_tried_out(doctor: Doctor) -> None:
    tenant = doctor.command.stack.tenant
    path = f"/zoho/clients/{tenant.zoho['client_id']}"
    tenant.emulator.control("PATCH", path, {"options": {"tell_scope": False}})
    found = doctor()
    assert found["scopes"]["status"] == "skipped"
    assert found["modules"]["status"] == "ok"
    assert found["identity"]["status"] == "skipped"


def test_an_endpoint_in_another_data_center(doctor: Doctor) -> None:
    doctor.command.stack.set_config("zohoEndpoint", "crm.zoho.eu/crm/private")
    region = doctor(ok=False)["region"]
    assert region["error"] == "ZohoRegionError"
    assert "endpoint is in 'eu' (crm.zoho.eu/crm/private)" in region["text"]


def test_values_in_the_wrong_place_are_pointed_out(doctor: Doctor) -> None:
    doctor.command.stack.set_secret("zohoClientSecret", doctor.command.stack.tenant.zoho["refresh_token"])
    found = doctor(ok=False)
    assert found["form"]["status"] == "warning"
    assert found["form"]["text"] == "client_secret looks like a refresh token"


def test_what_is_missing_is_said_before_anything_is_sent(doctor: Doctor) -> None:
    doctor.command.stack.run("config", "rm", "zohoRefreshToken", "--stack", doctor.command.stack.name)
    form = doctor(ok=False)["form"]
    assert form["text"] == "refresh_token: it is missing"
    assert doctor.token_requests() == 0
    doctor.command.stack.set_secret("zohoRefreshToken", "put-back-for-the-teardown")


def test_a_host_that_is_not_zohos_is_refused_before_anything_is_sent(doctor: Doctor) -> None:
    doctor.command.stack.set_config("zohoAccountsUrl", "https://accounts.zoho.com.evil.example")
    assert doctor(ok=False)["form"]["error"] == "ForeignHostError"


def test_the_region_of_adobe_is_asked_for(doctor: Doctor) -> None:
    assert doctor()["addresses"]["status"] == "warning"
    doctor.command.stack.set_config("zoho-adobe:region", "VA7")
    addresses = doctor()["addresses"]
    assert addresses["status"] == "ok"
    assert "VA7 (North America)" in addresses["text"]


def test_the_operators_list_of_addresses_is_checked(doctor: Doctor, tmp_path: Path) -> None:
    doctor.command.stack.set_config("zoho-adobe:region", "VA7")
    lists = tmp_path / "addresses.txt"
    lists.write_text("# region: VA7\n# date: 2024-01-31\n192.0.2.0/24\n198.51.100.7\n")
    found = doctor("--allow-list", str(lists))["allow list"]
    assert found["status"] == "warning"
    assert found["text"].startswith("2 networks of region VA7, copied 2024-01-31, ")
    lists.write_text("# region: NLD2\n# date: 2024-01-31\n192.0.2.0/24\n")
    assert "but the organization is in VA7" in doctor("--allow-list", str(lists), ok=False)["allow list"]["text"]


def test_adobe_is_asked_to_test_what_the_stack_made(doctor: Doctor) -> None:
    assert doctor("--adobe")["connection"]["status"] == "skipped"
    doctor.command.stack.up()
    assert "Adobe's test of 'Zoho CRM " in doctor("--adobe")["connection"]["text"]
    tenant = doctor.command.stack.tenant
    tenant.fault(kind="status", method="GET", path="/test", status=200, body={"result": False})
    found = doctor("--adobe", ok=False)["connection"]
    assert found["error"] == "VerificationError"
    assert "Zoho lets in Adobe's addresses of your organization's region" in found["remedy"]


def test_credentials_from_the_environment(command: Command) -> None:
    zoho = command.stack.tenant.zoho
    done = command.run(
        "doctor",
        "--json",
        ZOHO_ACCOUNTS_URL=zoho["accounts"],
        ZOHO_CLIENT_ID=zoho["client_id"],
        ZOHO_CLIENT_SECRET=zoho["client_secret"],
        ZOHO_REFRESH_TOKEN=zoho["refresh_token"],
    )
    assert done.code == 0, done.text


def test_credentials_by_standard_input(command: Command) -> None:
    zoho = command.stack.tenant.zoho
    words = f"{zoho['client_secret']}\n{zoho['refresh_token']}\n"
    done = command.run("doctor", words_in=words, ZOHO_ACCOUNTS_URL=zoho["accounts"], ZOHO_CLIENT_ID=zoho["client_id"])
    assert done.code == 0, done.text
