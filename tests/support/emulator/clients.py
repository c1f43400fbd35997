"""What the tests use to speak to the emulator, as any client of Adobe would."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import requests

from emulator.launch import Emulator

ZOHO_SPEC = {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}
FLOW_SERVICE = "/data/foundation/flowservice"


class Adobe:
    """One client of one organization, in one sandbox."""

    def __init__(self, emulator: Emulator, credentials: dict[str, Any], sandbox: str = "dev") -> None:
        self.emulator = emulator
        self.credentials = credentials
        self.organization: str = credentials["organization"]
        self.base: str = emulator.info["adobe"] + FLOW_SERVICE
        self.session = requests.Session()
        self.session.headers.update(
            {
                "Authorization": f"Bearer {self.mint()['access_token']}",
                "x-api-key": credentials["client_id"],
                "x-gw-ims-org-id": self.organization,
                "x-sandbox-name": sandbox,
            }
        )
        self.zoho: dict[str, str] = emulator.info["zoho"]["eu"]

    def ask_token(self, **changes: str) -> requests.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.credentials["client_id"],
            "client_secret": self.credentials["client_secret"],
            "scope": self.credentials["scopes"],
            **changes,
        }
        return requests.post(self.emulator.info["ims"] + "/ims/token/v3", data=form, timeout=10)

    def mint(self) -> dict[str, Any]:
        token: dict[str, Any] = self.ask_token().json()
        return token

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(method, self.base + path, timeout=10, **options)

    def params(self, **changes: Any) -> dict[str, Any]:
        params = {
            "endpoint": "crm.zoho.com/crm/private",
            "accountsUrl": self.zoho["accounts"],
            "clientId": self.zoho["client_id"],
            "clientSecret": self.zoho["client_secret"],
            "accessToken": "1000.access",
            "refreshToken": self.zoho["refresh_token"],
            **changes,
        }
        return {name: value for name, value in params.items() if value is not None}

    def body(self, name: str | None = None, **changes: Any) -> dict[str, Any]:
        return {
            "name": name or f"connection {uuid4().hex[:8]}",
            "auth": {"specName": "Basic Authentication", "params": self.params()},
            "connectionSpec": ZOHO_SPEC,
            **changes,
        }

    def create(self, name: str | None = None, **changes: Any) -> dict[str, str]:
        answer = self.request("POST", "/connections", json=self.body(name, **changes))
        assert answer.status_code == 201, answer.text
        receipt: dict[str, str] = answer.json()
        return receipt

    def get(self, identifier: str) -> dict[str, Any]:
        item: dict[str, Any] = self.request("GET", f"/connections/{identifier}").json()["items"][0]
        return item

    def patch(self, receipt: dict[str, str], *ops: dict[str, Any]) -> requests.Response:
        return self.request(
            "PATCH", f"/connections/{receipt['id']}", json=list(ops), headers={"If-Match": receipt["etag"]}
        )

    def names(self, *pairs: tuple[str, str]) -> list[str]:
        answer = self.request("GET", "/connections", params=pairs)
        assert answer.status_code == 200, answer.text
        return [item["name"] for item in answer.json()["items"]]

    def objects(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = self.emulator.control(
            "GET", f"/organizations/{self.organization}/objects"
        )
        return found

    def fault(self, kind: str, **order: Any) -> None:
        self.emulator.control("POST", "/faults", {"kind": kind, "organization": self.organization, **order})

    def log(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.emulator.control("GET", f"/requests?organization={self.organization}")[
            "requests"
        ]
        return entries


def code(answer: requests.Response) -> str:
    """The catalogue's code of an error answer."""
    name: str = answer.json()["type"]
    return name.rpartition("/")[2]


def replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}
