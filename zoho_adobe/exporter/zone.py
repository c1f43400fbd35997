"""What the exporter asks of a landing zone, whatever storage it is on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Stored:
    """A small file as it is in the zone.

    Attributes:
        text: what is in it.
        etag: what tells this version of it.
        age: seconds since it was written, by the storage's own clock.
    """

    text: str
    etag: str
    age: float


class Upload(Protocol):
    """A file on its way into the zone. Nobody sees it before it is committed, and then all of it at once."""

    def write(self, piece: bytes) -> None:
        """Add a piece."""

    def commit(self) -> bool:
        """Let the file appear.

        Returns:
            Whether it did; False where a file of this name is there already, which stays as it is.
        """


class Zone(Protocol):
    """A landing zone. Names are those below its container or folder."""

    def names(self, folder: str) -> dict[str, int]:
        """List the files of a folder and below.

        Returns:
            Bytes by name.
        """

    def read(self, name: str) -> Stored | None:
        """Read a small file; None if there is none."""

    def write(self, name: str, text: str, etag: str | None) -> str:
        """Write a small file.

        Args:
            name: its name.
            text: what is to be in it.
            etag: the version that it takes the place of; None if it must not exist.

        Returns:
            The etag of what was written.

        Raises:
            ZoneConflictError: there is another version.
        """

    def remove(self, name: str, etag: str) -> None:
        """Delete a version of a file; no error where that is gone already."""

    def pieces(self, name: str) -> Iterator[bytes]:
        """Read a file a piece at a time."""

    def create(self, name: str) -> Upload:
        """Begin a file."""
