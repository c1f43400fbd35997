"""The bytes of blobs, on disk. A piece is written once, and read by as many as like."""

from __future__ import annotations

import base64
import hashlib
import io
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from emulator.core.streams import CHUNK, reader


class Piece(NamedTuple):
    """One file of a blob's bytes."""

    name: str
    length: int


class Files:
    """The folder of the pieces."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, upload: Path) -> Piece:
        """Take over what was uploaded."""
        piece = Piece(uuid.uuid4().hex, upload.stat().st_size)
        upload.rename(self._folder / piece.name)
        return piece

    def drop(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            (self._folder / piece.name).unlink(missing_ok=True)

    def drop_all_but(self, names: set[str]) -> None:
        """Remove what a killed emulator had written and not yet taken into its books."""
        for path in self._folder.iterdir():
            if path.name not in names:
                path.unlink()

    def read(self, pieces: Sequence[Piece], start: int, length: int) -> Iterator[bytes]:
        """Read a range, chunk by chunk."""
        for piece in pieces:
            if start >= piece.length:
                start -= piece.length
                continue
            with (self._folder / piece.name).open("rb") as source:
                source.seek(start)
                while length > 0 and (chunk := source.read(min(CHUNK, length))):
                    length -= len(chunk)
                    yield chunk
            start = 0
            if length <= 0:
                return

    def open(self, pieces: Sequence[Piece]) -> io.BufferedReader:
        """All of it as a stream, of which no more than a chunk is in memory."""
        return reader(self.read(pieces, 0, sum(piece.length for piece in pieces)))


def md5(upload: Path) -> str:
    """The MD5 of a file, as HTTP headers have it."""
    with upload.open("rb") as source:
        digest = hashlib.file_digest(source, lambda: hashlib.md5(usedforsecurity=False))
    return base64.b64encode(digest.digest()).decode()
