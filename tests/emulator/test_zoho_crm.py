"""The calls of the CRM that verify a connection and read records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import requests

from emulator.launch import Emulator, EmulatorError
from tests.support.emulator.zoho_clients import Zoho
from tests.support.emulator.zoho_crm import Crm, refusal


@pytest.fixture
def crm(emulator: Emulator) -> Crm:
    return Crm(emulator)


# Metadata


@pytest.mark.parametrize("version", ["v2", "v2.1", "v3", "v4", "v5", "v6", "v7", "v8"])
def test_modules_in_every_version(crm: Crm, version: str) -> None:
    answer = crm.get("/settings/modules", version)
    assert [module["api_name"] for module in answer.json()["modules"]] == ["Leads", "Accounts", "Contacts", "Deals"]
    assert answer.headers["Server"] == "ZGS"


def test_one_module(crm: Crm) -> None:
    assert [module["api_name"] for module in crm.get("/settings/modules/Leads").json()["modules"]] == ["Leads"]
    assert refusal(crm.get("/settings/modules/Nonsense")) == (400, "INVALID_MODULE")


def test_fields_have_types(crm: Crm) -> None:
    fields = crm.get("/settings/fields", params={"module": "Contacts"}).json()["fields"]
    types = {field["api_name"]: field["data_type"] for field in fields}
    assert types["Date_of_Birth"] == "date"
    assert types["Account_Name"] == "lookup"
    assert types["Modified_Time"] == "datetime"


def test_fields_of_no_module(crm: Crm) -> None:
    assert refusal(crm.get("/settings/fields")) == (400, "REQUIRED_PARAM_MISSING")
    assert refusal(crm.get("/settings/fields", params={"module": "Nonsense"})) == (400, "INVALID_MODULE")


def test_the_current_user_is_whose_token_it_is(crm: Crm) -> None:
    answer = crm.get("/users", params={"type": "CurrentUser"}).json()
    assert [(user["zuid"], user["email"]) for user in answer["users"]] == [(crm.user["zuid"], crm.user["email"])]
    assert answer["info"] == {"per_page": 200, "count": 1, "page": 1, "more_records": False}


def test_no_users_of_a_kind(crm: Crm) -> None:
    answer = crm.get("/users", params={"type": "DeletedUsers"})
    assert (answer.status_code, answer.content) == (204, b"")


def test_the_organization(crm: Crm) -> None:
    (organization,) = crm.get("/org").json()["org"]
    assert (organization["zgid"], organization["type"]) == (crm.user["organization"], "production")


def test_the_profile_of_the_account(emulator: Emulator) -> None:
    zoho = Zoho(emulator)
    client = zoho.client()
    token = zoho.exchange(client, zoho.code(client, scope="AaaServer.profile.READ"))["access_token"]
    headers = {"Authorization": f"Zoho-oauthtoken {token}"}
    profile = requests.get(zoho.accounts("us") + "/oauth/user/info", headers=headers, timeout=10).json()
    assert (profile["Display_Name"], profile["ZUID"]) == ("Patricia Boyle", int(client["users"][0]))


# Who may


@pytest.mark.parametrize(
    ("scope", "path", "allowed"),
    [
        ("settings.modules.READ", "/settings/fields?module=Leads", False),
        ("settings.fields.READ", "/settings/fields?module=Leads", True),
        ("settings.fields.ALL", "/settings/modules", False),
        ("settings.ALL", "/settings/fields?module=Leads", True),
        ("modules.ALL", "/settings/modules", False),
        ("modules.leads.READ", "/Leads?fields=id", True),
        ("modules.leads.READ", "/Accounts?fields=id", False),
        ("modules.ALL", "/Accounts?fields=id", True),
        ("modules.CREATE", "/Leads?fields=id", False),
        ("users.READ", "/users?type=CurrentUser", True),
        ("users.READ", "/org", False),
        ("org.ALL", "/org", True),
    ],
)
def test_scopes_open_what_they_cover(emulator: Emulator, scope: str, path: str, *, allowed: bool) -> None:
    answer = Crm(emulator, (scope,)).get(path)
    if allowed:
        assert answer.status_code == 200
    else:
        assert refusal(answer) == (401, "OAUTH_SCOPE_MISMATCH")


def test_a_token_is_bound_to_its_environment(emulator: Emulator) -> None:
    crm = Crm(emulator, environment="sandbox")
    assert crm.token["api_domain"].endswith("/zoho/us/sandbox")
    assert crm.get("/settings/modules").status_code == 200
    crm.token["api_domain"] = emulator.info["zoho"]["us"]["api"]
    assert refusal(crm.get("/settings/modules")) == (401, "INVALID_TOKEN")


def test_a_token_is_bound_to_its_data_center(emulator: Emulator, crm: Crm) -> None:
    crm.token["api_domain"] = emulator.info["zoho"]["in"]["api"]
    assert refusal(crm.get("/settings/modules")) == (401, "INVALID_TOKEN")


def test_an_account_may_lack_the_api_permission(crm: Crm) -> None:
    crm.emulator.control("PATCH", f"/zoho/users/{crm.user['zuid']}", {"api_access": False})
    answer = crm.get("/settings/modules")
    assert refusal(answer) == (403, "NO_PERMISSION")
    assert answer.json()["details"] == {"permissions": ["Crm_Implied_Api_Access"]}


def test_bearer_can_be_refused(crm: Crm) -> None:
    assert crm.get("/org", scheme="Bearer").status_code == 200
    Zoho(crm.emulator).change(crm.client, options={"accept_bearer": False})
    assert refusal(crm.get("/org", scheme="Bearer")) == (401, "INVALID_TOKEN")


def test_credits_run_out(crm: Crm) -> None:
    crm.control("PATCH", body={"credits": 1})
    assert crm.get("/org").status_code == 200
    assert refusal(crm.get("/org")) == (429, "TOO_MANY_REQUESTS")


@pytest.mark.parametrize(("status", "code"), [(429, "TOO_MANY_REQUESTS"), (500, "INTERNAL_ERROR")])
def test_an_ordered_failure_has_zohos_shape(crm: Crm, status: int, code: str) -> None:
    order = {"kind": "status", "status": status, "client": crm.client["client_id"]}
    crm.emulator.control("POST", "/faults", order)
    assert refusal(crm.get("/org")) == (status, code)
    assert crm.get("/org").status_code == 200


@pytest.mark.parametrize("path", ["/settings/modules", "/org", "/Leads"])
def test_only_reading_is_emulated(crm: Crm, path: str) -> None:
    assert refusal(crm.request("POST", path, json={})) == (400, "INVALID_REQUEST_METHOD")


# Records


def test_records_need_their_fields_named(crm: Crm) -> None:
    assert refusal(crm.get("/Leads")) == (400, "REQUIRED_PARAM_MISSING")
    assert set(crm.get("/Leads", "v2").json()["data"][0]) >= {"Last_Name", "Company", "Modified_Time"}


def test_records_have_the_fields_that_were_named(crm: Crm) -> None:
    row = crm.page("Leads", fields="Last_Name,Annual_Revenue")["data"][0]
    assert set(row) == {"id", "Last_Name", "Annual_Revenue"}


def test_a_module_without_records(crm: Crm) -> None:
    answer = crm.get("/Deals", params={"fields": "Deal_Name"})
    assert (answer.status_code, answer.content) == (204, b"")


def test_records_of_no_module(crm: Crm) -> None:
    assert refusal(crm.get("/Nonsense", params={"fields": "id"})) == (400, "INVALID_MODULE")


def test_records_come_in_pages(crm: Crm) -> None:
    added = crm.add("Deals", *({"Deal_Name": f"deal {number}"} for number in range(5)))
    first = crm.page("Deals", per_page=2, sort_by="id", sort_order="asc")
    token = first["info"]["next_page_token"]
    second = crm.page("Deals", per_page=2, sort_by="id", sort_order="asc", page_token=token)
    third = crm.page("Deals", per_page=2, sort_by="id", sort_order="asc", page=3)
    assert [row["id"] for page in (first, second, third) for row in page["data"]] == [row["id"] for row in added]
    assert [page["info"]["more_records"] for page in (first, second, third)] == [True, True, False]
    assert [page["info"]["page"] for page in (first, second, third)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"page": 11}, "DISCRETE_PAGINATION_LIMIT_EXCEEDED"),
        ({"per_page": 201}, "INVALID_DATA"),
        ({"page": 0}, "INVALID_DATA"),
        ({"sort_by": "Last_Name"}, "INVALID_DATA"),
        ({"page_token": "nonsense"}, "INVALID_DATA"),
    ],
)
def test_pages_have_bounds(crm: Crm, params: dict[str, Any], code: str) -> None:
    assert refusal(crm.get("/Leads", params={"fields": "id", **params})) == (400, code)


def test_records_are_sorted_by_their_last_change(crm: Crm) -> None:
    times = [f"2026-01-0{day}T00:00:00+00:00" for day in (2, 3, 1)]
    crm.add("Deals", *({"Deal_Name": time, "Modified_Time": time} for time in times))
    page = crm.page("Deals", fields="Modified_Time", sort_by="Modified_Time", sort_order="asc")
    assert [row["Modified_Time"] for row in page["data"]] == sorted(times)


def test_records_modified_since(crm: Crm) -> None:
    old, new = "2026-01-01T00:00:00+00:00", "2026-02-01T00:00:00+00:00"
    crm.add("Deals", *({"Deal_Name": time, "Modified_Time": time} for time in (old, new)))
    # Half an hour before `new`, seen from another time zone.
    headers = {"If-Modified-Since": "2026-02-01T05:00:00+05:30"}
    answer = crm.get("/Deals", params={"fields": "Deal_Name"}, headers=headers)
    assert [row["Deal_Name"] for row in answer.json()["data"]] == [new]
    headers = {"If-Modified-Since": "2027-01-01T00:00:00+00:00"}
    assert crm.get("/Deals", params={"fields": "Deal_Name"}, headers=headers).status_code == 304


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ("(Modified_Time:greater_equal:2026-02-01T00:00:00+00:00)", ["b", "c"]),
        ("((Modified_Time:greater_than:2026-01-01T00:00:00+00:00)and(Amount:less_than:10))", ["b"]),
        ("(Deal_Name:equals:A)", ["a"]),
        ("(Stage:starts_with:clo)", ["c"]),
    ],
)
def test_records_that_meet_criteria(crm: Crm, criteria: str, found: list[str]) -> None:
    crm.add(
        "Deals",
        {"Deal_Name": "a", "Modified_Time": "2026-01-01T00:00:00+00:00", "Amount": 2},
        {"Deal_Name": "b", "Modified_Time": "2026-02-01T00:00:00+00:00", "Amount": 9.5},
        {"Deal_Name": "c", "Modified_Time": "2026-03-01T00:00:00+00:00", "Amount": 100, "Stage": "Closed Won"},
    )
    params = {"criteria": criteria, "fields": "Deal_Name", "sort_order": "asc"}
    assert [row["Deal_Name"] for row in crm.get("/Deals/search", params=params).json()["data"]] == found


@pytest.mark.parametrize(("params", "code"), [({}, "REQUIRED_PARAM_MISSING"), ({"criteria": "x"}, "INVALID_DATA")])
def test_criteria_are_checked(crm: Crm, params: dict[str, str], code: str) -> None:
    assert refusal(crm.get("/Leads/search", params=params)) == (400, code)


# Behind the scenes


def test_a_changed_record_shows_when(crm: Crm) -> None:
    (row,) = crm.add("Deals", {"Deal_Name": "old", "Modified_Time": "2020-01-01T00:00:00+00:00"})
    crm.control("PATCH", f"/modules/Deals/rows/{row['id']}", {"Deal_Name": "new"})
    (shown,) = crm.page("Deals", fields="Deal_Name,Modified_Time")["data"]
    assert shown["Deal_Name"] == "new"
    assert datetime.fromisoformat(shown["Modified_Time"]).year > 2020


def test_a_removed_record_is_gone(crm: Crm) -> None:
    (row,) = crm.add("Deals", {"Deal_Name": "gone"})
    crm.control("DELETE", f"/modules/Deals/rows/{row['id']}")
    assert crm.get("/Deals", params={"fields": "id"}).status_code == 204


def test_a_column_comes_and_goes(crm: Crm) -> None:
    crm.control("POST", "/modules/Deals/fields", {"api_name": "Score", "data_type": "integer"})
    crm.add("Deals", {"Deal_Name": "scored", "Score": 7})
    assert crm.page("Deals", fields="Score")["data"][0]["Score"] == 7
    crm.control("DELETE", "/modules/Deals/fields/Score")
    assert "Score" not in crm.page("Deals", fields="Score")["data"][0]
    fields = crm.get("/settings/fields", params={"module": "Deals"}).json()["fields"]
    assert "Score" not in [field["api_name"] for field in fields]


@pytest.mark.parametrize(
    "row",
    [
        {"Deal_Name": "x", "Amount": "much"},
        {"Deal_Name": "x", "Closing_Date": "tomorrow"},
        {"Deal_Name": "x", "Nonsense": 1},
        {"Deal_Name": 1},
        {"Amount": 1},
    ],
)
def test_a_record_has_the_types_of_its_fields(crm: Crm, row: dict[str, Any]) -> None:
    with pytest.raises(EmulatorError, match="400"):
        crm.add("Deals", row)


def test_organizations_do_not_see_each_other(emulator: Emulator, crm: Crm) -> None:
    crm.add("Deals", {"Deal_Name": "ours"})
    assert Crm(emulator).get("/Deals", params={"fields": "id"}).status_code == 204
