"""Limits, lifetimes, and what Zoho's documents contradict each other in: for all clients, or for one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from emulator.core.store import Store

EVERYBODY = "everybody"


class BadOption(ValueError):  # noqa: N818 - reads as what it is
    """An option that does not exist, or not with this value."""


@dataclass(frozen=True, slots=True)
class Options:
    """The rules a client lives by. Durations are seconds."""

    code_lifetime: float = 120.0
    self_client_code_lifetime: float = 180.0
    device_code_lifetime: float = 300.0
    access_token_lifetime: float = 3600.0
    device_poll_interval: float = 30.0
    token_requests: int = 10
    codes: int = 10
    window: float = 600.0
    live_access_tokens: int = 15
    refresh_tokens: int = 20
    throttle_status: int = 400
    tell_scope: bool = True
    legacy_expiry: bool = False
    accept_bearer: bool = True


class OptionsStore:
    """What a test has changed."""

    def __init__(self, store: Store) -> None:
        self._changed = store.collection("zoho_options")

    def of(self, client_id: str) -> Options:
        changed = {**(self._changed.get(EVERYBODY) or {}), **(self._changed.get(client_id) or {})}
        return Options(**changed)

    def change(self, changes: dict[str, Any], client_id: str = EVERYBODY) -> None:
        kinds = {field.name: type(field.default) for field in fields(Options)}
        for name, value in changes.items():
            kind = kinds.get(name)
            if kind is None:
                raise BadOption(f"{name}: no such option; known: {', '.join(kinds)}")
            fits = type(value) is kind or (kind is float and type(value) is int)
            if not fits:
                raise BadOption(f"{name}: {kind.__name__} expected")
        self._changed.put(client_id, {**(self._changed.get(client_id) or {}), **changes})

    def reset(self, client_id: str = EVERYBODY) -> None:
        self._changed.delete(client_id)

    def show(self, client_id: str = EVERYBODY) -> dict[str, Any]:
        return asdict(self.of(client_id))
