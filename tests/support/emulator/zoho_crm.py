"""An organization of the emulated Zoho CRM, seen by a client of its own."""

from __future__ import annotations

from typing import Any

import requests

from emulator.launch import Emulator
from tests.support.emulator.zoho_clients import Zoho

SCOPES = ("modules.READ", "settings.READ", "users.READ", "org.READ")


class Crm:
    """One organization, seen by its own client."""

    def __init__(self, emulator: Emulator, scopes: tuple[str, ...] = SCOPES, **user: Any) -> None:
        zoho = Zoho(emulator)
        self.emulator = emulator
        self.user = zoho.user(**user)
        self.client = zoho.client("self", dc=self.user["dc"], users=[self.user["zuid"]])
        code = zoho.console_code(self.client, scopes=[f"ZohoCRM.{scope}" for scope in scopes])
        self.token = zoho.exchange(self.client, code, redirect_uri=None)

    def get(self, path: str, version: str = "v8", scheme: str = "Zoho-oauthtoken", **options: Any) -> requests.Response:
        return self.request("GET", path, version, scheme, **options)

    def request(
        self, method: str, path: str, version: str = "v8", scheme: str = "Zoho-oauthtoken", **options: Any
    ) -> requests.Response:
        headers = {"Authorization": f"{scheme} {self.token['access_token']}", **options.pop("headers", {})}
        url = f"{self.token['api_domain']}/crm/{version}{path}"
        return requests.request(method, url, headers=headers, timeout=10, **options)

    def control(self, method: str, path: str = "", body: Any = None) -> Any:
        return self.emulator.control(method, f"/zoho/organizations/{self.user['organization']}{path}", body)

    def add(self, module: str, *rows: dict[str, Any]) -> list[dict[str, Any]]:
        added: list[dict[str, Any]] = self.control("POST", f"/modules/{module}/rows", list(rows))["rows"]
        return added

    def page(self, module: str, **params: Any) -> dict[str, Any]:
        answer = self.get(f"/{module}", params={"fields": "id", **params})
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page


def refusal(answer: requests.Response) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"code", "details", "message", "status"}
    assert body["status"] == "error"
    return answer.status_code, body["code"]
