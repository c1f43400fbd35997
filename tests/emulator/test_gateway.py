"""Headers: who asks, for which organization and sandbox, with which permission."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from emulator.launch import Emulator
from tests.support.emulator.clients import Adobe, code


@pytest.mark.parametrize(
    ("headers", "status", "error_code"),
    [
        ({"Authorization": None}, 403, "403010"),
        ({"Authorization": "Bearer "}, 403, "403010"),
        ({"Authorization": "Bearer made.up.token"}, 401, 401013),
        ({"x-api-key": None}, 403, "403000"),
        ({"x-api-key": "another"}, 403, "403003"),
    ],
)
def test_token_and_key(adobe: Adobe, headers: dict[str, str], status: int, error_code: object) -> None:
    answer = adobe.request("GET", "/connections", headers=headers)
    assert (answer.status_code, answer.json()["error_code"]) == (status, error_code)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-gw-ims-org-id": None}, "FLOW-2001-401"),
        ({"x-gw-ims-org-id": "0123@AdobeOrg"}, "FLOW-2000-401"),
        ({"x-sandbox-name": None}, "FLOW-2105-400"),
        ({"x-sandbox-name": "nowhere"}, "FLOW-2100-404"),
        ({"x-sandbox-name": "DEV"}, "FLOW-2100-404"),
    ],
)
def test_organization_and_sandbox(adobe: Adobe, headers: dict[str, str], expected: str) -> None:
    answer = adobe.request("GET", "/connections", headers=headers)
    assert code(answer) == expected
    assert answer.status_code == int(expected[-3:])


def test_a_token_is_bound_to_its_organization(emulator: Emulator, adobe: Adobe) -> None:
    other = Adobe(emulator, emulator.control("POST", "/organizations"))
    answer = adobe.request("GET", "/connections", headers={"x-gw-ims-org-id": other.organization})
    assert code(answer) == "FLOW-2000-401"


def test_a_token_is_bound_to_its_client(adobe: Adobe, colleague: Callable[..., Adobe]) -> None:
    other = colleague(["manage-sources"])
    answer = adobe.request(
        "GET", "/connections", headers={"Authorization": str(other.session.headers["Authorization"])}
    )
    assert answer.json()["error_code"] == "403003"


def test_a_viewer_may_not_write(adobe: Adobe, colleague: Callable[..., Adobe]) -> None:
    receipt = adobe.create()
    viewer = colleague(["view-sources"])
    assert viewer.get(receipt["id"])["id"] == receipt["id"]
    assert code(viewer.request("POST", "/connections", json=viewer.body())) == "FLOW-2121-403"
    assert code(viewer.patch(receipt, {})) == "FLOW-2121-403"
    assert code(viewer.request("DELETE", f"/connections/{receipt['id']}")) == "FLOW-2121-403"


def test_without_permissions_nothing_goes(colleague: Callable[..., Adobe]) -> None:
    stranger = colleague([])
    assert code(stranger.request("GET", "/connections")) == "FLOW-2120-403"
    assert code(stranger.request("POST", "/connections", json=stranger.body())) == "FLOW-2118-403"


def test_a_body_must_be_announced_as_json(adobe: Adobe) -> None:
    answer = adobe.request("POST", "/connections", data="{}", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["title"]) == (400, "BadRequestError")


@pytest.mark.parametrize("headers", [{"Host": "emulator.example"}, {"Origin": "https://evil.example"}])
def test_only_loopback_names_are_served(emulator: Emulator, headers: dict[str, str]) -> None:
    for url in (emulator.info["control"] + "/info", emulator.info["adobe"]):
        assert requests.get(url, headers=headers, timeout=10).status_code == 421


def test_what_is_not_emulated_says_so(adobe: Adobe) -> None:
    answer = adobe.request("POST", "/connections/search", json={})
    assert (answer.status_code, answer.json()["title"]) == (501, "Not emulated")
