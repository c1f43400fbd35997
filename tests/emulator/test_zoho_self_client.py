"""Codes from the API console, and client credentials."""

from __future__ import annotations

import pytest

from emulator.launch import Emulator, EmulatorError
from tests.support.emulator.zoho_clients import SCOPES, Client, Zoho, modules


@pytest.fixture
def zoho(emulator: Emulator) -> Zoho:
    return Zoho(emulator)


@pytest.fixture
def client(zoho: Zoho) -> Client:
    return zoho.client("self")


def test_a_console_code_needs_no_redirect_uri(zoho: Zoho, client: Client) -> None:
    got = zoho.exchange(client, zoho.console_code(client, scopes=SCOPES.split(",")), redirect_uri=None)
    assert set(got) == {"access_token", "refresh_token", "scope", "api_domain", "token_type", "expires_in"}
    assert got["scope"] == SCOPES.replace(",", " ")


def test_every_console_code_brings_a_refresh_token(zoho: Zoho, client: Client) -> None:
    got = [zoho.exchange(client, zoho.console_code(client), redirect_uri=None) for _ in range(2)]
    assert got[0]["refresh_token"] != got[1]["refresh_token"]


@pytest.mark.parametrize(
    "order", [{"minutes": 0}, {"minutes": 11}, {"minutes": 2.5}, {"scopes": ["ZohoCRM.nonsense.READ"]}]
)
def test_the_console_refuses_what_it_does_not_offer(zoho: Zoho, client: Client, order: dict[str, object]) -> None:
    with pytest.raises(EmulatorError, match="400"):
        zoho.console_code(client, **order)


def test_other_clients_have_no_console_codes(zoho: Zoho) -> None:
    with pytest.raises(EmulatorError, match="only a self client"):
        zoho.console_code(zoho.client("web"))


def test_client_credentials_need_an_organization(zoho: Zoho, client: Client) -> None:
    answer = zoho.token(client, grant_type="client_credentials", scope=SCOPES)
    assert (answer.status_code, answer.json()) == (200, {"error": "missing_org_info"})


def test_client_credentials_bring_no_refresh_token(zoho: Zoho) -> None:
    user = zoho.user()
    client = zoho.client("self", users=[user["zuid"]])
    soid = f"ZohoCRM.{user['organization']}"
    got = zoho.token(client, grant_type="client_credentials", scope=SCOPES, soid=soid).json()
    assert set(got) == {"access_token", "scope", "api_domain", "token_type", "expires_in"}
    assert modules(got["api_domain"], got["access_token"]).status_code == 200


def test_client_credentials_are_for_the_own_organization(zoho: Zoho, client: Client) -> None:
    soid = f"ZohoCRM.{zoho.user()['organization']}"
    answer = zoho.token(client, grant_type="client_credentials", scope=SCOPES, soid=soid).json()
    assert answer == {"error": "missing_org_info"}


def test_client_credentials_check_the_scope(zoho: Zoho, client: Client) -> None:
    answer = zoho.token(client, grant_type="client_credentials", scope="everything", soid="ZohoCRM.1").json()
    assert answer == {"error": "invalid_scope"}


def test_client_credentials_are_for_self_clients(zoho: Zoho) -> None:
    answer = zoho.token(zoho.client("web"), grant_type="client_credentials", scope=SCOPES, soid="ZohoCRM.1").json()
    assert answer == {"error": "invalid_client"}
