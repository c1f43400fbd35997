"""What the tests use to speak to the emulated Zoho, as any OAuth client would."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from emulator.launch import Emulator

REDIRECT = "http://127.0.0.1:8765/callback"
SCOPES = "ZohoCRM.modules.READ,ZohoCRM.settings.READ"

Client = dict[str, Any]


class Zoho:
    """Zoho's API console, its pages and its token endpoints."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def accounts(self, dc: str) -> str:
        return str(self.emulator.info["zoho"][dc]["accounts"])

    def client(self, kind: str = "web", dc: str = "us", **order: Any) -> Client:
        if kind in ("web", "javascript", "mobile"):
            order = {"redirect_uris": [REDIRECT], **order}
        client: Client = self.emulator.control("POST", "/zoho/clients", {"type": kind, "dc": dc, **order})
        return client

    def user(self, dc: str = "us", **order: Any) -> dict[str, Any]:
        user: dict[str, Any] = self.emulator.control("POST", "/zoho/users", {"dc": dc, **order})
        return user

    def change(self, client: Client, **changes: Any) -> None:
        self.emulator.control("PATCH", f"/zoho/clients/{client['client_id']}", changes)

    def show(self, client: Client) -> dict[str, Any]:
        shown: dict[str, Any] = self.emulator.control("GET", f"/zoho/clients/{client['client_id']}")
        return shown

    def query(self, client: Client, **changes: str | None) -> dict[str, str]:
        query = {
            "client_id": client["client_id"],
            "response_type": "token" if client["type"] == "javascript" else "code",
            "redirect_uri": REDIRECT,
            "scope": SCOPES,
            "access_type": "offline",
            "state": "s t/a=te",
            **changes,
        }
        return {name: value for name, value in query.items() if value is not None}

    def auth_url(self, client: Client, dc: str | None = None) -> str:
        return self.accounts(dc or client["home"]) + "/oauth/v2/auth"

    def show_page(self, client: Client, dc: str | None = None, **changes: str | None) -> requests.Response:
        url, query = self.auth_url(client, dc), self.query(client, **changes)
        return requests.get(url, params=query, allow_redirects=False, timeout=10)

    def decide(
        self,
        client: Client,
        decision: str = "accept",
        account: str | None = None,
        dc: str | None = None,
        **changes: str | None,
    ) -> requests.Response:
        form = {"decision": decision, **({"account": account} if account else {})}
        url, query = self.auth_url(client, dc), self.query(client, **changes)
        return requests.post(url, params=query, data=form, allow_redirects=False, timeout=10)

    def code(self, client: Client, **changes: Any) -> str:
        return landing(self.decide(client, **changes))["code"]

    def console_code(self, client: Client, **order: Any) -> str:
        made = self.emulator.control("POST", "/zoho/codes", {"client_id": client["client_id"], **order})
        return str(made["code"])

    def token(self, client: Client, dc: str | None = None, **fields: str | None) -> requests.Response:
        form = {"client_id": client["client_id"], "client_secret": client["client_secret"], **fields}
        return requests.post(self.accounts(dc or client["home"]) + "/oauth/v2/token", data=form, timeout=10)

    def exchange(self, client: Client, code: str, dc: str | None = None, **changes: str | None) -> dict[str, Any]:
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, **changes}
        answer: dict[str, Any] = self.token(client, dc, **fields).json()
        return answer

    def refresh(self, client: Client, refresh_token: str, dc: str | None = None) -> dict[str, Any]:
        answer: dict[str, Any] = self.token(client, dc, grant_type="refresh_token", refresh_token=refresh_token).json()
        return answer

    def start_device(self, client: Client, **changes: str) -> dict[str, Any]:
        form = {"client_id": client["client_id"], "grant_type": "device_request", "scope": SCOPES}
        form |= {"access_type": "offline", "prompt": "consent", **changes}
        url = self.accounts(client["home"]) + "/oauth/v3/device/code"
        started: dict[str, Any] = requests.post(url, data=form, timeout=10).json()
        return started

    def poll(self, client: Client, device_code: str, dc: str | None = None, **changes: str) -> dict[str, Any]:
        form = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
        form |= {"grant_type": "device_token", "code": device_code, **changes}
        url = self.accounts(dc or client["home"]) + "/oauth/v3/device/token"
        polled: dict[str, Any] = requests.post(url, data=form, timeout=10).json()
        return polled


def landing(answer: requests.Response) -> dict[str, str]:
    """Where a redirect leads to: its query, and its fragment."""
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    return dict(parse_qsl(parts.query) + parse_qsl(parts.fragment))


def modules(api: str, access_token: str) -> requests.Response:
    headers = {"Authorization": f"Zoho-oauthtoken {access_token}"}
    return requests.get(f"{api}/crm/v8/settings/modules", headers=headers, timeout=10)
