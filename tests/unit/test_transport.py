"""What never arrived, what may have, and what a service's headers say; without any service."""

from __future__ import annotations

import contextlib
import email.utils
import http.server
import ssl
import threading
import time

import pytest
import requests
import urllib3.exceptions
from urllib3.connection import HTTPConnection

from tests.support.clocks import ManualClock
from zoho_adobe.api.deadline import operation
from zoho_adobe.api.transport import Answer, Transport
from zoho_adobe.errors import LostAnswerError, NoAnswerError, StillAtWorkError, UnreachableError
from zoho_adobe.session import Session

TRANSPORT = Transport("Flow Service", "https://platform.adobe.io", timeout=5.0)


def answer(text: str = "", **headers: str) -> Answer:
    return Answer("Flow Service", 200, text, "", {name.replace("_", "-"): value for name, value in headers.items()})


def outcome(error: requests.RequestException, monkeypatch: pytest.MonkeyPatch) -> NoAnswerError:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(requests.Session, "request", fail)
    with pytest.raises(NoAnswerError) as raised:
        TRANSPORT.send("POST", "/connections")
    return raised.value


def wrapped(reason: Exception) -> urllib3.exceptions.MaxRetryError:
    return urllib3.exceptions.MaxRetryError(None, "/", reason)  # type: ignore[arg-type]  # no pool is needed here


def tls(reason: Exception) -> requests.exceptions.SSLError:
    return requests.exceptions.SSLError(wrapped(urllib3.exceptions.SSLError(reason)))


CERTIFICATE = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            requests.exceptions.ConnectionError(
                wrapped(urllib3.exceptions.NewConnectionError(HTTPConnection("x"), "Connection refused"))
            ),
            "cannot be reached (connection refused)",
        ),
        (
            requests.exceptions.ConnectionError(
                wrapped(urllib3.exceptions.NameResolutionError("x", HTTPConnection("x"), OSError()))  # type: ignore[arg-type]
            ),
            "cannot be reached (its name does not resolve)",
        ),
        (requests.exceptions.ConnectTimeout(), "cannot be reached"),
        (tls(CERTIFICATE), "has no certificate that this machine trusts"),
    ],
)
def test_what_never_arrived(error: requests.RequestException, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = outcome(error, monkeypatch)
    assert isinstance(found, UnreachableError)
    assert expected in str(found)


@pytest.mark.parametrize(
    "error",
    [
        requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", OSError())),
        requests.exceptions.ChunkedEncodingError(urllib3.exceptions.IncompleteRead(1, 2)),
        tls(ssl.SSLEOFError(8, "EOF occurred in violation of protocol")),
        tls(ssl.SSLError(1, "[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC]")),
    ],
)
def test_what_may_have_been_done(error: requests.RequestException, monkeypatch: pytest.MonkeyPatch) -> None:
    found = outcome(error, monkeypatch)
    assert isinstance(found, LostAnswerError)
    assert not isinstance(found, StillAtWorkError)


@pytest.mark.parametrize(
    "error",
    [
        requests.exceptions.ReadTimeout(),
        requests.exceptions.ConnectionError(urllib3.exceptions.ReadTimeoutError(None, "/", "")),  # type: ignore[arg-type]
    ],
)
def test_what_may_still_be_done(error: requests.RequestException, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(outcome(error, monkeypatch), StillAtWorkError)


def test_after_the_deadline_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests.Session, "request", lambda *_, **__: pytest.fail("sent"))
    with operation(0.0), pytest.raises(UnreachableError, match="took too long"):
        TRANSPORT.send("GET", "/connections")


def test_what_an_earlier_attempt_may_have_done_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection ends in the middle of the first attempt, and the later ones find nobody."""
    nobody = wrapped(urllib3.exceptions.NewConnectionError(HTTPConnection("x"), "Connection refused"))
    cut = urllib3.exceptions.ProtocolError("Connection aborted.", OSError())
    causes: list[Exception] = [cut, *[nobody] * 4]

    def fail(*_: object, **__: object) -> None:
        raise requests.exceptions.ConnectionError(causes.pop(0))

    monkeypatch.setattr(requests.Session, "request", fail)
    with pytest.raises(LostAnswerError, match="cannot be reached"):
        TRANSPORT.send("PATCH", "/connections/a")
    assert not causes


def test_no_wait_outlasts_the_operation(monkeypatch: pytest.MonkeyPatch, manual_clock: ManualClock) -> None:
    def fail(*_: object, **__: object) -> None:
        manual_clock.now += 4.0
        raise requests.exceptions.ReadTimeout

    monkeypatch.setattr(requests.Session, "request", fail)
    began = manual_clock.now
    with operation(9.0), pytest.raises(NoAnswerError):
        TRANSPORT.send("GET", "/connections")
    assert manual_clock.now - began <= 9.0 + 4.0


class _Trickle(http.server.BaseHTTPRequestHandler):
    """Answers with one byte after the other, and never with the last one."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        with contextlib.suppress(OSError):
            while True:
                self.wfile.write(b" ")
                time.sleep(0.01)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


def test_an_answer_that_trickles_in_ends_with_the_time_out() -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Trickle) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        transport = Transport("Flow Service", f"http://127.0.0.1:{server.server_port}", timeout=0.3)
        with Session().active(), pytest.raises(StillAtWorkError):
            transport.send("GET", "/connections", repeatable=False)
        server.shutdown()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("999999", 999999.0),
        ("1000000000000", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
        ("\u0664", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert answer(retry_after=value).retry_after == seconds


def test_retry_after_as_a_date(manual_clock: ManualClock) -> None:
    value = email.utils.formatdate(manual_clock.now + 30, usegmt=True)
    assert answer(retry_after=value).retry_after == 30


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "an empty body"),
        ("  \n", "an empty body"),
        ("<html><title> Sign in </title>", "an HTML page titled 'Sign in'"),
        ("<!doctype html>", "an HTML page"),
        ('{"items": [', "no JSON (11 characters)"),
    ],
)
def test_an_unreadable_answer_says_what_it_looks_like(text: str, kind: str) -> None:
    assert answer(text).unreadable("no JSON").message == f"Flow Service answered 200 with {kind}"
