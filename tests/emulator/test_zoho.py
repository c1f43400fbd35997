from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from emulator.launch import Emulator, start


@pytest.fixture
def zoho(emulator: Emulator) -> dict[str, str]:
    """A client and a refresh token that no other test has."""
    credentials: dict[str, str] = emulator.control("POST", "/zoho/credentials", {"dc": "eu"})
    return credentials


def form(zoho: dict[str, str], **changes: str) -> dict[str, str]:
    names = ("client_id", "client_secret", "refresh_token")
    return {"grant_type": "refresh_token", **{name: zoho[name] for name in names}, **changes}


def refresh(zoho: dict[str, str], **changes: str) -> requests.Response:
    return requests.post(zoho["accounts"] + "/oauth/v2/token", data=form(zoho, **changes), timeout=10)


def modules(api: str, token: str, scheme: str = "Zoho-oauthtoken", version: str = "v8") -> requests.Response:
    headers = {"Authorization": f"{scheme} {token}"}
    return requests.get(f"{api}/crm/{version}/settings/modules", headers=headers, timeout=10)


def test_values_have_zohos_shape(zoho: dict[str, str]) -> None:
    assert len(zoho["client_id"]) == 35
    assert len(zoho["client_secret"]) == 42
    assert [len(part) for part in zoho["refresh_token"].split(".")] == [4, 32, 32]


def test_a_refresh_answers_as_zoho_does(zoho: dict[str, str]) -> None:
    answer = refresh(zoho)
    body = answer.json()
    assert set(body) == {"access_token", "scope", "api_domain", "token_type", "expires_in"}
    assert (body["api_domain"], body["token_type"], body["expires_in"]) == (zoho["api"], "Bearer", 3600)
    assert "ZohoCRM.settings.READ" in body["scope"].split(" ")
    assert answer.headers["Server"] == "ZGS"
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"


def test_parameters_may_be_in_the_query(zoho: dict[str, str]) -> None:
    answer = requests.post(zoho["accounts"] + "/oauth/v2/token", params=form(zoho), timeout=10)
    assert "access_token" in answer.json()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "1000.NOBODY"}, "invalid_client"),
        ({"client_secret": "wrong"}, "invalid_client_secret"),
        ({"refresh_token": "1000.gone"}, "invalid_code"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_errors_come_with_200(zoho: dict[str, str], change: dict[str, str], error: str) -> None:
    answer = refresh(zoho, **change)
    assert (answer.status_code, answer.json()) == (200, {"error": error})


def test_a_json_body_is_not_read(zoho: dict[str, str]) -> None:
    answer = requests.post(zoho["accounts"] + "/oauth/v2/token", json=form(zoho), timeout=10)
    assert (answer.status_code, answer.json()) == (200, {"error": "invalid_client"})


def test_a_token_is_not_to_be_got(zoho: dict[str, str]) -> None:
    assert requests.get(zoho["accounts"] + "/oauth/v2/token", params=form(zoho), timeout=10).status_code == 405


def test_credentials_are_bound_to_their_data_center(emulator: Emulator, zoho: dict[str, str]) -> None:
    elsewhere = {**zoho, "accounts": emulator.info["zoho"]["us"]["accounts"]}
    assert refresh(elsewhere).json() == {"error": "invalid_client"}


def test_a_refresh_token_is_bound_to_its_client(emulator: Emulator, zoho: dict[str, str]) -> None:
    other = emulator.control("POST", "/zoho/credentials", {"dc": "eu"})
    assert refresh(zoho, refresh_token=other["refresh_token"]).json() == {"error": "invalid_code"}


def test_the_eleventh_request_in_ten_minutes_is_throttled(zoho: dict[str, str]) -> None:
    assert all("access_token" in refresh(zoho).json() for _ in range(10))
    answer = refresh(zoho)
    assert (answer.status_code, answer.json()["error"]) == (400, "Access Denied")


def test_a_rotated_secret_ends_the_old_one(emulator: Emulator, zoho: dict[str, str]) -> None:
    order = {"dc": "eu", "client_id": zoho["client_id"]}
    secret = emulator.control("POST", "/zoho/rotate", order)["client_secret"]
    assert refresh(zoho).json() == {"error": "invalid_client_secret"}
    assert "access_token" in refresh(zoho, client_secret=secret).json()


def test_revoking_a_refresh_token_ends_its_access_tokens(emulator: Emulator, zoho: dict[str, str]) -> None:
    token = refresh(zoho).json()["access_token"]
    emulator.control("POST", "/zoho/revoke", {"refresh_token": zoho["refresh_token"]})
    assert refresh(zoho).json() == {"error": "invalid_code"}
    assert modules(zoho["api"], token).json()["code"] == "INVALID_TOKEN"


@pytest.mark.parametrize("scheme", ["Zoho-oauthtoken", "Bearer"])
def test_modules_are_listed(zoho: dict[str, str], scheme: str) -> None:
    answer = modules(zoho["api"], refresh(zoho).json()["access_token"], scheme)
    assert "Leads" in [module["api_name"] for module in answer.json()["modules"]]


def test_a_token_of_another_data_center_looks_expired(emulator: Emulator, zoho: dict[str, str]) -> None:
    answer = modules(emulator.info["zoho"]["us"]["api"], refresh(zoho).json()["access_token"])
    assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_TOKEN")


@pytest.mark.parametrize(
    ("scopes", "status"),
    [
        (["ZohoCRM.settings.ALL"], 200),
        (["ZohoCRM.settings.READ"], 200),
        (["ZohoCRM.settings.modules.read"], 200),
        (["ZohoCRM.modules.ALL", "ZohoCRM.settings.fields.READ"], 401),
        (["ZohoCRM.settings.CREATE"], 401),
    ],
)
def test_scopes_open_what_they_cover(emulator: Emulator, scopes: list[str], status: int) -> None:
    zoho: dict[str, Any] = emulator.control("POST", "/zoho/credentials", {"dc": "in", "scopes": scopes})
    answer = modules(zoho["api"], refresh(zoho).json()["access_token"])
    assert answer.status_code == status
    assert answer.json().get("code") == (None if status == 200 else "OAUTH_SCOPE_MISMATCH")


@pytest.mark.parametrize("path", ["/crm/v8/nonsense", "/crm/v1/settings/modules"])
def test_an_unknown_path(zoho: dict[str, str], path: str) -> None:
    answer = requests.get(zoho["api"] + path, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (404, "INVALID_URL_PATTERN")


def test_no_token_at_all(zoho: dict[str, str]) -> None:
    assert modules(zoho["api"], "").json()["code"] == "AUTHENTICATION_FAILURE"


def test_time_ends_tokens_and_throttles(tmp_path: Path) -> None:
    with start(tmp_path) as emulator:
        zoho = emulator.info["zoho"]["us"]
        tokens = []
        for _ in range(16):
            emulator.control("POST", "/clock", {"advance": 61})
            tokens.append(refresh(zoho).json()["access_token"])
        live = [modules(zoho["api"], token).status_code for token in tokens]
        assert live == [401] + [200] * 15
        emulator.control("POST", "/clock", {"advance": 3600})
        assert modules(zoho["api"], tokens[-1]).json()["code"] == "INVALID_TOKEN"
