"""What a base connection reaches."""

from __future__ import annotations

import pytest

from tests.support.emulator.clients import code, replace
from tests.support.emulator.pipeline import Pipeline


def test_the_root_lists_tables(pipeline: Pipeline) -> None:
    tables = pipeline.explore(objectType="root").json()
    assert {table["path"] for table in tables} >= {"Leads", "Contacts", "Accounts"}
    assert tables[0] == {
        "type": "table",
        "name": "Leads",
        "path": "Leads",
        "canPreview": True,
        "canFetchSchema": True,
    }


def test_a_table_shows_its_columns(pipeline: Pipeline) -> None:
    answer = pipeline.explore(objectType="table", object="Leads").json()
    assert set(answer) == {"format", "schema"}
    assert answer["format"] == "flat"
    columns = {column["name"]: column for column in answer["schema"]["columns"]}
    assert columns["Last_Name"] == {"name": "Last_Name", "type": "string", "xdm": {"type": "string"}}
    assert columns["Annual_Revenue"]["xdm"] == {"type": "number"}
    assert columns["No_of_Employees"]["xdm"] == {"type": "integer"}
    assert columns["Email_Opt_Out"]["xdm"] == {"type": "boolean"}
    assert columns["Modified_Time"] == {
        "name": "Modified_Time",
        "type": "string",
        "meta:xdmType": "date-time",
        "xdm": {"type": "string", "format": "date-time"},
    }


def test_a_preview_adds_rows(pipeline: Pipeline) -> None:
    pipeline.add_lead(Last_Name="Previewed")
    answer = pipeline.explore(objectType="table", object="Leads", preview="true").json()
    assert len(answer["data"]) == len(pipeline.leads())
    assert set(answer["data"][0]) == {column["name"] for column in answer["schema"]["columns"]}
    assert answer["data"][-1]["Last_Name"] == "Previewed"


def test_a_reference_is_shown_as_an_id(pipeline: Pipeline) -> None:
    answer = pipeline.explore(objectType="table", object="Leads", preview="true").json()
    assert answer["data"][0]["Owner"] == pipeline.leads()[0]["Owner"]["id"]


def test_a_new_column_appears(pipeline: Pipeline) -> None:
    pipeline.emulator.control("POST", pipeline.module + "/fields", {"api_name": "Score", "data_type": "double"})
    assert "Score" in {column["name"] for column in pipeline.columns()}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "CONNECTOR-1358-400"),
        ({"objectType": "ROOT"}, "CONNECTOR-1358-400"),
        ({"objectType": "folder"}, "CONNECTOR-1358-400"),
        ({"objectType": "table"}, "CONNECTOR-1337-400"),
        ({"objectType": "table", "object": ""}, "CONNECTOR-1337-400"),
        ({"objectType": "table", "object": "Nonsense"}, "CONNECTOR-1330-400"),
        ({"objectType": "table", "object": "Leads", "preview": "yes"}, "CONNECTOR-1312-400"),
        ({"objectType": "table", "object": "Leads", "filters": "e30="}, "CONNECTOR-1353-400"),
        ({"objectType": "root", "depth": "1"}, "FLOW-1451-400"),
    ],
)
def test_a_question_without_sense_is_refused(refuser: Pipeline, params: dict[str, str], expected: str) -> None:
    assert code(refuser.explore(**params)) == expected


def test_dead_credentials_are_the_connectors_error(pipeline: Pipeline) -> None:
    assert pipeline.explore(objectType="root").status_code == 200
    pipeline.emulator.control("POST", "/zoho/revoke", {"refresh_token": pipeline.zoho["refresh_token"]})
    for params in ({"objectType": "root"}, {"objectType": "table", "object": "Leads"}):
        answer = pipeline.explore(**params)
        assert code(answer) == "CONNECTOR-1308-400"
        assert "Authentication failed" in answer.json()["detail"]


def test_scopes_that_do_not_suffice_are_named(pipeline: Pipeline) -> None:
    order = {"dc": "eu", "scopes": ["ZohoCRM.modules.READ"]}
    pipeline.zoho = pipeline.emulator.control("POST", "/zoho/credentials", order)
    answer = pipeline.explore(objectType="root")
    assert code(answer) == "CONNECTOR-1308-400"
    assert "ZohoCRM.settings.modules.READ" in answer.json()["detail"]


def test_new_credentials_help(pipeline: Pipeline) -> None:
    identifier = pipeline.connection
    secret = pipeline.emulator.control("POST", "/zoho/rotate", {"dc": "eu", "client_id": pipeline.zoho["client_id"]})[
        "client_secret"
    ]
    assert code(pipeline.explore(objectType="root")) == "CONNECTOR-1308-400"
    receipt = pipeline.get(identifier)
    pipeline.patch(receipt, replace("/auth/params", pipeline.params(clientSecret=secret)))
    assert pipeline.explore(objectType="root").status_code == 200


def test_nobody_explores_what_is_not_there(pipeline: Pipeline) -> None:
    answer = pipeline.request("GET", "/connections/none/explore", params={"objectType": "root"})
    assert answer.status_code == 404


def test_the_flow_spec_is_found_by_name(pipeline: Pipeline) -> None:
    answer = pipeline.request("GET", "/flowSpecs", params={"property": 'name=="CRMToAEP"'}).json()
    (spec,) = answer["items"]
    assert spec["id"] == "14518937-270c-4525-bdec-c2ba7cce3860"
    assert "929e4450-0237-4ed2-9404-b7e1e0a00309" in spec["sourceConnectionSpecIds"]
    assert spec["targetConnectionSpecIds"] == ["c604ff05-7f1a-43c0-8e18-33bf874cb11c"]
    assert pipeline.request("GET", f"/flowSpecs/{spec['id']}").json() == answer
    nothing = pipeline.request("GET", "/flowSpecs", params={"property": 'name=="Other"'}).json()
    assert nothing["items"] == []


def test_zoho_can_be_withdrawn_from_the_flow_spec(pipeline: Pipeline) -> None:
    body = pipeline.flow_body()
    path = f"/organizations/{pipeline.organization}/flowSpecs"
    pipeline.emulator.control("POST", path, {"withdrawn": True})
    (spec,) = pipeline.request("GET", "/flowSpecs", params={"property": 'name=="CRMToAEP"'}).json()["items"]
    assert "929e4450-0237-4ed2-9404-b7e1e0a00309" not in spec["sourceConnectionSpecIds"]
    assert code(pipeline.request("POST", "/flows", json=body)) == "FLOW-1413-400"
    pipeline.emulator.control("POST", path, {"withdrawn": False})
    assert pipeline.request("POST", "/flows", json=body).status_code == 201


def test_the_data_lake_has_a_spec(pipeline: Pipeline) -> None:
    (spec,) = pipeline.request("GET", "/connectionSpecs/c604ff05-7f1a-43c0-8e18-33bf874cb11c").json()["items"]
    assert "authSpec" not in spec
    body = pipeline.body(connectionSpec={"id": spec["id"], "version": spec["version"]})
    refused = pipeline.request("POST", "/connections", json=body)
    assert refused.json() == {"message": "Please provide a valid spec id"}
