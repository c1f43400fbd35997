"""What the services of Adobe Experience Platform have in common: headers, tokens, errors, and answers that got lost.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/landing/platform-apis/api-guide
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qs

from zoho_adobe.api.adobe_errors import error_of
from zoho_adobe.api.ims import Ims
from zoho_adobe.api.retry import LONGEST_RETRY_AFTER
from zoho_adobe.api.source_spec import ZOHO_CRM, SourceSpec
from zoho_adobe.api.transport import Answer, Params, Transport
from zoho_adobe.errors import LostAnswerError, ServerError, StillAtWorkError, UnreadableAnswerError
from zoho_adobe.settings import Settings

PAGE = 100
"""The most entries that one answer of Flow Service to a list request holds."""

_CHANGES = ("PATCH", "PUT", "DELETE")
_MAYBE_DONE = "It may have been carried out: run the same command again"

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Made:
    """What Flow Service answers to a request that wrote something.

    Attributes:
        id: the object's id.
        etag: the object's etag, with its inner quotes, as If-Match wants it.
    """

    id: str
    etag: str


class PlatformService:
    """One of the platform's services, in one sandbox.

    Args:
        service: the service's name, for messages.
        base_path: the path that all its endpoints are below.
        settings: the organization's settings.
        ims: where access tokens come from.
        sandbox: the sandbox to work in; the state's, which need not be the configured one.
    """

    def __init__(self, service: str, base_path: str, settings: Settings, ims: Ims, sandbox: str) -> None:
        self.service = service
        self.sandbox = sandbox
        self._settings = settings
        self._ims = ims
        self._transport = Transport(service, f"{settings.platform_url}{base_path}", timeout=settings.request_timeout)

    def call(
        self,
        method: str,
        path: str,
        doing: str,
        *,
        params: Params = (),
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        keep_server_errors: bool = False,
    ) -> Answer:
        """Send a request with the platform's headers; a token that is refused is renewed once.

        Args:
            method: the HTTP method, in upper case.
            path: the path below the service's.
            doing: what is asked, for messages, such as "reading the dataset 5c…".
            params: the query, pairs in order.
            body: what to send as JSON.
            headers: headers besides the platform's own.
            keep_server_errors: whether an answer of 5xx is given back instead of raised.

        Returns:
            An answer of success, or the 5xx that was asked to be kept.

        Raises:
            ApiError: the service refused.
            NoAnswerError: no answer came.
        """
        token = self._ims.token()
        for attempt in (1, 2):
            try:
                answer = self._transport.send(
                    method,
                    path,
                    params=params,
                    body=body,
                    headers={
                        "Authorization": f"Bearer {token}",
                        "x-api-key": self._settings.client_id,
                        "x-gw-ims-org-id": self._settings.organization,
                        "x-sandbox-name": self.sandbox,
                        **(headers or {}),
                    },
                )
            except LostAnswerError as error:
                if method in _CHANGES:
                    raise error.with_remedy(_MAYBE_DONE) from error
                raise
            if answer.status == 401 and attempt == 1 and not self._settings.access_token:
                token = self._ims.token(rejected=token)
                continue
            break
        if method == "DELETE" and answer.ok and answer.text.strip():
            # What answers in the service's place must not count as a delete.
            answer.json()
        if answer.ok or (keep_server_errors and answer.status >= 500):
            return answer
        failure = error_of(answer, doing, sandbox=self.sandbox)
        if method in _CHANGES and isinstance(failure, ServerError):
            failure = failure.with_remedy(_MAYBE_DONE, failure.remedy)
        raise failure

    def post(
        self,
        path: str,
        doing: str,
        body: Any,
        read: Callable[[Answer], R],
        *,
        params: Params = (),
        headers: Mapping[str, str] | None = None,
    ) -> R:
        """Make something; whatever leaves open whether it was made is a lost answer.

        Args:
            path: the path below the service's.
            doing: what is made, for messages.
            body: what to send as JSON.
            read: reads what was made from the answer.
            params: the query, pairs in order.
            headers: headers besides the platform's own.

        Returns:
            What `read` makes of the answer.

        Raises:
            LostAnswerError: no whole answer came, or the service failed on the way, so it may have been made.
            StillAtWorkError: it may even be made later.
            ApiError: the service refused.
        """
        try:
            answer = self.call("POST", path, doing, params=params, body=body, headers=headers, keep_server_errors=True)
            if answer.status >= 500:
                # A gateway gave up waiting, not the service behind it.
                kind = StillAtWorkError if answer.status == 504 else LostAnswerError
                wait = min(answer.retry_after or 0.0, LONGEST_RETRY_AFTER)
                raise kind(f"{self.service} failed with {answer.status} at {doing}", wait=wait)
            return read(answer)
        except UnreadableAnswerError as error:
            raise LostAnswerError(error.message, remedy=error.remedy) from error


class FlowServiceClient(PlatformService):
    """The shapes that all of Flow Service's kinds share: lists by page, one object, what a write answers.

    Source: https://developer.adobe.com/experience-platform-apis/references/flow-service/

    Args:
        settings: the organization's settings.
        ims: where access tokens come from.
        sandbox: the sandbox to work in.
        spec: the source whose connections and dataflows are worked on.
    """

    def __init__(self, settings: Settings, ims: Ims, sandbox: str, spec: SourceSpec = ZOHO_CRM) -> None:
        super().__init__("Flow Service", "/data/foundation/flowservice", settings, ims, sandbox)
        self.spec = spec

    def pages(self, path: str, filters: Params) -> Iterator[tuple[Answer, dict[str, Any]]]:
        """List the objects that filters select, page by page.

        Args:
            path: the kind's path, such as "/flows".
            filters: pairs of "property" and a filter, or of "orderby" and a field.

        Yields:
            Each object, with the answer it came in.
        """
        params = [*filters, ("limit", str(PAGE))]
        seen = set()
        while True:
            answer = self.call("GET", path, f"a list of {path.strip('/')}", params=params)
            for item in items_of(answer):
                yield answer, item
            token = _next_page(answer)
            if not token:
                return
            if token in seen:
                raise answer.unreadable("a page that was there already")
            seen.add(token)
            params = [*filters, ("limit", str(PAGE)), ("continuationToken", token)]

    def one(self, path: str, doing: str) -> tuple[Answer, dict[str, Any]]:
        """Read one object, which Flow Service gives as a list of one.

        Args:
            path: the object's path.
            doing: what is asked, for messages.

        Raises:
            NotFoundError: it does not exist in this sandbox.
            SandboxNotFoundError: the sandbox does not exist.
        """
        answer = self.call("GET", path, doing)
        items = items_of(answer)
        if not items:
            # Only a 404 means that it is gone: anything else would drop a live object from the state.
            raise answer.unreadable("an empty list")
        return answer, items[0]


def _next_page(answer: Answer) -> str:
    """Read the token of the next page from its link; empty on the last page."""
    link: Any = answer.json_object().get("_links")
    for key in ("next", "href"):
        link = link.get(key) if isinstance(link, dict) else None
    if not link:
        return ""
    _, _, query = str(link).partition("?")
    token = parse_qs(query.partition("#")[0]).get("continuationToken", [""])[0]
    if not token:
        raise answer.unreadable("a next page without a token")
    return token


def made_of(answer: Answer) -> Made:
    """Read the id and etag that Flow Service answers to a write.

    Raises:
        UnreadableAnswerError: they are not there.
    """
    body = answer.json_object()
    id_, etag = body.get("id"), body.get("etag")
    if not isinstance(id_, str) or not id_ or not isinstance(etag, str):
        raise answer.unreadable("no id and etag")
    return Made(id_, etag)


def items_of(answer: Answer) -> list[dict[str, Any]]:
    """Read the objects of a list.

    Raises:
        UnreadableAnswerError: there is no list, or an entry has no id.
    """
    items = answer.json_object().get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) and item.get("id") for item in items):
        raise answer.unreadable("no list of items")
    return items
