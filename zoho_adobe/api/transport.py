"""Sends a request and gives back an answer, or an error that says what to do.

One session serves a whole process: connections are kept alive and shared by all threads. No redirect is followed, so a
credential cannot be led elsewhere; no cookie is kept; certificates are always verified.
"""

from __future__ import annotations

import email.utils
import json
import math
import platform
import random
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import requests.adapters
import urllib3.exceptions

from zoho_adobe._version import __version__
from zoho_adobe.api.deadline import remaining_seconds
from zoho_adobe.api.rate_limit import limit_of
from zoho_adobe.api.retry import Attempt, Outcome, wait_before_retry
from zoho_adobe.errors import LostAnswerError, StillAtWorkError, UnreachableError, UnreadableAnswerError
from zoho_adobe.redaction import redact

USER_AGENT = f"zoho-adobe/{__version__} python/{platform.python_version()} requests/{requests.__version__}"
CONNECT_TIMEOUT = 10.0
_MOST_DIGITS = 19
Params = Sequence[tuple[str, str]]

_session_lock = threading.Lock()
_session: requests.Session | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered.

    Attributes:
        service: the service's name.
        status: the HTTP status.
        text: the body.
        request_id: the service's id of the request, empty if it gave none.
        headers: the headers, by lower-case name.
    """

    service: str
    status: int
    text: str
    request_id: str
    headers: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> float | None:
        """The seconds that the service wants to be left alone, None where it does not say."""
        return _retry_after(self.headers)

    def json(self) -> Any:
        """Read the body as JSON.

        Raises:
            UnreadableAnswerError: it is none; the message shows its beginning.
        """
        try:
            return json.loads(self.text, parse_int=_whole, parse_float=_finite, parse_constant=_finite)
        except (ValueError, RecursionError):
            raise self.unreadable("no JSON") from None

    def json_object(self) -> dict[str, Any]:
        """Read the body as a JSON object.

        Raises:
            UnreadableAnswerError: it is something else.
        """
        body = self.json()
        if not isinstance(body, dict):
            raise self.unreadable("no JSON object")
        return body

    def unreadable(self, what: str) -> UnreadableAnswerError:
        """Make the error for a body that cannot be used.

        Args:
            what: what is wrong with it, such as "no JSON".
        """
        # Masked before it is cut: the beginning of a secret would not be recognized any more.
        title = re.search(r"<title>\s*([^<]{1,80})", redact(self.text), re.IGNORECASE)
        kind = (
            f"an HTML page titled {title.group(1).strip()!r}"
            if title
            else "an HTML page"
            if self.text.lstrip()[:1] == "<"
            else "an empty body"
            if not self.text.strip()
            else f"{what} ({len(self.text)} characters)"
        )
        return UnreadableAnswerError(
            f"{self.service} answered {self.status} with {kind}",
            service=self.service,
            status=self.status,
            request_id=self.request_id,
            remedy="Something between here and the service may have answered in its place: check the URL and the proxy",
        )


class Transport:
    """Sends requests to one service.

    Args:
        service: the service's name, for messages.
        base_url: the URL that paths are appended to.
        timeout: how long one request may take, in seconds.
    """

    def __init__(self, service: str, base_url: str, *, timeout: float) -> None:
        self.service = service
        self.base_url = base_url.rstrip("/")
        self._place = "/".join(self.base_url.split("/", 3)[:3])
        self._timeout = timeout

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Params = (),
        body: Any = None,
        form: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
    ) -> Answer:
        """Send a request, again where the retry policy says so.

        Args:
            method: the HTTP method, in upper case.
            path: the path below the base URL, with its leading slash.
            headers: headers besides the user agent.
            params: the query, pairs in order.
            body: what to send as JSON.
            form: what to send as a form, instead of JSON.
            repeatable: whether sending it twice is harmless; by default true for all but POST.

        Returns:
            The answer, whatever its status.

        Raises:
            UnreachableError: it surely did not arrive.
            LostAnswerError: no whole answer came, so it may have been carried out.
        """
        again = method != "POST" if repeatable is None else repeatable
        limit = limit_of(self._place, (headers or {}).get("x-api-key", ""))
        number = 0
        while True:
            number += 1
            time.sleep(min(limit.reserve(), remaining_seconds()))
            sent_at = time.monotonic()
            result = self._attempt(method, path, headers or {}, params, body, form)
            if isinstance(result, Answer):
                limit.answered(result.status, result.retry_after, sent_at)
            attempt = Attempt(
                number=number,
                method=method,
                outcome=Outcome.ANSWERED
                if isinstance(result, Answer)
                else Outcome.NOT_ARRIVED
                if isinstance(result, UnreachableError)
                else Outcome.NO_ANSWER,
                status=result.status if isinstance(result, Answer) else 0,
                retry_after=result.retry_after if isinstance(result, Answer) else None,
                repeatable=again,
            )
            # The jitter only spreads load: it needs no randomness of cryptographic quality.
            wait = wait_before_retry(attempt, jitter=random.random(), remaining=remaining_seconds())  # noqa: S311
            if wait is not None:
                time.sleep(wait)
            elif isinstance(result, Answer):
                return result
            else:
                raise result

    def _attempt(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        params: Params,
        body: Any,
        form: Mapping[str, str] | None,
    ) -> Answer | UnreachableError | LostAnswerError:
        seconds = min(self._timeout, remaining_seconds())
        if seconds <= 0:
            return UnreachableError(
                f"the operation took too long, so {self.service} was not asked any more",
                remedy="Run the same command again",
            )
        try:
            response = _shared_session().request(
                method,
                f"{self.base_url}{path}",
                params=list(params),
                headers={"Accept": "application/json", **headers},
                json=body,
                data=form,
                timeout=(min(CONNECT_TIMEOUT, seconds), seconds),
                allow_redirects=False,
                # Without an explicit one, a matching line of the user's netrc would replace our header.
                auth=_keep_headers,
            )
        except requests.RequestException as error:
            return self._no_answer(method, error, seconds)
        return Answer(
            service=self.service,
            status=response.status_code,
            # JSON is UTF-8 by its standard, and a guess at the charset can be wrong for a short text.
            text=response.content.decode("utf-8", "replace"),
            request_id=response.headers.get("x-request-id", ""),
            headers={name.lower(): value for name, value in response.headers.items()},
        )

    def _no_answer(
        self, method: str, error: requests.RequestException, seconds: float
    ) -> UnreachableError | LostAnswerError:
        cause = _cause(error)
        place = f"{self.service} at {self.base_url}"
        # Other TLS errors, such as a connection that ends without a goodbye, also come after the request was sent.
        if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(cause):
            return UnreachableError(
                f"{place} has no certificate that this machine trusts",
                remedy="Check the URL, the clock and the proxy; verification cannot be switched off",
            )
        if isinstance(error, requests.exceptions.ConnectTimeout) or isinstance(
            cause, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ProxyError
        ):
            return UnreachableError(
                f"{place} cannot be reached ({_reason(cause)})",
                remedy="Check that it runs and that the URL is right",
            )
        if isinstance(error, requests.exceptions.ReadTimeout) or isinstance(cause, urllib3.exceptions.ReadTimeoutError):
            return StillAtWorkError(f"{place} did not answer {method} within {seconds:.0f} seconds")
        return LostAnswerError(f"{place} closed the connection before its answer to {method} was whole")


def _shared_session() -> requests.Session:
    global _session
    with _session_lock:
        if _session is None:
            _session = requests.Session()
            _session.headers["User-Agent"] = USER_AGENT
            _session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            adapter = requests.adapters.HTTPAdapter(pool_connections=8, pool_maxsize=64)
            _session.mount("https://", adapter)
            _session.mount("http://", adapter)
        return _session


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _cause(error: requests.RequestException) -> BaseException:
    """Dig out urllib3's own reason, which tells what never arrived from what may have."""
    cause: BaseException = error
    if error.args and isinstance(error.args[0], BaseException):
        cause = error.args[0]
    reason = getattr(cause, "reason", None)
    return reason if isinstance(reason, BaseException) else cause


def _reason(cause: BaseException) -> str:
    if isinstance(cause, urllib3.exceptions.NameResolutionError):
        return "its name does not resolve"
    if isinstance(cause, urllib3.exceptions.ProxyError):
        return "the proxy refuses"
    text = str(cause)
    return "connection refused" if "refused" in text else "no connection could be made"


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError("no number that anybody counts to")
    return int(digits)


def _finite(digits: str) -> float:
    """Read a number; infinity and what is none are no JSON, and would fail far from here."""
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("no number")
    return number


def time_of(answer: Answer) -> float:
    """Returns a service's own time, in seconds since 1970: the local clock may be wrong.

    Raises:
        UnreadableAnswerError: the answer has no time.
    """
    try:
        return email.utils.parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    except (TypeError, ValueError, OverflowError):
        raise answer.unreadable("no Date header") from None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if re.fullmatch(r"[0-9]{1,6}", value):
        return float(value)
    try:
        until = email.utils.parsedate_to_datetime(value).timestamp()
        # By the service's clock where it is told: the local one may be wrong.
        date = headers.get("date")
        now = email.utils.parsedate_to_datetime(date).timestamp() if date else time.time()
        return max(0.0, until - now)
    except (TypeError, ValueError, OverflowError):
        return None
