"""From a CRM to a landing zone: what is exported, and when."""

from __future__ import annotations

import pytest

from tests.support.exporter.documents import column, deletes, table
from tests.support.exporter.site import SLACK, Site
from zoho_adobe.exporter import events, pool, windows
from zoho_adobe.exporter.watermark import TAG

DAY = 86_400


def test_everything_is_exported_and_then_what_changed(site: Site) -> None:
    site.add({"Last_Name": 'O"Hara,\nScarlett', "Email": "s@example.com"}, {"Last_Name": "Butler"})
    site.pass_time()
    site.exported()
    (name,) = site.files()
    assert name.startswith("zoho/contacts/Contacts_created-time_19700101T000000Z_")
    assert len(site.read(name)) == len(site.rows()) == 4
    site.assert_all_there()

    changed, _ = list(site.rows())[-2:]
    site.change(changed, Last_Name="Wilkes")
    site.add({"Last_Name": "Hamilton"})
    site.pass_time()
    site.exported()
    _, increment = site.files()
    assert "_modified-time_" in increment
    assert {row["Last_Name"] for row in site.read(increment)} == {"Wilkes", "Hamilton"}
    site.assert_all_there()
    mark = site.mark()
    assert mark is not None
    assert site.now() - SLACK <= mark.until <= site.now()


def test_a_change_of_the_last_minutes_is_left_to_the_next_run(site: Site) -> None:
    site.pass_time()
    site.exported()
    site.add({"Last_Name": "Late"})
    site.pass_time(200)
    site.exported()
    assert len(site.files()) == 1
    site.pass_time(200)
    site.exported()
    site.assert_all_there()


def test_what_became_visible_late_is_in_the_overlap(site: Site) -> None:
    site.pass_time()
    site.exported()
    before = site.mark()
    assert before is not None
    time = windows.zoho_time(before.until - 500)
    site.add({"Last_Name": "Late", "Created_Time": time, "Modified_Time": time})
    site.pass_time(60)
    site.exported()
    site.assert_all_there()


def test_an_empty_increment_makes_no_job_and_no_file(site: Site) -> None:
    site.pass_time()
    site.exported()
    site.pass_time()
    jobs = len(site.log("POST", "/crm/bulk/v8/read"))
    site.exported()
    assert len(site.files()) == 1
    assert len(site.log("POST", "/crm/bulk/v8/read")) == jobs
    (committed,) = site.told(events.COMMITTED)
    assert (committed["rows"], committed["files"]) == (0, 0)
    site.exported()
    assert [item["event"] for item in site.events] == [events.NOTHING]


def test_the_tag_of_the_dataset_keeps_what_others_wrote(site: Site) -> None:
    body = {"tags": {"owner": ["crm team"], TAG: ["not ours"]}}
    site.pipeline.platform("PATCH", f"/catalog/dataSets/{site.dataset}", json=body)
    site.pass_time()
    site.exported()
    tags = site.tags()
    assert tags["owner"] == ["crm team"]
    assert tags[TAG][0] == "not ours"
    assert len(tags[TAG]) == 2


def test_without_its_watermark_everything_is_exported_again(site: Site) -> None:
    site.pass_time()
    site.exported()
    site.pipeline.platform("PATCH", f"/catalog/dataSets/{site.dataset}", json={"tags": {"x": ["y"]}})
    site.pass_time()
    site.exported()
    assert [name.split("_")[1] for name in site.files()] == ["created-time", "created-time"]
    (planned,) = site.told(events.PLANNED)
    assert planned["reason"] == "the dataset has no watermark of this table"


def test_everything_comes_again_after_some_days_when_asked_for_or_with_other_columns(site: Site) -> None:
    site.tables = [table(datasetId=site.dataset, wholeEveryDays=3)]
    site.pass_time()
    site.exported()
    reasons = []
    for days in (1, 2, 1):
        site.pass_time(days * DAY)
        site.exported()
        reasons += [item["reason"] for item in site.told(events.PLANNED)]
    assert reasons == ["", "the last time was 3 days ago or more", ""]
    assert site.export(again=True).code == 0
    assert site.told(events.PLANNED)[0]["reason"] == "it was asked for"
    site.pass_time()
    site.tables[0]["columns"].append(column("First_Name"))
    site.exported()
    assert site.told(events.PLANNED)[0]["reason"] == "the columns are others than before"
    assert "First_Name" in site.read(site.files()[-1])[0]


def test_runs_of_one_second_keep_their_order(site: Site) -> None:
    """The last one tells whether a run was cut off. By their random parts alone, six are hardly ever in order."""
    site.pass_time()
    ran: list[str] = []
    for _ in range(6):
        assert site.export(again=True).code == 0
        runs = [manifest.run for manifest in site.manifests()]
        assert runs[:-1] == ran
        ran = runs
    assert len(ran) == 6


def test_a_module_without_a_time_of_change_is_exported_whole(site: Site) -> None:
    site.tables = [table(datasetId=site.dataset, createdBy=None, modifiedBy=None)]
    for _ in range(2):
        site.pass_time()
        site.exported()
    first, second = site.files()
    assert "/Contacts_all_" in first
    assert site.read(first) == site.read(second)
    site.assert_all_there()


def test_windows_are_split_until_each_fits_a_job(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MOST_ROWS", 3)
    begin = int(site.now()) - 400 * DAY
    site.generate(20, begin, begin + 300 * DAY)
    site.pass_time()
    site.exported()
    files = site.files()
    assert len(files) >= 7
    rows = site.all_rows()
    assert len(rows) == len({row["id"] for row in rows}) == 22
    assert all(len(site.read(name)) <= 3 for name in files)
    site.assert_all_there()


def test_no_more_than_ten_results_are_taken_in_a_minute(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MOST_ROWS", 2)
    begin = int(site.now()) - 400 * DAY
    site.generate(40, begin, begin + 300 * DAY)
    site.pass_time()
    site.exported()
    assert len(site.files()) > 20
    assert {item["status"] for item in site.log("GET", "/result")} == {200}
    site.assert_all_there()


def test_others_take_results_too(site: Site) -> None:
    site.fault("status", status=429, path="/result$", times=2)
    site.pass_time()
    site.exported()
    site.assert_all_there()


def test_jobs_take_their_time_and_have_a_limit(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MOST_ROWS", 2)
    monkeypatch.setattr(pool, "MOST_JOBS", 40)
    begin = int(site.now()) - 400 * DAY
    site.generate(60, begin, begin + 300 * DAY)
    site.bulk(seconds=200)
    site.pass_time()
    site.exported()
    refused = [item for item in site.log("POST", "/crm/bulk/v8/read") if item["status"] == 400]
    assert refused
    rows = site.all_rows()
    assert len(rows) == len({row["id"] for row in rows}) == 62
    site.assert_all_there()


def test_a_column_that_zoho_does_not_give_is_dropped_once_and_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MOST_ROWS", 2)
    site.generate(2, 1_500_000_000, 1_600_000_000)
    site.tables[0]["columns"].insert(1, column("Gone", header="gone"))
    site.pass_time()
    site.exported()
    (dropped,) = site.told(events.DROPPED)
    assert dropped["column"] == "Gone"
    assert len(site.files()) == 2
    rows = site.all_rows()
    assert list(rows[0]) == ["id", "gone", "Last_Name", "email_address", "Modified_Time"]
    assert {row["gone"] for row in rows} == {""}
    site.assert_all_there()


def test_deletions_are_marked(site: Site) -> None:
    deleted = site.pipeline.dataset(site.schema)
    site.tables = [table(datasetId=site.dataset, deletes=deletes(datasetId=deleted))]
    first, second = site.add({"Last_Name": "a"}, {"Last_Name": "b"})
    site.pass_time()
    site.exported()
    assert site.files("zoho/contacts_deleted") == []
    site.remove(first)
    site.pass_time()
    site.exported()
    (name,) = site.files("zoho/contacts_deleted")
    assert "/Contacts_deleted_" in name
    (row,) = site.read(name)
    assert row["id"] == first
    assert list(row) == ["id", "deleted_time"]
    site.remove(second)
    site.pass_time()
    site.exported()
    assert {row["id"] for row in site.all_rows("zoho/contacts_deleted")} == {first, second}


def test_with_another_folder_everything_comes_again(site: Site) -> None:
    """What no run took from the old folder would be lost to a dataflow that reads the new one."""
    deleted, other = (site.pipeline.dataset(site.schema) for _ in range(2))
    site.tables = [table(datasetId=site.dataset, deletes=deletes(datasetId=deleted))]
    (gone,) = site.add({"Last_Name": "Gone"})
    site.pass_time()
    site.exported()
    site.remove(gone)
    site.pass_time()
    site.exported()
    there = site.rows().keys()
    for place, deletions in (("zoho/new", "zoho/new-deleted"), ("zoho/new", "zoho/newer-deleted")):
        site.tables = [table(datasetId=site.dataset, path=place, deletes=deletes(deletions, datasetId=deleted))]
        site.pass_time()
        site.exported()
        assert [row["id"] for row in site.all_rows(deletions)] == [gone]
    assert site.latest("zoho/new").keys() == there
    assert len(site.all_rows("zoho/new")) == len(there)
    # Nothing moved, and the deletions go to another dataset.
    site.tables = [
        table(datasetId=site.dataset, path="zoho/new", deletes=deletes("zoho/newer-deleted", datasetId=other))
    ]
    site.pass_time()
    site.exported()
    assert [row["id"] for row in site.all_rows("zoho/newer-deleted")] == [gone, gone]


def test_two_tables_at_once(site: Site) -> None:
    other = site.pipeline.dataset(site.schema)
    columns = [column("id"), column("Account_Name")]
    site.tables.append(table("Accounts", datasetId=other, columns=columns))
    site.pass_time()
    assert sorted(site.exported().done) == ["Accounts", "Contacts"]
    assert len(site.read(site.files("zoho/accounts")[0])) == len(site.rows("Accounts"))
    assert site.mark("Accounts", other) is not None
    site.assert_all_there()


def test_a_plan_is_shown_and_nothing_is_done(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MOST_ROWS", 2)
    site.generate(2, 1_500_000_000, 1_600_000_000)
    site.pass_time()
    site.emulator.control("PATCH", site.crm, {"credits": 100_000})
    ((manifest, counting),) = site.plans()
    assert manifest is not None
    assert counting == 100_000 - site.emulator.control("GET", site.crm)["credits"] > 0
    assert [part.counted for part in manifest.parts] == [2, 2]
    assert site.files("zoho") == []
    assert site.mark() is None
    assert site.log("POST", "/crm/bulk/v8/read") == []
