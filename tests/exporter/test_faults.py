"""What goes wrong on the way: nothing is lost, and the next run goes on."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.exporter.documents import column, table
from tests.support.exporter.killing import killed
from tests.support.exporter.site import Site
from zoho_adobe.errors import (
    ExportError,
    FewerRowsError,
    HeldError,
    InputError,
    ResultError,
    ZohoAdobeError,
    ZohoClientError,
    ZohoCreditsError,
    ZohoCrmError,
    ZohoRefreshTokenError,
    ZohoRegionError,
    ZohoScopeError,
    ZoneError,
)
from zoho_adobe.exporter import events, lease, windows
from zoho_adobe.exporter.watermark import TAG

DAY = 86_400
KILLED_FOR = lease.SECONDS + 1


def failure(site: Site, **wishes: bool) -> ZohoAdobeError:
    (error,) = site.export(**wishes).failures.values()
    return error


def spread(site: Site, rows: int = 6) -> None:
    """Rows over a year, so that they are several windows."""
    begin = int(site.now()) - 400 * DAY
    site.generate(rows, begin, begin + 300 * DAY)


def assert_once(site: Site) -> None:
    """No window is in two files, and none of the first export's rows is."""
    files = [name for name in site.files() if "_created-time_" in name]
    assert len({name.rsplit("_", 1)[0] for name in files}) == len(files)
    ids = [row["id"] for name in files for row in site.read(name)]
    assert len(set(ids)) == len(ids)


# Zoho


def test_a_job_that_fails_is_asked_for_again(site: Site) -> None:
    site.bulk(fail="INTERNAL_ERROR")
    site.pass_time()
    site.exported()
    assert "INTERNAL_ERROR" in site.told(events.WAITING)[0]["message"]
    site.assert_all_there()


def test_a_job_that_always_fails_ends_the_table_and_not_the_others(site: Site) -> None:
    other = site.pipeline.dataset(site.schema)
    columns = [column("id"), column("Account_Name")]
    site.tables.append(table("Accounts", datasetId=other, columns=columns))
    body = {"data": [{"id": "1", "state": "FAILURE", "result": {"error_message": {"code": "INTERNAL_ERROR"}}}]}
    site.pass_time()
    site.fault("status", status=200, body=body, method="GET", path="/crm/bulk/v8/read/[0-9]+$", times=9)
    outcome = site.export()
    assert outcome.code == 1
    assert len(outcome.failures) + len(outcome.done) == 2
    assert all(isinstance(error, ResultError) for error in outcome.failures.values())
    site.exported()
    site.assert_all_there()


@pytest.mark.parametrize("kind", ["truncate", "html", "drop_after", "drop_before", "garbage_json"])
def test_a_result_that_is_cut_or_no_zip_is_taken_again(site: Site, kind: str) -> None:
    site.fault(kind, path="/result$", **({"status": 200} if kind == "html" else {}))
    site.pass_time()
    site.exported()
    assert len(site.files()) == 1
    site.assert_all_there()


def test_a_result_that_is_never_good_is_one_line(site: Site) -> None:
    site.fault("html", path="/result$", status=200, times=20)
    site.pass_time()
    error = failure(site)
    assert isinstance(error, ResultError)
    assert "cut off or damaged" in str(error)
    assert site.files() == []
    assert site.mark() is None


def test_used_up_credits_stop_everything_and_the_next_run_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MOST_ROWS", 3)
    spread(site)
    site.pass_time()
    site.emulator.control("PATCH", site.crm, {"credits": 130})
    outcome = site.export()
    assert (outcome.code, [type(error) for error in outcome.failures.values()]) == (5, [ZohoCreditsError])
    taken = site.files()
    assert taken
    assert site.mark() is None
    site.emulator.control("PATCH", site.crm, {"credits": None})
    site.pass_time()
    site.exported()
    assert site.told(events.RESUMED)
    assert set(taken) < set(site.files())
    assert_once(site)
    site.assert_all_there()


def test_a_token_that_dies_is_renewed(site: Site) -> None:
    site.pass_time()
    site.fault("expired_token", path="/crm/bulk/v8/read$")
    site.fault("expired_token", path="/result$")
    site.exported()
    site.assert_all_there()


def test_wrong_credentials_are_told_apart(site: Site) -> None:
    site.pass_time()
    good = dict(site.zoho)
    for change, kind, said in (
        ({"client_secret": "0" * 42}, ZohoClientError, "client secret"),
        ({"refresh_token": "1000.dead.token"}, ZohoRefreshTokenError, "does not accept the refresh token"),
        ({"api": site.emulator.info["zoho"]["us"]["api"]}, ZohoCrmError | ZohoRegionError | ZohoAdobeError, ""),
    ):
        site.zoho = {**good, **change}
        error = failure(site)
        assert isinstance(error, kind)
        assert said in str(error)
    site.zoho = good
    site.exported()


def test_a_missing_scope_is_named(site: Site) -> None:
    scopes = ["ZohoCRM.modules.READ", "ZohoCRM.coql.READ"]
    user = site.zoho["user"]
    client = site.emulator.control("POST", "/zoho/clients", {"type": "self", "dc": "eu", "users": [user]})
    code = site.emulator.control("POST", "/zoho/codes", {"client_id": client["client_id"], "scopes": scopes})["code"]
    import requests

    form = {"client_id": client["client_id"], "client_secret": client["client_secret"], "code": code}
    url = f"{site.zoho['accounts']}/oauth/v2/token"
    token = requests.post(url, data={**form, "grant_type": "authorization_code"}, timeout=10).json()["refresh_token"]
    site.zoho |= {"client_id": client["client_id"], "client_secret": client["client_secret"], "refresh_token": token}
    site.pass_time()
    error = failure(site)
    assert isinstance(error, ZohoScopeError)
    assert "ZohoCRM.bulk.READ" in str(error)


def test_a_module_that_the_user_may_not_see(site: Site) -> None:
    site.emulator.control("PATCH", f"/zoho/users/{site.zoho['user']}", {"hidden_modules": ["Contacts"]})
    site.pass_time()
    error = failure(site)
    assert isinstance(error, ZohoCrmError)
    assert "Contacts" in str(error)
    assert site.mark() is None


def test_records_that_vanish_without_being_deleted_are_an_alarm(site: Site) -> None:
    first, second = site.add({"Last_Name": "a"}, {"Last_Name": "b"})
    site.pass_time()
    site.exported()
    before = site.mark()
    site.remove(first)
    site.add({"Last_Name": "c"})
    site.pass_time()
    site.exported()
    # Hidden, not deleted: Zoho's list of deletions does not have it.
    site.hide(second)
    site.pass_time()
    stopped = site.mark()
    assert stopped != before
    outcome = site.export()
    error = outcome.failures["Contacts"]
    assert isinstance(error, FewerRowsError)
    assert outcome.code == 3
    assert "Contacts has 1 records fewer" in str(error)
    assert site.mark() == stopped
    assert site.export(accept_fewer=True).code == 0
    site.pass_time()
    site.exported()


def test_leads_that_were_converted_have_not_vanished(site: Site) -> None:
    columns = [column("id", "bigint"), column("Last_Name"), column("Email", "email", "email_address")]
    site.tables = [table("Leads", datasetId=site.dataset, columns=columns)]
    first, second = list(site.rows("Leads"))[:2]
    site.pass_time()
    site.exported()
    # They are no longer counted, and no deletion tells of them.
    site.convert(first)
    site.convert(second)
    site.pass_time()
    site.exported()
    assert [item["query"] for item in site.log("GET", "/crm/v8/Leads") if "converted" in str(item["query"])]


def test_records_that_vanish_while_they_are_exported_are_an_alarm_too(site: Site) -> None:
    (hidden,) = site.add({"Last_Name": "a"})
    site.pass_time()
    tell = site.tell

    def hide(event: str, table: str = "", **facts: object) -> None:
        tell(event, table, **facts)
        if event == events.PLANNED and hidden in site.rows():
            site.hide(hidden)

    site.tell = hide  # type: ignore[method-assign]
    assert isinstance(failure(site), FewerRowsError)
    assert site.mark() is None
    # It comes back, changed meanwhile: the next run begins where this one began.
    site.tell = tell  # type: ignore[method-assign]
    site.add({"Last_Name": "changed"})
    site.pass_time()
    site.exported()
    site.assert_all_there()


# The zone


def test_credentials_that_somebody_replaces_are_fetched_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MOST_ROWS", 3)
    spread(site)
    site.pass_time()
    tell = site.tell

    def refresh(event: str, table: str = "", **facts: object) -> None:
        tell(event, table, **facts)
        if event in (events.JOB, events.EXPORTED):
            site.zone.refresh()

    site.tell = refresh  # type: ignore[method-assign]
    site.exported()
    assert_once(site)
    site.assert_all_there()


def test_credentials_that_end_are_fetched_again(site: Site) -> None:
    site.pass_time()
    tell = site.tell

    def expire(event: str, table: str = "", **facts: object) -> None:
        tell(event, table, **facts)
        if event == events.JOB:
            site.zone.change(lifetime_days=90)

    site.tell = expire  # type: ignore[method-assign]
    site.exported()
    site.assert_all_there()


def test_a_zone_that_refuses_what_adobe_has_just_given(site: Site) -> None:
    site.zone.change(permissions="rl")
    site.pass_time()
    error = failure(site)
    assert isinstance(error, ZoneError)
    assert "credentials that Adobe has just given" in str(error)


def test_another_zone_than_the_documents(site: Site) -> None:
    place = {"provider": "azure", "container": "another", "daysToLive": 7, "manifests": "zoho/_manifests"}
    found = site.document(zone=place)
    from zoho_adobe.exporter.document import exports_of
    from zoho_adobe.exporter.services import services_of

    with site.session().active(), pytest.raises(ZoneError, match="dlz-user-container on azure, and the document says"):
        services_of(exports_of(found), site.environment(), site.tell)


def test_a_missing_credential_is_named(site: Site) -> None:
    from zoho_adobe.exporter.services import services_of

    for name in site.environment():
        environment = {key: value for key, value in site.environment().items() if key != name}
        with site.session().active(), pytest.raises(InputError, match=name):
            services_of(site.exports, environment, site.tell)


def test_a_disk_without_room_is_one_line(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    site.pass_time()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    error = failure(site)
    assert isinstance(error, ExportError)
    assert "cannot be kept on disk" in str(error)
    monkeypatch.undo()
    site.exported()
    site.assert_all_there()


# One exporter at a time


def test_a_second_exporter_says_who_holds_the_table(site: Site) -> None:
    site.pass_time()
    seen: list[Any] = []
    tell = site.tell

    def second(event: str, table: str = "", **facts: object) -> None:
        tell(event, table, **facts)
        if event == events.JOB and not seen:
            seen.append(None)
            seen.append(site.export())
            site.events.clear()

    site.tell = second  # type: ignore[method-assign]
    site.exported()
    outcome = seen[1]
    assert outcome is not None
    assert outcome.code == 4
    error = outcome.failures["Contacts"]
    assert isinstance(error, HeldError)
    assert "another exporter is at work on Contacts: process " in str(error)
    assert len(site.files()) == 1


def test_an_exporter_that_lost_its_lease_writes_nothing_more(site: Site) -> None:
    """It stood still for longer than a lease lasts, and another one took the table over."""
    site.pass_time()
    inner: list[Any] = []
    tell = site.tell

    def stand_still(event: str, table: str = "", **facts: object) -> None:
        tell(event, table, **facts)
        if event == events.JOB and not inner:
            inner.append(None)
            site.pass_time(KILLED_FOR)
            inner.append(site.export())

    site.tell = stand_still  # type: ignore[method-assign]
    outcome = site.export()
    assert inner[1] is not None
    assert inner[1].code == 0
    assert [type(error) for error in outcome.failures.values()] == [HeldError]
    assert_once(site)
    site.assert_all_there()


def test_a_watermark_that_somebody_changes_meanwhile_stays(site: Site) -> None:
    site.pass_time()
    site.exported()
    mark = site.mark()
    assert mark is not None
    site.pass_time()
    site.add({"Last_Name": "new"})
    site.pass_time()
    tell = site.tell

    def change(event: str, table: str = "", **facts: object) -> None:
        tell(event, table, **facts)
        if event == events.JOB:
            words = [replace(mark, until=mark.until - 1000, counted=0).word()]
            site.pipeline.platform("PATCH", f"/catalog/dataSets/{site.dataset}", json={"tags": {TAG: words}})

    site.tell = change  # type: ignore[method-assign]
    assert "changed by somebody else" in str(failure(site))
    site.tell = tell  # type: ignore[method-assign]
    site.exported()
    site.assert_all_there()


# Renamed


def test_a_table_that_gets_another_name_or_path_goes_on(history: Site) -> None:
    """It has its watermark, and one exporter at a time; files in another folder are those of another dataflow."""
    history.exported()
    history.tables[0] |= {"name": "People"}
    history.add({"Last_Name": "new"})
    history.pass_time()
    history.exported()
    assert [row["Last_Name"] for row in history.read(history.files()[-1])] == ["new"]
    history.tables[0] |= {"path": "zoho/people"}
    history.pass_time()
    history.exported()
    assert {row["id"] for row in history.all_rows("zoho/people")} == history.rows().keys()
    history.pass_time()
    history.add({"Last_Name": "newer"})
    history.pass_time()
    run_killed(history, 12, after=True)
    history.tables[0] |= {"name": "Contacts", "path": "zoho/contacts"}
    assert history.export().code == 4
    history.pass_time(KILLED_FOR)
    history.exported()
    assert any(row["Last_Name"] == "newer" for row in history.all_rows())


# Killed


def run_killed(site: Site, at: int, *, after: bool) -> int:
    """Run an exporter that is killed at a request; return how many requests it sent."""
    with killed(at, after=after) as killer:
        site.export()
    return killer.count


@pytest.fixture
def history(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Several windows, and rows that change between the runs."""
    monkeypatch.setattr(windows, "MOST_ROWS", 3)
    spread(site)
    site.pass_time()
    return site


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("part", range(4))
def test_a_run_killed_anywhere_is_repaired_by_the_next(history: Site, part: int, after: bool) -> None:
    """Each run is killed a request later than the last, until one comes through."""
    at, jobs = 1 + part, 0
    while True:
        sent = run_killed(history, at, after=after)
        jobs = len(history.log("POST", "/crm/bulk/v8/read"))
        if sent < at:
            break
        history.pass_time(KILLED_FOR)
        at += 4
    assert jobs
    assert_once(history)
    history.exported()
    history.assert_all_there()
    assert history.mark() is not None


def test_a_killed_run_is_finished_with_the_jobs_and_files_it_had(history: Site) -> None:
    at = 1
    while not history.files():
        run_killed(history, at, after=True)
        history.pass_time(KILLED_FOR)
        at += 1
    first = history.files()
    jobs = {item["path"].split("/")[-1] for item in history.log("POST", "/crm/bulk/v8/read")}
    assert jobs
    (manifest,) = [item for item in history.manifests() if not item.closed]
    known = [part.job for part in manifest.parts if part.job]
    made = len(history.log("POST", "/crm/bulk/v8/read"))
    history.exported()
    # Those alone that had no job yet.
    assert len(history.log("POST", "/crm/bulk/v8/read")) - made == len(manifest.parts) - len(known)
    assert set(first) <= set(history.files())
    assert_once(history)
    assert json.loads(history.manifests()[0].text())["closed"] is True
