from __future__ import annotations

import pytest
import requests

from emulator.launch import Emulator
from tests.support.emulator.clients import Adobe


def test_a_token_lives_a_day(adobe: Adobe) -> None:
    token = adobe.mint()
    assert (token["token_type"], token["expires_in"]) == ("bearer", 86399)


def test_parameters_may_be_in_the_query(emulator: Emulator, adobe: Adobe) -> None:
    query = {
        "grant_type": "client_credentials",
        "client_id": adobe.credentials["client_id"],
        "client_secret": adobe.credentials["client_secret"],
        "scope": "openid",
    }
    assert requests.post(emulator.info["ims"] + "/ims/token/v3", params=query, timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "p8e-wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 400, "invalid_client"),
        ({"scope": "openid,creative_sdk"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_refused_token_request_says_why(adobe: Adobe, change: dict[str, str], status: int, error: str) -> None:
    answer = adobe.ask_token(**change)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]


def test_tokens_are_counted(adobe: Adobe) -> None:
    adobe.mint()
    tokens = adobe.emulator.control("GET", f"/organizations/{adobe.organization}/tokens")
    assert tokens[adobe.credentials["client_id"]] == {"requests": 2, "live": 2, "lifetime": 86399}


def test_revoked_tokens_are_refused(adobe: Adobe) -> None:
    adobe.emulator.control("DELETE", f"/organizations/{adobe.organization}/tokens")
    assert adobe.request("GET", "/connections").status_code == 401


def test_a_shortened_lifetime_is_the_answered_one(adobe: Adobe) -> None:
    adobe.emulator.control("PATCH", f"/organizations/{adobe.organization}/tokens", {"lifetime": 0})
    token = adobe.mint()
    assert token["expires_in"] == 0
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert adobe.request("GET", "/connections", headers=headers).json()["error_code"] == 401013
