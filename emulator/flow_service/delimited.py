"""Files of text in columns: unpacked, decoded, told apart. No storage."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any

from emulator.core.store import Document
from emulator.core.streams import CHUNK, reader
from emulator.flow_service import exceptions

DELIMITERS = ",;\t|~^"
SAMPLE = 1 << 16
# A cell of text may be longer than what Python expects.
csv.field_size_limit(1 << 26)
UNREADABLE = (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error, tarfile.TarError, zipfile.BadZipFile)


class Table:
    """The header of a file, and its rows."""

    def __init__(self, lines: Iterator[list[str]]) -> None:
        self._lines = (line for line in lines if line)
        self.header = next(self._lines, [])

    def __iter__(self) -> Iterator[list[str]]:
        return self._lines


@contextmanager
def read(source: IO[bytes], path: str, properties: Document) -> Iterator[Table]:
    """Read a file as a table. What cannot be read is an error that names the file."""
    try:
        with unpacked(source, properties.get("compressionType")) as plain:
            text = io.TextIOWrapper(plain, encoding=properties.get("encoding", "UTF-8"), newline="")
            yield Table(csv.reader(text, delimiter=properties.get("columnDelimiter", ","), strict=True))
    except UNREADABLE as error:
        raise exceptions.source_failed(f"The file {path} cannot be read: {error}") from error


@contextmanager
def unpacked(source: IO[bytes], compression: str | None) -> Iterator[IO[bytes]]:
    """The bytes that are packed in a file."""
    with ExitStack() as stack:
        yield source if compression is None else _UNPACKERS[compression](source, stack)


def determine(source: IO[bytes]) -> Document | None:
    """What kind of file this is, nothing if that cannot be told."""
    with ExitStack() as stack:
        packed = _copied(source, stack)
        compression = _compression(packed)
        packed.seek(0)
        try:
            with unpacked(packed, compression) as plain:
                sample = plain.read(SAMPLE)
        except UNREADABLE:
            return None
    if sample.startswith(b"PAR1"):
        return {"fileType": "parquet"}
    try:
        first = sample.decode().lstrip().partition("\n")[0]
    except UnicodeDecodeError as error:
        # A character may be cut where the sample ends.
        if error.start < len(sample) - 3:
            return None
        first = sample[: error.start].decode().lstrip().partition("\n")[0]
    if not first or "\0" in first:
        return None
    packing = {"compressionType": compression} if compression else {}
    if first[0] in "{[":
        return {"fileType": "json", **packing}
    return {"fileType": "delimited", **packing, "columnDelimiter": max(DELIMITERS, key=first.count)}


def _compression(packed: IO[bytes]) -> str | None:
    packed.seek(0)
    head = packed.read(262)
    if head.startswith(b"\x1f\x8b"):
        packed.seek(0)
        try:
            inner = gzip.GzipFile(fileobj=packed).read(262)
        except UNREADABLE:
            return "gzip"
        return "tarGzip" if inner[257:262] == b"ustar" else "gzip"
    if head.startswith(b"BZh"):
        return "bzip2"
    if head.startswith(b"PK\x03\x04"):
        return "zipDeflate"
    return "tar" if head[257:262] == b"ustar" else None


def _untar(source: IO[bytes], stack: ExitStack) -> IO[bytes]:
    archive = stack.enter_context(tarfile.TarFile.open(fileobj=_copied(source, stack)))
    files = [archive.extractfile(member) for member in archive.getmembers() if member.isfile()]
    if len(files) != 1 or files[0] is None:
        raise tarfile.TarError("an archive of exactly one file is expected")
    return files[0]


def _unzip(source: IO[bytes], stack: ExitStack) -> IO[bytes]:
    archive = stack.enter_context(zipfile.ZipFile(_copied(source, stack)))
    files = [item for item in archive.infolist() if not item.is_dir()]
    if len(files) != 1:
        raise zipfile.BadZipFile("an archive of exactly one file is expected")
    return stack.enter_context(archive.open(files[0]))


def _copied(source: IO[bytes], stack: ExitStack) -> IO[bytes]:
    """What can be read from any place, as the tables of contents of archives must."""
    copy = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    shutil.copyfileobj(source, copy, CHUNK)
    copy.seek(0)
    return copy


def _inflated(source: IO[bytes]) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while chunk := source.read(CHUNK):
        yield inflate.decompress(chunk)
    yield inflate.flush()
    if not inflate.eof:
        raise EOFError("the compressed data ends too early")


_UNPACKERS: dict[str, Callable[[IO[bytes], ExitStack], Any]] = {
    "gzip": lambda source, _: gzip.GzipFile(fileobj=source),
    "bzip2": lambda source, _: bz2.BZ2File(source),
    "deflate": lambda source, _: reader(_inflated(source)),
    "zipDeflate": _unzip,
    "tar": _untar,
    "tarGzip": _untar,
}
