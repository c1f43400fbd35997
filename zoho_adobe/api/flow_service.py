"""Adobe's Flow Service: base connections, and what is built on them.

Source: https://developer.adobe.com/experience-platform-apis/references/flow-service/
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from zoho_adobe.api.patch import Patch
from zoho_adobe.api.platform import FlowServiceClient, Made, made_of
from zoho_adobe.api.transport import Answer
from zoho_adobe.api.zoho_params import from_wire, to_wire
from zoho_adobe.errors import NotFoundError

_IDS_PER_FILTER = 20
# The end of the calendar, in milliseconds since 1970.
_LATEST = 253_402_300_800_000


@dataclass(frozen=True, slots=True)
class Connection:
    """A base connection as Flow Service shows it; secrets among the params are masked there.

    Attributes:
        id: its id.
        name: its name, which Adobe does not keep unique.
        description: its description, empty if it has none.
        spec_id: the connection spec's id.
        spec_version: the connection spec's version.
        params: the visible params of its authentication, by the names of a base connection's inputs.
        state: such as "enabled".
        etag: its etag, with its inner quotes.
        sandbox: the sandbox it lives in.
        organization: the organization it belongs to.
        created_client: the client id that made it.
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
    created_client: str
    updated_by: str
    updated_client: str
    updated_at: int = 0


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


class FlowService(FlowServiceClient):
    """The part of Flow Service that base connections need, in one sandbox."""

    def create_connection(self, name: str, description: str, params: Mapping[str, str]) -> Made:
        """Make a base connection.

        Args:
            name: its full name.
            description: its description, or empty for none.
            params: endpoint, accounts_url, client_id, client_secret, access_token, refresh_token.

        Returns:
            Its id and etag.

        Raises:
            LostAnswerError: no whole answer came, so it may have been made.
            ApiError: Flow Service refused.
        """
        body: dict[str, Any] = {
            "name": name,
            "auth": {"specName": self.spec.auth, "params": to_wire(params)},
            "connectionSpec": {"id": self.spec.id, "version": self.spec.version},
        }
        if description:
            body["description"] = description
        return self.post("/connections", f"the base connection {name!r}", body, made_of)

    def connection(self, connection_id: str) -> Connection:
        """Read a base connection.

        Raises:
            NotFoundError: it does not exist in this sandbox.
            SandboxNotFoundError: the sandbox does not exist.
        """
        answer, item = self.one(_path(connection_id), f"reading the base connection {connection_id}")
        if item["id"] != connection_id:
            raise answer.unreadable("another object than the one that was asked for")
        return _connection(answer, item)

    def connections(self) -> Iterator[Connection]:
        """List all base connections on the source of the sandbox, page by page."""
        for answer, item in self.pages("/connections", [("property", f"connectionSpec.id=={self.spec.id}")]):
            yield _connection(answer, item)

    def patch_connection(self, connection_id: str, etag: str, patch: Patch) -> Made:
        """Change a base connection.

        Args:
            connection_id: its id.
            etag: the etag that it must still have, with its inner quotes.
            patch: what to change.

        Returns:
            Its id and new etag.

        Raises:
            EtagMismatchError: it changed since.
            NotFoundError: it does not exist.
            RejectedError: Flow Service does not accept the change.
        """
        doing = f"a change of the base connection {connection_id}"
        answer = self.call(
            "PATCH",
            _path(connection_id),
            doing,
            body=patch.ops,
            headers={"If-Match": etag},
        )
        return made_of(answer)

    def delete_connection(self, connection_id: str) -> None:
        """Delete a base connection; it may be gone already.

        Raises:
            RejectedError: dataflows use it.
        """
        doing = f"deleting the base connection {connection_id}"
        try:
            self.call("DELETE", _path(connection_id), doing)
        except NotFoundError:
            return

    def test_connection(self, connection_id: str) -> bool:
        """Let Adobe try the connection's credentials.

        Returns:
            Whether Adobe reached Zoho with them.
        """
        answer = self.call("GET", f"{_path(connection_id)}/test", f"a test of the connection {connection_id}")
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
            for _, item in self.pages("/sourceConnections", [("property", f"baseConnectionId=={connection_id}")])
        }
        flows: list[Dependent] = []
        used: set[str] = set()
        ids = sorted(sources)
        for start in range(0, len(ids), _IDS_PER_FILTER):
            group = ",".join(ids[start : start + _IDS_PER_FILTER])
            for _, item in self.pages("/flows", [("property", f"sourceConnectionIds[]=={group}")]):
                flows.append(Dependent("dataflow", str(item["id"]), str(item.get("name", ""))))
                used.update(str(source) for source in item.get("sourceConnectionIds") or [])
        unused = [Dependent("source connection", id_, name) for id_, name in sources.items() if id_ not in used]
        return flows + unused


def _path(connection_id: str) -> str:
    # An id that a person typed must not lead to another path.
    return f"/connections/{quote(connection_id, safe='')}"


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
        params={key: _text(value) for key, value in from_wire(params).items()} if isinstance(params, dict) else {},
        state=str(item.get("state") or ""),
        etag=str(item.get("etag") or item.get("version") or ""),
        sandbox=str(item.get("sandboxName") or ""),
        organization=str(item.get("imsOrgId") or ""),
        created_client=str(item.get("createdClient") or ""),
        updated_by=str(item.get("updatedBy") or ""),
        updated_client=str(item.get("updatedClient") or ""),
        updated_at=int(updated_at) if isinstance(updated_at, int | float) and 0 <= updated_at < _LATEST else 0,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
