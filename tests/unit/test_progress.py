"""How far a source has come: nothing that the tag may hold fails, and no time skips a row."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from zoho_adobe.resources.progress import Entry, Source, Tag, believable, reached, read_tag

TEXT = st.text(max_size=20)
NAME = st.text(min_size=1, max_size=20)
TIME = st.integers(0, 10**11 - 1)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("table", "connection", "account", "until", "since", "dataflow", "making")
ENTRY = st.builds(
    Entry, st.builds(Source, NAME, TEXT, TEXT), until=st.none() | TIME, since=TIME, dataflow=TEXT, making=TEXT
)


@given(st.lists(TEXT | st.dictionaries(st.sampled_from(FIELDS), VALUE).map(json.dumps)))
def test_whatever_a_tag_holds_can_be_read_and_written_back(words: list[str]) -> None:
    tag = read_tag(words)
    assert all(entry.until is None or 0 <= entry.until < 10**11 for entry in tag.entries)
    assert read_tag(tag.words()) == tag


def test_numbers_without_end_and_nests_without_bottom_can_be_read() -> None:
    for value in ("9" * 400, "9" * 5000, "-1", "NaN", "Infinity", "1e999", "1.5", "[" * 100_000):
        tag = read_tag([f'{{"table": "Leads", "until": {value}}}', f"Leads={value}"])
        assert [entry.until for entry in tag.entries] in ([], [None])
        assert tag.named == {"Leads": None}


@given(st.lists(ENTRY), ENTRY)
def test_an_entry_replaces_its_own_source_and_no_other(entries: list[Entry], entry: Entry) -> None:
    tag = read_tag(item.word() for item in entries)
    after = tag.with_entry(entry)
    assert read_tag(after.words()).of(entry.source) == entry
    for other in tag.entries:
        if (other.source.table, other.source.connection) != (entry.source.table, entry.source.connection):
            assert after.of(other.source) == other


@given(TIME, TIME, TIME, st.booleans())
def test_a_time_never_goes_back_nor_over_an_open_gap(until: int, came_to: int, start: int, backfill: bool) -> None:
    after = reached(until, came_to, start=start, backfill=backfill)
    assert after >= until
    assert after in (until, came_to)
    if not backfill and 0 < until < start - 1:
        assert after == until


@given(st.integers(), st.integers(1, 2 * 10**9), st.integers(1, 2 * 10**9))
def test_only_a_time_between_the_making_of_the_dataset_and_now_is_believed(until: int, created: int, now: int) -> None:
    assert believable(until, created=created, now=now) == (until == 0 or max(1, created - 1) <= until <= now + 1)
    assert not believable(None, created=created, now=now)


def test_of_two_words_for_one_source_the_earlier_counts() -> None:
    source = Source("Leads", "c")
    tag = read_tag([Entry(source, 200).word(), Entry(source, 100).word()])
    assert tag == Tag((Entry(source, 100),), {}, ())


def test_a_name_of_an_earlier_version_is_known_by_its_stem_if_only_one_has_it() -> None:
    tag = read_tag(["Leads 0a1b2c3d=5", "Contacts 0a1b2c3d=6", "Contacts 4e5f6a7b=7"])
    assert tag.name_of("Leads") == tag.name_of("Leads 99999999") == "Leads 0a1b2c3d"
    assert (tag.name_of("Contacts"), tag.name_of("Contacts 4e5f6a7b")) == ("", "Contacts 4e5f6a7b")
