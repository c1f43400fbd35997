"""A landing zone of a tenant, with Microsoft's own client for its files."""

from __future__ import annotations

from typing import Any

import requests
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import ContainerClient

from tests.support.emulator.clients import Adobe

ZONE = "/data/foundation/connectors/landingzone"


class Zone:
    """The landing zone of one client, in its sandbox."""

    def __init__(self, adobe: Adobe, sandbox: str = "dev") -> None:
        self._adobe = adobe
        self._sandbox = sandbox
        self._control = f"/organizations/{adobe.organization}/sandboxes/{sandbox}/landing-zone"

    def call(self, method: str = "GET", path: str = "", **params: str) -> requests.Response:
        url = self._adobe.emulator.info["adobe"] + ZONE + path
        return self._adobe.session.request(method, url, params={"type": "user_drop_zone", **params}, timeout=10)

    def credentials(self) -> dict[str, Any]:
        answer = self.call(path="/credentials")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def refresh(self) -> dict[str, Any]:
        answer = self.call("POST", "/credentials", action="refresh")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def client(self, **options: Any) -> ContainerClient:
        return client(self.credentials()["SASUri"], **options)

    def change(self, **settings: Any) -> None:
        self._adobe.emulator.control("PATCH", self._control, settings)

    def files(self) -> list[str]:
        found = self._adobe.emulator.control("GET", self._control + "/files")["files"]
        return [item["name"] for item in found]

    def pass_time(self, seconds: float) -> None:
        self._adobe.emulator.control("POST", "/clock", {"advance": seconds})


def client(uri: str, **options: Any) -> ContainerClient:
    """Open a container as any user of the library would, but for the patience."""
    return ContainerClient.from_container_url(uri, **{"retry_total": 0, **options})


def error_code(error: HttpResponseError) -> str:
    """Azure's name of an error."""
    name = vars(error)["error_code"]
    return str(getattr(name, "value", name))
