"""LandingZoneSource: what goes to Adobe, what replaces it, and what is refused before anything is made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.wire.ingestion import Ingestion
from tests.support.wire.plugin import UNKNOWN, Refused


def test_files_go_to_adobe_as_it_wants_them(ingestion: Ingestion) -> None:
    ingestion.make("files", delimiter=";")
    (found,) = ingestion.objects("sourceConnections")
    assert found["data"] == {
        "format": "delimited",
        "properties": {"compressionType": "gzip", "columnDelimiter": ";"},
    }
    path = "dlz-user-container/zoho/leads/*.csv.gz"
    assert found["params"] == {"path": path, "type": "folder", "recursive": False}
    assert found["connectionSpec"] == {"id": "26f526f2-58f4-4712-961d-e41bf1ccc0e8", "version": "1.0"}
    assert "baseConnectionId" not in found


@pytest.mark.parametrize(("path", "kind"), [("zoho/leads", "folder"), ("zoho/leads/", "folder"), ("a/b.csv", "file")])
def test_a_path_is_a_folder_or_a_file(ingestion: Ingestion, path: str, kind: str) -> None:
    ingestion.make("files", path=path, compression=None)
    (found,) = ingestion.objects("sourceConnections")
    assert found["params"]["type"] == kind
    assert found["data"] == {"format": "delimited"}


def test_every_change_replaces(ingestion: Ingestion) -> None:
    ingestion.make("files")
    assert ingestion.diff("files") == []
    changes: list[dict[str, Any]] = [
        {"path": "zoho/other/*.csv.gz"},
        {"container": "another"},
        {"compression": "bzip2"},
        {"delimiter": ";"},
        {"format": "json"},
    ]
    for change in changes:
        assert ingestion.diff("files", **change) == list(change)
    assert ingestion.diff("files", compression=None) == ["compression"]
    # An unknown container is that of a zone that is looked up in this update, most likely the same.
    assert ingestion.diff("files", container=UNKNOWN) == []


def test_what_was_changed_by_hand_is_drift(ingestion: Ingestion) -> None:
    made = ingestion.make("files")
    assert ingestion.refresh("files") == made.inputs
    changed = {"path": "dlz-user-container/elsewhere/*.csv"}
    ingestion.crm.change("sourceConnections", made.id, params=changed, data={"format": "delimited"})
    inputs = ingestion.refresh("files")
    assert inputs is not None
    assert inputs["path"] == "elsewhere/*.csv"
    assert "compression" not in inputs
    assert ingestion.diff("files") == ["path", "compression"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"path": None}, "path: it is missing. Pass path."),
        ({"path": "/zoho/*.csv"}, "path: '/zoho/*.csv' starts with a slash. Write it relative to the container"),
        ({"path": "zoho//a"}, "path: 'zoho//a' has two slashes in a row. Take one of them out."),
        ({"path": "zoho/a:b"}, "path: 'zoho/a:b' has the character ':', which Adobe refuses"),
        ({"path": "zoho/a b%"}, "path: 'zoho/a b%' has the character '%', which Adobe accepts escaped only."),
        ({"path": "zoho/con"}, "path: 'zoho/con' has the part 'con', a name that Adobe reserves."),
        ({"path": "../a"}, "path: '../a' has the part '..', a name that Adobe reserves."),
        ({"path": "a" * 256}, "has a part of 256 characters. Use at most 255."),
        ({"path": "*/a.csv"}, "path: '*/a.csv' has '*' in the name of a folder. Use it in the last part only"),
        ({"format": "xml"}, "format: 'xml' is not a format that Adobe reads. Use delimited, json or parquet."),
        ({"compression": "zip"}, "compression: 'zip' is not a compression that Adobe reads. Use bzip2, gzip"),
        ({"format": "parquet"}, "compression: files of the format 'parquet' have their own. Leave it out."),
        ({"delimiter": ";;"}, "delimiter: ';;' is not one character between two cells. Such as ';'."),
        ({"delimiter": '"'}, "delimiter: '\"' is not one character between two cells."),
        ({"delimiter": 1}, "delimiter: 1 is not one character between two cells."),
        ({"format": "json", "delimiter": ","}, "delimiter: files of the format 'json' have none. Leave it out."),
    ],
)
def test_bad_input_is_found_without_any_network(ingestion: Ingestion, changes: dict[str, Any], said: str) -> None:
    ingestion.tenant.forget_requests()
    (line,) = ingestion.check("files", **changes)
    assert said in line
    assert ingestion.tenant.requests() == []


def test_what_is_not_known_yet_is_no_problem(ingestion: Ingestion) -> None:
    for key in ("container", "path", "format", "compression", "delimiter"):
        assert ingestion.check("files", **{key: UNKNOWN}) == []


def test_a_refusal_of_adobes_leaves_nothing(ingestion: Ingestion) -> None:
    body = {"message": "The container is that of another sandbox."}
    ingestion.tenant.fault(kind="status", status=400, body=body, method="POST", path="/sourceConnections$")
    with pytest.raises(Refused, match="another sandbox"):
        ingestion.make("files")
    assert ingestion.objects("sourceConnections") == []
