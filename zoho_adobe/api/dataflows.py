"""Flow Service's dataflows, and the source and target connections that they join.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/collect/crm
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from zoho_adobe.api.flows import Flow, FlowSpec, flow_of
from zoho_adobe.api.patch import Patch
from zoho_adobe.api.platform import FlowServiceClient, Made, items_of, made_of
from zoho_adobe.api.transport import time_of
from zoho_adobe.columns import Columns, wire_column, word_of
from zoho_adobe.errors import NotFoundError
from zoho_adobe.session import current

DATA_LAKE_SPEC_ID = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
DATA_LAKE_SPEC_VERSION = "1.0"
TARGET_SCHEMA_VERSION = "application/vnd.adobe.xed-full+json;version=1"
"""The form in which a target connection names a schema's version; it stands for the newest minor one."""


@dataclass(frozen=True, slots=True)
class SourceConnection:
    """A source connection as Flow Service shows it.

    Attributes:
        id: its id.
        name: its name.
        description: its description, empty if it has none.
        clients: the client ids that made it and changed it last, where Flow Service shows them.
        spec_id: the connection spec's id.
        base_connection_id: the base connection it reads through, empty for files.
        table: the table it reads, or the path of the files.
        columns: each column's word by its name.
    """

    id: str
    name: str
    description: str
    clients: tuple[str, ...]
    spec_id: str
    base_connection_id: str
    table: str
    columns: Columns


@dataclass(frozen=True, slots=True)
class TargetConnection:
    """A target connection as Flow Service shows it.

    Attributes:
        id: its id.
        name: its name.
        description: its description, empty if it has none.
        clients: the client ids that made it and changed it last, where Flow Service shows them.
        dataset_id: the dataset it fills.
        schema_id: the dataset's schema.
    """

    id: str
    name: str
    description: str
    clients: tuple[str, ...]
    dataset_id: str
    schema_id: str


class Dataflows(FlowServiceClient):
    """Source connections, target connections and dataflows, in one sandbox."""

    # --- source connections -----------------------------------------------------------------------------------------

    def create_source(self, name: str, description: str, base_connection_id: str, table: str, columns: Columns) -> Made:
        """Make a source connection on a table.

        Args:
            name: its full name.
            description: its description, or empty for none.
            base_connection_id: the base connection to read through.
            table: the table's path.
            columns: each column's word by its name.

        Raises:
            LostAnswerError: no whole answer came, so it may have been made.
            ApiError: Flow Service refused.
        """
        body = {
            "name": name,
            **({"description": description} if description else {}),
            "baseConnectionId": base_connection_id,
            "data": {"format": self.spec.data_format},
            "params": {
                "tableName": table,
                "columns": [wire_column(column, columns[column]) for column in sorted(columns)],
            },
            "connectionSpec": {"id": self.spec.id, "version": self.spec.version},
        }
        return self.post("/sourceConnections", f"the source connection {name!r}", body, made_of)

    def source(self, source_id: str) -> SourceConnection:
        """Read a source connection.

        Raises:
            NotFoundError: it does not exist in this sandbox.
        """
        doing = f"reading the source connection {source_id}"
        return _source(self.one(f"/sourceConnections/{source_id}", doing)[1])

    def sources(self) -> Iterator[SourceConnection]:
        """List all source connections on the source of the sandbox, page by page."""
        for _, item in self.pages("/sourceConnections", [("property", f"connectionSpec.id=={self.spec.id}")]):
            yield _source(item)

    def delete_source(self, source_id: str) -> None:
        """Delete a source connection; it may be gone already.

        Raises:
            RejectedError: a dataflow uses it.
        """
        self._delete(f"/sourceConnections/{source_id}", f"deleting the source connection {source_id}")

    # --- target connections -----------------------------------------------------------------------------------------

    def create_target(self, name: str, description: str, dataset_id: str, schema_id: str) -> Made:
        """Make a target connection that fills a dataset.

        Args:
            name: its full name.
            description: its description, or empty for none.
            dataset_id: the dataset's id.
            schema_id: the `$id` of the dataset's schema.

        Raises:
            LostAnswerError: no whole answer came, so it may have been made.
            ApiError: Flow Service refused.
        """
        body = {
            "name": name,
            **({"description": description} if description else {}),
            "data": {"schema": {"id": schema_id, "version": TARGET_SCHEMA_VERSION}},
            "params": {"dataSetId": dataset_id},
            "connectionSpec": {"id": DATA_LAKE_SPEC_ID, "version": DATA_LAKE_SPEC_VERSION},
        }
        return self.post("/targetConnections", f"the target connection {name!r}", body, made_of)

    def target(self, target_id: str) -> TargetConnection:
        """Read a target connection.

        Raises:
            NotFoundError: it does not exist in this sandbox.
        """
        doing = f"reading the target connection {target_id}"
        return _target(self.one(f"/targetConnections/{target_id}", doing)[1])

    def targets(self) -> Iterator[TargetConnection]:
        """List all target connections on the data lake of the sandbox, page by page."""
        for _, item in self.pages("/targetConnections", [("property", f"connectionSpec.id=={DATA_LAKE_SPEC_ID}")]):
            yield _target(item)

    def delete_target(self, target_id: str) -> None:
        """Delete a target connection; it may be gone already.

        Raises:
            RejectedError: a dataflow uses it.
        """
        self._delete(f"/targetConnections/{target_id}", f"deleting the target connection {target_id}")

    def flows_on(self, end: Literal["source", "target"], end_id: str) -> list[Flow]:
        """List the dataflows on a source or target connection."""
        found = self.pages("/flows", [("property", f"{end}ConnectionIds[]=={end_id}")])
        return [flow_of(answer, item) for answer, item in found]

    # --- dataflows --------------------------------------------------------------------------------------------------

    def flow_spec(self) -> FlowSpec:
        """Read what Adobe accepts of a dataflow from the source: by the spec's name, or by its known id.

        Raises:
            NotFoundError: this organization has no such spec.
        """
        name = self.spec.flow_spec_name
        doing = f"the flow spec {name}"
        answer = self.call("GET", "/flowSpecs", doing, params=[("property", f'name=="{name}"')])
        found = [item for item in items_of(answer) if item.get("name") == name]
        item = found[0] if found else self.one(f"/flowSpecs/{self.spec.flow_spec_id}", doing)[1]
        accepted = item.get("sourceConnectionSpecIds")
        return FlowSpec(
            id=str(item["id"]),
            version=str(item.get("version") or "1.0"),
            source_spec_ids=frozenset(map(str, accepted)) if isinstance(accepted, list) else frozenset(),
            clock=time_of(answer) - current().clock.monotonic(),
        )

    def create_flow(self, body: Mapping[str, Any]) -> Made:
        """Make a dataflow.

        Args:
            body: the request as Flow Service wants it.

        Raises:
            LostAnswerError: no whole answer came, so it may have been made.
            ApiError: Flow Service refused.
        """
        return self.post("/flows", f"the dataflow {body.get('name')!r}", dict(body), made_of)

    def flow(self, flow_id: str) -> Flow:
        """Read a dataflow.

        Raises:
            NotFoundError: it does not exist in this sandbox.
        """
        return flow_of(*self.one(f"/flows/{flow_id}", f"reading the dataflow {flow_id}"))

    def flows(self) -> Iterator[Flow]:
        """List all dataflows from such sources of the sandbox, page by page."""
        for answer, item in self.pages("/flows", [("property", f"flowSpec.id=={self.spec.flow_spec_id}")]):
            yield flow_of(answer, item)

    def patch_flow(self, flow_id: str, etag: str, patch: Patch) -> Made:
        """Change a dataflow; Flow Service answers before the change is carried out.

        Args:
            flow_id: its id.
            etag: the etag that it must still have, with its inner quotes.
            patch: what to change.

        Raises:
            EtagMismatchError: it changed since.
            NotFoundError: it does not exist.
            RejectedError: Flow Service does not accept the change.
        """
        doing = f"a change of the dataflow {flow_id}"
        return made_of(self.call("PATCH", f"/flows/{flow_id}", doing, body=patch.ops, headers={"If-Match": etag}))

    def switch_flow(self, flow_id: str, op: Literal["enable", "disable"]) -> Made:
        """Enable or disable a dataflow; doing it twice is the same as once.

        Raises:
            NotFoundError: it does not exist.
            RejectedError: its state does not allow it.
        """
        path, doing = f"/flows/{flow_id}/action", f"to {op} the dataflow {flow_id}"
        return self.post(path, doing, None, made_of, params=[("op", op)])

    def delete_flow(self, flow_id: str) -> None:
        """Delete a dataflow; it may be gone already."""
        self._delete(f"/flows/{flow_id}", f"deleting the dataflow {flow_id}")

    def _delete(self, path: str, doing: str) -> None:
        try:
            self.call("DELETE", path, doing)
        except NotFoundError:
            return


def _source(item: dict[str, Any]) -> SourceConnection:
    params = _object(item.get("params"))
    columns = params.get("columns")
    return SourceConnection(
        id=str(item["id"]),
        name=str(item.get("name") or ""),
        description=str(item.get("description") or ""),
        clients=_clients(item),
        spec_id=str(_object(item.get("connectionSpec")).get("id") or ""),
        base_connection_id=str(item.get("baseConnectionId") or ""),
        table=str(params.get("tableName") or params.get("path") or ""),
        columns={str(column.get("name")): word_of(column) for column in columns if isinstance(column, dict)}
        if isinstance(columns, list)
        else {},
    )


def _target(item: dict[str, Any]) -> TargetConnection:
    schema = _object(_object(item.get("data")).get("schema"))
    return TargetConnection(
        id=str(item["id"]),
        name=str(item.get("name") or ""),
        description=str(item.get("description") or ""),
        clients=_clients(item),
        dataset_id=str(_object(item.get("params")).get("dataSetId") or ""),
        schema_id=str(schema.get("id") or ""),
    )


def _clients(item: Mapping[str, Any]) -> tuple[str, ...]:
    return str(item.get("createdClient") or ""), str(item.get("updatedClient") or "")


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
