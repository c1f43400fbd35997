"""Blobs: written whole or by blocks, read, listed, deleted, and swept away when their time is over."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from io import BufferedReader
from math import inf
from pathlib import Path
from typing import Any

from emulator.blob import conditions, exceptions, names
from emulator.blob.containers import DAY, Containers
from emulator.blob.files import Files, Piece
from emulator.blob.leases import Leases
from emulator.core.clock import Clock
from emulator.core.store import Document, Store

Conditions = Mapping[str, str]
FOLDER = "hdi_isfolder"
UNCOMMITTED_DAYS = 7


class Blobs:
    """The blobs of all containers. A container is told by its id."""

    def __init__(self, store: Store, clock: Clock, files: Files) -> None:
        self._store = store
        self._clock = clock
        self._files = files
        self.containers = Containers(store, clock)
        self.leases = Leases(store, clock)
        self._blobs = store.collection("blobs", lambda blob: str(blob["container"]))
        self._staged = store.collection("blob_blocks")
        self._files.drop_all_but({piece.name for item in self._blobs.all() for piece in pieces(item)} | self._waiting())
        # When the next blob's time is over: not before, if ever it is reached.
        self._sweep_at = 0.0

    # Reading

    def look(self, container: str, name: str) -> Document | None:
        return self._blobs.get(f"{container}/{name}")

    def find(self, container: str, name: str) -> Document:
        blob = self.look(container, name.rstrip("/"))
        if blob is None:
            raise exceptions.blob_not_found()
        return blob

    def all(self, container: str) -> list[Document]:
        """By name, directories among them."""
        found = (blob for _, blob in self._blobs.newest_first(container))
        return sorted(found, key=lambda blob: str(blob["name"]))

    def read(self, blob: Document, start: int, length: int) -> Iterator[bytes]:
        return self._files.read(pieces(blob), start, length)

    def open(self, blob: Document) -> BufferedReader:
        return self._files.open(pieces(blob))

    def staged(self, container: str, name: str) -> dict[str, Piece]:
        """The blocks that wait for a commit."""
        item = self._staged.get(f"{container}/{name}") or {"blocks": {}}
        return {block: Piece(*piece) for block, piece in item["blocks"].items()}

    # Writing

    def put(self, container: str, name: str, upload: Path, described: Document, given: Conditions) -> Document:
        """Write a blob whole."""
        self._check_write(container, name, given)
        return self._commit(container, name, [("", self._files.keep(upload))], described)

    def stage(self, container: str, name: str, block: str, upload: Path, given: Conditions) -> None:
        """Keep a block until it is committed. Nobody sees it before."""
        self._check_place(container, name)
        self.leases.check(f"{container}/{name}", given.get("x-ms-lease-id"), write=True)
        blocks = self.staged(container, name)
        if any(len(other) != len(block) for other in blocks):
            raise exceptions.invalid_block_id()
        self._files.drop([blocks[block]] if block in blocks else [])
        key, kept = f"{container}/{name}", {**blocks, block: self._files.keep(upload)}
        self._staged.put(key, {"id": key, "at": self._clock.now(), "blocks": kept})

    def commit(
        self, container: str, name: str, wanted: list[tuple[str, str]], described: Document, given: Conditions
    ) -> Document:
        """Make a blob of blocks, all at once. Each is told with where it is looked for."""
        self._check_write(container, name, given)
        staged = self.staged(container, name)
        current = self.look(container, name) or {"blocks": []}
        committed = {block: Piece(*piece) for block, piece in current["blocks"]}
        places = {"Latest": {**committed, **staged}, "Uncommitted": staged, "Committed": committed}
        chosen = []
        for place, block in wanted:
            if block not in places[place]:
                raise exceptions.invalid_block_list()
            chosen.append((block, places[place][block]))
        return self._commit(container, name, chosen, described)

    def set_metadata(self, blob: Document, metadata: Document, given: Conditions) -> Document:
        conditions.check_write(given, blob)
        self.leases.check(blob["id"], given.get("x-ms-lease-id"), write=True)
        return self._save({**blob, "metadata": metadata})

    def delete(self, container: str, name: str, given: Conditions) -> None:
        blob = self.find(container, name)
        conditions.check_write(given, blob)
        self.leases.check(blob["id"], given.get("x-ms-lease-id"), write=True)
        if is_folder(blob) and any(other["name"].startswith(f"{blob['name']}/") for other in self.all(container)):
            raise exceptions.directory_not_empty()
        self._drop(blob)

    def sweep(self) -> None:
        """Delete what has been in its container for as long as it may. Directories stay."""
        now = self._clock.now()
        if now < self._sweep_at:
            return
        self._sweep_at = inf
        for blob in self._blobs.all():
            container = self.containers.get(blob["container"])
            if container is None or is_folder(blob):
                continue
            ends_at = blob["modified"] + container["ttl_days"] * DAY
            if ends_at <= now:
                self._drop(blob)
            else:
                self._sweep_at = min(self._sweep_at, ends_at)
        for item in self._staged.all():
            if item["at"] + UNCOMMITTED_DAYS * DAY <= now:
                self._unstage(item["id"], set())

    def sweep_again(self) -> None:
        """Look anew at what is to be swept, since the time that blobs may stay was changed."""
        self._sweep_at = 0.0

    def _check_write(self, container: str, name: str, given: Conditions) -> None:
        self._check_place(container, name)
        conditions.check_write(given, self.look(container, name))
        self.leases.check(f"{container}/{name}", given.get("x-ms-lease-id"), write=True)

    def _check_place(self, container: str, name: str) -> None:
        present = self.look(container, name)
        if present is not None and is_folder(present):
            raise exceptions.type_mismatch(name)
        for parent in names.parents(name):
            present = self.look(container, parent)
            if present is not None and not is_folder(present):
                raise exceptions.type_mismatch(parent)

    def _commit(self, container: str, name: str, blocks: list[tuple[str, Piece]], described: Document) -> Document:
        key, now = f"{container}/{name}", int(self._clock.now())
        earlier = self.look(container, name)
        kept = {piece.name for _, piece in blocks}
        with self._store.transaction():
            for parent in names.parents(name):
                if self.look(container, parent) is None:
                    self._save(_blob(container, parent, now, {"metadata": {FOLDER: "true"}}))
            blob = _blob(container, name, earlier["created"] if earlier else now, described)
            saved = self._save({**blob, "blocks": blocks})
            self._unstage(key, kept)
        if earlier is not None:
            self._files.drop([piece for piece in pieces(earlier) if piece.name not in kept])
        return saved

    def _unstage(self, key: str, kept: set[str]) -> None:
        item = self._staged.get(key)
        if item is not None:
            self._staged.delete(key)
            self._files.drop([Piece(*piece) for piece in item["blocks"].values() if piece[0] not in kept])

    def _save(self, blob: Document) -> Document:
        """Store a blob as changed now."""
        now = int(self._clock.now())
        saved = {**blob, "modified": now, "etag": f'"0x8D{secrets.token_hex(7).upper()}"'}
        self._blobs.put(saved["id"], saved)
        container = self.containers.get(saved["container"])
        if container is not None:
            self._sweep_at = min(self._sweep_at, now + container["ttl_days"] * DAY)
        return saved

    def _drop(self, blob: Document) -> None:
        self._blobs.delete(blob["id"])
        self.leases.forget(blob["id"])
        self._files.drop(pieces(blob))

    def _waiting(self) -> set[str]:
        return {piece[0] for item in self._staged.all() for piece in item["blocks"].values()}


def is_folder(blob: Document) -> bool:
    """Return whether it is the marker of a directory."""
    return FOLDER in blob["metadata"]


def pieces(blob: Document) -> list[Piece]:
    """Where the bytes of a blob are."""
    return [Piece(*piece) for _, piece in blob["blocks"]]


def size(blob: Document) -> int:
    """The length of a blob in bytes."""
    return sum(piece.length for piece in pieces(blob))


def _blob(container: str, name: str, created: int, described: Document) -> Document:
    blob: dict[str, Any] = {
        "id": f"{container}/{name}",
        "container": container,
        "name": name,
        "created": created,
        "blocks": [],
        "content": {},
        "metadata": {},
    }
    return {**blob, **described}
