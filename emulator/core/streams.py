"""Bytes that come in chunks, as a file to read."""

from __future__ import annotations

import io
from collections.abc import Iterator

CHUNK = 1 << 20


def reader(chunks: Iterator[bytes]) -> io.BufferedReader:
    """A file of which no more than a chunk is in memory."""
    return io.BufferedReader(_Stream(chunks), CHUNK)


class _Stream(io.RawIOBase):
    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = filter(None, chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = next(self._chunks, b"")
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)
