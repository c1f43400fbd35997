"""The device flow."""

from __future__ import annotations

import pytest
import requests

from emulator.launch import Emulator
from tests.support.emulator.zoho_clients import Client, Zoho, modules


@pytest.fixture
def zoho(emulator: Emulator) -> Zoho:
    return Zoho(emulator)


@pytest.fixture
def client(zoho: Zoho) -> Client:
    return zoho.client("device", options={"device_poll_interval": 0})


def answer(started: dict[str, str], decision: str = "accept") -> requests.Response:
    form = {"user_code": started["user_code"], "decision": decision}
    return requests.post(started["verification_url"], data=form, timeout=10)


def test_a_device_client_id_tells_itself(client: Client) -> None:
    assert client["client_id"].startswith("1004.")


def test_the_flow_starts_with_two_codes_and_milliseconds(zoho: Zoho) -> None:
    started = zoho.start_device(zoho.client("device"))
    assert (started["interval"], started["expires_in"]) == (30_000, 300_000)
    assert started["verification_uri_complete"].endswith("?user_code=" + started["user_code"])
    assert requests.get(started["verification_url"], timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "1004.NOBODY"}, "invalid_client"),
        ({"scope": "ZohoCRM.nonsense.READ"}, "invalid_scope"),
        ({"grant_type": "device_code"}, "unsupported_grant_type"),
    ],
)
def test_a_bad_start(zoho: Zoho, client: Client, change: dict[str, str], error: str) -> None:
    assert zoho.start_device(client, **change) == {"error": error}


def test_other_clients_have_no_device_flow(zoho: Zoho) -> None:
    assert zoho.start_device(zoho.client("web")) == {"error": "invalid_client"}


def test_nobody_has_decided_yet(zoho: Zoho, client: Client) -> None:
    started = zoho.start_device(client)
    assert zoho.poll(client, started["device_code"]) == {"error": "authorization_pending"}


def test_an_accepted_device_gets_its_tokens_once(zoho: Zoho, client: Client) -> None:
    started = zoho.start_device(client)
    assert "The device is connected" in answer(started).text
    got = zoho.poll(client, started["device_code"])
    assert modules(got["api_domain"], got["access_token"]).status_code == 200
    assert "access_token" in zoho.refresh(client, got["refresh_token"])
    assert zoho.poll(client, started["device_code"]) == {"error": "invalid_code"}


def test_a_rejected_device(zoho: Zoho, client: Client) -> None:
    started = zoho.start_device(client)
    assert "The device is not connected" in answer(started, "reject").text
    assert zoho.poll(client, started["device_code"]) == {"error": "access_denied"}


@pytest.mark.parametrize(("decision", "error"), [("accept", None), ("reject", "access_denied")])
def test_a_control_route_decides_too(zoho: Zoho, client: Client, decision: str, error: str | None) -> None:
    started = zoho.start_device(client)
    zoho.emulator.control("POST", f"/zoho/devices/{started['user_code']}", {"decision": decision})
    assert zoho.poll(client, started["device_code"]).get("error") == error


def test_a_decision_is_final(zoho: Zoho, client: Client) -> None:
    started = zoho.start_device(client)
    answer(started, "reject")
    assert "This code is wrong, has been used, or has expired." in answer(started).text


def test_who_asks_too_often_is_slowed_down(zoho: Zoho) -> None:
    client = zoho.client("device")
    started = zoho.start_device(client)
    errors = [zoho.poll(client, started["device_code"])["error"] for _ in range(2)]
    assert errors == ["authorization_pending", "slow_down"]


def test_a_device_code_expires(zoho: Zoho, client: Client) -> None:
    zoho.change(client, options={"device_code_lifetime": 0})
    started = zoho.start_device(client)
    assert zoho.poll(client, started["device_code"]) == {"error": "expired"}
    assert "has expired" in answer(started).text


def test_an_account_of_another_data_center_sends_the_device_there(zoho: Zoho) -> None:
    user = zoho.user("eu")
    options = {"device_poll_interval": 0}
    client = zoho.client("device", users=[user["zuid"]], data_centers=["eu"], options=options)
    started = zoho.start_device(client)
    assert zoho.poll(client, started["device_code"], "eu") == {"error": "invalid_code"}
    answer(started)
    assert zoho.poll(client, started["device_code"]) == {"error": "other_dc", "user_location": "eu"}
    got = zoho.poll(client, started["device_code"], "eu")
    assert got["api_domain"] == zoho.emulator.info["zoho"]["eu"]["api"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client_secret"),
        ({"code": "1004.nothing"}, "invalid_code"),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
    ],
)
def test_a_bad_poll(zoho: Zoho, client: Client, change: dict[str, str], error: str) -> None:
    started = zoho.start_device(client)
    assert zoho.poll(client, started["device_code"], **change) == {"error": error}


def test_a_foreign_device_code(zoho: Zoho, client: Client) -> None:
    started = zoho.start_device(zoho.client("device"))
    assert zoho.poll(client, started["device_code"]) == {"error": "invalid_code"}


def test_without_offline_there_is_no_refresh_token(zoho: Zoho, client: Client) -> None:
    started = zoho.start_device(client, access_type="online")
    answer(started)
    assert "refresh_token" not in zoho.poll(client, started["device_code"])


def test_codes_are_only_posted(zoho: Zoho) -> None:
    for path in ("code", "token"):
        assert requests.get(f"{zoho.accounts('us')}/oauth/v3/device/{path}", timeout=10).status_code == 405
