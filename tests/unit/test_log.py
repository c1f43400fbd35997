"""The log: one redacted line a request, shown to nobody who does not ask for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import requests

from zoho_adobe import log
from zoho_adobe.api.transport import Transport
from zoho_adobe.errors import NoAnswerError
from zoho_adobe.redaction import protect

SECRET = "1000.5ec2e7.5ec2e7c0ffee"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "zoho_adobe")
    return caplog


@pytest.fixture
def shown() -> Iterator[logging.Logger]:
    """The package's logger, as it was afterwards."""
    logger = logging.getLogger("zoho_adobe")
    before = (list(logger.handlers), logger.level, logger.propagate)
    yield logger
    logger.handlers[:], logger.level, logger.propagate = before
    logger.manager._clear_cache()  # type: ignore[attr-defined]


def test_a_request_is_one_line(lines: pytest.LogCaptureFixture) -> None:
    log.log_request("Flow Service", "GET", "/connections/a", "200", 0.0534, request_id="Qw3", attempt=2)
    assert lines.messages == ["Flow Service: GET /connections/a 200 in 53 ms, request id Qw3, attempt 2"]


def test_a_query_is_left_out(lines: pytest.LogCaptureFixture) -> None:
    log.log_request("Zoho accounts", "POST", "/oauth/v2/token?refresh_token=not-registered", "200", 0.0, attempt=1)
    assert lines.messages == ["Zoho accounts: POST /oauth/v2/token 200 in 0 ms, attempt 1"]


def test_what_a_service_says_is_redacted_and_stays_on_the_line(lines: pytest.LogCaptureFixture) -> None:
    protect(SECRET)
    log.log_request("X", "GET", f"/{SECRET}", "200", 0.0, request_id=f"a\n\x1b[31m{SECRET}", attempt=1)
    assert lines.messages == ["X: GET /[secret] 200 in 0 ms, request id a [31m[secret], attempt 1"]


def test_each_attempt_is_a_line(lines: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise requests.exceptions.ReadTimeout

    monkeypatch.setattr(requests.Session, "request", fail)
    with pytest.raises(NoAnswerError):
        Transport("Flow Service", "https://platform.adobe.io/data", timeout=5.0).send("GET", "/connections")
    assert lines.messages == [
        f"Flow Service: GET /data/connections no answer (StillAtWorkError) in 0 ms, attempt {number}"
        for number in range(1, 6)
    ]


def test_an_unexpected_error_is_told_in_a_line_and_logged_with_its_traceback(lines: pytest.LogCaptureFixture) -> None:
    protect(SECRET)
    try:
        raise ValueError(f"no {SECRET}\x1b[2J")
    except ValueError as error:
        told = log.unexpected(error)
    assert told.startswith("zoho-adobe failed unexpectedly: ValueError at test_log.py:")
    (traceback,) = lines.messages
    assert traceback.startswith("Traceback (most recent call last):")
    assert "test_log.py" in traceback
    assert traceback.endswith("\nValueError: no [secret] [2J")


@pytest.mark.parametrize("environ", [{}, {"ZOHO_ADOBE_DEBUG": ""}, {"ZOHO_ADOBE_DEBUG": "0"}])
def test_nothing_is_shown_unless_asked_for(
    shown: logging.Logger, environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = list(shown.handlers)
    log.show_if_asked(environ)
    log.log_request("X", "GET", "/", "200", 0.0, attempt=1)
    assert shown.handlers == before
    assert capsys.readouterr() == ("", "")


def test_it_is_shown_once_however_often_it_is_asked_for(
    shown: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    root = list(logging.getLogger().handlers)
    for _ in range(3):
        log.show_if_asked({"ZOHO_ADOBE_DEBUG": "1"})
    log.log_request("X", "GET", "/", "200", 0.0, attempt=1)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("zoho_adobe.http X: GET / 200") == 1
    assert logging.getLogger().handlers == root
    assert shown.propagate is False
