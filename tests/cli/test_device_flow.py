"""The device flow against the emulated Zoho, with the time in the test's hands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.clocks import ManualClock
from tests.support.emulator.zoho_clients import Client, Zoho
from zoho_adobe.api.zoho_accounts import ZohoAccounts, ZohoTokens
from zoho_adobe.api.zoho_device import start_device, wait_for_approval
from zoho_adobe.errors import ZohoDeniedError, ZohoDeviceCodeError
from zoho_adobe.session import Clock, Session
from zoho_adobe.settings import Reach
from zoho_adobe.zoho_scopes import DEFAULT


class Polling:
    """A device that polls, and a person who decides during one of its waits."""

    def __init__(self, zoho: Zoho, client: Client) -> None:
        self.zoho = zoho
        self.client = client
        self.accounts = ZohoAccounts(client["accounts"], timeout=10)
        self.device = start_device(self.accounts, client["client_id"], DEFAULT)
        self.waits: list[float] = []
        self.decision: dict[str, Any] = {"decision": "accept"}
        self.decides_at = 1

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        if len(self.waits) == self.decides_at:
            self.zoho.emulator.control("POST", f"/zoho/devices/{self.device.user_code}", self.decision)

    def wait(self) -> tuple[ZohoAccounts, ZohoTokens]:
        secret = self.client["client_secret"]
        return wait_for_approval(self.accounts, self.client["client_id"], secret, self.device, Reach(), self.sleep)


@pytest.fixture
def client(zoho: Zoho) -> Client:
    return zoho.client("device", options={"device_poll_interval": 0})


def test_times_are_in_milliseconds(zoho: Zoho) -> None:
    polling = Polling(zoho, zoho.client("device"))
    assert (polling.device.interval, polling.device.expires_in) == (30.0, 300.0)
    assert polling.device.device_code not in repr(polling.device)


def test_it_polls_until_somebody_approves(zoho: Zoho, client: Client) -> None:
    polling = Polling(zoho, client)
    polling.decides_at = 3
    accounts, tokens = polling.wait()
    assert polling.waits == [30.0, 30.0, 30.0]
    assert accounts.accounts_url == client["accounts"]
    assert tokens.refresh_token.startswith("1000.")


def test_it_slows_down_when_told_to(zoho: Zoho) -> None:
    polling = Polling(zoho, zoho.client("device", options={"device_poll_interval": 1}))
    assert polling.device.interval == 1.0
    polling.decides_at = 2
    # Nothing passes between two polls here, so the second one comes too early.
    with pytest.raises(ZohoDeviceCodeError):
        polling.wait()
    assert polling.waits[:3] == [1.0, 1.0, 30.0]


def test_it_goes_on_in_the_data_center_of_the_account(zoho: Zoho) -> None:
    user = zoho.user("eu")
    client = zoho.client("device", data_centers=["eu"], users=[user["zuid"]], options={"device_poll_interval": 0})
    polling = Polling(zoho, client)
    accounts, tokens = polling.wait()
    assert accounts.accounts_url == zoho.accounts("eu")
    assert "/zoho/eu/" in tokens.access.api_domain


def test_somebody_says_no(zoho: Zoho, client: Client) -> None:
    polling = Polling(zoho, client)
    polling.decision = {"decision": "reject"}
    with pytest.raises(ZohoDeniedError):
        polling.wait()


def test_nobody_decides(zoho: Zoho, client: Client) -> None:
    polling = Polling(zoho, client)
    polling.decides_at = 0
    with pytest.raises(ZohoDeviceCodeError):
        polling.wait()
    assert sum(polling.waits) == 300.0


def test_the_time_that_requests_take_counts_too(zoho: Zoho, client: Client) -> None:
    polling, time_ = Polling(zoho, client), ManualClock()
    polling.decides_at = 0

    def sleep(seconds: float) -> None:
        polling.sleep(seconds)
        time_.now += seconds + 20.0

    secret = polling.client["client_secret"]
    with Session(Clock(monotonic=lambda: time_.now, sleep=sleep)).active(), pytest.raises(ZohoDeviceCodeError):
        wait_for_approval(polling.accounts, polling.client["client_id"], secret, polling.device, Reach())
    assert sum(polling.waits) == 180.0
