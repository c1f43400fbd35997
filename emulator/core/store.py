"""Documents in memory, written through to SQLite before an answer leaves."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_CREDENTIALS = ("access_token", "client_secret", "code", "device_code", "refresh_token", "sig", "token")


class Collection:
    """Documents of one kind by id, in partitions, each ordered by its last write.

    Documents are replaced, never changed in place: what a caller holds stays as it was read.
    """

    def __init__(self, store: Store, name: str, partition: Callable[[Document], str]) -> None:
        self.name = name
        self._store = store
        self._partition = partition
        self._documents: dict[str, Document] = {}
        self._sequences: dict[str, dict[str, int]] = {}

    def load(self, rows: list[tuple[str, int, str]]) -> None:
        self._documents.clear()
        self._sequences.clear()
        for key, sequence, body in rows:
            self._remember(key, sequence, json.loads(body))

    def get(self, key: str) -> Document | None:
        return self._documents.get(key)

    def put(self, key: str, document: Document) -> None:
        sequence = self._store.write(self.name, key, document)
        self._forget(key)
        self._remember(key, sequence, document)

    def delete(self, key: str) -> None:
        self._store.erase(self.name, key)
        self._forget(key)

    def all(self) -> list[Document]:
        return list(self._documents.values())

    def newest_first(self, partition: str) -> list[tuple[int, Document]]:
        sequences = self._sequences.get(partition, {})
        return [(sequence, self._documents[key]) for key, sequence in reversed(sequences.items())]

    def _remember(self, key: str, sequence: int, document: Document) -> None:
        self._documents[key] = document
        self._sequences.setdefault(self._partition(document), {})[key] = sequence

    def _forget(self, key: str) -> None:
        old = self._documents.pop(key, None)
        if old is not None:
            del self._sequences[self._partition(old)][key]


class Store:
    """One SQLite file that holds every collection."""

    def __init__(self, path: Path) -> None:
        self.directory = path.parent
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing that it wrote: the pages are the kernel's. Only a power cut could,
        # which an emulator need not survive; without the syncs a write costs microseconds.
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS documents (collection TEXT NOT NULL, id TEXT NOT NULL,"
            " sequence INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (collection, id)) WITHOUT ROWID"
        )
        (last,) = self._db.execute("SELECT coalesce(max(sequence), 0) FROM documents").fetchone()
        self._sequence = int(last)
        self._collections: list[Collection] = []
        self.issued: set[str] = set()
        """Every credential that was written since the start, also those that have ended."""

    def collection(self, name: str, partition: Callable[[Document], str] = lambda _: "") -> Collection:
        collection = Collection(self, name, partition)
        self._collections.append(collection)
        self._load(collection)
        return collection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside or none."""
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            for collection in self._collections:
                self._load(collection)
            raise
        self._db.execute("COMMIT")

    def write(self, collection: str, key: str, document: Document) -> int:
        sequence = self._sequence + 1
        self._db.execute(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)",
            (collection, key, sequence, json.dumps(document)),
        )
        self._sequence = sequence
        self.issued.update(document[name] for name in _CREDENTIALS if isinstance(document.get(name), str))
        # A client of Zoho may have another secret in each data center.
        self.issued.update(document["secrets"].values() if isinstance(document.get("secrets"), dict) else ())
        return sequence

    def erase(self, collection: str, key: str) -> None:
        self._db.execute("DELETE FROM documents WHERE collection = ? AND id = ?", (collection, key))

    @property
    def database(self) -> sqlite3.Connection:
        """For what is too much for memory: tables of a service's own, in the same file and transactions."""
        return self._db

    def close(self) -> None:
        self._db.close()

    def _load(self, collection: Collection) -> None:
        rows = self._db.execute(
            "SELECT id, sequence, body FROM documents WHERE collection = ? ORDER BY sequence",
            (collection.name,),
        )
        collection.load(rows.fetchall())
