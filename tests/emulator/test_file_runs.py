"""Runs: files of the landing zone in the dataset."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.launch import start
from tests.support.emulator.clients import code
from tests.support.emulator.files import FOLDER, PACKED, FilePipeline, csv, lead
from tests.support.emulator.pipeline import counts, error, every_hour, made, status

HOUR, DAY = 3600, 86400


def brought(run: dict[str, Any]) -> list[str]:
    """The files that a run says it took, without their folder."""
    manifest = run["metrics"]["fileSummary"].get("manifest", {"fileInfo": []})
    return [item["pathPrefix"].removeprefix(f"/{FOLDER}/") for item in manifest["fileInfo"]]


def names(files: FilePipeline, flow: str) -> list[str]:
    return [row["lastName"] for row in files.rows(flow)]


def once() -> dict[str, Any]:
    return every_hour(frequency="once", interval=None)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[FilePipeline]:
    """A pipeline whose clock no other test needs."""
    with start(tmp_path) as running:
        yield FilePipeline(running, running.info)


def test_a_run_moves_the_rows_and_names_its_files(files: FilePipeline) -> None:
    files.put("a.csv", csv(lead("Kidman"), lead("Wood", opted_out="YES")))
    files.put("b.csv", csv(lead('"Penn\r\n, ""Sean"""')))
    flow = files.file_flow()
    run = files.run(flow)
    assert (status(run), counts(run)) == ("success", (3, 3, 0))
    assert files.rows(flow)[0] == {
        "lastName": "Kidman",
        "revenue": 12.5,
        "employees": 7,
        "optedOut": False,
        "modified": "2026-11-25T20:39:00+02:00",
    }
    assert [row["optedOut"] for row in files.rows(flow)] == [False, True, False]
    assert names(files, flow) == ["Kidman", "Wood", 'Penn\r\n, "Sean"']
    summary = run["metrics"]["fileSummary"]
    assert (summary["inputFileCount"], summary["outputFileCount"]) == (2, 1)
    (batch,) = run["activities"][1]["targetInfo"][0]["reference"]["ids"]
    path = f"https://platform.adobe.io/data/foundation/export/batches/{batch}/meta?path=input_files"
    assert summary["manifest"]["fileInfo"] == [
        {"path": path, "pathPrefix": f"/{FOLDER}/{name}"} for name in ("a.csv", "b.csv")
    ]


def test_a_second_run_brings_only_what_is_new(files: FilePipeline) -> None:
    files.put("a.csv", csv(lead("First")))
    flow = files.file_flow()
    assert brought(files.run(flow)) == ["a.csv"]
    assert counts(files.run(flow)) == (0, 0, 0)
    files.put("b.csv", csv(lead("Second")))
    assert brought(files.run(flow)) == ["b.csv"]
    files.put("a.csv", csv(lead("Again")))
    assert brought(files.run(flow)) == ["a.csv"]
    assert names(files, flow) == ["First", "Second", "Again"]


def test_without_backfill_older_files_stay_out(alone: FilePipeline) -> None:
    alone.put("old.csv", csv(lead("Old")))
    begin = alone.now() + HOUR
    flow = alone.file_flow(scheduleParams=every_hour(begin, backfill=False))
    later = alone.file_flow(scheduleParams=every_hour(begin))
    alone.pass_time(HOUR + 1)
    assert [brought(run) for run in alone.runs(flow)] == [[]]
    assert names(alone, later) == ["Old"]
    alone.put("new.csv", csv(lead("New")))
    alone.pass_time(HOUR)
    assert names(alone, flow) == ["New"]
    assert names(alone, later) == ["Old", "New"]


def test_a_file_whose_time_is_over_is_not_brought(alone: FilePipeline) -> None:
    alone.put("early.csv", csv(lead("Early")))
    flow = alone.file_flow(scheduleParams=every_hour(alone.now() + 6 * DAY, frequency="day"))
    late = alone.file_flow(scheduleParams=every_hour(alone.now() + 8 * DAY, frequency="day"))
    for _ in range(9):
        alone.pass_time(DAY)
    alone.session.headers["Authorization"] = f"Bearer {alone.mint()['access_token']}"
    assert names(alone, flow) == ["Early"]
    assert names(alone, late) == []
    assert {counts(run) for run in alone.runs(late)} == {(0, 0, 0)}


def test_on_demand_takes_the_files_of_a_window(files: FilePipeline) -> None:
    files.put("a.csv", csv(lead("Kidman")))
    at = files.container.get_blob_client("zoho/leads/a.csv").get_blob_properties().last_modified.timestamp()
    flow = files.file_flow(scheduleParams=once())
    for start_time, end, expected in ((at, at + 1, 1), (at - 9, at, 0), (at + 1, at + 9, 0), (at, at, 0)):
        receipt = made(files.on_demand(flow, start_time, end))
        (run,) = files.request("GET", f"/runs/{receipt['id']}").json()["items"]
        assert counts(run) == (expected, expected, 0)
    made(files.on_demand(flow, at, at + 1))
    assert names(files, flow) == ["Kidman", "Kidman"]


def test_on_demand_has_its_rules(files: FilePipeline) -> None:
    flow = files.file_flow(scheduleParams=once())
    assert code(files.on_demand(flow, 2, 1)) == "CONNECTOR-1381-400"
    assert code(files.on_demand(flow, 1, 2, deltaColumn={"name": "Modified_Time"})) == "CONNECTOR-1312-400"
    assert code(files.on_demand(files.file_flow(), 1, 2)) == "CONNECTOR-1386-400"


def test_a_retry_takes_the_window_of_the_run_that_failed(alone: FilePipeline) -> None:
    flow = alone.file_flow()
    alone.put("a.csv", "nonsense\r\n")
    failed = alone.run(flow)
    assert status(failed) == "failed"
    alone.container.delete_blob("zoho/leads/a.csv")
    alone.pass_time(2)
    alone.put("b.csv", csv(lead("Later")))
    answer = alone.request("POST", f"/runs/{failed['id']}/action", params={"op": "RE_TRIGGER"})
    assert counts(answer.json()) == (0, 0, 0)
    assert brought(alone.run(flow)) == ["b.csv"]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"path": FOLDER, "type": "folder"}, ["a.csv", "b.txt"]),
        ({"path": f"{FOLDER}/", "type": "folder", "recursive": False}, ["a.csv", "b.txt"]),
        ({"path": FOLDER, "type": "folder", "recursive": True}, ["a.csv", "b.txt", "deep/c.csv"]),
        ({"path": f"{FOLDER}/*.csv", "type": "folder"}, ["a.csv"]),
        ({"path": "dlz-user-container/*/leads/*.csv"}, ["a.csv"]),
        ({"path": f"{FOLDER}/a.csv"}, ["a.csv"]),
        ({"path": FOLDER}, []),
        ({"path": f"{FOLDER}/a.cs", "type": "file"}, []),
    ],
)
def test_a_path_names_a_file_a_folder_or_a_pattern(
    files: FilePipeline, params: dict[str, Any], expected: list[str]
) -> None:
    for name in ("a.csv", "b.txt", "deep/c.csv"):
        files.put(name, csv(lead(name)))
    run = files.run(files.file_flow(source={"params": params}))
    assert sorted(brought(run)) == expected


@pytest.mark.parametrize("compression", sorted(PACKED))
def test_packed_files_are_unpacked(files: FilePipeline, compression: str) -> None:
    files.put("a.csv", PACKED[compression])
    source = {"data": {"format": "delimited", "properties": {"compressionType": compression}}}
    flow = files.file_flow(source=source)
    assert counts(files.run(flow)) == (2, 2, 0)
    assert names(files, flow) == ["Kidman", "Wood"]


def test_another_delimiter_and_encoding(files: FilePipeline) -> None:
    files.put("a.csv", "Last_Name;Company\nMüller;x\n".encode("iso-8859-1"))
    properties = {"columnDelimiter": ";", "encoding": "ISO-8859-1"}
    source = {"data": {"format": "delimited", "properties": properties}}
    flow = files.file_flow({"lastName": "Last_Name"}, source=source)
    files.run(flow)
    assert names(files, flow) == ["Müller"]


def test_a_failed_cast_empties_its_field_and_the_row_goes_on(files: FilePipeline) -> None:
    files.put("a.csv", csv(lead("Kidman", "much", "9999999999"), lead("Wood", "", "1.5"), "Penn,1,1,no,yesterday"))
    flow = files.file_flow()
    assert counts(files.run(flow)) == (3, 3, 0)
    rows = files.rows(flow)
    assert [sorted(row) for row in rows] == [
        ["lastName", "modified", "optedOut"],
        ["lastName", "modified", "optedOut"],
        ["employees", "lastName", "optedOut", "revenue"],
    ]


@pytest.mark.parametrize(
    ("field", "source", "cells", "fits"),
    [
        ("optedOut", "X", ["y", "yes", "Y", "YES", "on", "ON", "true", "TRUE", "n", "NO", "off", "FALSE"], True),
        ("optedOut", "X", ["True", "1", "0", "maybe"], False),
        ("employees", "X", ["12"], False),
        ("revenue", "X", ["12.5"], False),
        ("employees", "to_decimal(X)", ["12"], False),
        ("revenue", "to_integer(X)", ["12"], True),
        ("revenue", "to_float(X)", ["12.25"], True),
        ("employees", "to_bigint(X)", ["9999999999"], True),
        ("lastName", "to_integer(X)", ["12"], True),
        ("modified", "X", ["2026-11-25 20:39:00+0200", "2026-11-25T20:39:00Z", "11/25/2026 01:02:03 PM"], True),
        ("modified", "X", ["2026-11-25T20:39:00+02:00", "soon"], False),
        ("modified", "date(X)", ["20261125"], True),
    ],
)
def test_only_what_data_prep_reads_by_itself_fits_another_type(
    files: FilePipeline, field: str, source: str, cells: list[str], fits: bool
) -> None:
    files.put("a.csv", "\n".join(["X", *cells]))
    flow = files.file_flow({field: source}, options={"partialIngestionPercent": 100})
    total = len(cells)
    assert counts(files.run(flow)) == ((total, total, 0) if fits else (total, 0, total))


@pytest.mark.parametrize(("bad", "expected"), [(5, ("success", (100, 95, 5))), (6, ("failed", (100, 0, 100)))])
def test_a_run_may_lose_five_percent(files: FilePipeline, bad: int, expected: tuple[str, Any]) -> None:
    rows = [lead(f"L{number}", opted_out="maybe" if number < bad else "no") for number in range(100)]
    files.put("a.csv", csv(*rows))
    flow = files.file_flow()
    run = files.run(flow)
    assert (status(run), counts(run)) == expected
    assert len(files.rows(flow)) == expected[1][1]


def test_a_row_of_another_length_fails(files: FilePipeline) -> None:
    files.put("a.csv", csv(*(lead(f"L{number}") for number in range(20)), "short,1"))
    assert counts(files.run(files.file_flow())) == (21, 20, 1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Last_Name\nKidman\n", "lacks the columns"),
        (csv(lead("Kidman")).replace("Last_Name", "last_name"), "lacks the columns Last_Name"),
        (csv(lead("Kidman")).replace(",", ";"), "lacks the columns"),
        ("\ufeff" + csv(lead("Kidman")), "lacks the columns Last_Name"),
        (csv(lead("Kidman")).replace("Annual_Revenue", "Last_Name"), "names a column twice"),
        (b"", "0 bytes"),
        (gzip.compress(csv(lead("Kidman")).encode()), "cannot be read"),
        (csv(lead("M\u00fcller")).encode("iso-8859-1"), "cannot be read"),
        (csv(lead('"Kidman"x')), "cannot be read"),
    ],
)
def test_a_bad_file_fails_the_run(files: FilePipeline, content: str | bytes, words: str) -> None:
    files.put("a.csv", csv(lead("Good")))
    files.put("b.csv", content)
    flow = files.file_flow()
    run = files.run(flow)
    assert (status(run), counts(run)) == ("failed", (0, 0, 0))
    assert error(run)[0] == "CONNECTOR-1308-400"
    assert words in error(run)[1]
    assert "b.csv" in error(run)[1]
    assert files.rows(flow) == []
    files.put("b.csv", csv(lead("Mended")))
    files.run(flow)
    assert sorted(names(files, flow)) == ["Good", "Mended"]


def test_a_packed_file_that_is_cut_fails_the_run(files: FilePipeline) -> None:
    source = {"data": {"format": "delimited", "properties": {"compressionType": "gzip"}}}
    files.put("a.csv", PACKED["gzip"][:-12])
    run = files.run(files.file_flow(source=source))
    assert (status(run), error(run)[0]) == ("failed", "CONNECTOR-1308-400")


def test_a_header_alone_brings_nothing(files: FilePipeline) -> None:
    files.put("a.csv", csv())
    run = files.run(files.file_flow())
    assert (status(run), counts(run)) == ("success", (0, 0, 0))
    assert run["metrics"]["fileSummary"]["inputFileCount"] == 1


def test_names_that_are_not_plain_are_wrapped(files: FilePipeline) -> None:
    files.put("a.csv", "Last Name,Owner.email\nKidman,7\n")
    flow = files.file_flow({"lastName": "${Last Name}", "employees": "to_integer(Owner\\.email)"})
    assert status(files.run(flow)) == "success"
    assert files.rows(flow) == [{"lastName": "Kidman", "employees": 7}]
    assert status(files.run(files.file_flow({"lastName": "Last Name"}))) == "failed"


@pytest.mark.parametrize("form", ["json", "parquet"])
def test_other_formats_do_not_run(files: FilePipeline, form: str) -> None:
    run = files.run(files.file_flow(source={"data": {"format": form}}))
    assert (status(run), error(run)[0]) == ("failed", "CONNECTOR-1308-400")


def test_an_inactive_zone_fails_the_run(files: FilePipeline) -> None:
    flow = files.file_flow()
    files.zone.change(refuses=["1701"])
    assert error(files.run(flow))[0] == "CONNECTOR-1701-400"


def test_the_rows_are_on_disk_and_go_with_their_dataset(tmp_path: Path) -> None:
    folder = tmp_path / "batches"
    with start(tmp_path) as running:
        files = FilePipeline(running, running.info)
        files.put("a.csv", csv(*(lead(f"L{number}") for number in range(5000))))
        flow = files.file_flow()
        files.run(flow)
        files.put("b.csv", "nonsense\n")
        assert status(files.run(flow)) == "failed"
        (file,) = folder.iterdir()
        assert len(file.read_bytes().splitlines()) == 5000
        (folder / "left-by-a-kill").write_bytes(b"{}")
        running.kill()
    with start(tmp_path) as running:
        files = FilePipeline(running, running.info)
        assert [path.name for path in folder.iterdir()] == [file.name]
        assert len(files.rows(flow)) == 5000
        files.platform("DELETE", f"/catalog/dataSets/{files.dataset_of(flow)}")
        assert list(folder.iterdir()) == []


def test_a_file_of_another_sandbox_is_not_seen(files: FilePipeline) -> None:
    files.put("a.csv", csv(lead("Kidman")))
    other = FilePipeline(files.emulator, files.credentials, "stage")
    assert brought(other.run(other.file_flow())) == []
