"""The rows of batches, on disk: a batch may have a million of them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

from emulator.core.store import Document


class RowFile:
    """The rows of a batch that is being written, one a line."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.count = 0
        self.size = 0
        self._path = path
        self._file = path.open("wb")

    def add(self, row: Document) -> None:
        self.count += 1
        self.size += self._file.write(json.dumps(row).encode() + b"\n")

    def close(self) -> None:
        self._file.close()

    def drop(self) -> None:
        """Forget what was written, all of it."""
        self._file.close()
        self._path.unlink(missing_ok=True)
        self.count = self.size = 0


class Rows:
    """The folder of the rows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def begin(self) -> RowFile:
        return RowFile(self._folder / uuid.uuid4().hex)

    def lines(self, name: str) -> Iterator[bytes]:
        """The rows as JSON."""
        with (self._folder / name).open("rb") as file:
            for line in file:
                yield line.rstrip(b"\n")

    def drop(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)

    def drop_all_but(self, names: set[str]) -> None:
        """Remove what a killed emulator had written and not yet taken into its books."""
        for path in self._folder.iterdir():
            if path.name not in names:
                path.unlink()
