from __future__ import annotations

import time

import pytest
import requests

from emulator.launch import EmulatorError
from tests.support.emulator.clients import Adobe


def made(adobe: Adobe) -> int:
    return len(adobe.objects()["connections"])


def test_a_status_with_body_and_headers(adobe: Adobe) -> None:
    adobe.fault("status", status=429, body={"message": "slow down"}, headers={"Retry-After": "3"})
    answer = adobe.request("GET", "/connections")
    assert (answer.status_code, answer.json(), answer.headers["Retry-After"]) == (429, {"message": "slow down"}, "3")
    assert adobe.request("GET", "/connections").status_code == 200


def test_a_status_after_the_work(adobe: Adobe) -> None:
    adobe.fault("status", status=504, after_work=True)
    assert adobe.request("POST", "/connections", json=adobe.body()).status_code == 504
    assert made(adobe) == 1


@pytest.mark.parametrize(("kind", "objects"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_answer(adobe: Adobe, kind: str, objects: int) -> None:
    adobe.fault(kind, method="POST")
    with pytest.raises(requests.ConnectionError):
        adobe.request("POST", "/connections", json=adobe.body())
    assert made(adobe) == objects
    assert adobe.log()[-1]["status"] is None
    assert adobe.log()[-1]["faults"] == [kind]


def test_a_truncated_answer(adobe: Adobe) -> None:
    adobe.fault("truncate")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        adobe.request("POST", "/connections", json=adobe.body())
    assert made(adobe) == 1


@pytest.mark.parametrize("status", [200, 502])
def test_a_page_of_html(adobe: Adobe, status: int) -> None:
    adobe.fault("html", status=status)
    answer = adobe.request("GET", "/connections")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")


def test_garbage_json(adobe: Adobe) -> None:
    adobe.fault("garbage_json")
    answer = adobe.request("GET", "/connections")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(ValueError, match="Expecting"):
        answer.json()


def test_an_expired_token(adobe: Adobe) -> None:
    adobe.fault("expired_token")
    answer = adobe.request("GET", "/connections")
    assert (answer.status_code, answer.json()["error_code"]) == (401, 401013)


def test_an_expired_token_at_zoho(adobe: Adobe) -> None:
    zoho = adobe.emulator.control("POST", "/zoho/credentials", {"dc": "us"})
    adobe.emulator.control("POST", "/faults", {"kind": "expired_token", "client": zoho["client_id"]})
    answer = requests.get(zoho["api"] + "/crm/v8/org", params={"client_id": zoho["client_id"]}, timeout=10)
    assert answer.json()["code"] == "INVALID_TOKEN"


@pytest.mark.parametrize("after", [False, True])
def test_a_delay(adobe: Adobe, after: bool) -> None:
    adobe.fault("delay", seconds=0.2, after_work=after)
    begin = time.monotonic()
    adobe.request("GET", "/connections")
    assert time.monotonic() - begin >= 0.2


def test_a_client_that_gave_up_finds_the_work_done(adobe: Adobe) -> None:
    adobe.fault("delay", seconds=0.6, after_work=True, method="POST")
    with pytest.raises(requests.Timeout):
        adobe.session.post(adobe.base + "/connections", json=adobe.body(), timeout=0.2)
    assert made(adobe) == 1


def test_latency_stays(adobe: Adobe) -> None:
    adobe.fault("latency", seconds=0.05)
    begin = time.monotonic()
    for _ in range(3):
        adobe.request("GET", "/connections")
    assert time.monotonic() - begin >= 0.15


def test_a_change_behind_our_back_spoils_the_etag(adobe: Adobe) -> None:
    receipt = adobe.create("mine")
    adobe.fault("change_behind", method="PATCH", ops=[{"op": "replace", "path": "/name", "value": "theirs"}])
    assert adobe.patch(receipt, {"op": "replace", "path": "/name", "value": "new"}).status_code == 412
    item = adobe.get(receipt["id"])
    assert (item["name"], item["updatedClient"]) == ("theirs", "exc_app")


def test_skip_and_times(adobe: Adobe) -> None:
    adobe.fault("status", status=503, skip=1, times=2)
    statuses = [adobe.request("GET", "/connections").status_code for _ in range(4)]
    assert statuses == [200, 503, 503, 200]


def test_a_fault_hits_only_what_matches(adobe: Adobe) -> None:
    adobe.fault("status", method="POST", path="/connections$", match_headers={"x-sandbox-name": "prod"})
    assert adobe.request("POST", "/connections", json=adobe.body()).status_code == 201
    assert adobe.request("GET", "/connections", headers={"x-sandbox-name": "prod"}).status_code == 200
    headers = {"x-sandbox-name": "prod"}
    assert adobe.request("POST", "/connections", json=adobe.body(), headers=headers).status_code == 500


def test_faults_hit_token_requests_by_their_client(adobe: Adobe) -> None:
    adobe.fault("status", status=503, path="/ims/")
    assert adobe.ask_token().status_code == 503


def test_one_request_meets_one_spoiler(adobe: Adobe) -> None:
    adobe.fault("status", status=500)
    adobe.fault("status", status=503)
    assert [adobe.request("GET", "/connections").status_code for _ in range(3)] == [500, 503, 200]


def test_orders_can_be_seen_and_cancelled(adobe: Adobe) -> None:
    adobe.fault("status", times=None)
    (order,) = [
        fault
        for fault in adobe.emulator.control("GET", "/faults")["faults"]
        if fault["organization"] == adobe.organization
    ]
    assert adobe.request("GET", "/connections").status_code == 500
    adobe.emulator.control("DELETE", f"/faults/{order['id']}")
    assert adobe.request("GET", "/connections").status_code == 200


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "nonsense"},
        {},
        {"kind": "status", "often": 1},
        {"kind": "delay", "seconds": "1"},
        {"kind": "html", "path": "("},
    ],
)
def test_an_order_without_sense_is_refused(adobe: Adobe, order: dict[str, object]) -> None:
    with pytest.raises(EmulatorError, match="400"):
        adobe.emulator.control("POST", "/faults", order)
