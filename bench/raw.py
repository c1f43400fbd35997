"""The floor: the requests that N connections need, sent by sixteen threads without an engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests
import requests.adapters

from bench.services import SANDBOX, Counts, Credentials, Service

THREADS = 16
NAME = f"raw requests, {THREADS} threads"
STEPS = ("up", "unchanged", "update", "destroy")


def live(service: Service, size: int, latency: float) -> dict[str, tuple[float, Counts]]:
    """Make, read, change and delete connections.

    Args:
        service: the services.
        size: how many connections.
        latency: the seconds that every answer takes.

    Returns:
        For each step its seconds and counts.
    """
    service.set_latency(0)
    floor = _Floor(service.credentials())
    actions: dict[str, Callable[[int], None]] = {
        "up": floor.make,
        "unchanged": floor.read,
        "update": floor.change,
        "destroy": floor.delete,
    }
    lived = {}
    service.set_latency(latency)
    for step, action in actions.items():
        service.forget()
        begin = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(action, range(size)))
        lived[step] = (time.perf_counter() - begin, service.counts())
    service.set_latency(0)
    return lived


class _Floor:
    def __init__(self, credentials: Credentials) -> None:
        self._url = f"{credentials.platform_url}/data/foundation/flowservice/connections"
        self._params = {
            "endpoint": "crm.zoho.com/crm/private",
            "accountsUrl": credentials.zoho_accounts_url,
            "clientId": credentials.zoho_client_id,
            "clientSecret": credentials.zoho_client_secret,
            "accessToken": credentials.zoho_token(),
            "refreshToken": credentials.zoho_refresh_token,
        }
        self._session = requests.Session()
        self._session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=THREADS))
        self._session.headers.update(
            {
                "Authorization": f"Bearer {credentials.adobe_token()}",
                "x-api-key": credentials.client_id,
                "x-gw-ims-org-id": credentials.organization,
                "x-sandbox-name": SANDBOX,
            }
        )
        self._made: dict[int, dict[str, str]] = {}

    def make(self, number: int) -> None:
        self._made[number] = self._send(
            "POST",
            "",
            {
                "name": f"Zoho CRM {number}",
                "description": "Made by the bench",
                "auth": {"specName": "Basic Authentication", "params": self._params},
                "connectionSpec": {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"},
            },
        )

    def read(self, number: int) -> None:
        self._send("GET", f"/{self._made[number]['id']}")

    def change(self, number: int) -> None:
        made = self._made[number]
        ops = [{"op": "replace", "path": "/description", "value": "changed"}]
        self._made[number] = self._send("PATCH", f"/{made['id']}", ops, made["etag"])

    def delete(self, number: int) -> None:
        self._send("DELETE", f"/{self._made[number]['id']}")

    def _send(self, method: str, path: str, body: object = None, etag: str = "") -> dict[str, str]:
        headers = {"If-Match": etag} if etag else {}
        answer = self._session.request(method, self._url + path, json=body, headers=headers, timeout=60)
        answer.raise_for_status()
        found: dict[str, str] = answer.json() if answer.content else {}
        return found
