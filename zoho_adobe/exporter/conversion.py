"""Turns the result of a Bulk Read job into the file that a dataflow reads, a piece at a time.

The result is a zip file with one CSV file. It is on disk as a whole before anything of it is used: what is cut off has
no directory, and the checksum of what is damaged does not fit. The header gets the mapping's names.
Where Zoho's columns are the wanted ones in their order, which they are unless some are left out, the rows stay as they
are, byte for byte.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import sys
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, BinaryIO

from zoho_adobe.errors import ResultError
from zoho_adobe.exporter.document import ID, Column

_LEVEL = 4
_GZIP = 31
_PIECE = 1024 * 1024
_ROWS_A_PIECE = 2000
_BAD_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
_AGAIN = "Run the export again: it asks for this window once more"


class Conversion:
    """One file on its way.

    Args:
        columns: the columns, in the order of the file.
        dropped: names of columns that Bulk Read does not give; they stay empty.
    """

    def __init__(self, columns: Sequence[Column], dropped: Collection[str] = ()) -> None:
        self._columns = columns
        self._dropped = dropped
        self.rows = 0
        """Rows so far, without the header."""
        self.size = 0
        """Bytes so far."""
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The digest of the bytes so far."""
        return self._digest.hexdigest()

    def of_result(self, packed: BinaryIO) -> Iterator[bytes]:
        """Convert the result of a job.

        Args:
            packed: the zip file.

        Yields:
            The gzip file.

        Raises:
            ResultError: it is cut off, not a zip file, or its CSV does not parse or lacks a column.
        """
        try:
            with zipfile.ZipFile(packed) as archive:
                names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
                if len(names) != 1:
                    raise ResultError(f"the result of the job has {len(names)} CSV files, not one", remedy=_AGAIN)
                with archive.open(names[0]) as raw:
                    header, rest = _header(raw)
                    positions = self._positions(header)
                    if positions == list(range(len(header))):
                        yield from self._packed(self._as_they_are(rest, raw))
                        return
                with archive.open(names[0]) as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
                    yield from self._packed(self._picked(text, positions))
        except _BAD_ZIP as error:
            raise ResultError(f"the result of the job is cut off or damaged ({error})", remedy=_AGAIN) from None
        except UnicodeDecodeError:
            raise ResultError("the CSV file of the job is not UTF-8", remedy=_AGAIN) from None
        except csv.Error as error:
            where = f"after row {self.rows}"
            raise ResultError(f"the CSV file of the job does not parse {where} ({error})", remedy=_AGAIN) from None

    def of_rows(self, rows: Sequence[Sequence[str]]) -> Iterator[bytes]:
        """Convert rows whose cells are those of the columns, in their order."""
        self.rows = len(rows)
        return self._packed([_csv(rows)])

    def _as_they_are(self, rest: bytes, raw: IO[bytes]) -> Iterator[bytes]:
        counter = _RowCounter()
        piece = rest
        while piece or (piece := raw.read(_PIECE)):
            counter.add(piece)
            yield piece
            piece = b""
        self.rows = counter.end()

    def _picked(self, text: Iterable[str], positions: Sequence[int]) -> Iterator[bytes]:
        # The limit is the process's: one of Zoho's text fields may be longer than the module's default.
        csv.field_size_limit(sys.maxsize)
        reader = csv.reader(text, strict=True)
        width = len(next(reader))
        while rows := list(islice(reader, _ROWS_A_PIECE)):
            odd = next((row for row in rows if len(row) != width), None)
            if odd is not None:
                where = f"row {self.rows + rows.index(odd) + 1} of the CSV file has {len(odd)} cells"
                raise ResultError(f"{where}, and its header {width}", remedy=_AGAIN)
            self.rows += len(rows)
            yield _csv([[row[at] if at >= 0 else "" for at in positions] for row in rows])

    def _positions(self, header: Sequence[str]) -> list[int]:
        """Find each column in Zoho's header, whose column of ids is called `Id` or `id`; -1 for a dropped one."""
        places = {ID if name.lower() == ID else name: at for at, name in enumerate(header)}
        missing = [name for name in self._names() if name not in places and name not in self._dropped]
        if missing:
            raise ResultError(
                f"the CSV file of the job lacks the column {missing[0]}",
                remedy="If the field was removed in Zoho CRM, update the stack",
            )
        return [places.get(name, -1) for name in self._names()]

    def _names(self) -> Iterator[str]:
        return (column.name for column in self._columns)

    def _packed(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        yield from self._piece(packer.compress(_csv([[column.header for column in self._columns]])))
        for piece in pieces:
            yield from self._piece(packer.compress(piece))
        yield from self._piece(packer.flush())

    def _piece(self, piece: bytes) -> Iterator[bytes]:
        if piece:
            self.size += len(piece)
            self._digest.update(piece)
            yield piece


def _header(raw: IO[bytes]) -> tuple[list[str], bytes]:
    """Read the header, whose names have no line breaks, and what was read behind it."""
    line, _, rest = raw.read(_PIECE).partition(b"\n")
    header = next(csv.reader([line.decode("utf-8-sig").rstrip("\r")], strict=True), None)
    if not header:
        raise ResultError("the CSV file of the job is empty", remedy=_AGAIN)
    return header, rest


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    # With this line end the module quotes a carriage return within a cell, too.
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def examined(pieces: Iterable[bytes], beat: Callable[[], None]) -> tuple[int, str, int]:
    """Count the rows of a file that is in the zone already.

    Args:
        pieces: the file.
        beat: is called after each piece.

    Returns:
        Its rows, its digest, and its bytes.

    Raises:
        ResultError: it is not a file that the exporter wrote.
    """
    unpacker, counter, digest, size = zlib.decompressobj(_GZIP), _RowCounter(), hashlib.sha256(), 0
    try:
        for piece in pieces:
            beat()
            digest.update(piece)
            size += len(piece)
            counter.add(unpacker.decompress(piece))
        rows = counter.end() - 1
    except (zlib.error, csv.Error, UnicodeDecodeError) as error:
        raise ResultError(f"a file in the landing zone is damaged ({error})") from None
    if not unpacker.eof or rows < 0:
        raise ResultError("a file in the landing zone is damaged (it is cut off)")
    return rows, digest.hexdigest(), size


class _RowCounter:
    """Counts the lines of a CSV file: a line break between quotation marks ends none."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._lines = 0
        self._quoted = False
        self._last = b"\n"

    def add(self, piece: bytes) -> None:
        self._decoder.decode(piece)
        # What is between quotes is every second part, whichever way quotes within quotes are told.
        parts = piece.split(b'"')
        self._lines += sum(part.count(b"\n") for part in parts[self._quoted :: 2])
        self._quoted ^= len(parts) % 2 == 0
        self._last = piece[-1:] or self._last

    def end(self) -> int:
        self._decoder.decode(b"", True)
        if self._quoted:
            raise csv.Error("a quotation mark is not closed")
        return self._lines + (self._last != b"\n")
