"""The rows of all modules in SQLite, found by id and by time. Rows by the hundred thousand cost no memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from emulator.core.store import Document, Store
from emulator.zoho_crm import samples

CREATED, MODIFIED = "Created_Time", "Modified_Time"
COLUMNS = "id, created, modified, body"
COLUMN_OF = {"id": "id", CREATED: "created", MODIFIED: "modified"}


class Place(NamedTuple):
    """A module of an organization."""

    organization: str
    module: str


class Condition(NamedTuple):
    """A condition in SQL with its values."""

    sql: str
    values: tuple[Any, ...] = ()


ALL = Condition("1")


class Rows:
    """A row without a body is generated: its values follow from its id and the module's fields."""

    def __init__(self, store: Store) -> None:
        self._db = store.database
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS zoho_rows (organization TEXT NOT NULL, module TEXT NOT NULL,"
            " id INTEGER NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL, body TEXT,"
            " PRIMARY KEY (organization, module, id)) WITHOUT ROWID"
        )
        for name in ("created", "modified"):
            self._db.execute(
                f"CREATE INDEX IF NOT EXISTS zoho_rows_{name} ON zoho_rows (organization, module, {name}, id)"
            )
        self._db.create_function("zoho_value", 4, _scalar, deterministic=True)

    def get(self, place: Place, identifier: str, fields: Iterable[Document]) -> Document | None:
        if not identifier.isdecimal():
            return None
        return next(self.select(place, fields, Condition("id = ?", (int(identifier),))), None)

    def select(
        self,
        place: Place,
        fields: Iterable[Document],
        where: Condition = ALL,
        order: str = "id",
        limit: int = -1,
        offset: int = 0,
    ) -> Iterator[Document]:
        """The rows that meet a condition; `order` is SQL. Generated rows have the fields that are given."""
        known = list(fields)
        makers = samples.makers(known).items()
        timed = {field["api_name"] for field in known} & {CREATED, MODIFIED}
        found = self._db.execute(
            f"SELECT {COLUMNS} FROM zoho_rows WHERE organization = ? AND module = ? AND ({where.sql})"  # noqa: S608
            f" ORDER BY {order} LIMIT ? OFFSET ?",
            (*place, *where.values, limit, offset),
        )
        for identifier, created, modified, body in found:
            if body is not None:
                yield json.loads(body)
            else:
                row = {"id": str(identifier)}
                row |= {name: make(identifier) for name, make in makers}
                if timed:
                    row |= {CREATED: show_time(created), MODIFIED: show_time(modified)}
                yield row

    def count(self, place: Place, where: Condition = ALL) -> int:
        (found,) = self._db.execute(
            f"SELECT count(*) FROM zoho_rows WHERE organization = ? AND module = ? AND ({where.sql})",  # noqa: S608
            (*place, *where.values),
        ).fetchone()
        return int(found)

    def put(self, place: Place, row: Document) -> None:
        key = (*place, int(row["id"]), read_time(row[CREATED]), read_time(row[MODIFIED]), json.dumps(row))
        self._db.execute("INSERT OR REPLACE INTO zoho_rows VALUES (?, ?, ?, ?, ?, ?)", key)

    def delete(self, place: Place, identifier: str) -> None:
        self._db.execute(
            "DELETE FROM zoho_rows WHERE organization = ? AND module = ? AND id = ?", (*place, int(identifier))
        )

    def generate(self, place: Place, first_id: int, count: int, begin: int, end: int) -> None:
        """Add rows without bodies, created at even distances of the time from `begin` to `end`."""
        self._db.execute(
            "INSERT INTO zoho_rows WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?3)"
            " SELECT ?1, ?2, ?4 + i, ?5 + i * ?6 / ?3, ?5 + i * ?6 / ?3, NULL FROM n",
            (*place, count, first_id, begin, end - begin),
        )


def show_time(seconds: int) -> str:
    """Write a time as the API does."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def read_time(text: str) -> int:
    """Read a time that the API wrote; without an offset it is UTC."""
    time = datetime.fromisoformat(text)
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())


def _scalar(identifier: int, body: str | None, name: str, data_type: str) -> str | float | int | None:
    """One value of a row as criteria compare it: references by id, times as seconds, texts in lower case."""
    value = samples.maker(name, data_type)(identifier) if body is None else json.loads(body).get(name)
    if isinstance(value, dict):
        value = value.get("id")
    if isinstance(value, list):
        value = ";".join(str(item) for item in value)
    if isinstance(value, str):
        return read_time(value) if data_type == "datetime" else value.lower()
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, int | float) else None
