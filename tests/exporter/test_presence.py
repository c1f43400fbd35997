"""Records that vanish, appear, come back or have no time: no increment alone would see them."""

from __future__ import annotations

from dataclasses import replace
from email.utils import formatdate

import pytest

from tests.support.exporter.dataflow import Dataflow, report
from tests.support.exporter.documents import column, deletes, table
from tests.support.exporter.site import Site
from tests.support.exporter.writers import writers
from zoho_adobe.errors import FewerRowsError, ResultError
from zoho_adobe.exporter import events, windows
from zoho_adobe.exporter.watermark import TAG, UNKNOWN
from zoho_adobe.exporter.windows import zoho_time

DAY = 86_400


def reasons(site: Site) -> list[str]:
    site.exported()
    return [item["reason"] for item in site.told(events.PLANNED)]


def marked(site: Site) -> None:
    """Deletions are exported, too."""
    site.tables = [table(datasetId=site.dataset, deletes=deletes(datasetId=site.pipeline.dataset(site.schema)))]


def retag(site: Site, **changes: object) -> None:
    mark = site.mark()
    assert mark is not None
    words = [replace(mark, **changes).word()]  # type: ignore[arg-type]  # fields by name
    site.pipeline.platform("PATCH", f"/catalog/dataSets/{site.dataset}", json={"tags": {TAG: words}})


def test_a_record_older_than_all_times_is_exported(site: Site) -> None:
    ancient = "1950-01-01T00:00:00+00:00"
    site.add({"Last_Name": "old", "Created_Time": ancient, "Modified_Time": ancient})
    site.add({"Last_Name": "odd", "Created_Time": "2150-01-01T00:00:00+00:00"})
    site.pass_time()
    site.exported()
    site.assert_all_there()


@pytest.mark.parametrize("which", ["createdBy", "modifiedBy"])
def test_records_without_the_time_that_a_table_goes_by_are_exported(site: Site, which: str) -> None:
    site.emulator.control(
        "POST", f"{site.crm}/modules/Contacts/fields", {"api_name": "Signed", "data_type": "datetime"}
    )
    site.tables = [table(datasetId=site.dataset, **{which: "Signed"})]
    site.add({"Last_Name": "signed", "Signed": zoho_time(int(site.now()) - DAY)})
    site.pass_time()
    site.exported()
    site.assert_all_there()
    site.add({"Last_Name": "new"})
    site.pass_time()
    assert reasons(site) == (["there are records without a time of change"] if which == "modifiedBy" else [""])
    site.assert_all_there()
    dataflow = Dataflow(site)
    dataflow.run(*site.files())
    site.add({"Last_Name": "newer"})
    assert report(site).problems == []


def test_a_record_that_was_imported_with_its_old_times_is_exported(site: Site) -> None:
    site.pass_time()
    site.exported()
    moment = zoho_time(int(site.now()) - 100 * DAY)
    site.add({"Last_Name": "imported", "Created_Time": moment, "Modified_Time": moment})
    site.pass_time()
    assert reasons(site) == ["records appeared that were created before the last export"]
    site.assert_all_there()
    site.pass_time()
    assert reasons(site) == [""]


def test_what_became_visible_a_little_late_is_no_reason_to_export_everything(site: Site) -> None:
    site.pass_time()
    site.exported()
    mark = site.mark()
    assert mark is not None
    moment = zoho_time(mark.until - 300)
    site.add({"Last_Name": "late", "Created_Time": moment, "Modified_Time": moment})
    site.pass_time()
    assert reasons(site) == [""]
    site.assert_all_there()


def test_a_record_that_comes_back_from_the_bin_is_exported_though_another_was_deleted(site: Site) -> None:
    marked(site)
    first, second = site.add({"Last_Name": "a"}, {"Last_Name": "b"})
    site.pass_time()
    site.remove(first)
    site.pass_time()
    # It was in the bin when everything was exported.
    site.exported()
    site.restore(first)
    site.remove(second)
    site.pass_time()
    assert reasons(site) == ["records came back from the recycle bin"]
    site.assert_all_there()
    site.pass_time()
    assert reasons(site) == [""]


def test_a_deletion_that_becomes_too_old_to_be_listed_is_no_return(site: Site) -> None:
    marked(site)
    (first,) = site.add({"Last_Name": "a"})
    site.remove(first)
    site.pass_time()
    site.exported()
    for _ in range(7):
        site.pass_time(9 * DAY)
        site.tables[0]["wholeEveryDays"] = 0
        assert reasons(site) == [""]


def test_deletions_are_not_forgotten_with_the_watermark(site: Site) -> None:
    marked(site)
    (first,) = site.add({"Last_Name": "a"})
    site.pass_time()
    site.exported()
    site.remove(first)
    site.pass_time(DAY)
    site.pipeline.platform("PATCH", f"/catalog/dataSets/{site.dataset}", json={"tags": {TAG: []}})
    site.exported()
    assert [row["id"] for row in site.all_rows("zoho/contacts_deleted")] == [first]


def test_leads_that_were_converted_are_marked_like_deleted_ones(site: Site) -> None:
    columns = [column("id", "bigint"), column("Last_Name"), column("Email", "email", "email_address")]
    dataset = site.pipeline.dataset(site.schema)
    site.tables = [table("Leads", datasetId=site.dataset, columns=columns)]
    site.tables[0]["deletes"] = deletes("zoho/leads_deleted", datasetId=dataset)
    first = next(iter(site.rows("Leads")))
    site.pass_time()
    site.exported()
    site.convert(first)
    site.pass_time()
    site.exported()
    assert [row["id"] for row in site.all_rows("zoho/leads_deleted")] == [first]


def test_another_user_of_zoho_is_said_and_the_next_run_exports_everything(site: Site) -> None:
    site.pass_time()
    site.exported()
    user = getattr(site.mark(), "user", "")
    assert user
    retag(site, user="1")
    site.add({"Last_Name": "new"})
    site.pass_time()
    assert reasons(site) == [""]
    (alarm,) = site.told(events.ALARM)
    assert f"the records of Zoho's user {user}, and those of 1 before" in alarm["message"]
    site.pass_time()
    expected = ["the last export may lack records or columns that came into sight meanwhile"]
    assert reasons(site) == expected
    site.pass_time()
    assert reasons(site) == [""]


def test_a_column_that_zoho_gave_before_does_not_become_empty_by_itself(site: Site) -> None:
    site.emulator.control("POST", f"{site.crm}/modules/Contacts/fields", {"api_name": "Level", "data_type": "text"})
    site.tables[0]["columns"].append(column("Level"))
    site.add({"Last_Name": "a", "Level": "high"})
    site.pass_time()
    site.exported()
    before = site.mark()
    site.emulator.control("DELETE", f"{site.crm}/modules/Contacts/fields/Level")
    site.add({"Last_Name": "b"})
    site.pass_time()
    outcome = site.export()
    error = outcome.failures["Contacts"]
    assert isinstance(error, FewerRowsError)
    assert (outcome.code, "no longer gives the column Level of Contacts" in str(error)) == (3, True)
    assert (site.mark(), len(site.files())) == (before, 1)
    assert site.export(accept_fewer=True).code == 0
    assert [item["column"] for item in site.told(events.DROPPED)] == ["Level"]
    site.assert_all_there()

    # It is known now, and stays so where nothing changed; and when the column is back, its values come.
    site.pass_time()
    assert reasons(site) == [""]
    site.add({"Last_Name": "c"})
    site.pass_time()
    assert reasons(site) == [""]
    site.emulator.control("POST", f"{site.crm}/modules/Contacts/fields", {"api_name": "Level", "data_type": "text"})
    site.add({"Last_Name": "d", "Level": "low"})
    site.pass_time()
    assert reasons(site) == [""]
    site.pass_time()
    expected = ["the last export may lack records or columns that came into sight meanwhile"]
    assert reasons(site) == expected


def test_a_watermark_of_an_earlier_release_says_nothing_of_columns(site: Site) -> None:
    site.tables[0]["columns"].append(column("Gone"))
    site.pass_time()
    site.exported()
    retag(site, dropped=UNKNOWN)
    site.add({"Last_Name": "new"})
    site.pass_time()
    assert reasons(site) == [""]
    assert site.told(events.DROPPED)


def test_a_result_that_lacks_records_is_not_taken(site: Site) -> None:
    site.add({"Last_Name": "a"})
    site.bulk(miss=1)
    site.pass_time()
    site.exported()
    assert "has 2 records of Created_Time" in site.told(events.WAITING)[0]["message"]
    site.assert_all_there()


def test_a_result_that_always_lacks_records_ends_the_table(site: Site) -> None:
    site.bulk(miss=1)
    site.pass_time()
    tell = site.tell

    def miss(event: str, table: str = "", **facts: object) -> None:
        tell(event, table, **facts)
        if event == events.JOB:
            site.bulk(miss=1)

    site.tell = miss  # type: ignore[method-assign]
    (error,) = site.export().failures.values()
    assert isinstance(error, ResultError)
    assert "has 1 records of Created_Time" in str(error)
    assert (site.mark(), site.files()) == (None, [])
    site.tell = tell  # type: ignore[method-assign]
    site.bulk(miss=1)
    assert site.export(accept_fewer=True).code == 0
    assert len(site.all_rows()) == 1


def test_a_clock_at_zoho_that_is_fast_passes_over_nothing(site: Site) -> None:
    """What is created between its time and the right one would be before the next increment."""
    site.pass_time()
    fast = {"Date": formatdate(site.now() + 7200, usegmt=True)}
    body = {"data": [{"COUNT(id)": 2}]}
    site.fault("status", status=200, body=body, headers=fast, path="/crm/v8/coql$", times=None)
    site.exported()
    (alarm,) = site.told(events.ALARM)
    assert "and Adobe's" in alarm["message"]
    site.emulator.control("DELETE", "/faults")
    mark = site.mark()
    assert mark is not None
    assert mark.until <= site.now()
    site.pass_time(3600)
    site.add({"Last_Name": "between"})
    site.pass_time(7200)
    site.exported()
    site.assert_all_there()


def test_a_record_that_is_back_before_deletions_are_listed_has_not_vanished(site: Site) -> None:
    (identifier,) = site.add({"Last_Name": "back"})
    site.pass_time()
    site.exported()
    site.remove(identifier)
    site.pass_time()
    before = len(site.log("POST", "/coql"))

    def come_back() -> None:
        if identifier not in site.rows() and len(site.log("POST", "/coql")) > before:
            site.restore(identifier)

    with writers(come_back):
        site.exported()
    assert identifier in site.rows()


def test_a_record_that_another_took_the_place_of_while_its_window_was_read_is_exported(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "MOST_ROWS", 3)
    marked(site)
    (elsewhere,) = site.add({"Last_Name": "in another window"})
    site.pass_time(DAY)
    (identifier,) = site.add({"Last_Name": "away"})
    site.pass_time(DAY)
    times = {key: site.rows()[identifier][key] for key in ("Created_Time", "Modified_Time")}
    seen: list[str] = []

    def work() -> None:
        manifests = [item for item in site.log("PUT", "_manifests") if "lease" not in item["path"]]
        if not seen and manifests:
            seen.append("planned")
            site.remove(identifier)
            site.add({"Last_Name": "instead", **times})
        if seen == ["planned"] and len(site.log("GET", "/result")) == 2:
            seen.append("read")
            site.restore(identifier, modified=False)
            # As many as before, so that nothing shows by the count of all.
            site.remove(elsewhere)

    with writers(work):
        site.exported()
    assert seen == ["planned", "read"]
    assert identifier not in site.latest()
    site.pass_time()
    assert reasons(site) == ["the last export may lack records or columns that came into sight meanwhile"]
    site.assert_all_there()
