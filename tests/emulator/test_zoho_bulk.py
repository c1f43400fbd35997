"""Bulk Read: jobs, their files, their limits."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from emulator.launch import Emulator, start
from tests.support.emulator.zoho_clients import Zoho
from tests.support.emulator.zoho_crm import Crm, refusal

SCOPES = ("bulk.READ", "modules.READ")
DAY = 86400


class Bulk(Crm):
    """One organization, read in bulk."""

    def __init__(self, emulator: Emulator, scopes: tuple[str, ...] = SCOPES) -> None:
        super().__init__(emulator, scopes)

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Zoho-oauthtoken {self.token['access_token']}"}
        url = f"{self.token['api_domain']}/crm/bulk/v8/read{path}"
        return requests.request(method, url, headers=headers, timeout=30, **options)

    def create(self, query: object) -> requests.Response:
        return self.send("POST", "", json={"query": query, "file_type": "csv"})

    def job(self, query: object) -> str:
        answer = self.create(query)
        assert answer.status_code == 201, answer.text
        details = answer.json()["data"][0]["details"]
        assert details["state"] == "ADDED"
        return str(details["id"])

    def state(self, job: str) -> dict[str, Any]:
        answer = self.send("GET", f"/{job}")
        assert answer.status_code == 200, answer.text
        (shown,) = answer.json()["data"]
        found: dict[str, Any] = shown
        return found

    def rows(self, job: str) -> list[dict[str, str]]:
        answer = self.send("GET", f"/{job}/result")
        assert answer.headers["Content-Type"] == "application/x-download"
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            assert packed.namelist() == [f"{job}.csv"]
            return list(csv.DictReader(io.StringIO(packed.read(f"{job}.csv").decode(), newline="")))

    def export(self, module: str, *fields: str, **query: Any) -> list[dict[str, str]]:
        job = self.job({"module": {"api_name": module}, "fields": list(fields), **query})
        assert self.state(job)["state"] == "COMPLETED"
        return self.rows(job)

    def settings(self, **changed: Any) -> None:
        self.control("PATCH", "/bulk", changed)


@pytest.fixture
def bulk(emulator: Emulator) -> Bulk:
    return Bulk(emulator)


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator whose clock these tests may move."""
    with start(tmp_path_factory.mktemp("apart")) as running:
        yield running


@pytest.fixture
def timed(apart: Emulator) -> Bulk:
    return Bulk(apart)


def test_a_file_has_the_fields_and_the_id(bulk: Bulk) -> None:
    text = 'one\ntwo, "three"'
    (row,) = bulk.add("Deals", {"Deal_Name": text, "Amount": 1.5})
    assert bulk.export("Deals", "Deal_Name", "Amount") == [{"Id": row["id"], "Deal_Name": text, "Amount": "1.5"}]
    bulk.settings(id_header="id")
    assert bulk.export("Deals", "Deal_Name") == [{"id": row["id"], "Deal_Name": text}]


def test_no_fields_are_all_fields(bulk: Bulk) -> None:
    bulk.add("Contacts", {"Last_Name": "x", "Account_Name": {"id": "5", "name": "King"}, "Email_Opt_Out": True})
    row = bulk.export("Contacts")[-1]
    assert {"Id", "Owner", "Created_Time", "Modified_Time", "Last_Name"} <= set(row)
    assert (row["Account_Name"], row["Email_Opt_Out"], row["First_Name"]) == ("5", "true", "")


def test_a_job_takes_its_time(timed: Bulk) -> None:
    timed.settings(seconds=300)
    job = timed.job({"module": {"api_name": "Leads"}})
    states = []
    for _ in range(4):
        shown = timed.state(job)
        states.append(shown["state"])
        assert ("result" in shown) == (shown["state"] == "COMPLETED")
        timed.emulator.control("POST", "/clock", {"advance": 101})
    assert states == ["ADDED", "QUEUED", "IN PROGRESS", "COMPLETED"]


def test_a_job_fails_when_told_to(bulk: Bulk) -> None:
    bulk.settings(fail="INTERNAL_ERROR")
    shown = bulk.state(bulk.job({"module": {"api_name": "Leads"}}))
    assert (shown["state"], shown["result"]["error_message"]["code"]) == ("FAILURE", "INTERNAL_ERROR")
    assert refusal(bulk.send("GET", f"/{shown['id']}/result")) == (404, "RESOURCE_NOT_FOUND")
    assert len(bulk.export("Leads", "Last_Name")) == 3


def compared(comparator: str, field: str, value: object) -> dict[str, object]:
    return {"comparator": comparator, "field": {"api_name": field}, "value": value}


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        (
            compared("between", "Modified_Time", ["2026-01-01T00:00:00+00:00", "2026-02-01T01:00:00+01:00"]),
            ["a", "b"],
        ),
        (compared("greater_equal", "Created_Time", "2026-02-01T00:00:00Z"), ["b", "c"]),
        (compared("less_than", "Amount", 9.5), ["a"]),
        (compared("equal", "Deal_Name", "A"), ["a"]),
        (compared("in", "Deal_Name", ["a", "c"]), ["a", "c"]),
        (compared("not_equal", "Deal_Name", "a"), ["b", "c"]),
        (compared("contains", "Stage", "won"), ["c"]),
        (
            {
                "group_operator": "or",
                "group": [compared("equal", "Deal_Name", "b"), compared("greater_than", "Amount", 50)],
            },
            ["b", "c"],
        ),
    ],
)
def test_criteria(bulk: Bulk, criteria: object, found: list[str]) -> None:
    for name, month, amount, stage in (("a", 1, 2, None), ("b", 2, 9.5, None), ("c", 3, 100, "Closed Won")):
        time = f"2026-0{month}-01T00:00:00+00:00"
        times = {"Created_Time": time, "Modified_Time": time}
        bulk.add("Deals", {"Deal_Name": name, "Amount": amount, "Stage": stage, **times})
    assert [row["Deal_Name"] for row in bulk.export("Deals", "Deal_Name", criteria=criteria)] == found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"module": {"api_name": "Nonsense"}}, "INVALID_MODULE"),
        ({"module": {"api_name": "Notes"}}, "MODULE_NOT_SUPPORTED"),
        ({"module": {"api_name": "Leads"}, "fields": ["Nonsense"]}, "FIELD_NOT_AVAILABLE"),
        ({"module": {"api_name": "Leads"}, "page": 51}, "PAGE_RANGE_EXCEEDED"),
        ({"module": {"api_name": "Leads"}, "page": 0}, "INVALID_DATA"),
        ({"page_token": "nonsense"}, "INVALID_DATA"),
        ({}, "REQUIRED_PARAM_MISSING"),
        (
            {
                "module": {"api_name": "Leads"},
                "criteria": {"group_operator": "or", "group": [compared("equal", "Last_Name", "x")] * 26},
            },
            "CRITERIA_LIMIT_EXCEEDED",
        ),
        (
            {"module": {"api_name": "Leads"}, "criteria": compared("less_than", "Created_Time", "2026-01-01T00:00:00")},
            "INVALID_DATA",
        ),
        (
            {
                "module": {"api_name": "Leads"},
                "criteria": compared("less_than", "Created_Time", "2026-01-01T00:00:00.5Z"),
            },
            "INVALID_DATA",
        ),
        ({"module": {"api_name": "Leads"}, "criteria": compared("less_than", "Last_Name", "x")}, "INVALID_DATA"),
    ],
)
def test_what_a_query_may_not_be(bulk: Bulk, query: object, code: str) -> None:
    assert refusal(bulk.create(query)) == (400, code)


def test_a_body_is_json(bulk: Bulk) -> None:
    assert refusal(bulk.send("POST", "", data={"query": "{}"})) == (415, "UNSUPPORTED_MEDIA_TYPE")
    # Zoho's own SDK does not say what it sends.
    assert refusal(bulk.send("POST", "", data="{}"))[0] == 400


@pytest.mark.parametrize("scopes", [("bulk.READ",), ("modules.READ",), ("bulk.READ", "modules.accounts.READ")])
def test_both_scopes_are_needed(emulator: Emulator, scopes: tuple[str, ...]) -> None:
    answer = Bulk(emulator, scopes).create({"module": {"api_name": "Leads"}})
    assert refusal(answer) == (401, "OAUTH_SCOPE_MISMATCH")


def test_a_profile_may_not_open_a_module(bulk: Bulk) -> None:
    bulk.emulator.control("PATCH", f"/zoho/users/{bulk.user['zuid']}", {"hidden_modules": ["Deals"]})
    assert refusal(bulk.create({"module": {"api_name": "Deals"}})) == (403, "NO_PERMISSION")
    assert bulk.create({"module": {"api_name": "Leads"}}).status_code == 201


def test_more_than_a_page_goes_on_by_token(timed: Bulk) -> None:
    timed.control("POST", "/modules/Deals/generate", {"count": 200_003, "begin": 1_600_000_000, "end": 1_700_000_000})
    first = timed.job({"module": {"api_name": "Deals"}, "fields": ["Deal_Name"]})
    result = timed.state(first)["result"]
    assert (result["count"], result["more_records"], result["per_page"]) == (200_000, True, 200_000)
    stranger = Bulk(timed.emulator)
    token = {"page_token": result["next_page_token"]}
    assert refusal(stranger.create(token)) == (400, "INVALID_DATA")
    assert refusal(timed.create({**token, "page": 2})) == (400, "INVALID_DATA")
    second = timed.job(token)
    result = timed.state(second)["result"]
    assert (result["page"], result["count"], result["more_records"]) == (2, 3, False)
    ids = [row["Id"] for job in (first, second) for row in timed.rows(job)]
    assert len(set(ids)) == 200_003
    timed.emulator.control("POST", "/clock", {"advance": DAY})
    timed.token = Zoho(timed.emulator).refresh(timed.client, timed.token["refresh_token"])
    assert refusal(timed.create(token)) == (400, "INVALID_DATA")
    assert refusal(timed.send("GET", f"/{first}/result")) == (404, "RESOURCE_NOT_FOUND")


def test_a_job_belongs_to_its_organization(bulk: Bulk) -> None:
    job = bulk.job({"module": {"api_name": "Leads"}})
    assert refusal(Bulk(bulk.emulator).send("GET", f"/{job}")) == (404, "RESOURCE_NOT_FOUND")


def test_ten_downloads_a_minute(timed: Bulk) -> None:
    job = timed.job({"module": {"api_name": "Leads"}})
    for _ in range(10):
        assert timed.send("GET", f"/{job}/result").status_code == 200
    assert refusal(timed.send("GET", f"/{job}/result")) == (429, "TOO_MANY_REQUESTS")
    timed.emulator.control("POST", "/clock", {"advance": 61})
    assert timed.send("GET", f"/{job}/result").status_code == 200


def test_unfinished_jobs_have_a_limit(bulk: Bulk) -> None:
    bulk.settings(seconds=1000)
    for _ in range(20):
        bulk.job({"module": {"api_name": "Leads"}})
    assert refusal(bulk.create({"module": {"api_name": "Leads"}})) == (400, "TOO_MANY_REQUESTS")


def test_a_job_costs_fifty_credits(bulk: Bulk) -> None:
    bulk.control("PATCH", body={"credits": 52})
    bulk.job({"module": {"api_name": "Leads"}})
    assert bulk.control("GET")["credits"] == 2
    assert refusal(bulk.create({"module": {"api_name": "Leads"}})) == (429, "TOO_MANY_REQUESTS")


def test_the_file_is_of_the_moment_when_the_job_completed(bulk: Bulk) -> None:
    (row,) = bulk.add("Deals", {"Deal_Name": "old"})
    job = bulk.job({"module": {"api_name": "Deals"}, "fields": ["Deal_Name"]})
    bulk.state(job)
    bulk.control("PATCH", f"/modules/Deals/rows/{row['id']}", {"Deal_Name": "new"})
    assert [found["Deal_Name"] for found in bulk.rows(job)] == ["old"]
