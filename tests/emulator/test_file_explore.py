"""Explore of the landing zone, which needs no base connection."""

from __future__ import annotations

import json

import pytest

from tests.support.emulator.clients import ZOHO_SPEC, code
from tests.support.emulator.files import CONTENT, FOLDER, HEADER, PACKED, FilePipeline, csv, lead
from tests.support.emulator.pipeline import DATA_LAKE_SPEC

FILE = f"{FOLDER}/a.csv"


def test_the_zone_is_a_connection_spec_without_auth(files: FilePipeline) -> None:
    (spec,) = files.request("GET", "/connectionSpecs/26f526f2-58f4-4712-961d-e41bf1ccc0e8").json()["items"]
    assert spec["name"] == "landing-zone"
    assert "authSpec" not in spec


def test_folders_and_files_have_paths_with_the_container(files: FilePipeline) -> None:
    files.put("a.csv", CONTENT)
    files.container.upload_blob("top.csv", CONTENT)
    assert files.explore_zone(objectType="root").json() == [
        {
            "type": "file",
            "name": "top.csv",
            "path": "dlz-user-container/top.csv",
            "canPreview": True,
            "canFetchSchema": True,
        },
        {
            "type": "folder",
            "name": "zoho",
            "path": "dlz-user-container/zoho/",
            "canPreview": False,
            "canFetchSchema": False,
        },
    ]
    for path in (FOLDER, f"{FOLDER}/"):
        (entry,) = files.explore_zone(objectType="folder", object=path).json()
        assert entry["path"] == FILE


def test_a_file_shows_its_columns_as_text_and_its_rows(files: FilePipeline) -> None:
    files.put("a.csv", CONTENT)
    shown = files.explore_zone(objectType="file", object=FILE, fileType="delimited", preview="true").json()
    assert shown["format"] == "flat"
    assert [column["name"] for column in shown["schema"]["columns"]] == HEADER.split(",")
    assert {column["type"] for column in shown["schema"]["columns"]} == {"string"}
    assert [row["Last_Name"] for row in shown["data"]] == ["Kidman", "Wood"]
    assert "properties" not in shown
    assert "data" not in files.explore_zone(objectType="file", object=FILE, fileType="delimited").json()


def test_a_preview_has_a_hundred_rows_at_most(files: FilePipeline) -> None:
    files.put("a.csv", csv(*(lead(f"L{number}") for number in range(150))))
    shown = files.explore_zone(objectType="file", object=FILE, fileType="delimited", preview="true").json()
    assert len(shown["data"]) == 100


@pytest.mark.parametrize("compression", sorted(PACKED))
def test_a_packed_file_is_read_as_it_is_said_to_be(files: FilePipeline, compression: str) -> None:
    files.put("a.csv", PACKED[compression])
    query = {"objectType": "file", "object": FILE, "preview": "true"}
    given = {"fileType": "delimited", "compressionType": compression, "columnDelimiter": ","}
    shown = files.explore_zone(**query, **given).json()
    assert shown["properties"] == given
    assert len(shown["data"]) == 2
    if compression != "deflate":
        assert files.explore_zone(**query, determineProperties="true").json() == shown


def test_a_delimiter_is_found(files: FilePipeline) -> None:
    files.put("a.csv", "a~b~c\n1~2~3\n")
    shown = files.explore_zone(objectType="file", object=FILE, determineProperties="true").json()
    assert shown["properties"] == {"fileType": "delimited", "columnDelimiter": "~"}


def test_json_shows_its_fields(files: FilePipeline) -> None:
    files.put("a.csv", "\n".join(json.dumps({"id": number, "name": "x"}) for number in range(3)))
    shown = files.explore_zone(objectType="file", object=FILE, fileType="json", preview="true").json()
    assert [column["name"] for column in shown["schema"]["columns"]] == ["id", "name"]
    assert len(shown["data"]) == 3


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"objectType": "table"}, "CONNECTOR-1358-400"),
        ({"objectType": "file"}, "CONNECTOR-1337-400"),
        ({"objectType": "folder"}, "CONNECTOR-1337-400"),
        ({"objectType": "root", "nonsense": "1"}, "FLOW-1451-400"),
        ({"objectType": "file", "object": FILE}, "CONNECTOR-1399-400"),
        ({"objectType": "file", "object": FILE, "fileType": "csv"}, "CONNECTOR-1399-400"),
        ({"objectType": "file", "object": FILE, "FILE_TYPE": "delimited"}, "FLOW-1451-400"),
        (
            {"objectType": "file", "object": FILE, "fileType": "delimited", "determineProperties": "true"},
            "CONNECTOR-1374-400",
        ),
        ({"objectType": "file", "object": f"{FOLDER}/none.csv", "fileType": "delimited"}, "CONNECTOR-1308-400"),
        ({"objectType": "file", "object": "zoho/leads/a.csv", "fileType": "delimited"}, "CONNECTOR-1308-400"),
        ({"objectType": "folder", "object": "dlz-user-container/none"}, "CONNECTOR-1308-400"),
        (
            {"objectType": "file", "object": FILE, "fileType": "delimited", "compressionType": "gzip"},
            "CONNECTOR-1308-400",
        ),
    ],
)
def test_a_bad_question_is_refused(files: FilePipeline, query: dict[str, str], expected: str) -> None:
    files.put("a.csv", CONTENT)
    assert code(files.explore_zone(**query)) == expected


@pytest.mark.parametrize("content", [b"", bytes(range(256))])
def test_what_is_no_text_cannot_be_determined(files: FilePipeline, content: bytes) -> None:
    files.put("a.csv", content)
    answer = files.explore_zone(objectType="file", object=FILE, determineProperties="true")
    assert code(answer) == "CONNECTOR-1375-400"


def test_other_specs_are_not_explored(files: FilePipeline) -> None:
    for spec in (ZOHO_SPEC, DATA_LAKE_SPEC):
        path = f"/connectionSpecs/{spec['id']}/explore"
        assert code(files.request("GET", path, params={"objectType": "root"})) == "CONNECTOR-1372-400"
        answer = files.request("GET", path, params={"determineProperties": "true"})
        assert code(answer) == "CONNECTOR-1376-400"


def test_an_inactive_zone_is_not_explored(files: FilePipeline) -> None:
    files.zone.change(refuses=["1701"])
    assert code(files.explore_zone(objectType="root")) == "CONNECTOR-1701-400"
