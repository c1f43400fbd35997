"""What is asked of Zoho, and what its answers mean; the answers are ordered where the emulator has none of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.exporter.site import Site
from zoho_adobe.api.zoho_bulk import Deleted, ZohoBulk
from zoho_adobe.errors import (
    ForeignHostError,
    UnreadableAnswerError,
    ZohoCreditsError,
    ZohoCrmError,
    ZohoRegionError,
    ZohoScopeError,
)
from zoho_adobe.settings import Reach
from zoho_adobe.zoho_credentials import ZohoCredentials


@pytest.fixture
def zoho(site: Site) -> Iterator[ZohoBulk]:
    with site.session().active():
        yield site.services().zoho


def answer(site: Site, path: str, body: Any, status: int = 200) -> None:
    site.fault("status", status=status, body=body, path=path)


def count(zoho: ZohoBulk) -> int:
    return zoho.count("Contacts", "Modified_Time >= '2026-01-01T00:00:00+00:00'")


@pytest.mark.parametrize("key", ["COUNT(id)", "count(id)"])
def test_a_count_is_asked_for_by_coql(site: Site, zoho: ZohoBulk, key: str) -> None:
    answer(site, "/crm/v8/coql$", {"data": [{key: 12}], "info": {"count": 1, "more_records": False}})
    assert count(zoho) == 12
    (asked,) = site.log("POST", "/crm/v8/coql")
    query = "select COUNT(id) from Contacts where Modified_Time >= '2026-01-01T00:00:00+00:00'"
    assert query in json.dumps(asked["body"])
    # An ordered answer has this machine's time in its Date header, not the emulator's.
    assert abs(zoho.now - time.time()) < 60
    answer(site, "/crm/v8/coql$", None, 204)
    assert count(zoho) == 0


@pytest.mark.parametrize("body", [{}, {"data": []}, {"data": [{"COUNT(id)": "12"}]}, {"data": [{"COUNT(id)": -1}]}, []])
def test_an_answer_without_a_count_is_no_zero(site: Site, zoho: ZohoBulk, body: Any) -> None:
    answer(site, "/crm/v8/coql$", body)
    with pytest.raises(UnreadableAnswerError):
        count(zoho)


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        (401, "OAUTH_SCOPE_MISMATCH", ZohoScopeError, "ZohoCRM.coql.READ or ZohoCRM.modules.READ"),
        (400, "INVALID_QUERY", ZohoCrmError, "to count Contacts"),
        (403, "NO_PERMISSION", ZohoCrmError, "to count Contacts"),
        (400, "LIMIT_EXCEEDED", ZohoCrmError, "to count Contacts"),
    ],
)
def test_refusals_of_a_count(site: Site, zoho: ZohoBulk, status: int, code: str, kind: type, said: str) -> None:
    body = {"code": code, "details": {}, "message": "refused", "status": "error"}
    answer(site, "/crm/v8/coql$", body, status)
    with pytest.raises(kind, match=said):
        count(zoho)


def test_deleted_records_are_listed_page_by_page(site: Site, zoho: ZohoBulk) -> None:
    def page(identifier: str, *, more: bool) -> dict[str, Any]:
        row = {"id": identifier, "deleted_time": "2026-01-01T02:00:00+02:00", "type": "recycle", "display_name": "x"}
        return {"data": [row], "info": {"per_page": 200, "count": 1, "page": 1, "more_records": more}}

    for body in (page("1", more=True), page("2", more=False)):
        answer(site, "/crm/v8/Contacts/deleted$", body)
    found = list(zoho.deleted("Contacts", 0))
    assert found == [Deleted("1", 1_767_225_600), Deleted("2", 1_767_225_600)]
    asked = site.log("GET", "/crm/v8/Contacts/deleted")
    assert ["page" in json.dumps(item["query"]) for item in asked] == [True, True]
    assert all("1970-01-01T00:00:00+00:00" in json.dumps(item) for item in asked)
    for status in (204, 304):
        answer(site, "/crm/v8/Contacts/deleted$", None, status)
        assert list(zoho.deleted("Contacts", 0)) == []


@pytest.mark.parametrize(
    "body", [{}, {"data": [{"id": "1"}], "info": {}}, {"data": [{"id": "1", "deleted_time": "x"}], "info": {}}]
)
def test_a_list_of_deleted_records_that_cannot_be_read(site: Site, zoho: ZohoBulk, body: Any) -> None:
    answer(site, "/crm/v8/Contacts/deleted$", body)
    with pytest.raises(UnreadableAnswerError):
        list(zoho.deleted("Contacts", 0))


def test_used_up_credits_and_too_many_jobs_are_told_apart(site: Site, zoho: ZohoBulk) -> None:
    body = {"code": "TOO_MANY_REQUESTS", "details": {}, "message": "Too many", "status": "error"}
    for status in (400, 429):
        site.fault("status", status=status, body=body, path="/crm/bulk/v8/read$", times=1 if status == 400 else 5)
        with pytest.raises(ZohoCreditsError) as raised:
            zoho.create_job("Contacts", ["Last_Name"], None)
        assert raised.value.status == status


def test_credentials_go_to_zoho_alone_and_to_its_right_api(site: Site, zoho: ZohoBulk) -> None:
    del zoho
    credentials = ZohoCredentials(
        site.zoho["accounts"], site.zoho["client_id"], site.zoho["client_secret"], site.zoho["refresh_token"]
    )
    with pytest.raises(ForeignHostError):
        ZohoBulk(credentials, Reach(), "https://evil.example.com")
    elsewhere = ZohoBulk(credentials, Reach(), "https://www.zohoapis.in")
    with site.session().active(), pytest.raises(ZohoRegionError, match="the exports document"):
        elsewhere.create_job("Contacts", [], None)
