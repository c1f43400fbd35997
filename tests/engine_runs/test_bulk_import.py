"""Connections that exist already, brought under management by `python -m zoho_adobe import`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.support.stack import Stack
from tests.support.tenant import Tenant
from zoho_adobe.api.zoho_accounts import ZohoAccounts

HEAD = """import pulumi
from zoho_adobe import BaseConnection, Provider

config = pulumi.Config()
"""


def run(stack: Stack, *words: str, words_in: str = "", code: int = 0, env: Mapping[str, str] | None = None) -> str:
    """Run the command, and give what it writes to standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "zoho_adobe", "import", "--stack", stack.name, *words],
        cwd=stack.folder,
        env={**stack.env, **(env or {})},
        input=words_in,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    stack.seen.append(done.stdout + done.stderr)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout if code == 0 else done.stderr


def secrets_of(stack: Stack) -> dict[str, str]:
    return {key: stack.tenant.zoho[key] for key in ("client_secret", "refresh_token")}


def another_refresh_token(tenant: Tenant) -> str:
    """Let Zoho issue another refresh token of the same client, as for another account."""
    asked = {"client_id": tenant.zoho["client_id"], "scopes": ["ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL"]}
    code = tenant.emulator.control("POST", "/zoho/codes", asked)["code"]
    accounts = ZohoAccounts(tenant.zoho["accounts"], timeout=10)
    token = accounts.exchange(tenant.zoho["client_id"], tenant.zoho["client_secret"], code).refresh_token
    tenant.canaries.add(token)
    return token


def test_all_are_imported_and_then_a_rotation_is_one_update_each(stack: Stack) -> None:
    tenant = stack.tenant
    ids = {name: tenant.plant_connection(name) for name in ("Zoho Süd", 'The "other" one')}
    before = {item["id"]: item for item in tenant.connections()}
    for key in ("zohoClientSecret", "zohoRefreshToken"):
        stack.run("config", "rm", key, "--stack", stack.name)

    listed = json.loads(run(stack, "--json"))
    assert {item["name"]: item["id"] for item in listed["connections"]} == ids
    assert not any(item["managed"] for item in listed["connections"])
    assert all(id_ in run(stack) for id_ in ids.values())
    assert stack.resources() == []

    piped = json.dumps({tenant.zoho["client_id"]: secrets_of(stack)})
    lines = run(stack, "--all", "--shared-refresh-token", words_in=piped)
    (stack.folder / "__main__.py").write_text(HEAD + lines)
    assert stack.preview("--expect-no-changes").steps() == {}
    assert stack.preview("--expect-no-changes", "--refresh").steps() == {}
    assert {item["id"]: item for item in tenant.connections()} == before
    assert {item["id"] for item in stack.resources() if "BaseConnection" in item["type"]} == set(ids.values())

    assert all(item["managed"] for item in json.loads(run(stack, "--json"))["connections"])
    stack.set_secret("zohoClientSecret", tenant.new_zoho_secret())
    assert stack.up().steps() == {"zoho-sud": "update", "the-other-one": "update"}
    assert stack.preview("--expect-no-changes").steps() == {}
    stack.destroy()
    assert tenant.connections() == []


def test_no_connection_loses_its_own_refresh_token(stack: Stack) -> None:
    tenant = stack.tenant
    own = {"First": tenant.zoho["refresh_token"], "Second": another_refresh_token(tenant)}
    ids = {name: tenant.plant_connection(name, params={"refreshToken": token}) for name, token in own.items()}
    odd = tenant.plant_connection("Trailing ")
    twisted = tenant.plant_connection("two\nlines")

    def tokens() -> dict[str, str]:
        return {item["id"]: item["auth"]["params"]["refreshToken"] for item in tenant.connections()}

    before = tokens()
    # The config has a token of this client, which tells nothing of whose it is.
    refused = run(stack, "--all", code=1)
    assert all(f"({id_})" in refused for id_ in ids.values())
    assert "--shared-refresh-token" in refused
    assert '"refresh_tokens": {"<connection id>"' in refused
    one_for_all = json.dumps({tenant.zoho["client_id"]: {"refresh_token": own["First"]}})
    assert f"missing: the refresh token of the connection 'First' ({ids['First']})" in run(
        stack, "--all", words_in=one_for_all, code=1
    )
    assert stack.resources() == []

    given = {tenant.zoho["client_id"]: {"refresh_tokens": {ids[name]: token for name, token in own.items()}}}
    done = subprocess.run(
        [sys.executable, "-m", "zoho_adobe", "import", "--stack", stack.name, "--all"],
        cwd=stack.folder,
        env=stack.env,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    stack.seen.append(done.stdout + done.stderr)
    # What no program can describe is named, and the others are imported.
    assert done.returncode == 1
    assert f"'Trailing ' ({odd}) is not imported: name: it has spaces around it" in done.stderr
    assert f"'two\\nlines' ({twisted}) is not imported: name: " in done.stderr
    (stack.folder / "__main__.py").write_text(HEAD + done.stdout)
    assert stack.preview("--expect-no-changes").steps() == {}
    stack.set_secret("zohoClientSecret", tenant.new_zoho_secret())
    assert stack.up().steps() == {"first": "update", "second": "update"}
    assert tokens() == before


@pytest.mark.long
def test_one_is_imported_for_an_explicit_provider(stack: Stack) -> None:
    tenant = stack.tenant
    head = HEAD + 'stage = Provider("stage", sandbox="stage")\n'
    (stack.folder / "__main__.py").write_text(head)
    stack.up()
    run(stack, "--all", "--provider", "stage")
    assert "Nothing to import: the sandbox 'stage' has no Zoho CRM connection." in stack.seen[-1]
    params = {
        "endpoint": "crm.zoho.com/crm/private",
        "accountsUrl": tenant.zoho["accounts"],
        "clientId": tenant.zoho["client_id"],
        "accessToken": "1000.long.expired",
        "clientSecret": tenant.zoho["client_secret"],
        "refreshToken": tenant.zoho["refresh_token"],
    }
    spec = {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}
    auth = {"specName": "Basic Authentication", "params": params}
    made = tenant.plant("connections", {"name": "There", "auth": auth, "connectionSpec": spec}, "stage")
    other = tenant.plant_connection()

    assert "the sandbox has no Zoho CRM connection" in run(stack, other, "--provider", "stage", code=1)
    assert "Pass --provider" in run(stack, "--all", "--sandbox", "stage", code=1)
    lines = run(stack, made["id"], "--provider", "stage", "--protect")
    (stack.folder / "__main__.py").write_text(head + lines)
    assert stack.preview("--expect-no-changes").steps() == {}
    (imported,) = (item for item in stack.resources() if "BaseConnection" in item["type"])
    assert imported["protect"] is True
    assert imported["outputs"]["sandbox"] == "stage"
    assert f"manages {made['id']} already" in run(stack, made["id"], "--provider", "stage", code=1)


def test_secrets_that_do_not_work_change_nothing(stack: Stack) -> None:
    id_ = stack.tenant.plant_connection()
    for key in ("zohoClientSecret", "zohoRefreshToken"):
        stack.run("config", "rm", key, "--stack", stack.name)
    wrong = {"client_secret": "0f" * 20, "refresh_token": "1000." + "ab" * 16 + "." + "cd" * 16}
    stack.tenant.canaries |= set(wrong.values())
    said = run(stack, id_, words_in=json.dumps({stack.tenant.zoho["client_id"]: wrong}), code=1)
    assert "does not know this client id and client secret" in said
    assert "not the JSON of secrets" in run(stack, id_, words_in="a secret that is long enough", code=1)
    assert stack.resources() == []
