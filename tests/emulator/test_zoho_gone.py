"""Counts by COQL, and records that are no longer among a module's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.launch import Emulator, start
from tests.support.emulator.zoho_crm import Crm, refusal

SCOPES = ("modules.READ", "coql.READ")
DAY = 86_400


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator whose clock these tests may move."""
    with start(tmp_path_factory.mktemp("gone")) as running:
        yield running


@pytest.fixture
def crm(apart: Emulator) -> Crm:
    made = Crm(apart, SCOPES)
    made.page("Contacts")
    return made


def query(crm: Crm, condition: str, what: str = "COUNT(id)", module: str = "Contacts") -> Any:
    return crm.request("POST", "/coql", json={"select_query": f"select {what} from {module} where {condition}"})  # noqa: S608 - a test


def count(crm: Crm, condition: str, module: str = "Contacts") -> int:
    (row,) = query(crm, condition, module=module).json()["data"]
    return int(row["COUNT(id)"])


def do(crm: Crm, row: dict[str, Any], deed: str, module: str = "Contacts", **body: Any) -> None:
    crm.control("POST", f"/modules/{module}/rows/{row['id']}/{deed}", body)


def remove(crm: Crm, row: dict[str, Any]) -> None:
    crm.control("DELETE", f"/modules/Contacts/rows/{row['id']}")


def deleted(crm: Crm, since: str = "", **params: Any) -> list[tuple[str, str]]:
    answer = crm.get("/Contacts/deleted", params=params, headers={"If-Modified-Since": since} if since else {})
    if answer.status_code in (204, 304):
        return []
    return [(item["id"], item["type"]) for item in answer.json()["data"]]


def test_records_are_counted_by_time_text_and_absence(crm: Crm) -> None:
    crm.add(
        "Contacts",
        {"Last_Name": "Old", "Created_Time": "2020-01-01T00:00:00+00:00", "Modified_Time": "2021-01-01T00:00:00Z"},
    )
    assert count(crm, "id is not null") == 3
    assert count(crm, "Created_Time < '2020-01-01T02:00:00+02:00'") == 0
    assert count(crm, "Created_Time >= '2020-01-01T01:00:00+01:00' and Created_Time < '2020-01-01T00:00:01+00:00'") == 1
    assert count(crm, "Last_Name = 'old'") == 1
    assert count(crm, "Email is null") == 1
    assert count(crm, "Modified_Time is null") == 0


@pytest.mark.parametrize(
    ("condition", "what", "code"),
    [
        ("Nothing = 'x'", "COUNT(id)", "INVALID_QUERY"),
        ("id is not null and id is not null and id is not null", "COUNT(id)", "INVALID_QUERY"),
        ("Last_Name", "COUNT(id)", "SYNTAX_ERROR"),
        ("id is not null", "Last_Name", "SYNTAX_ERROR"),
        ("Created_Time > 'soon'", "COUNT(id)", "INVALID_DATA"),
    ],
)
def test_a_query_that_cannot_be_read(crm: Crm, condition: str, what: str, code: str) -> None:
    assert refusal(query(crm, condition, what)) == (400, code)


def test_queries_need_their_scope_and_the_module(apart: Emulator) -> None:
    assert refusal(query(Crm(apart, ("modules.READ",)), "id is not null")) == (401, "OAUTH_SCOPE_MISMATCH")
    crm = Crm(apart, SCOPES)
    apart.control("PATCH", f"/zoho/users/{crm.user['zuid']}", {"hidden_modules": ["Contacts"]})
    assert refusal(query(crm, "id is not null")) == (403, "NO_PERMISSION")
    assert refusal(crm.get("/Contacts/deleted")) == (403, "NO_PERMISSION")


def test_deletions_are_listed_while_their_time_lasts(crm: Crm) -> None:
    first, second = crm.add("Contacts", {"Last_Name": "a"}, {"Last_Name": "b"})
    remove(crm, first)
    crm.emulator.control("POST", "/clock", {"advance": 60})
    remove(crm, second)
    assert deleted(crm) == [(second["id"], "recycle"), (first["id"], "recycle")]
    assert deleted(crm, per_page=1, page=2) == [(first["id"], "recycle")]
    do(crm, first, "purge")
    assert deleted(crm, type="permanent") == [(first["id"], "permanent")]
    do(crm, second, "restore")
    assert deleted(crm) == [(first["id"], "permanent")]
    assert count(crm, "id is not null") == 3
    assert refusal(crm.get("/Contacts/deleted", params={"type": "some"})) == (400, "INVALID_DATA")


def test_deletions_since_a_time_are_listed(crm: Crm) -> None:
    first, second = crm.add("Contacts", {"Last_Name": "a"}, {"Last_Name": "b"})
    remove(crm, first)
    crm.emulator.control("POST", "/clock", {"advance": 60})
    remove(crm, second)
    answer = crm.get("/Contacts/deleted").json()["data"]
    since = next(item["deleted_time"] for item in answer if item["id"] == second["id"])
    assert deleted(crm, since) == [(second["id"], "recycle")]
    assert deleted(crm, "2100-01-01T00:00:00+00:00") == []


def test_a_restored_row_is_as_it_was_unless_that_is_a_modification(crm: Crm) -> None:
    (row,) = crm.add("Contacts", {"Last_Name": "a"})
    for modified in (False, True):
        remove(crm, row)
        crm.emulator.control("POST", "/clock", {"advance": 60})
        do(crm, row, "restore", modified=modified)
        rows = crm.control("GET", "/modules/Contacts/rows")["rows"]
        times = [item["Modified_Time"] for item in rows if item["id"] == row["id"]]
        assert (times == [row["Modified_Time"]]) is not modified


def test_hidden_rows_and_values_that_a_formula_changes(crm: Crm) -> None:
    (row,) = crm.add("Contacts", {"Last_Name": "a"})
    do(crm, row, "hide")
    assert (count(crm, "id is not null"), deleted(crm)) == (2, [])
    do(crm, row, "restore")
    crm.emulator.control("POST", "/clock", {"advance": 60})
    do(crm, row, "touch", Last_Name="b")
    rows = {item["id"]: item for item in crm.control("GET", "/modules/Contacts/rows")["rows"]}
    assert rows[row["id"]] == {**row, "Last_Name": "b"}


def test_converted_leads_are_listed_apart(crm: Crm) -> None:
    before = len(crm.page("Leads")["data"])
    (row,) = crm.add("Leads", {"Last_Name": "a", "Company": "c"})
    do(crm, row, "convert", "Leads")
    assert count(crm, "id is not null", "Leads") == len(crm.page("Leads")["data"]) == before
    assert [item["id"] for item in crm.page("Leads", converted="true")["data"]] == [row["id"]]
    assert len(crm.page("Leads", converted="both")["data"]) == before + 1
