"""Proving credentials: each set once, different ones at the same time, whatever way their URL is written."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

import pytest

from zoho_adobe.session import Session
from zoho_adobe.settings import Reach
from zoho_adobe.verification import require_working
from zoho_adobe.zoho_credentials import ZohoCredentials

AT_ONCE = 20


class Zoho(http.server.ThreadingHTTPServer):
    """A Zoho that answers nobody's token request before it has twenty of them."""

    request_queue_size = 2 * AT_ONCE
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.together = threading.Barrier(AT_ONCE, timeout=30)
        self.asked: list[str] = []


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Zoho

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(self.path)
        self.server.together.wait()
        self._answer({"access_token": "1000.access", "expires_in": 3600, "api_domain": self.server.url})

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        modules = [{"api_name": "Leads", "api_supported": True, "viewable": True}]
        self._answer({"modules": modules, "data": []})

    def _answer(self, body: object) -> None:
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def zoho() -> Iterator[Zoho]:
    with Zoho() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with Session().active() as active:
        yield active


def prove_at_once(credentials: list[ZohoCredentials]) -> None:
    with ThreadPoolExecutor(len(credentials)) as pool:
        for done in [pool.submit(copy_context().run, require_working, item, Reach()) for item in credentials]:
            done.result()


def test_different_credentials_are_proved_at_the_same_time(zoho: Zoho) -> None:
    prove_at_once([ZohoCredentials(zoho.url, "id", "secret", f"refresh-{number}") for number in range(AT_ONCE)])
    assert zoho.asked.count("/oauth/v2/token") == AT_ONCE


def test_the_same_credentials_are_proved_once(zoho: Zoho) -> None:
    zoho.together = threading.Barrier(1)
    spelled = [zoho.url, f"{zoho.url}/", f"{zoho.url}//", zoho.url.replace("http", "HTTP")]
    prove_at_once([ZohoCredentials(url, "id", "secret", "refresh-token") for url in spelled])
    assert zoho.asked.count("/oauth/v2/token") == 1
    assert zoho.asked.count("/crm/v8/settings/modules") == 1


def test_another_endpoint_needs_no_other_token(zoho: Zoho) -> None:
    zoho.together = threading.Barrier(1)
    places = [f"crm.zoho.com/crm/{number}" for number in range(4)]
    prove_at_once([ZohoCredentials(zoho.url, "id", "secret", "refresh-token", endpoint=place) for place in places])
    assert zoho.asked.count("/oauth/v2/token") == 1


def test_another_session_proves_for_itself(zoho: Zoho) -> None:
    """A token that an earlier command left in the cache proves nothing."""
    zoho.together = threading.Barrier(1)
    for _ in range(2):
        with Session().active():
            require_working(ZohoCredentials(zoho.url, "id", "secret", "refresh-token"), Reach())
    assert zoho.asked.count("/oauth/v2/token") == 2
