"""`verify="credentials"`: Zoho is asked before Adobe, and what fails there changes nothing at Adobe."""

from __future__ import annotations

import pytest

from tests.support.emulator.zoho_clients import Zoho
from tests.support.stack import Stack


@pytest.fixture
def verified(stack: Stack) -> Stack:
    """The project's own program, with the credentials verified."""
    stack.edit_program("    suffix=seed.hex,\n", '    suffix=seed.hex,\n    verify="credentials",\n')
    return stack


def said(stack: Stack) -> str:
    return " ".join(stack.up(fails=True).text.split())


def test_credentials_that_work(verified: Stack) -> None:
    verified.up()
    assert verified.preview("--expect-no-changes").steps() == {}


def test_a_wrong_secret_never_reaches_adobe(verified: Stack) -> None:
    verified.set_secret("zohoClientSecret", "0" * 42)
    assert "does not know this client id and client secret (invalid_client_secret)" in said(verified)
    assert verified.tenant.requests("POST", "/connections") == []


def test_too_small_a_scope_never_reaches_adobe(verified: Stack) -> None:
    made = verified.tenant.emulator.control("POST", "/zoho/credentials", {"scopes": ["ZohoCRM.modules.READ"]})
    verified.set_config("zohoClientId", made["client_id"])
    verified.set_secret("zohoClientSecret", made["client_secret"])
    verified.set_secret("zohoRefreshToken", made["refresh_token"])
    assert "the consent lacks the scope ZohoCRM.settings.READ" in said(verified)
    assert verified.tenant.requests("POST", "/connections") == []


def test_a_rotation_to_a_wrong_secret_leaves_the_connection_as_it_was(verified: Stack) -> None:
    verified.up()
    before = verified.tenant.connection()
    verified.set_secret("zohoClientSecret", "0" * 42)
    assert "(invalid_client_secret)" in said(verified)
    assert verified.tenant.requests("PATCH") == []
    assert verified.tenant.connection() == before


def test_a_dead_refresh_token_is_told_from_a_wrong_secret(verified: Stack) -> None:
    verified.tenant.emulator.control("POST", "/zoho/revoke", {"refresh_token": verified.tenant.zoho["refresh_token"]})
    assert "does not accept the refresh token (invalid_code)" in said(verified)


def test_a_profile_without_access_to_the_api(verified: Stack) -> None:
    client = Zoho(verified.tenant.emulator).show({"client_id": verified.tenant.zoho["client_id"]})
    verified.tenant.emulator.control("PATCH", f"/zoho/users/{client['users'][0]}", {"api_access": False})
    assert "its user's profile may not use Zoho CRM's API" in said(verified)


def test_a_failing_test_of_adobe_names_the_region(verified: Stack) -> None:
    verified.set_config("region", "AUS5")
    verified.tenant.fault(kind="status", method="GET", path="/test", status=200, body={"result": False})
    text = said(verified)
    assert "Zoho lets in Adobe's addresses of region AUS5 (Australia): https://experienceleague.adobe.com" in text
    assert "Zoho accepts the credentials, so check the endpoint" in text


def test_optional_settings_may_be_left_out(stack: Stack) -> None:
    for key in ("platformUrl", "imsUrl", "zohoAccountsUrl"):
        stack.run("config", "rm", key, "--stack", stack.name)
    assert stack.preview().steps()["zoho-crm"] == "create"
