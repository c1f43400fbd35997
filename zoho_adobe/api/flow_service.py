"""Adobe's Flow Service: base connections, and what is built on them.

Source: https://developer.adobe.com/experience-platform-apis/references/flow-service/
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from zoho_adobe.api.adobe_errors import error_of
from zoho_adobe.api.ims import Ims
from zoho_adobe.api.transport import Answer, Params, Transport
from zoho_adobe.errors import LostAnswerError, NotFoundError, UnreadableAnswerError
from zoho_adobe.settings import Settings

BASE_PATH = "/data/foundation/flowservice"
PAGE = 100
"""The most entries that one answer to a list request holds."""

_IDS_PER_FILTER = 20

ZOHO_SPEC_ID = "929e4450-0237-4ed2-9404-b7e1e0a00309"
ZOHO_SPEC_VERSION = "1.0"
ZOHO_AUTH_SPEC = "Basic Authentication"

PatchOps = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Made:
    """What Flow Service answers to a request that wrote something.

    Attributes:
        id: the object's id.
        etag: the object's etag, with its inner quotes, as If-Match wants it.
    """

    id: str
    etag: str


@dataclass(frozen=True, slots=True)
class Connection:
    """A base connection as Flow Service shows it; secrets among the params are masked there.

    Attributes:
        id: its id.
        name: its name, which Adobe does not keep unique.
        description: its description, empty if it has none.
        spec_id: the connection spec's id.
        spec_version: the connection spec's version.
        params: the visible params of its authentication.
        state: such as "enabled".
        etag: its etag, with its inner quotes.
        sandbox: the sandbox it lives in.
        organization: the organization it belongs to.
        updated_by: who wrote to it last.
        updated_client: the client id that wrote to it last.
        updated_at: when, in milliseconds since 1970.
    """

    id: str
    name: str
    description: str
    spec_id: str
    spec_version: str
    params: Mapping[str, str]
    state: str
    etag: str
    sandbox: str
    organization: str
    updated_by: str
    updated_client: str
    updated_at: int


@dataclass(frozen=True, slots=True)
class Dependent:
    """Something that is built on a base connection.

    Attributes:
        kind: "dataflow" or "source connection".
        id: its id.
        name: its name.
    """

    kind: str
    id: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r} ({self.id})"


class FlowService:
    """The part of Flow Service that base connections need, in one sandbox.

    Args:
        settings: the organization's settings.
        ims: where access tokens come from.
        sandbox: the sandbox to work in; the state's, which need not be the configured one.
    """

    def __init__(self, settings: Settings, ims: Ims, sandbox: str) -> None:
        self._settings = settings
        self._ims = ims
        self.sandbox = sandbox
        self._transport = Transport(
            "Flow Service", f"{settings.platform_url}{BASE_PATH}", timeout=settings.request_timeout
        )

    def create_connection(self, name: str, description: str, params: Mapping[str, str]) -> Made:
        """Make a Zoho CRM base connection.

        Args:
            name: its full name.
            description: its description, or empty for none.
            params: endpoint, accountsUrl, clientId, clientSecret, accessToken, refreshToken.

        Returns:
            Its id and etag.

        Raises:
            LostAnswerError: no whole answer came, so it may have been made.
            ApiError: Flow Service refused.
        """
        body: dict[str, Any] = {
            "name": name,
            "auth": {"specName": ZOHO_AUTH_SPEC, "params": dict(params)},
            "connectionSpec": {"id": ZOHO_SPEC_ID, "version": ZOHO_SPEC_VERSION},
        }
        if description:
            body["description"] = description
        doing = f"the base connection {name!r}"
        try:
            answer = self._call("POST", "/connections", doing, body=body, keep_server_errors=True)
            if answer.status >= 500:
                raise LostAnswerError(f"Flow Service failed with {answer.status} at {doing}")
            return self._made(answer)
        except UnreadableAnswerError as error:
            raise LostAnswerError(error.message, remedy=error.remedy) from error

    def connection(self, connection_id: str) -> Connection:
        """Read a base connection.

        Raises:
            NotFoundError: it does not exist in this sandbox.
            SandboxNotFoundError: the sandbox does not exist.
        """
        doing = f"reading the base connection {connection_id}"
        answer = self._call("GET", f"/connections/{connection_id}", doing)
        items = _items(answer)
        if not items:
            # Only a 404 means that it is gone: anything else would drop a live connection from the state.
            raise answer.unreadable("an empty list")
        return _connection(answer, items[0])

    def connections(self) -> Iterator[Connection]:
        """List all Zoho CRM base connections of the sandbox, page by page."""
        for answer, item in self._list("/connections", [("property", f"connectionSpec.id=={ZOHO_SPEC_ID}")]):
            yield _connection(answer, item)

    def patch_connection(self, connection_id: str, etag: str, ops: PatchOps) -> Made:
        """Change a base connection.

        Args:
            connection_id: its id.
            etag: the etag that it must still have, with its inner quotes.
            ops: what to change, as JSON Patch with "add", "replace" and "remove".

        Returns:
            Its id and new etag.

        Raises:
            EtagMismatchError: it changed since.
            NotFoundError: it does not exist.
            RejectedError: Flow Service does not accept the change.
        """
        doing = f"a change of the base connection {connection_id}"
        answer = self._call(
            "PATCH",
            f"/connections/{connection_id}",
            doing,
            body=[dict(op) for op in ops],
            headers={"If-Match": etag},
        )
        return self._made(answer)

    def delete_connection(self, connection_id: str) -> None:
        """Delete a base connection; one that does not exist is no error.

        Raises:
            RejectedError: dataflows use it.
        """
        doing = f"deleting the base connection {connection_id}"
        try:
            self._call("DELETE", f"/connections/{connection_id}", doing)
        except NotFoundError:
            return

    def test_connection(self, connection_id: str) -> bool:
        """Let Adobe try the connection's credentials.

        Returns:
            Whether Adobe reached Zoho with them.
        """
        answer = self._call("GET", f"/connections/{connection_id}/test", f"a test of the connection {connection_id}")
        result = answer.json_object().get("result")
        if not isinstance(result, bool):
            raise answer.unreadable("no test result")
        return result

    def dependents(self, connection_id: str) -> list[Dependent]:
        """Find what is built on a base connection: dataflows, and source connections without one.

        Returns:
            The dataflows first.
        """
        sources = {
            str(item["id"]): str(item.get("name", ""))
            for _, item in self._list("/sourceConnections", [("property", f"baseConnectionId=={connection_id}")])
        }
        flows: list[Dependent] = []
        used: set[str] = set()
        ids = sorted(sources)
        for start in range(0, len(ids), _IDS_PER_FILTER):
            group = ",".join(ids[start : start + _IDS_PER_FILTER])
            for _, item in self._list("/flows", [("property", f"sourceConnectionIds[]=={group}")]):
                flows.append(Dependent("dataflow", str(item["id"]), str(item.get("name", ""))))
                used.update(str(source) for source in item.get("sourceConnectionIds") or [])
        unused = [Dependent("source connection", id_, name) for id_, name in sources.items() if id_ not in used]
        return flows + unused

    def _list(self, path: str, filters: Params) -> Iterator[tuple[Answer, dict[str, Any]]]:
        params = [*filters, ("limit", str(PAGE))]
        while True:
            answer = self._call("GET", path, f"a list of {path.strip('/')}", params=params)
            for item in _items(answer):
                yield answer, item
            link = ((answer.json_object().get("_links") or {}).get("next") or {}).get("href", "")
            token = _continuation(str(link))
            if not token:
                return
            params = [*filters, ("limit", str(PAGE)), ("continuationToken", token)]

    def _made(self, answer: Answer) -> Made:
        body = answer.json_object()
        id_, etag = body.get("id"), body.get("etag")
        if not isinstance(id_, str) or not id_ or not isinstance(etag, str):
            raise answer.unreadable("no id and etag")
        return Made(id_, etag)

    def _call(
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
        """Send a request with the platform's headers; a token that is refused is renewed once."""
        token = self._ims.token()
        for attempt in (1, 2):
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
            if answer.status == 401 and attempt == 1 and not self._settings.access_token:
                token = self._ims.token(rejected=token)
                continue
            break
        if answer.ok or (keep_server_errors and answer.status >= 500):
            return answer
        raise error_of(answer, doing, sandbox=self.sandbox)


def _items(answer: Answer) -> list[dict[str, Any]]:
    items = answer.json_object().get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) and item.get("id") for item in items):
        raise answer.unreadable("no list of items")
    return items


def _connection(answer: Answer, item: dict[str, Any]) -> Connection:
    spec, auth = item.get("connectionSpec"), item.get("auth")
    if not isinstance(spec, dict) or not isinstance(item.get("name"), str):
        raise answer.unreadable("no base connection")
    params = auth.get("params") if isinstance(auth, dict) else None
    updated_at = item.get("updatedAt")
    return Connection(
        id=str(item["id"]),
        name=item["name"],
        description=str(item.get("description") or ""),
        spec_id=str(spec.get("id", "")),
        spec_version=str(spec.get("version", "")),
        params={str(key): _text(value) for key, value in params.items()} if isinstance(params, dict) else {},
        state=str(item.get("state") or ""),
        etag=str(item.get("etag") or item.get("version") or ""),
        sandbox=str(item.get("sandboxName") or ""),
        organization=str(item.get("imsOrgId") or ""),
        updated_by=str(item.get("updatedBy") or ""),
        updated_client=str(item.get("updatedClient") or ""),
        updated_at=int(updated_at) if isinstance(updated_at, int | float) else 0,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _continuation(href: str) -> str:
    return parse_qs(urlsplit(href).query).get("continuationToken", [""])[0]
