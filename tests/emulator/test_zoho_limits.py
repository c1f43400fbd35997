"""Limits, lifetimes, revocation, and what Zoho's documents contradict each other in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from emulator.launch import Emulator, EmulatorError, start
from tests.support.emulator.clients import Adobe
from tests.support.emulator.zoho_clients import Client, Zoho, landing, modules


@pytest.fixture
def zoho(emulator: Emulator) -> Zoho:
    return Zoho(emulator)


@pytest.fixture(scope="module")
def timed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zoho]:
    """An emulator of its own, whose clock may be moved."""
    with start(tmp_path_factory.mktemp("timed")) as emulator:
        yield Zoho(emulator)


def later(zoho: Zoho, seconds: float) -> None:
    zoho.emulator.control("POST", "/clock", {"advance": seconds})


def granted(zoho: Zoho, client: Client, **changes: str | None) -> dict[str, Any]:
    return zoho.exchange(client, zoho.code(client, prompt="consent", **changes))


# Lifetimes


@pytest.mark.parametrize(("seconds", "expected"), [(115, "access_token"), (121, "error")])
def test_a_code_lives_two_minutes(timed: Zoho, seconds: float, expected: str) -> None:
    client = timed.client()
    code = timed.code(client)
    later(timed, seconds)
    assert expected in timed.exchange(client, code)


@pytest.mark.parametrize(
    ("order", "seconds", "expected"),
    [
        ({}, 175, "access_token"),
        ({}, 181, "error"),
        ({"minutes": 1}, 61, "error"),
        ({"minutes": 10}, 595, "access_token"),
    ],
)
def test_a_console_code_lives_as_long_as_was_chosen(
    timed: Zoho, order: dict[str, int], seconds: float, expected: str
) -> None:
    client = timed.client("self")
    code = timed.console_code(client, **order)
    later(timed, seconds)
    assert expected in timed.exchange(client, code, redirect_uri=None)


def test_an_access_token_lives_an_hour(timed: Zoho) -> None:
    got = granted(timed, timed.client())
    later(timed, 3590)
    assert modules(got["api_domain"], got["access_token"]).status_code == 200
    later(timed, 11)
    assert modules(got["api_domain"], got["access_token"]).json()["code"] == "INVALID_TOKEN"


def test_a_device_may_ask_every_thirty_seconds_for_five_minutes(timed: Zoho) -> None:
    client = timed.client("device")
    started = timed.start_device(client)
    errors = []
    for seconds in (0, 29, 31, 241):
        later(timed, seconds)
        errors.append(timed.poll(client, started["device_code"])["error"])
    assert errors == ["authorization_pending", "slow_down", "authorization_pending", "expired"]


# Budgets


def test_the_eleventh_code_in_ten_minutes_is_denied(timed: Zoho) -> None:
    client = timed.client()
    answers = [landing(timed.decide(client)) for _ in range(11)]
    assert [answer.get("error") for answer in answers] == [None] * 10 + ["access_denied"]
    later(timed, 601)
    assert "code" in landing(timed.decide(client))


def test_the_console_has_the_same_quota(zoho: Zoho) -> None:
    client = zoho.client("self", options={"codes": 1})
    zoho.console_code(client)
    with pytest.raises(EmulatorError, match="access_denied"):
        zoho.console_code(client)


def test_the_sixteenth_access_token_ends_the_first(zoho: Zoho) -> None:
    client = zoho.client(options={"token_requests": 100})
    first = granted(zoho, client)
    tokens = [first, *(zoho.refresh(client, first["refresh_token"]) for _ in range(15))]
    codes = [modules(first["api_domain"], token["access_token"]).status_code for token in tokens]
    assert codes == [401] + [200] * 15


def test_the_twenty_first_refresh_token_ends_the_first(zoho: Zoho) -> None:
    client = zoho.client(options={"codes": 100})
    first, *others = [granted(zoho, client) for _ in range(21)]
    assert zoho.refresh(client, first["refresh_token"]) == {"error": "invalid_code"}
    assert modules(first["api_domain"], first["access_token"]).json()["code"] == "INVALID_TOKEN"
    assert "access_token" in zoho.refresh(client, others[0]["refresh_token"])
    assert [token["refresh_token"] for token in zoho.show(client)["refresh_tokens"]] == [
        other["refresh_token"] for other in others
    ]


def test_the_count_of_refresh_tokens_is_per_account(zoho: Zoho) -> None:
    users = [zoho.user()["zuid"] for _ in range(2)]
    client = zoho.client(users=users, options={"refresh_tokens": 1})
    got = [zoho.exchange(client, landing(zoho.decide(client, account=user))["code"]) for user in users]
    assert all("access_token" in zoho.refresh(client, one["refresh_token"]) for one in got)


def test_a_throttle_ends_with_time(timed: Zoho) -> None:
    client = timed.client()
    got = granted(timed, client)
    timed.emulator.control("POST", "/zoho/throttle", {"refresh_token": got["refresh_token"]})
    answer = timed.token(client, grant_type="refresh_token", refresh_token=got["refresh_token"])
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "error_description": "You have made too many requests continuously. Please try again after some time.",
            "error": "Access Denied",
            "status": "failure",
        },
    )
    later(timed, 601)
    assert "access_token" in timed.refresh(client, got["refresh_token"])


# Contradictions


def test_a_throttle_can_come_with_200(zoho: Zoho) -> None:
    client = zoho.client(options={"throttle_status": 200, "token_requests": 0})
    got = granted(zoho, client)
    answer = zoho.token(client, grant_type="refresh_token", refresh_token=got["refresh_token"])
    assert (answer.status_code, answer.json()["error"]) == (200, "Access Denied")


def test_the_scope_can_be_left_out(zoho: Zoho) -> None:
    assert "scope" not in granted(zoho, zoho.client(options={"tell_scope": False}))


def test_old_answers_count_milliseconds(zoho: Zoho) -> None:
    got = granted(zoho, zoho.client(options={"legacy_expiry": True}))
    assert (got["expires_in_sec"], got["expires_in"]) == (3600, 3_600_000)


def test_options_can_be_set_for_all_clients(timed: Zoho) -> None:
    timed.emulator.control("PATCH", "/zoho/options", {"tell_scope": False})
    assert "scope" not in granted(timed, timed.client())
    timed.emulator.control("DELETE", "/zoho/options")
    assert "scope" in granted(timed, timed.client())


@pytest.mark.parametrize("options", [{"nonsense": 1}, {"codes": "many"}, {"codes": True}, {"tell_scope": 1}])
def test_options_are_checked(zoho: Zoho, options: dict[str, Any]) -> None:
    with pytest.raises(EmulatorError, match="400"):
        zoho.client(options=options)


# Revocation


def revoke(zoho: Zoho, token: str, path: str = "/oauth/v2/token/revoke", **options: Any) -> requests.Response:
    return requests.post(zoho.accounts("us") + path, data={"token": token}, timeout=10, **options)


def test_a_revoked_refresh_token_takes_its_access_tokens_with_it(zoho: Zoho) -> None:
    client = zoho.client()
    got = granted(zoho, client)
    answer = revoke(zoho, got["refresh_token"])
    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    assert zoho.refresh(client, got["refresh_token"]) == {"error": "invalid_code"}
    assert modules(got["api_domain"], got["access_token"]).json()["code"] == "INVALID_TOKEN"


def test_a_revoked_access_token_leaves_the_refresh_token(zoho: Zoho) -> None:
    client = zoho.client()
    got = granted(zoho, client)
    revoke(zoho, got["access_token"])
    assert modules(got["api_domain"], got["access_token"]).json()["code"] == "INVALID_TOKEN"
    assert "access_token" in zoho.refresh(client, got["refresh_token"])


def test_an_unknown_token_cannot_be_revoked(zoho: Zoho) -> None:
    assert revoke(zoho, "1000.nothing").status_code == 400


def test_the_newer_path_asks_for_the_client(zoho: Zoho) -> None:
    client, other = zoho.client(), zoho.client()
    got, path = granted(zoho, client), "/oauth/v2/revoke/token"
    assert revoke(zoho, got["refresh_token"], path).json() == {"error": "invalid_client"}
    foreign = (other["client_id"], other["client_secret"])
    assert revoke(zoho, got["refresh_token"], path, auth=foreign).status_code == 400
    own = (client["client_id"], client["client_secret"])
    assert revoke(zoho, got["refresh_token"], path, auth=own).json() == {"status": "success"}


# What is seen and kept


def test_a_secret_in_the_query_is_a_leak_even_where_zoho_allows_it(zoho: Zoho) -> None:
    client = zoho.client()
    got = granted(zoho, client)
    query = {name: client[name] for name in ("client_id", "client_secret")}
    query |= {"grant_type": "refresh_token", "refresh_token": got["refresh_token"]}
    assert "access_token" in requests.post(zoho.accounts("us") + "/oauth/v2/token", params=query, timeout=10).json()
    log = zoho.emulator.control("GET", f"/requests?client={client['client_id']}")["requests"]
    assert [entry["leaks"] for entry in log] == [[], [], ["query:client_secret", "query:refresh_token"]]
    secrets = [client["client_secret"], got["refresh_token"], got["access_token"]]
    assert not [secret for secret in secrets if secret in str(log)]


def test_the_log_knows_whose_token_a_call_carries(zoho: Zoho) -> None:
    client = zoho.client()
    got = granted(zoho, client)
    modules(got["api_domain"], got["access_token"])
    log = zoho.emulator.control("GET", f"/requests?client={client['client_id']}")["requests"]
    assert log[-1]["path"].endswith("/settings/modules")
    assert got["access_token"] not in str(log)


def test_flow_service_sees_when_a_refresh_token_dies(adobe: Adobe) -> None:
    zoho = adobe.emulator.control("POST", "/zoho/credentials", {"dc": "eu"})
    changes = {"clientId": zoho["client_id"], "clientSecret": zoho["client_secret"]}
    params = adobe.params(**changes, refreshToken=zoho["refresh_token"])
    receipt = adobe.create(auth={"specName": "Basic Authentication", "params": params})
    path = f"/connections/{receipt['id']}/test"
    before = adobe.request("GET", path).json()
    adobe.emulator.control("POST", "/zoho/revoke", {"refresh_token": zoho["refresh_token"]})
    assert adobe.request("GET", path).json() != before


def test_everything_survives_a_restart(tmp_path_factory: pytest.TempPathFactory) -> None:
    data = tmp_path_factory.mktemp("restarted")
    with start(data) as emulator:
        zoho = Zoho(emulator)
        client, device = zoho.client(), zoho.client("device", options={"device_poll_interval": 0})
        got, code, started = granted(zoho, client), zoho.code(client), zoho.start_device(device)
        emulator.kill()
    with start(data) as emulator:
        zoho = Zoho(emulator)
        assert "access_token" in zoho.refresh(client, got["refresh_token"])
        assert "access_token" in zoho.exchange(client, code)
        emulator.control("POST", f"/zoho/devices/{started['user_code']}", {"decision": "accept"})
        assert "access_token" in zoho.poll(device, started["device_code"])
