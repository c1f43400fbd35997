"""Zoho's device flow: a person approves on any browser, for a machine that has none.

It resembles RFC 8628 but for its names, its times in milliseconds, and the data center of the person, which shows only
while polling. Sources: https://www.zoho.com/accounts/protocol/oauth/devices/initiation-request.html and
https://www.zoho.com/accounts/protocol/oauth/devices/polling-request.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from zoho_adobe.api.zoho_accounts import ZohoAccounts, ZohoTokens
from zoho_adobe.api.zoho_errors import Asked
from zoho_adobe.data_centers import DATA_CENTERS, is_loopback
from zoho_adobe.errors import ForeignHostError, ZohoDeviceCodeError, ZohoOAuthError
from zoho_adobe.redaction import protect
from zoho_adobe.session import current
from zoho_adobe.settings import Reach, check_named_url

SLOWEST_START = 30.0
"""Zoho asks for thirty seconds between polls, whatever shorter interval its answer names."""

Sleep = Callable[[float], None]


@dataclass(frozen=True)
class DeviceCode:
    """What a person needs to approve.

    Attributes:
        url: the page to open, with the code in it where Zoho gives one such.
        user_code: the code to compare or type there.
        device_code: what the machine polls with.
        interval: seconds between two polls.
        expires_in: seconds until the codes end.
    """

    url: str
    user_code: str
    device_code: str = field(repr=False)
    interval: float
    expires_in: float


def start_device(accounts: ZohoAccounts, client_id: str, scopes: Sequence[str]) -> DeviceCode:
    """Ask for a code that a person can approve.

    Args:
        accounts: the accounts server to start at.
        client_id: the id of a non-browser client.
        scopes: what is asked for.

    Raises:
        ZohoOAuthError: Zoho refuses.
    """
    form = {
        "grant_type": "device_request",
        "client_id": client_id,
        "scope": ",".join(scopes),
        "access_type": "offline",
        "prompt": "consent",
    }
    answer, body = accounts.post("/oauth/v3/device/code", form, Asked.DEVICE)
    url = str(body.get("verification_uri_complete") or body.get("verification_url") or "")
    user_code, device_code = str(body.get("user_code") or ""), str(body.get("device_code") or "")
    if not (url and user_code and device_code):
        raise answer.unreadable("no device code")
    protect(device_code)
    return DeviceCode(
        url=url,
        user_code=user_code,
        device_code=device_code,
        interval=_seconds(body.get("interval"), SLOWEST_START),
        expires_in=_seconds(body.get("expires_in"), 300.0),
    )


def wait_for_approval(
    accounts: ZohoAccounts,
    client_id: str,
    client_secret: str,
    device: DeviceCode,
    reach: Reach,
    sleep: Sleep | None = None,
) -> tuple[ZohoAccounts, ZohoTokens]:
    """Poll until the person has approved.

    Args:
        accounts: the accounts server where the flow was started.
        client_id: the client's id.
        client_secret: its secret.
        device: the codes.
        reach: how far requests may go.
        sleep: how to wait, by default with the session's clock.

    Returns:
        The accounts server of the person's data center, and the tokens.

    Raises:
        ZohoDeviceCodeError: nobody approved in time.
        ZohoDeniedError: somebody said no.
        ZohoOAuthError: Zoho refuses for another reason.
        ForeignHostError: the data center that Zoho names is at none of its hosts.
    """
    protect(client_secret)
    clock = current().clock
    sleep = sleep or clock.sleep
    interval, waited, began = device.interval, 0.0, clock.monotonic()
    form = {
        "grant_type": "device_token",
        "client_id": client_id,
        "client_secret": client_secret,
        "code": device.device_code,
    }
    # What the requests take counts, too.
    while (left := device.expires_in - max(waited, clock.monotonic() - began)) > 0:
        sleep(min(interval, left))
        waited += interval
        try:
            answer, body = accounts.post("/oauth/v3/device/token", form, Asked.DEVICE)
        except ZohoOAuthError as error:
            match error.code:
                case "authorization_pending":
                    continue
                case "slow_down":
                    interval = max(interval + 5.0, SLOWEST_START)
                    continue
                case "other_dc":
                    accounts = _elsewhere(accounts, error.location, reach)
                    continue
            raise
        return accounts, accounts.tokens(answer, body)
    raise ZohoDeviceCodeError(
        "nobody approved the device before its code expired",
        service="Zoho accounts",
        status=200,
        remedy="Start again for a new code",
    )


def _elsewhere(accounts: ZohoAccounts, location: str, reach: Reach) -> ZohoAccounts:
    """Return the accounts server of a data center that Zoho names by its code."""
    url = accounts.locations().get(location, "")
    if not url and location in DATA_CENTERS and not is_loopback(accounts.accounts_url):
        url = DATA_CENTERS[location].accounts_url
    if not url:
        raise ForeignHostError("user_location", f"Zoho names the data center {location!r}, which it does not list")
    check_named_url("serverinfo", url, accounts.accounts_url, reach.allowed_hosts)
    return ZohoAccounts(url, timeout=reach.request_timeout)


def _seconds(milliseconds: Any, otherwise: float) -> float:
    """Read a time in milliseconds; a number too small for that can only be seconds."""
    if not isinstance(milliseconds, int | float) or milliseconds <= 0:
        return otherwise
    return milliseconds / 1000 if milliseconds >= 1000 else float(milliseconds)
