"""Flow Service's exploring: which tables a base connection reaches, and what is in them.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/explore/tabular
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from zoho_adobe.api.platform import FlowServiceClient
from zoho_adobe.columns import Columns, word_of
from zoho_adobe.errors import InputError, NotFoundError, RejectedError


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A table in the list of tables.

    Attributes:
        name: what a person calls it.
        path: what Flow Service calls it.
    """

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class TableContents:
    """A table's columns, and some of its rows if they were asked for.

    Attributes:
        columns: each column's word by its name; see `zoho_adobe.columns`.
        rows: sample rows, each by column.
    """

    columns: Columns
    rows: list[dict[str, Any]]


class Explorer(FlowServiceClient):
    """Looks through a base connection into Zoho, in one sandbox."""

    def tables(self, connection_id: str) -> list[TableEntry]:
        """List the tables that a base connection reaches.

        Args:
            connection_id: the base connection's id.

        Returns:
            The tables, by name.

        Raises:
            NotFoundError: the base connection does not exist in this sandbox.
        """
        doing = f"the tables of the base connection {connection_id}"
        answer = self.call("GET", f"/connections/{connection_id}/explore", doing, params=[("objectType", "root")])
        items = answer.json()
        if not isinstance(items, list) or not all(isinstance(item, dict) and item.get("name") for item in items):
            raise answer.unreadable("no list of tables")
        found = [TableEntry(str(item["name"]), str(item.get("path") or item["name"])) for item in items]
        return sorted(found, key=lambda entry: entry.name)

    def table(self, connection_id: str, path: str, *, rows: bool = False) -> TableContents:
        """Read a table's columns.

        Args:
            connection_id: the base connection's id.
            path: the table's path, such as "Contacts".
            rows: whether sample rows are wanted too.

        Returns:
            The columns, and rows if they were asked for.

        Raises:
            NotFoundError: the base connection does not exist in this sandbox, or the table does not in Zoho.
            RejectedError: Flow Service cannot read the table.
        """
        answer = self.call(
            "GET",
            f"/connections/{connection_id}/explore",
            f"the table {path!r} of the base connection {connection_id}",
            params=[("objectType", "table"), ("object", path), *([("preview", "true")] if rows else [])],
        )
        body = answer.json_object()
        schema = body.get("schema")
        columns = schema.get("columns") if isinstance(schema, dict) else None
        if not isinstance(columns, list) or not all(isinstance(item, dict) and item.get("name") for item in columns):
            raise answer.unreadable("no columns")
        data = body.get("data")
        return TableContents(
            columns={str(item["name"]): word_of(item) for item in columns},
            rows=[row for row in data if isinstance(row, dict)] if isinstance(data, list) else [],
        )

    def columns(self, connection_id: str, table: str) -> Columns:
        """Read a table's columns, and tell a table that is not there from anything else that goes wrong.

        Args:
            connection_id: the base connection's id.
            table: the table's path.

        Returns:
            Each column's word by its name.

        Raises:
            NotFoundError: the base connection does not exist in this sandbox.
            InputError: the base connection reaches no such table.
        """
        try:
            return self.table(connection_id, table).columns
        except (NotFoundError, RejectedError):
            paths = [entry.path for entry in self.tables(connection_id)]
            if table in paths:
                raise
        near = difflib.get_close_matches(table, paths, 3, 0.5)
        raise InputError(
            "table",
            f"the base connection {connection_id} reaches no table {table!r} in Zoho",
            remedy=f"Did you mean {' or '.join(map(repr, near))}?"
            if near
            else f"Use one of {', '.join(paths[:20])}"
            if paths
            else "It reaches no table at all: check the scopes of its refresh token",
        )
