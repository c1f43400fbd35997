"""From a registered client to credentials in the stack's config, each way."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import requests

from tests.support.cli.browser import decide
from tests.support.cli.command import URL, Command
from tests.support.emulator.zoho_clients import Client, Zoho

WebClient = Callable[..., Client]


def test_consent_in_the_browser_ends_in_the_config(command: Command, web_client: WebClient) -> None:
    client = web_client()
    running = command.authorize(client)
    page = decide(running.wait_for(URL))
    assert page.status_code == 200
    assert "<h1>Zoho has passed on your consent</h1>" in page.text
    assert "You can close this page." in page.text
    done = running.end()
    assert done.code == 0, done.text
    stored = command.config()
    assert stored["zohoClientId"] == client["client_id"]
    assert stored["zohoClientSecret"] == client["client_secret"]
    assert stored["zohoAccountsUrl"] == client["accounts"]
    assert stored["zohoDataCenter"] == "us"
    assert stored["zohoRefreshToken"].startswith("1000.")
    assert len(done.err.splitlines()) <= 7
    assert done.out == ""


def test_what_it_stored_works_in_an_update_and_costs_one_token_request(
    command: Command, web_client: WebClient, zoho: Zoho
) -> None:
    client = web_client()
    running = command.authorize(client)
    decide(running.wait_for(URL))
    assert running.end().code == 0
    command.stack.up()
    params = command.stack.tenant.connection()["auth"]["params"]
    assert params["clientId"] == client["client_id"]
    assert params["refreshToken"] == command.config()["zohoRefreshToken"]
    path = f"/requests?client={client['client_id']}"
    asked = zoho.emulator.control("GET", path)["requests"]
    assert len([item for item in asked if item["path"].endswith("/oauth/v2/token")]) == 1
    assert not [item for item in asked if item["leaks"]]


def test_a_new_consent_rotates_the_connection_in_place(command: Command, web_client: WebClient) -> None:
    client = web_client()
    tokens = []
    ids = []
    for _ in range(2):
        running = command.authorize(client)
        decide(running.wait_for(URL))
        assert running.end().code == 0
        command.stack.up()
        connection = command.stack.tenant.connection()
        tokens.append(connection["auth"]["params"]["refreshToken"])
        ids.append(connection["id"])
    assert tokens[0] != tokens[1] == command.config()["zohoRefreshToken"]
    assert ids[0] == ids[1]
    assert command.stack.preview("--expect-no-changes").steps() == {}


def test_the_exchange_goes_where_the_redirect_says(command: Command, web_client: WebClient, zoho: Zoho) -> None:
    user = zoho.user("eu")
    client = web_client(data_centers=["eu"], users=[user["zuid"]])
    running = command.authorize(client)
    decide(running.wait_for(URL))
    done = running.end()
    assert done.code == 0, done.text
    stored = command.config()
    assert stored["zohoDataCenter"] == "eu"
    assert stored["zohoAccountsUrl"] == zoho.accounts("eu")
    assert "zohoEndpoint is crm.zoho.com/crm/private, in 'us', but the account lives in 'eu'" in done.err


def test_offline_access_is_asked_for_each_time(command: Command, web_client: WebClient) -> None:
    client = web_client()
    for _ in range(2):
        running = command.authorize(client)
        url = running.wait_for(URL)
        assert "access_type=offline" in url
        assert "prompt=consent" in url
        assert "code_challenge_method=S256" in url
        decide(url)
        assert running.end().code == 0


def test_a_self_client_brings_its_grant_token_by_standard_input(command: Command, zoho: Zoho) -> None:
    client = zoho.client("self")
    code = zoho.console_code(client)
    command.stack.tenant.canaries.add(code)
    running = command.authorize(client, "--client-type", "self-client", words_in=f"{code}\n")
    done = running.end()
    assert done.code == 0, done.text
    assert command.config()["zohoClientId"] == client["client_id"]


def test_secret_and_grant_token_may_both_come_by_standard_input(command: Command, zoho: Zoho) -> None:
    client = zoho.client("self")
    code = zoho.console_code(client)
    words = f"{client['client_secret']}\n{code}\n"
    running = command.authorize(client, "--client-type", "self-client", words_in=words, ZOHO_CLIENT_SECRET="")
    assert running.end().code == 0


def test_a_device_is_approved_elsewhere(command: Command, zoho: Zoho) -> None:
    client = zoho.client("device", options={"device_poll_interval": 1})
    running = command.authorize(client, "--client-type", "non-browser")
    code = running.wait_for(r"compare the code: (\S+)")
    zoho.emulator.control("POST", f"/zoho/devices/{code}", {"decision": "accept"})
    done = running.end()
    assert done.code == 0, done.text
    assert command.config()["zohoClientId"] == client["client_id"]


def test_json_goes_to_a_pipe_and_nothing_is_stored(command: Command, web_client: WebClient) -> None:
    before = command.config()
    client = web_client()
    running = command.authorize(client, "--json")
    decide(running.wait_for(URL))
    done = running.end()
    assert done.code == 0, done.text
    printed = json.loads(done.out)
    kinds = {"zohoAccountsUrl", "zohoClientId", "zohoClientSecret", "zohoDataCenter", "zohoRefreshToken"}
    assert set(printed) == kinds
    assert printed["zohoClientSecret"] == client["client_secret"]
    assert printed["zohoRefreshToken"] not in done.err
    assert command.config() == before


def test_a_second_answer_is_not_taken(command: Command, web_client: WebClient) -> None:
    running = command.authorize(web_client(), "--timeout", "30")
    url = running.wait_for(URL)
    stray = requests.get(f"http://127.0.0.1:{command.port}/callback?state=wrong&code=1000.evil", timeout=10)
    assert stray.status_code == 400
    assert "This is not the awaited answer" in stray.text
    decide(url)
    assert running.end().code == 0


@pytest.mark.parametrize("header", ["evil.example", "localhost.evil.example:80"])
def test_the_listener_answers_to_its_own_address_alone(command: Command, web_client: WebClient, header: str) -> None:
    running = command.authorize(web_client(), "--timeout", "2")
    running.wait_for(URL)
    url = f"http://127.0.0.1:{command.port}/callback?error=access_denied"
    assert requests.get(url, headers={"Host": header}, timeout=10).status_code == 404
    assert "no consent came" in running.end().error()
