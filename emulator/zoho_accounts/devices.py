"""The device flow: a code on one machine, the consent on any other."""

from __future__ import annotations

import secrets

from emulator.core.clock import Clock
from emulator.core.store import Document, Store
from emulator.zoho_accounts import exceptions
from emulator.zoho_accounts.options import OptionsStore
from emulator.zoho_accounts.tokens import token_value

# Nothing that looks like something else when it is read from one screen and typed at another.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


class Devices:
    """Device codes that are waiting for a person, or for their client."""

    def __init__(self, store: Store, clock: Clock, options: OptionsStore) -> None:
        self._clock = clock
        self._options = options
        self._devices = store.collection("zoho_devices")

    def start(self, dc: str, client_id: str, scopes: list[str], *, offline: bool, prompt: bool) -> Document:
        """Make a pair of codes: one for the device, one for the person."""
        options = self._options.of(client_id)
        device: Document = {
            "user_code": "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(2)),
            "device_code": token_value("1004"),
            "dc": dc,
            "client_id": client_id,
            "scopes": scopes,
            "offline": offline,
            "prompt": prompt,
            "expires_at": self._clock.now() + options.device_code_lifetime,
            "polled_at": {},
            "decision": None,
            "zuid": None,
            "user_dc": None,
        }
        self._devices.put(device["user_code"], device)
        return device

    def pending(self, user_code: str) -> Document | None:
        """Find what a person may still decide on."""
        device = self._devices.get(user_code.strip().upper())
        if device is None or device["decision"] is not None or device["expires_at"] <= self._clock.now():
            return None
        return device

    def decide(self, device: Document, user: Document, *, accept: bool, offline: bool) -> None:
        """Write down what the person said."""
        decision = "accept" if accept else "reject"
        said = {"decision": decision, "zuid": user["zuid"], "user_dc": user["dc"], "offline": offline}
        self._devices.put(device["user_code"], {**device, **said})

    def poll(self, dc: str, client_id: str, device_code: str) -> Document:
        """Take an accepted device code, or say what is in the way."""
        device = next((device for device in self._devices.all() if device["device_code"] == device_code), None)
        if device is None or device["client_id"] != client_id or dc not in (device["dc"], device["user_dc"]):
            raise exceptions.invalid_code()
        now = self._clock.now()
        if device["expires_at"] <= now:
            raise exceptions.expired()
        # Each data center counts for itself: a client that is sent elsewhere may ask there at once.
        last = device["polled_at"].get(dc)
        self._devices.put(device["user_code"], {**device, "polled_at": {**device["polled_at"], dc: now}})
        if last is not None and now - last < self._options.of(client_id).device_poll_interval:
            raise exceptions.slow_down()
        if device["decision"] is None:
            raise exceptions.authorization_pending()
        if device["decision"] == "reject":
            raise exceptions.access_denied()
        if device["user_dc"] != dc:
            raise exceptions.other_dc(device["user_dc"])
        self._devices.delete(device["user_code"])
        return device

    def secret_values(self) -> set[str]:
        return {device["device_code"] for device in self._devices.all()}
