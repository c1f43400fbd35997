"""From the result of a job to the file of a dataflow."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import sys
import zipfile
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoho_adobe.errors import ResultError
from zoho_adobe.exporter.conversion import Conversion, examined
from zoho_adobe.exporter.document import Column

COLUMNS = (Column("id", "bigint", "id"), Column("Last_Name", "text", "name"), Column("Owner.email", "text", "owner"))
HEADER = ["Id", "Last_Name", "Owner.email"]


def packed(text: str | bytes, *names: str) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names or ("1.csv",):
            archive.writestr(name, text)
    stream.seek(0)
    return stream


def written(rows: list[list[str]], quoting: Literal[0, 1] = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO()
    # The module quotes a carriage return for the sake of the line end only.
    csv.writer(text, lineterminator="\r\n", quoting=quoting).writerows(rows)
    return text.getvalue()


def converted(stream: io.BytesIO, *dropped: str) -> tuple[Conversion, list[list[str]]]:
    conversion = Conversion(COLUMNS, dropped)
    content = b"".join(conversion.of_result(stream))
    assert conversion.size == len(content)
    assert conversion.sha256 == hashlib.sha256(content).hexdigest()
    assert examined([content], lambda: None) == (conversion.rows, conversion.sha256, conversion.size)
    # The limit is the process's, and a file that is passed on as it is has not raised it.
    csv.field_size_limit(sys.maxsize)
    return conversion, list(csv.reader(io.StringIO(gzip.decompress(content).decode(), newline="")))


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(
    st.lists(st.tuples(st.integers(1, 10**18), CELLS, CELLS), max_size=30),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.permutations(range(3)),
)
def test_every_cell_arrives_as_it_is(
    rows: list[tuple[int, str, str]], quoting: Literal[0, 1], order: list[int]
) -> None:
    cells = [[str(row[0]), *row[1:]] for row in rows]
    given_ = [[line[at] for at in order] for line in [HEADER, *cells]]
    conversion, found = converted(packed(written(given_, quoting)))
    assert found == [["id", "name", "owner"], *cells]
    assert conversion.rows == len(rows)


def test_more_rows_than_a_piece() -> None:
    rows = [[str(at), 'a "quoted"\nname', ""] for at in range(4321)]
    conversion, found = converted(packed(written([["id", *HEADER[1:]], *rows])))
    assert (conversion.rows, found[1:]) == (4321, rows)


def test_a_very_long_cell() -> None:
    _, found = converted(packed(written([HEADER, ["1", "x" * 500_000, ""]])))
    assert len(found[1][1]) == 500_000


def test_a_dropped_column_stays_and_is_empty() -> None:
    _, found = converted(packed("Id,Last_Name\n1,x\n"), "Owner.email")
    assert found == [["id", "name", "owner"], ["1", "x", ""]]


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_last_line_may_end_or_not(end: str) -> None:
    conversion, found = converted(packed(f"Id,Last_Name,Owner.email\n1,x,y\n2,x,y{end}"))
    assert (conversion.rows, len(found)) == (2, 3)


def test_columns_that_nobody_asked_for_are_left_out() -> None:
    _, found = converted(packed("Id,Phone,Owner.email,Last_Name\n1,5,a@b,x\n"))
    assert found[1] == ["1", "x", "a@b"]


def cut(stream: io.BytesIO, length: int) -> io.BytesIO:
    return io.BytesIO(stream.getvalue()[:length])


def damaged() -> io.BytesIO:
    content = bytearray(packed(written([HEADER, *([str(at), "x", "y"] for at in range(5000))])).getvalue())
    content[len(content) // 2] ^= 255
    return io.BytesIO(bytes(content))


LONG = packed(written([HEADER, *([str(at), "x", "y"] for at in range(5000))]))


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        (io.BytesIO(b""), "cut off or damaged"),
        (io.BytesIO(b"<html>sorry</html>"), "cut off or damaged"),
        (cut(LONG, len(LONG.getvalue()) - 10), "cut off or damaged"),
        (cut(LONG, len(LONG.getvalue()) // 2), "cut off or damaged"),
        (damaged(), "cut off or damaged"),
        (packed("x", "a.csv", "b.csv"), "has 2 CSV files, not one"),
        (packed("x", "a.txt"), "has 0 CSV files, not one"),
        (packed(""), "is empty"),
        (packed("Id,Last_Name\n1,x\n"), "lacks the column Owner.email"),
        (packed("Last_Name,Id,Owner.email\nx,1,y\nx,2\n"), "row 2 of the CSV file has 2 cells, and its header 3"),
        (packed('Id,Last_Name,Owner.email\n1,"x,y\n'), "does not parse"),
        (packed('Last_Name,Id,Owner.email\nx,"1,y\n'), "does not parse"),
        (packed(b"Id,Last_Name,Owner.email\n1,\xff,y\n"), "is not UTF-8"),
    ],
)
def test_what_is_wrong_with_a_result_is_said(stream: io.BytesIO, said: str) -> None:
    with pytest.raises(ResultError, match=said):
        list(Conversion(COLUMNS).of_result(stream))


@pytest.mark.parametrize("content", [b"", b"x", gzip.compress(b"id\n1\n")[:-5]])
def test_a_damaged_file_in_the_zone_is_none_of_ours(content: bytes) -> None:
    with pytest.raises(ResultError, match="is damaged"):
        examined([content], lambda: None)
