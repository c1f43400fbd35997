"""What a service refuses or spoils: one line that says what to do, nothing made, and never a secret in it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment, program, settings_of
from tests.support.wire.plugin import Plugin, Refused

ZOHO_SPEC = "929e4450-0237-4ed2-9404-b7e1e0a00309"


def refusal(deployment: Deployment) -> str:
    """Run an update that must fail, and give its line; nothing may exist afterwards."""
    with pytest.raises(Refused) as refused:
        deployment.up()
    assert deployment.tenant.connections() == []
    return str(refused.value)


def test_an_unknown_sandbox(deployment: Deployment) -> None:
    deployment.config["zoho-adobe:sandbox"] = "missing"
    assert refusal(deployment) == (
        "Flow Service refused a list of connections: The sandbox with the name 'missing' could not be found. Please "
        "ensure that the sandbox name is correct and try again. "
        "Check that the organization has a sandbox named 'missing'."
    )


def test_a_bad_client_secret_of_adobe(deployment: Deployment) -> None:
    deployment.config["zoho-adobe:clientSecret"] = "a-wrong-secret"
    deployment.tenant.canaries.add("a-wrong-secret")
    line = refusal(deployment)
    assert line.startswith("Adobe IMS does not accept the client's credentials: ")
    assert "Check ADOBE_CLIENT_ID and ADOBE_CLIENT_SECRET (or clientId and clientSecret in the stack's config)" in line


def test_scopes_that_the_credential_does_not_have(deployment: Deployment) -> None:
    deployment.config["zoho-adobe:scopes"] = "openid,nonsense"
    assert "Set zoho-adobe:scopes to the scopes that the Developer Console shows" in refusal(deployment)


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (
            "clientId",
            "clientId: Adobe's client id is missing. Set the environment variable ADOBE_CLIENT_ID, "
            "or run `pulumi config set zoho-adobe:clientId`.",
        ),
        (
            "clientSecret",
            "clientSecret: Adobe's client secret is missing. Set the environment variable ADOBE_CLIENT_SECRET, "
            "or run `pulumi config set --secret zoho-adobe:clientSecret`.",
        ),
    ],
)
def test_missing_credentials_of_adobe(deployment: Deployment, missing: str, expected: str) -> None:
    del deployment.config[f"zoho-adobe:{missing}"]
    assert refusal(deployment) == expected


def test_a_secret_with_a_character_that_no_header_takes(deployment: Deployment) -> None:
    deployment.config["zoho-adobe:clientSecret"] = "p8e-“quoted”-secret"
    deployment.tenant.canaries.add("quoted")
    (failure,) = deployment.provider().check(deployment.program).failures
    assert failure.startswith("clientSecret: it holds a character that no credential has")


@pytest.mark.parametrize("permissions", [["view"], []])
def test_a_missing_permission(deployment: Deployment, permissions: list[str]) -> None:
    order = {"organization": deployment.tenant.organization, "permissions": permissions}
    client = deployment.tenant.emulator.control("POST", "/clients", order)
    deployment.config |= {
        "zoho-adobe:clientId": client["client_id"],
        "zoho-adobe:clientSecret": client["client_secret"],
    }
    assert refusal(deployment).endswith(
        "In Adobe's Permissions, give the credential a role with this sandbox and with View Sources and Manage Sources."
    )


def test_an_organization_that_the_credential_is_not_of(deployment: Deployment) -> None:
    deployment.config["zoho-adobe:organization"] = "OTHER@AdobeOrg"
    assert "Check Adobe's client id, client secret and organization" in refusal(deployment)


def test_a_spec_that_no_longer_exists(deployment: Deployment) -> None:
    path = f"/organizations/{deployment.tenant.organization}/specs/{ZOHO_SPEC}"
    deployment.tenant.emulator.control("POST", path)
    line = refusal(deployment)
    assert line.startswith("Flow Service refused the base connection 'Zoho CRM 5f0c9a1b': ")
    assert line.endswith(
        "Adobe has retired the Zoho CRM source and may no longer accept it; its alternative is Data Landing Zone."
    )


@pytest.mark.parametrize("setting", ["platformUrl", "imsUrl"])
def test_a_service_that_is_not_running(plugin: Plugin, tenant: Tenant, setting: str) -> None:
    with socket.socket() as held:
        # Bound but not listening: nobody else takes the port, and connections to it are refused.
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        deployment = Deployment(plugin, tenant, settings_of(tenant, **{setting: url}), program(tenant))
        line = refusal(deployment)
    service = "Flow Service" if setting == "platformUrl" else "Adobe IMS"
    assert line.startswith(f"{service} at {url}")
    assert line.endswith("cannot be reached (connection refused). Check that it runs and that the URL is right.")


SPOILT: list[dict[str, Any]] = [
    {"kind": "html", "status": 200},
    {"kind": "html", "status": 404},
    {"kind": "html", "status": 403},
    {"kind": "garbage_json"},
    {"kind": "status", "status": 200, "body": "null"},
    {"kind": "status", "status": 200, "body": []},
    {"kind": "status", "status": 200, "body": {"access_token": None, "id": None, "items": 5, "result": "yes"}},
]


@pytest.mark.parametrize("path", ["/ims/token/", "/connections$", "/test$"])
@pytest.mark.parametrize("fault", SPOILT, ids=lambda fault: "-".join(str(value) for value in fault.values())[:30])
def test_an_answer_that_cannot_be_read(deployment: Deployment, path: str, fault: dict[str, Any]) -> None:
    deployment.tenant.fault(path=path, **fault)
    line = refusal(deployment)
    assert line.startswith(("Adobe IMS ", "Flow Service ", "the new connection could not be tested and was deleted"))


@pytest.mark.parametrize("fault", [{"kind": "truncate"}, {"kind": "drop_before"}], ids=lambda fault: str(fault["kind"]))
def test_an_answer_that_is_cut_for_good(deployment: Deployment, fault: dict[str, Any]) -> None:
    deployment.tenant.fault(path="/connections$", method="GET", times=None, **fault)
    assert refusal(deployment) == (
        f"Flow Service at {deployment.tenant.adobe}/data/foundation/flowservice closed the connection before its "
        "answer to GET was whole."
    )


def test_what_a_service_says_is_one_line_without_commands_to_the_terminal(deployment: Deployment) -> None:
    body = {"message": "first\nsecond\x1b[31m red \u202e\x07"}
    deployment.tenant.fault(kind="status", status=400, body=body, path="/connections$")
    line = refusal(deployment)
    assert line.isprintable()
    assert "first second" in line


# Secrets that a service echoes


def echoes(tenant: Tenant) -> list[Any]:
    secrets = " ".join(sorted(tenant.canaries))
    return [
        {"message": f"cannot read {secrets}"},
        {"errorMessage": "x" * 280 + secrets},
        {"title": "Bad", "detail": f'{{"clientSecret": "{tenant.zoho["client_secret"]}"}}'},
        f"<html><title>{'y' * 60}{secrets}</title></html>",
        secrets,
        {"error": secrets, "error_description": secrets},
    ]


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 412, 500])
@pytest.mark.parametrize("path", ["/ims/token/", "/connections", "/oauth/v2/token"])
def test_an_echoed_secret_is_not_shown(deployment: Deployment, path: str, status: int, number: int) -> None:
    tenant = deployment.tenant
    owner = {"client": tenant.zoho["client_id"]} if "oauth" in path else {"organization": tenant.organization}
    order = {"kind": "status", "status": status, "body": echoes(tenant)[number], "path": path, "times": None, **owner}
    deployment.config["zoho-adobe:requestTimeout"] = "5"
    if status == 500:
        order["times"] = 1
    tenant.emulator.control("POST", "/faults", order)
    try:
        deployment.up()
        line = ""
    except Refused as refused:
        line = str(refused)
    finally:
        tenant.emulator.control("DELETE", f"/faults?organization={tenant.organization}")
    # The first characters of a secret are a leak too.
    assert not [canary for canary in tenant.canaries if canary[:12] in line]


def test_a_secret_of_the_old_inputs_is_not_shown_either(deployed: Deployment) -> None:
    tenant = deployed.tenant
    old = tenant.zoho["client_secret"]
    deployed.program["client_secret"] = tenant.new_zoho_secret()
    tenant.fault(kind="status", status=400, body={"message": f"not {old}"}, method="PATCH")
    with pytest.raises(Refused, match=r"not \[secret\]\.$"):
        deployed.up()


def test_a_secret_with_characters_that_json_escapes_is_not_shown(deployment: Deployment) -> None:
    secret = 'pa"ss\\wörd/<&>+ %'
    tenant = deployment.tenant
    deployment.program.update(client_secret=secret, access_token="1000.given.token", verify="none")
    tenant.fault(
        kind="status",
        status=400,
        method="POST",
        path="/connections$",
        body={
            "message": 'the body {"clientSecret": "pa\\"ss\\\\w\\u00f6rd/<&>+ %"} of '
            "pa%22ss%5cw%c3%b6rd%2f%3c%26%3e%2b+%25"
        },
    )
    line = refusal(deployment)
    assert "ss" not in line.replace("[secret]", "").replace("base connection", "")
    assert line.count("[secret]") == 2


# Credentials in the environment


def test_the_environment_holds_the_credentials_for_a_configuration_without(tenant: Tenant, tmp_path: Path) -> None:
    config = settings_of(tenant, clientId="", clientSecret="")
    with Plugin.start(tmp_path, **tenant.environment()) as plugin:
        deployment = Deployment(plugin, tenant, config, program(tenant))
        deployment.up()
        plugin.assert_no_secret(tenant.canaries)
    assert len(tenant.connections()) == 1


def test_a_rotated_credential_in_the_environment_comes_before_the_recorded_one(tenant: Tenant, tmp_path: Path) -> None:
    with Plugin.start(tmp_path, **tenant.environment()) as plugin:
        Deployment(plugin, tenant, settings_of(tenant, clientSecret="an-older-secret"), program(tenant)).up()
    assert len(tenant.connections()) == 1


def test_a_stray_variable_cannot_point_a_stack_elsewhere(tenant: Tenant, tmp_path: Path) -> None:
    with Plugin.start(tmp_path, ADOBE_SANDBOX="prod") as plugin:
        checked = plugin.provider(settings_of(tenant)).check(program(tenant))
    assert checked.failures == [
        "sandbox: the stack says 'dev', the environment variable ADOBE_SANDBOX says 'prod'. "
        "Unset ADOBE_SANDBOX, or make both the same."
    ]


def test_a_provider_names_the_variable_that_holds_its_secret(tenant: Tenant, tmp_path: Path) -> None:
    config = {**settings_of(tenant, clientSecret=""), "zoho-adobe:clientSecretEnv": "SECOND_SECRET"}
    with Plugin.start(tmp_path, SECOND_SECRET=tenant.client_secret) as plugin:
        Deployment(plugin, tenant, config, program(tenant)).up()
    with Plugin.start(tmp_path) as plugin:
        (failure,) = plugin.provider(config).check(program(tenant)).failures
    assert failure == (
        "clientSecretEnv: the environment variable SECOND_SECRET is not set. Set SECOND_SECRET where pulumi runs."
    )
