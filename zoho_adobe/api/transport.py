"""Sends a request and gives back an answer, or an error that says what to do.

Connections are kept alive and shared by all threads of a session. No redirect is followed, so a credential cannot be
led elsewhere; no cookie is kept; certificates are always verified. A request ends in time even if its answer does not.
"""

from __future__ import annotations

import email.utils
import json
import math
import platform
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import requests.adapters
import urllib3.exceptions

from zoho_adobe._version import __version__
from zoho_adobe.api.deadline import pause, remaining_seconds
from zoho_adobe.api.rate_limit import limit_of
from zoho_adobe.api.retry import Attempt, Outcome, wait_before_retry
from zoho_adobe.errors import (
    LostAnswerError,
    OutOfTimeError,
    StillAtWorkError,
    UnreachableError,
    UnreadableAnswerError,
)
from zoho_adobe.log import log_request
from zoho_adobe.redaction import redact
from zoho_adobe.session import current

USER_AGENT = f"zoho-adobe/{__version__} python/{platform.python_version()} requests/{requests.__version__}"
CONNECT_TIMEOUT = 10.0
_MOST_DIGITS = 19
_PIECE = 65_536
Params = Sequence[tuple[str, str]]


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
        # Masked before it is cut: the beginning of a secret would no longer be recognized.
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
        clock = current().clock
        limit = limit_of(self._place, (headers or {}).get("x-api-key", ""))
        number, maybe_done = 0, False
        while True:
            number += 1
            pause(limit.reserve())
            sent_at = clock.monotonic()
            result = self._attempt(method, path, headers or {}, params, body, form)
            self._log(method, path, result, clock.monotonic() - sent_at, number)
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
                maybe_done = maybe_done or attempt.outcome is Outcome.NO_ANSWER or attempt.status >= 500
                pause(wait)
            elif isinstance(result, Answer):
                return result
            elif maybe_done and isinstance(result, UnreachableError):
                # The last attempt did not arrive, but an earlier one may have.
                raise LostAnswerError(result.message, remedy=result.remedy)
            else:
                raise result

    def _log(
        self, method: str, path: str, result: Answer | UnreachableError | LostAnswerError, seconds: float, number: int
    ) -> None:
        if isinstance(result, Answer):
            outcome, request_id = str(result.status), result.request_id
        else:
            outcome, request_id = f"no answer ({type(result).__name__})", ""
        full_path = f"{self.base_url.removeprefix(self._place)}{path}"
        log_request(self.service, method, full_path, outcome, seconds, request_id=request_id, attempt=number)

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
            return OutOfTimeError(
                f"the operation took too long, so {self.service} was not asked again",
                remedy="Run the same command again",
            )
        try:
            response = connections().request(
                method,
                f"{self.base_url}{path}",
                params=list(params),
                headers={"Accept": "application/json", **headers},
                json=body,
                data=form,
                timeout=(min(CONNECT_TIMEOUT, seconds), seconds),
                allow_redirects=False,
                # Without an explicit one, a matching line of the user's netrc would replace our header.
                auth=keep_headers,
                stream=True,
            )
            content = whole_body(response, current().clock.monotonic() + seconds)
        except requests.RequestException as error:
            return self._no_answer(method, error, seconds)
        return self._answer(response, content)

    def _answer(self, response: requests.Response, content: bytes) -> Answer:
        return Answer(
            service=self.service,
            status=response.status_code,
            # JSON is UTF-8 by its standard, and a guess at the charset can be wrong for a short text.
            text=content.decode("utf-8", "replace"),
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
            return StillAtWorkError(f"{place} did not answer {method} within {seconds:.3g} seconds")
        return LostAnswerError(f"{place} closed the connection before its answer to {method} was whole")


def connections() -> requests.Session:
    """Return the connections that all threads of this session share."""

    def make() -> requests.Session:
        session = requests.Session()
        session.headers["User-Agent"] = USER_AGENT
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = requests.adapters.HTTPAdapter(pool_connections=8, pool_maxsize=64)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session

    return current().keep(requests.Session, make)


def whole_body(response: requests.Response, ends: float) -> bytes:
    """Read a body piece by piece: the time-out of a request is that of each piece, so a trickle could last for ever."""
    pieces = []
    try:
        while piece := response.raw.read1(_PIECE, decode_content=True):
            pieces.append(piece)
            if current().clock.monotonic() > ends:
                raise requests.exceptions.ReadTimeout()
        # Nothing is left, which is what lets the connection be used again.
        pieces.append(response.raw.read(decode_content=True))
        return b"".join(pieces)
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ConnectionError(error) from error
    finally:
        response.close()


def keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Add no credentials to a request: it has its own."""
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
    """Read a number; infinity and what is none are not JSON, and would fail far from here."""
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
        now = email.utils.parsedate_to_datetime(date).timestamp() if date else current().clock.now()
        return max(0.0, until - now)
    except (TypeError, ValueError, OverflowError):
        return None
