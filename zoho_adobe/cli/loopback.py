"""Receives the consent: a web server on this machine that takes one answer, the one to the question asked.

Source of the form of the answer: https://www.zoho.com/accounts/protocol/oauth/multi-dc/client-authorization.html
"""

from __future__ import annotations

import hmac
import queue
import socketserver
import threading
from contextvars import copy_context
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from zoho_adobe.api.zoho_errors import Asked, diagnose_oauth
from zoho_adobe.cli import pages
from zoho_adobe.errors import ConsentError, NoConsentError, PortInUseError, ZohoAdobeError
from zoho_adobe.redaction import protect
from zoho_adobe.settings import check_named_url

LOOPBACK = "127.0.0.1"
PATH = "/callback"
SLOWEST_CLIENT = 10.0


@dataclass(frozen=True)
class Consent:
    """What Zoho's redirect brings.

    Attributes:
        code: the grant token.
        accounts_url: the accounts server of the account's data center, where the code has to be exchanged.
        location: the code of that data center, empty where Zoho does not name it.
    """

    code: str = field(repr=False)
    accounts_url: str
    location: str


class Loopback:
    """Listens for one redirect while its context lasts.

    Args:
        port: the port of the registered redirect URI.
        state: what the redirect has to bring back.
        accounts_url: the accounts server that was asked.
        allowed_hosts: hosts outside Zoho's that the configuration allows.

    Raises:
        PortInUseError: another program has the port.
    """

    def __init__(self, port: int, state: str, accounts_url: str, allowed_hosts: frozenset[str]) -> None:
        self.redirect_uri = f"http://{LOOPBACK}:{port}{PATH}"
        self.host = f"{LOOPBACK}:{port}"
        self._state = state
        self._accounts_url = accounts_url
        self._allowed_hosts = allowed_hosts
        self._lock = threading.Lock()
        self._used = False
        self._strays = 0
        # Requests come in on threads of their own, where the session is unknown.
        self._context = copy_context()
        self._outcome: queue.Queue[Consent | ZohoAdobeError] = queue.Queue()
        try:
            self._server = _Server((LOOPBACK, port), _Handler)
        except OSError as error:
            raise PortInUseError(
                f"port {port} of this machine cannot be listened on ({error.strerror})",
                remedy="End the program that has it, or register another redirect URI and pass its port with --port",
            ) from None
        self._server.loopback = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, seconds: float) -> Consent:
        """Wait for the consent.

        Args:
            seconds: how long.

        Raises:
            NoConsentError: nobody answered in time.
            ConsentError: the answer cannot be used.
            ZohoOAuthError: Zoho refused, or the person said no.
            ForeignHostError: the redirect names an accounts server that is not Zoho's.
        """
        try:
            outcome = self._outcome.get(timeout=seconds)
        except queue.Empty:
            stray = " (an answer to another question came and was not taken)" if self._strays else ""
            raise NoConsentError(
                f"no consent came within {seconds:.0f} seconds{stray}",
                remedy="Start again. If Zoho showed an error instead of asking you, the client id is unknown there, or "
                f"its registered redirect URI is not {self.redirect_uri} to the letter",
            ) from None
        if isinstance(outcome, ZohoAdobeError):
            raise outcome
        return outcome

    def fail(self, error: ZohoAdobeError) -> None:
        """End the waiting with an error."""
        self._outcome.put(error)

    def receive(self, query: str) -> tuple[HTTPStatus, bytes, Consent | ZohoAdobeError | None]:
        """Take a redirect, or refuse it.

        Args:
            query: the query of its URL.

        Returns:
            Status and page for the browser, and the outcome, None if the request is not the awaited one.
        """
        return self._context.copy().run(self._receive, query)

    def _receive(self, query: str) -> tuple[HTTPStatus, bytes, Consent | ZohoAdobeError | None]:
        fields = parse_qs(query, keep_blank_values=True)
        with self._lock:
            # Zoho does not document that a refusal brings the state back, and taking it for one does no harm.
            refusal = "error" in fields and "state" not in fields
            if not refusal and not hmac.compare_digest(_only(fields, "state").encode(), self._state.encode()):
                self._strays += 1
                page = pages.stray_page("It belongs to another question, perhaps to one from an earlier run.")
                return HTTPStatus.BAD_REQUEST, page, None
            if self._used:
                return HTTPStatus.GONE, pages.stray_page("The answer has arrived already and is used once."), None
            self._used = True
        try:
            consent = self._consent(fields)
        except ZohoAdobeError as error:
            return HTTPStatus.OK, pages.failure_page(error.message, error.remedy), error
        return HTTPStatus.OK, pages.success_page(), consent

    def deliver(self, outcome: Consent | ZohoAdobeError) -> None:
        """Hand the outcome over, after the browser has its page."""
        self._outcome.put(outcome)

    def _consent(self, fields: dict[str, list[str]]) -> Consent:
        if "error" in fields:
            code = _only(fields, "error") or "unknown"
            found = diagnose_oauth(code, code, self._accounts_url, Asked.CONSENT)
            raise found.kind(
                found.message, service="Zoho accounts", status=HTTPStatus.OK, code=code, remedy=found.remedy
            )
        code = _only(fields, "code")
        if not code:
            raise ConsentError("Zoho's redirect has no grant token", remedy="Start again")
        protect(code)
        named = _only(fields, "accounts-server") or self._accounts_url
        check_named_url("accounts-server", named, self._accounts_url, self._allowed_hosts)
        return Consent(code, named.rstrip("/"), _only(fields, "location"))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    loopback: Loopback

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep a browser that hung up from filling the terminal."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = SLOWEST_CLIENT

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        loopback = self.server.loopback
        # Another name for this address would be a page elsewhere that had its name rebound to this machine.
        if parts.path != PATH or self.headers.get("Host", "") != loopback.host:
            self._answer(HTTPStatus.NOT_FOUND, pages.stray_page("Nothing is here."))
            return
        status, page, outcome = loopback.receive(parts.query)
        try:
            self._answer(status, page)
        finally:
            if outcome is not None:
                loopback.deliver(outcome)

    def _answer(self, status: HTTPStatus, page: bytes) -> None:
        self.send_response(status)
        for name, value in pages.HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(page)
        self.close_connection = True

    def version_string(self) -> str:
        return "zoho-adobe"

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the grant token, which is in the URL, out of the terminal."""


def _only(fields: dict[str, list[str]], name: str) -> str:
    """Return a field that is there once; one given twice counts as none."""
    values = fields.get(name, [])
    return values[0] if len(values) == 1 else ""
