"""What `reconcile` finds: every row that is not accounted for, and none that is."""

from __future__ import annotations

import pytest

from tests.support.exporter.dataflow import Dataflow, report
from tests.support.exporter.documents import deletes, table
from tests.support.exporter.site import Site
from zoho_adobe.exporter.windows import zoho_time

DAY = 86_400


@pytest.fixture
def dataflow(site: Site) -> Dataflow:
    site.pass_time()
    return Dataflow(site)


def test_rows_are_followed_from_zoho_to_the_dataset(site: Site, dataflow: Dataflow) -> None:
    before = report(site)
    assert (before.in_zoho, before.to_come) == (2, 2)
    assert "never exported to the end" in before.problems[0]

    site.exported()
    waiting = report(site)
    assert (waiting.exported, waiting.taken, waiting.waiting, waiting.problems) == (2, 0, 2, [])

    dataflow.run(*site.files())
    taken = report(site)
    assert (taken.exported, taken.taken, taken.waiting, taken.to_come, taken.problems) == (2, 2, 0, 0, [])

    site.add({"Last_Name": "new"})
    assert report(site).to_come == 1
    site.pass_time()
    site.exported()
    dataflow.run(site.files()[-1])
    last = report(site)
    assert (last.in_zoho, last.taken, last.to_come, last.problems) == (3, 3, 0, [])


def test_what_changed_since_is_in_later_windows_and_not_missing(site: Site, dataflow: Dataflow) -> None:
    site.exported()
    dataflow.run(*site.files())
    first, second = site.rows()
    site.change(first, Last_Name="changed")
    site.remove(second)
    site.pass_time()
    site.exported()
    dataflow.run(site.files()[-1])
    assert report(site).problems == []


def test_a_file_that_no_run_took_is_named_before_it_is_gone(site: Site, dataflow: Dataflow) -> None:
    site.exported()
    (name,) = site.files()
    site.pass_time(2 * DAY)
    site.exported()
    site.pass_time(DAY // 2)
    (problem,) = report(site).problems
    assert name in problem
    assert "with 2 rows, and it goes in 4.5 days" in problem
    # Everything once more makes it good.
    assert site.export(again=True).code == 0
    dataflow.run(site.files()[-1])
    assert report(site).problems == []


def test_a_long_schedule_does_not_wait_for_the_last_two_days(site: Site, dataflow: Dataflow) -> None:
    del dataflow
    site.tables = [table(datasetId=site.dataset, schedule={"frequency": "week", "interval": 1})]
    site.exported()
    site.pass_time(4 * DAY)
    assert report(site).problems == []
    site.pass_time(DAY + 3600)
    (problem,) = report(site).problems
    assert "it goes in 2.0 days" in problem


def test_a_file_that_was_deleted_is_missed(site: Site, dataflow: Dataflow) -> None:
    del dataflow
    site.exported()
    (name,) = site.files()
    site.zone.client().get_blob_client(name).delete_blob()
    (problem,) = report(site).problems
    assert f"{name}, which is no longer in the zone: 2 rows are lost; run the export with --whole" in problem


def test_rows_that_a_run_could_not_write_or_did_not_read(site: Site, dataflow: Dataflow) -> None:
    site.exported()
    dataflow.run(*site.files(), failed=1)
    assert report(site).problems == ["the run run-0 could not write 1 of 2 rows"]
    dataflow.runs.clear()
    dataflow.run(*site.files(), read=1)
    assert report(site).problems == ["the run run-0 read 1 rows of files that have 2"]
    dataflow.runs.clear()
    dataflow.run(*site.files(), status="failed")
    assert (report(site).taken, report(site).problems) == (0, [])


@pytest.mark.parametrize("kind", ["full", "increment"])
def test_a_record_that_came_into_a_window_later_is_missing(site: Site, dataflow: Dataflow, kind: str) -> None:
    begin = site.now()
    if kind == "increment":
        site.exported()
        site.pass_time(3600)
        site.add({"Last_Name": "known"})
        site.pass_time()
    site.exported()
    for name in site.files():
        dataflow.run(name)
    assert report(site).problems == []
    moment = zoho_time(int(begin) - (1000 if kind == "full" else -1800))
    site.add({"Last_Name": "lost", "Created_Time": moment, "Modified_Time": moment})
    problems = report(site).problems
    assert problems
    assert all("were exported: run the export with --whole" in problem for problem in problems)


def test_a_record_that_the_next_export_brings_is_not_missing(site: Site, dataflow: Dataflow) -> None:
    """It became visible late, within the overlap."""
    site.exported()
    dataflow.run(*site.files())
    mark = site.mark()
    assert mark is not None
    moment = zoho_time(mark.until - 300)
    site.add({"Last_Name": "late", "Created_Time": moment, "Modified_Time": moment})
    assert report(site).problems == []
    site.pass_time()
    site.exported()
    dataflow.run(site.files()[-1])
    assert report(site).problems == []
    site.assert_all_there()


def test_an_export_that_does_not_come_is_a_problem(site: Site, dataflow: Dataflow) -> None:
    site.exported()
    dataflow.run(*site.files())
    site.pass_time(2 * DAY + 7200)
    assert "more than two schedules ago" in report(site).problems[0]


def test_deletions_are_followed_too(site: Site, dataflow: Dataflow) -> None:
    deleted = site.pipeline.dataset(site.schema)
    site.tables = [table(datasetId=site.dataset, deletes=deletes(datasetId=deleted))]
    first, _ = site.rows()
    site.exported()
    site.remove(first)
    site.pass_time()
    site.exported()
    dataflow.run(*site.files())
    site.zone.client().get_blob_client(site.files("zoho/contacts_deleted")[0]).delete_blob()
    (problem,) = report(site).problems
    assert "contacts_deleted" in problem


def test_a_report_costs_counts_alone(site: Site, dataflow: Dataflow) -> None:
    site.exported()
    dataflow.run(*site.files())
    site.emulator.control("DELETE", "/requests")
    assert report(site).problems == []
    assert site.log("", "/crm/bulk") == []
