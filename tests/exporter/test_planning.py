"""Windows, and what a run has to export: logic without I/O."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.exporter.documents import deletes, document, table
from zoho_adobe.exporter import windows
from zoho_adobe.exporter.document import Table, read_exports
from zoho_adobe.exporter.manifest import Manifest, Part, read_manifest
from zoho_adobe.exporter.planning import FULL, INCREMENT, Decision, columns_of, decide
from zoho_adobe.exporter.watermark import Watermark, read_watermark, with_watermark
from zoho_adobe.exporter.windows import EPOCH, FAR, LAG, MOST_ROWS, OVERLAP, Counted, Window, split, whole

NOW = 1_800_000_000
DAY = 86_400


def contacts(**changes: Any) -> Table:
    return read_exports(json.dumps(document(table(**changes)))).tables[0]


def mark(until: int = NOW - DAY, **changes: object) -> Watermark:
    made = Watermark("Contacts", until, until, columns_of(contacts()), 10)
    return replace(made, **changes)  # type: ignore[arg-type]  # fields by name


def decided(table_: Table, mark_: Watermark | None, reason: str = "") -> Decision:
    found = decide(table_, mark_, NOW, reason)
    assert found is not None
    return found


@given(
    st.lists(st.tuples(st.integers(EPOCH, FAR - 1), st.integers(1, 150_000)), max_size=40),
    st.integers(EPOCH + 1, FAR - 1),
)
def test_windows_hold_every_record_once_and_fit_a_job(bursts: list[tuple[int, int]], until: int) -> None:
    def count(window: Window) -> int:
        return sum(rows for second, rows in bursts if window.low <= second < window.high)

    found = split(whole("Created_Time", until), count)
    assert [item.window for item in found] == sorted(item.window for item in found)
    for second, _ in bursts:
        assert sum(item.window.low <= second < item.window.high for item in found) == 1
    assert sum(item.rows for item in found) == sum(rows for _, rows in bursts)
    assert all(item.rows <= MOST_ROWS or item.window.high - item.window.low == 1 for item in found)
    assert all(item.rows for item in found)


def test_a_small_module_is_one_window_and_two_counts() -> None:
    asked: list[Window] = []

    def count(window: Window) -> int:
        asked.append(window)
        return 70 if window.low == EPOCH else 0

    (found,) = split(whole("Created_Time", NOW), count)
    assert (found.window, found.jobs, len(asked)) == (Window("Created_Time", EPOCH, NOW), 1, 2)


def test_a_window_without_a_field_is_never_split() -> None:
    (found,) = split(whole("", NOW), lambda _: 3 * MOST_ROWS + 1)
    assert (found.window.halves(), found.jobs, found.window.criteria()) == (None, 4, None)
    assert Counted(Window("", 0, 0), 0).jobs == 0


def test_a_window_as_zoho_reads_it() -> None:
    window = Window("Modified_Time", 60, 120)
    low, high = "1970-01-01T00:01:00+00:00", "1970-01-01T00:02:00+00:00"
    assert window.condition() == f"Modified_Time >= '{low}' and Modified_Time < '{high}'"
    criteria = window.criteria()
    assert criteria is not None
    assert [(item["comparator"], item["value"]) for item in criteria["group"]] == [
        ("greater_equal", low),
        ("less_than", high),
    ]
    assert window.name() == "modified-time_19700101T000100Z_19700101T000200Z"
    assert windows.increment("Modified_Time", NOW, NOW) == ()


def test_the_first_and_the_last_window_have_whatever_is_before_and_after() -> None:
    first, last = whole("Created_Time", 60)
    assert first.condition() == "Created_Time < '1970-01-01T00:01:00+00:00'"
    assert last.condition() == "Created_Time >= '1970-01-01T00:01:00+00:00'"
    criteria = [window.criteria() for window in (first, last)]
    assert [item["comparator"] for item in criteria if item] == ["less_than", "greater_equal"]


@pytest.mark.parametrize(
    ("changes", "last", "asked", "reason"),
    [
        ({}, None, "", "the dataset has no watermark of this table"),
        ({}, mark(), "it was asked for", "it was asked for"),
        ({}, mark(NOW + 2 * DAY), "", "the watermark is later than Zoho's time"),
        ({}, mark(columns="others"), "", "the columns are others than before"),
        ({}, mark(whole=0), "", "the last export may lack records or columns that came into sight meanwhile"),
        ({"modifiedBy": None}, mark(), "", "the module has no time of change"),
        ({}, mark(whole=NOW - 31 * DAY), "", "the last time was 30 days ago or more"),
    ],
)
def test_everything_is_exported_when(changes: dict[str, Any], last: Watermark | None, asked: str, reason: str) -> None:
    found = decided(contacts(**changes), last, asked)
    assert (found.kind, found.reason, found.until) == (FULL, reason, NOW - LAG)
    assert found.windows == (Window("Created_Time", EPOCH, NOW - LAG), Window("Created_Time", NOW - LAG, FAR))


def test_an_increment_overlaps_the_last_and_stays_behind_zohos_clock() -> None:
    found = decided(contacts(), mark())
    assert (found.kind, found.since, found.until) == (INCREMENT, NOW - DAY, NOW - LAG)
    assert found.windows == (Window("Modified_Time", NOW - DAY - OVERLAP, NOW - LAG),)
    assert (LAG, OVERLAP) >= (300, 600)
    assert decided(contacts(wholeEveryDays=0), mark(whole=1)).kind == INCREMENT


def test_increments_leave_no_gap() -> None:
    first = decided(contacts(), mark())
    second = decide(contacts(), mark(first.until), NOW + 3600)
    assert second is not None
    assert second.windows[0].low <= first.windows[0].high - OVERLAP


@pytest.mark.parametrize("ahead", [0, 1, DAY])
def test_a_clock_that_is_put_back_is_nothing_to_export(ahead: int) -> None:
    assert decide(contacts(), mark(NOW - LAG + ahead), NOW) is None


@pytest.mark.parametrize(
    ("last", "name"),
    [
        ("", "20270115T080000Z"),
        ("no time", "20270115T080000Z"),
        ("20270115T075959Z", "20270115T080000Z"),
        ("20270115T080000Z", "20270115T080001Z"),
        ("20310101T000000Z", "20310101T000001Z"),
    ],
)
def test_a_run_is_named_after_the_one_before_whatever_the_clock_says(last: str, name: str) -> None:
    assert windows.stamp_after(last, NOW) == name


def test_deletions_are_asked_for_without_a_gap() -> None:
    table_ = contacts(deletes=deletes())
    until = NOW - LAG

    def window(last: Watermark | None) -> tuple[int, int]:
        found = decided(table_, last).deletions
        assert found is not None
        return found.low, found.high

    # Without a watermark nobody knows what is in the dataset.
    assert window(None) == (until - 120 * DAY, until)
    assert window(mark(deletes=NOW - DAY)) == (NOW - DAY - OVERLAP, until)
    # They are exported from now on: all that Zoho still knows.
    assert window(mark()) == (until - 120 * DAY, until)
    assert decided(contacts(), mark(deletes=5)).deletions is None


def test_a_watermark_comes_back_from_the_tag_and_leaves_others() -> None:
    words = ["somebody's", mark(5).word(), mark(7, module="Leads").word()]
    written = with_watermark(words, mark(9, user="u"))
    assert read_watermark(written, "Contacts") == mark(9, user="u")
    assert read_watermark(written, "Leads") == mark(7, module="Leads")
    assert "somebody's" in written
    assert len(written) == 3
    assert read_watermark([mark(5).word(), mark(4).word()], "Contacts") == mark(4)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "{}",
        "[1]",
        '{"module": "Contacts"}',
        mark(-1).word(),
        mark(10**12).word(),
        mark(columns=5).word(),
        mark().word().replace(str(NOW - DAY), '"soon"'),
        mark().word().replace("}", ', "more": 1}'),
    ],
)
def test_a_damaged_watermark_is_none(word: str) -> None:
    assert read_watermark([word], "Contacts") is None


def test_a_watermark_and_a_manifest_of_an_earlier_release_are_read() -> None:
    word = '{"module": "Contacts", "until": 5, "whole": 4, "columns": "c", "counted": 3, "deletes": 2, "user": "u"}'
    assert read_watermark([word], "Contacts") == Watermark("Contacts", 5, 4, "c", 3, 2, "u")
    made = Manifest("r1", "Contacts", "d1", "zoho/contacts", "c", FULL, "", None, 9, 10, 3, 2)
    found = json.loads(made.text())
    del found["listed"]
    assert read_manifest(json.dumps(found)) == made


def test_a_manifest_comes_back() -> None:
    made = Manifest("r1", "Contacts", "d1", "zoho/contacts", "c", FULL, "it was asked for", None, 9, 10, 3, 2)
    made.add(Counted(Window("Created_Time", 0, 5), 3))
    made.deletes = Part(Window("deleted", 0, 5), 0, "x.csv.gz", done=True)
    assert read_manifest(made.text()) == made
    assert made.parts[0].file == ("zoho/contacts/Contacts_created-time_19700101T000000Z_19700101T000005Z_r1.csv.gz")
    assert not made.finished
    made.parts[0].done = True
    assert made.finished


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"version": 2}', '{"version": 1, "parts": [], "deletes": null}'])
def test_a_damaged_manifest_is_none(text: str) -> None:
    assert read_manifest(text) is None


def test_a_part_that_holds_too_much_is_replaced_in_place() -> None:
    made = Manifest("r1", "Contacts", "d1", "p", "c", FULL, "", None, 9, 10, 3, 2)
    for low in (0, 10, 20):
        made.add(Counted(Window("Created_Time", low, low + 10), 1))
    halves = made.parts[1].window.halves()
    assert halves is not None
    made.replace(made.parts[1], halves)
    assert [(part.window.low, part.window.high) for part in made.parts] == [(0, 10), (10, 15), (15, 20), (20, 30)]
    assert len({part.file for part in made.parts}) == 4
