from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.flow_service import listing
from emulator.flow_service.problems import Problem
from tests.support.emulator.clients import Adobe, code, replace


def make(adobe: Adobe, count: int) -> list[dict[str, str]]:
    return [adobe.create(f"c{number:02d}") for number in range(count)]


def walk(adobe: Adobe, *pairs: tuple[str, str]) -> list[list[str]]:
    """The names on each page."""
    pages: list[list[str]] = []
    answer = adobe.request("GET", "/connections", params=pairs).json()
    while True:
        pages.append([item["name"] for item in answer["items"]])
        if "next" not in answer["_links"]:
            assert answer["_links"] == {}
            return pages
        href = answer["_links"]["next"]["href"]
        assert href.startswith("/connections?continuationToken=")
        answer = adobe.request("GET", href).json()


def test_the_last_updated_comes_first(adobe: Adobe) -> None:
    first, *_ = make(adobe, 3)
    adobe.patch(first, replace("/name", "touched"))
    assert adobe.names() == ["touched", "c02", "c01"]


def test_pages_are_of_twenty_unless_asked(adobe: Adobe) -> None:
    make(adobe, 25)
    assert [len(page) for page in walk(adobe)] == [20, 5]
    assert [len(page) for page in walk(adobe, ("limit", "10"))] == [10, 10, 5]
    assert [len(page) for page in walk(adobe, ("limit", "25"))] == [25]


def test_order_and_filter_hold_over_pages(adobe: Adobe) -> None:
    make(adobe, 6)
    adobe.create("other", description="x")
    pages = walk(adobe, ("limit", "2"), ("orderby", "-name"), ("property", "name<other"))
    assert pages == [["c05", "c04"], ["c03", "c02"], ["c01", "c00"]]


def test_what_comes_and_goes_between_pages_shifts_nothing(adobe: Adobe) -> None:
    receipts = make(adobe, 6)
    answer = adobe.request("GET", "/connections", params={"limit": "3"}).json()
    adobe.create("new")
    adobe.request("DELETE", f"/connections/{receipts[5]['id']}")
    adobe.request("DELETE", f"/connections/{receipts[1]['id']}")
    rest = adobe.request("GET", answer["_links"]["next"]["href"]).json()
    assert [item["name"] for item in rest["items"]] == ["c02", "c00"]


def test_what_is_updated_between_pages_is_missed(adobe: Adobe) -> None:
    receipts = make(adobe, 4)
    answer = adobe.request("GET", "/connections", params={"limit": "2"}).json()
    adobe.patch(receipts[0], {"op": "add", "path": "/description", "value": "x"})
    rest = adobe.request("GET", answer["_links"]["next"]["href"]).json()
    assert [item["name"] for item in rest["items"]] == ["c01"]


@pytest.mark.parametrize("spoil", ["nonsense", "e30", ""])
def test_a_made_up_token_is_refused(adobe: Adobe, spoil: str) -> None:
    assert code(adobe.request("GET", f"/connections?continuationToken={spoil}")) == "FLOW-1453-400"


def test_a_token_is_good_in_its_sandbox_only(adobe: Adobe) -> None:
    make(adobe, 2)
    href = adobe.request("GET", "/connections?limit=1").json()["_links"]["next"]["href"]
    assert code(adobe.request("GET", href, headers={"x-sandbox-name": "prod"})) == "FLOW-1453-400"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("name==one", ["one"]),
        ('name=="one"', ["one"]),
        ("name==one,two", ["one", "two"]),
        ('name=="with, comma"', ["with, comma"]),
        ("name>p", ["with, comma", "two"]),
        ("name>=two", ["with, comma", "two"]),
        ("createdAt>1000", ["one", "two", "with, comma"]),
        ("createdAt<1000", []),
        ("connectionSpec.id==929e4450-0237-4ed2-9404-b7e1e0a00309", ["one", "two", "with, comma"]),
        ("connectionSpec.nothing==1", []),
        ("state==disabled", []),
        ("description==d", ["two"]),
    ],
)
def test_filters(adobe: Adobe, expression: str, expected: list[str]) -> None:
    adobe.create("one")
    adobe.create("two", description="d")
    adobe.create("with, comma")
    assert sorted(adobe.names(("property", expression))) == sorted(expected)


def test_filters_add_up(adobe: Adobe) -> None:
    adobe.create("one", description="d")
    adobe.create("one")
    assert adobe.names(("property", "name==one"), ("property", "description==d")) == ["one"]


def test_count_counts_and_lists_nothing(adobe: Adobe) -> None:
    make(adobe, 3)
    for property_, expected in ((), 3), ((("property", "name==c01"),), 1):
        answer = adobe.request("GET", "/connections", params=[("count", "true"), *property_])
        assert answer.json() == {"count": expected}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=1&count=true", "FLOW-1401-400"),
        ("limit=101", "FLOW-1452-400"),
        ("limit=0", "FLOW-1452-400"),
        ("limit=x", "FLOW-1452-400"),
        ("count=yes", "FLOW-1452-400"),
        ("orderby=nonsense", "FLOW-1433-400"),
        ("property=nonsense==1", "FLOW-1449-400"),
        ("property=auth.params.clientSecret==x", "FLOW-1449-400"),
        ("property=name", "FLOW-1453-400"),
        ("property=createdAt==", "FLOW-1453-400"),
        ("property=createdAt==1,x", "FLOW-1452-400"),
        ("property=name!=x", "FLOW-1450-400"),
        ("property=name>a,b", "FLOW-1443-400"),
        ("property=id>=a", "FLOW-1448-400"),
        ("page=2", "FLOW-1451-400"),
    ],
)
def test_a_bad_query_is_refused(adobe: Adobe, query: str, expected: str) -> None:
    assert code(adobe.request("GET", f"/connections?{query}")) == expected


FIELDS = frozenset({"name", "at"})
documents = st.lists(
    st.fixed_dictionaries({"name": st.text("ab,", max_size=3)}, optional={"at": st.integers(0, 3)}), max_size=12
)


@given(documents, st.text("ab,", max_size=3))
def test_a_quoted_value_finds_exactly_its_equals(items: list[dict[str, Any]], name: str) -> None:
    wanted = listing.Listing(filters=(f'name=="{name}"',))
    found = listing.select(list(enumerate(items)), wanted, FIELDS)
    assert [item for _, item in found] == [item for item in items if item["name"] == name]


@given(documents, st.sampled_from(["", "name", "-name", "at,-name", "-at,+name"]), st.integers(1, 5))
def test_pages_together_are_the_sorted_list(items: list[dict[str, Any]], order: str, limit: int) -> None:
    entries = list(reversed(list(enumerate(items))))
    whole = listing.page(entries, listing.Listing(order=order, limit=100), FIELDS, "t").items
    collected: list[dict[str, Any]] = []
    wanted = listing.Listing(order=order, limit=limit)
    while True:
        page = listing.page(entries, wanted, FIELDS, "t")
        collected += page.items
        if page.continuation is None:
            break
        assert len(page.items) == limit
        wanted = listing.read([("continuationToken", page.continuation)], FIELDS, "t")
    assert collected == whole
    assert len(whole) == len(items)
    if order == "-name":
        assert [item["name"] for item in whole] == sorted((item["name"] for item in items), reverse=True)


@given(st.text(max_size=30))
def test_any_expression_is_read_or_refused(expression: str) -> None:
    with contextlib.suppress(Problem):
        listing.parse_filters([expression], FIELDS)
