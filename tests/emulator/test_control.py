"""Request log, figures, clock, and what is behind the scenes."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from emulator.launch import EmulatorError, start
from tests.support.emulator.clients import Adobe, replace


def test_the_log_shows_requests_without_secrets(adobe: Adobe) -> None:
    adobe.patch(adobe.create(), replace("/auth/params", adobe.params()))
    shown = json.dumps(adobe.log())
    assert [(entry["method"], entry["status"]) for entry in adobe.log()] == [
        ("POST", 200),
        ("POST", 201),
        ("PATCH", 200),
    ]
    secrets = [
        adobe.credentials["client_secret"],
        str(adobe.session.headers["Authorization"]).removeprefix("Bearer "),
        adobe.zoho["client_secret"],
        adobe.zoho["refresh_token"],
        adobe.params()["accessToken"],
    ]
    assert not [secret for secret in secrets if secret in shown]
    assert not any(entry["leaks"] for entry in adobe.log())


@pytest.mark.parametrize("name", ["client_secret", "anything"])
def test_a_secret_in_a_url_is_a_leak(adobe: Adobe, name: str) -> None:
    secret = adobe.credentials["client_secret"]
    adobe.request("GET", "/connections", params={name: secret})
    adobe.request("GET", f"/connections/{secret}")
    assert [entry["leaks"] for entry in adobe.log()[-2:]] == [[f"query:{name}"], ["path"]]
    assert secret not in json.dumps(adobe.log())


def test_the_log_can_be_cleared_for_one_organization(adobe: Adobe, emulator_log_neighbour: Adobe) -> None:
    neighbour = emulator_log_neighbour
    adobe.emulator.control("DELETE", f"/requests?organization={adobe.organization}")
    assert adobe.log() == []
    assert len(neighbour.log()) == 1


@pytest.fixture
def emulator_log_neighbour(adobe: Adobe) -> Adobe:
    return Adobe(adobe.emulator, adobe.emulator.control("POST", "/organizations"))


def test_objects_show_all_sandboxes_unmasked(adobe: Adobe) -> None:
    adobe.create("in dev")
    adobe.request("POST", "/connections", json=adobe.body("in prod"), headers={"x-sandbox-name": "prod"})
    shown = {item["sandboxName"]: item for item in adobe.objects()["connections"]}
    assert set(shown) == {"dev", "prod"}
    assert shown["dev"]["auth"]["params"] == adobe.params()


def test_a_connection_can_be_edited_and_deleted_behind_our_back(adobe: Adobe) -> None:
    receipt = adobe.create("mine")
    path = f"/connections/{receipt['id']}"
    changed = adobe.emulator.control("PATCH", path, [replace("/name", "theirs")])
    assert changed["etag"] != receipt["etag"]
    assert adobe.get(receipt["id"])["name"] == "theirs"
    adobe.emulator.control("DELETE", path)
    assert adobe.request("GET", path).status_code == 404


def test_a_control_request_without_sense_is_refused(adobe: Adobe) -> None:
    for path in ("/organizations/nobody/objects", "/clients"):
        method = "GET" if path.endswith("objects") else "POST"
        with pytest.raises(EmulatorError, match="404"):
            adobe.emulator.control(method, path, {} if method == "POST" else None)


def test_an_organization_can_have_other_sandboxes(adobe: Adobe) -> None:
    credentials = adobe.emulator.control("POST", "/organizations", {"sandboxes": ["only"]})
    assert credentials["sandboxes"] == ["only"]
    assert Adobe(adobe.emulator, credentials, "only").names() == []


def test_clock_and_figures(tmp_path: Path) -> None:
    with start(tmp_path) as emulator:
        adobe = Adobe(emulator, emulator.info)
        emulator.control("POST", "/clock", {"advance": 86400})
        assert adobe.request("GET", "/connections").status_code == 401
        adobe = Adobe(emulator, emulator.info)
        emulator.control("DELETE", "/stats")
        adobe.fault("latency", seconds=0.1)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: requests.get(adobe.base, timeout=10), range(4)))
            list(pool.map(lambda _: adobe.request("GET", "/connections"), range(4)))
        stats = emulator.control("GET", "/stats")
        assert (stats["requests"], stats["in_flight"]) == (8, 0)
        assert 2 <= stats["max_in_flight"] <= 4
