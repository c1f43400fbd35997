"""What a person sees who got something wrong: one line that names it and says what to do, and nothing made."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator import launch
from tests.support.stack import Stack

SPEC = "929e4450-0237-4ed2-9404-b7e1e0a00309"


def config(key: str, value: str) -> Callable[[Stack], None]:
    """Set a config value."""
    return lambda stack: stack.set_config(key, value)


def environment(**values: str) -> Callable[[Stack], None]:
    """Set environment variables."""
    return lambda stack: stack.env.update(values)


def fault(**order: str | int) -> Callable[[Stack], None]:
    """Order a fault for each request to Flow Service."""
    return lambda stack: stack.tenant.fault(path="flowservice", times=None, **order)


def retire(stack: Stack) -> None:
    """Take the Zoho CRM source away."""
    path = f"/organizations/{stack.tenant.organization}/specs/{SPEC}"
    stack.tenant.emulator.control("POST", path, {"retired": True})


def reader(stack: Stack) -> None:
    """Use a credential that may only look."""
    body = {"organization": stack.tenant.organization, "permissions": ["view-sources"]}
    client = stack.tenant.emulator.control("POST", "/clients", body)
    stack.tenant.canaries.add(client["client_secret"])
    stack.env.update(ADOBE_CLIENT_ID=client["client_id"], ADOBE_CLIENT_SECRET=client["client_secret"])


def wrong_zoho_secret(stack: Stack) -> None:
    """Store a client secret that Zoho does not know."""
    stack.set_secret("zohoClientSecret", "0123456789abcdef0123456789abcdef0123456789")


PREVIEW = {
    "an empty name": (config("connectionName", " "), "name: it is empty. Give it a value."),
    "an unknown data center": (config("zohoDataCenter", "usa"), "data_center: 'usa' is unknown. Use one of us, au"),
    "http": (
        config("zohoAccountsUrl", "http://accounts.zoho.com"),
        "accounts_url: 'http://accounts.zoho.com' is not https, so credentials would cross the network in clear. "
        "Write https://accounts.zoho.com.",
    ),
    "a foreign host": (
        config("zohoAccountsUrl", "https://accounts.zoho.com.evil.example"),
        "accounts_url: 'accounts.zoho.com.evil.example' is not one of Zoho's hosts.",
    ),
    "accounts URL and data center apart": (
        config("zohoAccountsUrl", "https://accounts.zoho.eu"),
        "accounts_url: https://accounts.zoho.eu is in Zoho's data center 'eu', but data_center is 'us'.",
    ),
    "endpoint and data center apart": (
        config("zohoEndpoint", "crm.zoho.in/crm/private"),
        "endpoint: 'crm.zoho.in/crm/private' is in Zoho's data center 'in', but the accounts URL is in 'us'.",
    ),
    "a title for a sandbox": (config("sandbox", "Development"), "sandbox: 'Development' is not a sandbox name."),
    "a stray variable": (
        environment(ADOBE_SANDBOX="prod"),
        "sandbox: the stack says 'dev', the environment variable ADOBE_SANDBOX says 'prod'. Unset ADOBE_SANDBOX",
    ),
    "a foreign platform": (
        config("platformUrl", "https://platform.adobe.io.evil.example"),
        "platformUrl: 'platform.adobe.io.evil.example' is not one of Adobe's hosts.",
    ),
}

UP = {
    "no credentials": (
        environment(ADOBE_CLIENT_ID="", ADOBE_CLIENT_SECRET=""),
        "clientId: Adobe's client id is missing.",
    ),
    "a wrong Adobe secret": (
        environment(ADOBE_CLIENT_SECRET="wrong-secret"),
        "Adobe IMS does not accept the client's credentials",
    ),
    "a wrong Zoho secret": (wrong_zoho_secret, "does not know this client id and client secret"),
    "an unknown sandbox": (config("sandbox", "nowhere"), "Check that the organization has a sandbox named 'nowhere'."),
    "no permission": (reader, "give the credential a role with this sandbox"),
    "HTML": (fault(kind="html", status=200), "Flow Service answered 200 with an HTML page"),
    "cut JSON": (fault(kind="garbage_json"), "Flow Service answered 200 with no JSON"),
    "a retired source": (retire, "its alternative is Data Landing Zone"),
    "nobody there": (
        config("platformUrl", "http://127.0.0.1:9"),
        "Flow Service at http://127.0.0.1:9/data/foundation/flowservice cannot be reached (connection refused).",
    ),
}


def the_line(stack: Stack, command: str, expected: str) -> None:
    """Run a command that must fail with one line of ours."""
    result = stack.preview(fails=True) if command == "preview" else stack.up(fails=True)
    ours = [line for line in result.error_lines() if expected in line]
    assert len(ours) == 1, result.text
    assert stack.tenant.connections() == []


@pytest.mark.parametrize("case", PREVIEW)
def test_a_preview_says_it(stack: Stack, case: str) -> None:
    spoil, expected = PREVIEW[case]
    spoil(stack)
    the_line(stack, "preview", expected)


@pytest.mark.parametrize("case", UP)
def test_an_up_says_it_and_makes_nothing(stack: Stack, case: str) -> None:
    spoil, expected = UP[case]
    spoil(stack)
    the_line(stack, "up", expected)


def test_another_organization_than_the_states_is_refused(stack: Stack, emulator: launch.Emulator) -> None:
    stack.up()
    other = emulator.control("POST", "/organizations", {})
    stack.tenant.canaries.add(other["client_secret"])
    stack.set_config("organization", other["organization"])
    stack.env.update(ADOBE_CLIENT_ID=other["client_id"], ADOBE_CLIENT_SECRET=other["client_secret"])
    for result in (stack.preview(fails=True), stack.refresh(fails=True), stack.destroy(fails=True)):
        assert any("organization: the state says" in line for line in result.error_lines()), result.text
    assert len(stack.tenant.connections()) == 1


def test_a_connection_in_use_is_not_deleted_nor_replaced(stack: Stack) -> None:
    stack.up()
    id_ = stack.tenant.connection()["id"]
    source = stack.tenant.plant("sourceConnections", {"name": "Leads", "baseConnectionId": id_})
    stack.tenant.plant("flows", {"name": "Leads to lake", "sourceConnectionIds": [source["id"]]})
    assert any("in use by dataflow 'Leads to lake'" in line for line in stack.destroy(fails=True).error_lines())
    stack.set_config("sandbox", "stage")
    assert any("in use by dataflow 'Leads to lake'" in line for line in stack.preview(fails=True).error_lines())
    assert len(stack.tenant.connections()) == 1
