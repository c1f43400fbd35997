"""Source connections and flows of files."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator.clients import ZOHO_SPEC, code, replace
from tests.support.emulator.files import FILE_FLOW_SPEC, FOLDER, ZONE_SPEC, FilePipeline
from tests.support.emulator.pipeline import COPY, DATA_LAKE_SPEC, FLOW_SPEC, every_hour

GOOD = {"columnDelimiter": ";", "encoding": "ISO-8859-1", "compressionType": "gzip"}


def delimited(**properties: Any) -> dict[str, Any]:
    return {"data": {"format": "delimited", "properties": properties}}


def test_a_source_needs_no_base_connection(files: FilePipeline) -> None:
    params = {"path": f"{FOLDER}/*.csv.gz", "type": "folder", "recursive": False}
    identifier = files.zone_source(**delimited(**GOOD), params=params)
    (item,) = files.request("GET", f"/sourceConnections/{identifier}").json()["items"]
    assert (item["params"], item["data"]) == (params, {"format": "delimited", "properties": GOOD})
    assert "baseConnectionId" not in item
    assert item["connectionSpec"] == ZONE_SPEC


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"baseConnectionId": "any"}, "CONNECTOR-1332-400"),
        ({"data": {"format": "tabular"}}, "CONNECTOR-1327-400"),
        ({"data": {}}, "CONNECTOR-1327-400"),
        (delimited(columnDelimiter="||"), "CONNECTOR-1331-400"),
        (delimited(columnDelimiter=""), "CONNECTOR-1312-400"),
        (delimited(encoding="UTF-16"), "CONNECTOR-1312-400"),
        (delimited(compressionType="gz"), "CONNECTOR-1312-400"),
        (delimited(header=True), "CONNECTOR-1312-400"),
        ({"data": {"format": "delimited", "columnDelimiter": ";"}}, "CONNECTOR-1312-400"),
        ({"data": {"format": "json", "properties": {"columnDelimiter": ";"}}}, "CONNECTOR-1312-400"),
        ({"data": {"format": "parquet", "properties": {"compressionType": "gzip"}}}, "CONNECTOR-1312-400"),
        ({"params": None}, "CONNECTOR-1304-400"),
        ({"params": {"type": "folder"}}, "CONNECTOR-1304-400"),
        ({"params": {"path": "zoho/leads"}}, "CONNECTOR-1312-400"),
        ({"params": {"path": f"{FOLDER}/2026-11-25T10:00.csv"}}, "CONNECTOR-1312-400"),
        ({"params": {"path": FOLDER, "type": "directory"}}, "CONNECTOR-1312-400"),
        ({"params": {"path": FOLDER, "recursive": "true"}}, "CONNECTOR-1312-400"),
        ({"params": {"path": FOLDER, "tableName": "Leads"}}, "CONNECTOR-1312-400"),
        ({"name": " "}, "CONNECTOR-1304-400"),
    ],
)
def test_a_bad_source_is_refused(files: FilePipeline, changes: dict[str, Any], expected: str) -> None:
    answer = files.request("POST", "/sourceConnections", json=files.zone_source_body(**changes))
    assert code(answer) == expected
    assert files.objects()["sourceConnections"] == []


def test_the_flow_spec_of_files(files: FilePipeline) -> None:
    (spec,) = files.request("GET", "/flowSpecs", params={"property": 'name=="CloudStorageToAEP"'}).json()["items"]
    assert (spec["id"], spec["version"]) == (FILE_FLOW_SPEC["id"], "1.0")
    assert ZONE_SPEC["id"] in spec["sourceConnectionSpecIds"]
    assert [item["name"] for item in spec["transformationSpecs"]] == ["Mapping", "Encryption"]


def test_a_flow_of_files(files: FilePipeline) -> None:
    body = files.file_flow_body()
    flow = files.flow(files.request("POST", "/flows", json=body).json()["id"])
    assert flow["flowSpec"] == FILE_FLOW_SPEC
    assert flow["inheritedAttributes"] == {
        "sourceConnections": [{"id": body["sourceConnectionIds"][0], "connectionSpec": ZONE_SPEC}],
        "targetConnections": [{"id": body["targetConnectionIds"][0], "connectionSpec": DATA_LAKE_SPEC}],
    }
    assert [item["name"] for item in flow["transformations"]] == ["Mapping"]
    answer = files.patch_flow(flow, replace("/scheduleParams/interval", "2"))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"transformations": []}, "CONNECTOR-1370-400"),
        ({"transformations": None}, "CONNECTOR-1370-400"),
        ({"scheduleParams": every_hour(start=1)}, "CONNECTOR-1360-400"),
        ({"scheduleParams": every_hour(frequency="once")}, "CONNECTOR-1361-400"),
        ({"scheduleParams": every_hour(frequency="minute", interval="10")}, "CONNECTOR-1362-400"),
        ({"scheduleParams": every_hour(interval="0")}, "CONNECTOR-1363-400"),
        ({"scheduleParams": every_hour(frequency="once", interval=None, backfill=True)}, "CONNECTOR-1364-400"),
        ({"flowSpec": FLOW_SPEC}, "FLOW-1413-400"),
    ],
)
def test_a_bad_flow_is_refused(files: FilePipeline, changes: dict[str, Any], expected: str) -> None:
    answer = files.request("POST", "/flows", json=files.file_flow_body(**changes))
    assert code(answer) == expected
    assert files.objects()["flows"] == []


@pytest.mark.parametrize(
    ("further", "expected"),
    [
        (COPY, "CONNECTOR-1392-400"),
        ({"name": "Encryption", "params": {}}, "CONNECTOR-1309-400"),
        ({"name": "Encryption", "params": {"publicKeyId": "none"}}, "CONNECTOR-1311-400"),
    ],
)
def test_a_flow_of_files_takes_no_copy(files: FilePipeline, further: dict[str, Any], expected: str) -> None:
    body = files.file_flow_body()
    body["transformations"].append(further)
    assert code(files.request("POST", "/flows", json=body)) == expected


def test_a_mapping_to_another_schema_is_refused(files: FilePipeline) -> None:
    body = files.file_flow_body()
    body["transformations"] = files.file_flow_body()["transformations"]
    assert code(files.request("POST", "/flows", json=body)) == "FLOW-1425-400"


def test_a_table_is_no_source_of_a_flow_of_files(files: FilePipeline) -> None:
    body = files.file_flow_body()
    body["sourceConnectionIds"] = [files.source()]
    assert code(files.request("POST", "/flows", json=body)) == "FLOW-1413-400"


def test_the_zone_can_be_missing_from_the_flow_spec(files: FilePipeline) -> None:
    path = f"/organizations/{files.organization}/flowSpecs"
    body = files.file_flow_body()
    files.emulator.control("POST", path, {"source": ZONE_SPEC["id"], "withdrawn": True})
    (spec,) = files.request("GET", f"/flowSpecs/{FILE_FLOW_SPEC['id']}").json()["items"]
    assert ZONE_SPEC["id"] not in spec["sourceConnectionSpecIds"]
    assert code(files.request("POST", "/flows", json=body)) == "FLOW-1413-400"
    (other,) = files.request("GET", f"/flowSpecs/{FLOW_SPEC['id']}").json()["items"]
    assert ZOHO_SPEC["id"] in other["sourceConnectionSpecIds"]
    files.emulator.control("POST", path, {"source": ZONE_SPEC["id"], "withdrawn": False})
    assert files.request("POST", "/flows", json=body).status_code == 201


def test_a_second_flow_on_a_dataset_is_refused_where_only_one_may(files: FilePipeline) -> None:
    body = files.file_flow_body()
    assert files.request("POST", "/flows", json=body).status_code == 201
    assert files.request("POST", "/flows", json=body).status_code == 201
    files.emulator.control("PATCH", f"/organizations/{files.organization}/flows", {"one_per_dataset": True})
    assert code(files.request("POST", "/flows", json=body)) == "FLOW-1447-400"
    files.file_flow()
