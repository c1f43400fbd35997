"""Lists: the query parameters, filters, order and pages. No HTTP and no storage."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from emulator.core.http import Json
from emulator.core.store import Document
from emulator.flow_service import exceptions

PARAMETERS = frozenset({"property", "limit", "orderby", "continuationToken", "count"})
DEFAULT_LIMIT, MAX_LIMIT = 20, 100
EXPRESSION = re.compile(r"([\w.\[\]]+?)\s*([=<>!~]+)(.*)", re.DOTALL)
VALUES = re.compile(r'\s*(?:"([^"]*)"|([^,]*))\s*(?:,|$)')
COMPARISONS = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0)}


@dataclass(frozen=True, slots=True)
class Filter:
    """One `property` expression."""

    path: tuple[str, ...]
    operator: str
    values: tuple[str, ...]

    def matches(self, document: Document) -> bool:
        found = _resolve(document, self.path)
        if self.operator == "==":
            return any(_text(value) in self.values for value in found)
        wanted = COMPARISONS[self.operator]
        return any(_compare(value, _like(self.values[0], value)) in wanted for value in found if value is not None)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list request asks for."""

    filters: tuple[str, ...] = ()
    order: str = ""
    limit: int = DEFAULT_LIMIT
    count: bool = False
    after: tuple[list[Any], int] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page, and the token of the next."""

    items: list[Document]
    continuation: str | None


def read(query: Sequence[tuple[str, str]], fields: frozenset[str], tenant: str) -> Listing:
    """Read the query of a list request; a continuation token brings all the rest with it."""
    given: dict[str, list[str]] = {}
    for name, value in query:
        if name not in PARAMETERS:
            raise exceptions.parameter_unknown(name)
        given.setdefault(name, []).append(value)
    count = given.get("count", ["false"])[-1]
    # `aepp` sends a limit and count=False, as Python writes it.
    if "limit" in given and count.lower() != "false":
        raise exceptions.limit_and_count()
    if "continuationToken" in given:
        return _from_token(given["continuationToken"][-1], tenant)
    if count.lower() not in ("true", "false"):
        raise exceptions.value_invalid(count, "count")
    listing = Listing(
        filters=tuple(given.get("property", ())),
        order=given.get("orderby", [""])[-1],
        limit=_limit(given["limit"][-1]) if "limit" in given else DEFAULT_LIMIT,
        count=count.lower() == "true",
    )
    parse_filters(listing.filters, fields)
    parse_order(listing.order, fields)
    return listing


def parse_filters(expressions: Sequence[str], fields: frozenset[str]) -> list[Filter]:
    """Read the `property` expressions: all of them must hold."""
    return [_parse_filter(expression, fields) for expression in expressions]


def parse_order(order: str, fields: frozenset[str]) -> list[tuple[str, int]]:
    """Read `orderby` into fields with 1 for ascending and -1 for descending."""
    parsed = []
    for part in order.split(",") if order else ():
        # An unescaped plus arrives as a space.
        sign, name = (part[0], part[1:]) if part[:1] in ("+", "-", " ") else ("+", part)
        if name not in fields:
            raise exceptions.order_unknown(part or "#", "+name, -name, name")
        parsed.append((name, -1 if sign == "-" else 1))
    return parsed


def select(
    documents: Sequence[tuple[int, Document]], listing: Listing, fields: frozenset[str]
) -> list[tuple[int, Document]]:
    """Keep the documents that pass every filter."""
    filters = parse_filters(listing.filters, fields)
    return [entry for entry in documents if all(item.matches(entry[1]) for item in filters)]


def page(documents: Sequence[tuple[int, Document]], listing: Listing, fields: frozenset[str], tenant: str) -> Page:
    """Cut one page.

    Pages go on from the last item's place in the order, not from a count of items, so that an object made
    or deleted between two pages shifts nothing; one that moves ahead of that place is missed.
    """
    order = parse_order(listing.order, fields)

    def key(entry: tuple[int, Document]) -> tuple[list[Any], int]:
        return [entry[1].get(name) for name, _ in order], entry[0]

    def compare(left: tuple[list[Any], int], right: tuple[list[Any], int]) -> int:
        for (_, direction), one, other in zip(order, left[0], right[0], strict=True):
            result = _compare(one, other)
            if result:
                return result * direction
        return _compare(right[1], left[1])

    def compare_entries(one: tuple[int, Document], other: tuple[int, Document]) -> int:
        return compare(key(one), key(other))

    matching = select(documents, listing, fields)
    if order:
        matching.sort(key=cmp_to_key(compare_entries))
    if listing.after is not None:
        after = listing.after
        matching = [entry for entry in matching if compare(key(entry), after) > 0]
    shown = matching[: listing.limit]
    more = len(matching) > len(shown)
    return Page([document for _, document in shown], _to_token(listing, key(shown[-1]), tenant) if more else None)


def _parse_filter(expression: str, fields: frozenset[str]) -> Filter:
    match = EXPRESSION.fullmatch(expression)
    if match is None:
        raise exceptions.query_value_invalid(expression)
    field, operator, text = match.groups()
    if operator != "==" and operator not in COMPARISONS:
        raise exceptions.operator_unknown(operator)
    path = tuple(field.split("."))
    if path[0].removesuffix("[]") not in fields:
        raise exceptions.filter_field_unknown(field)
    if operator != "==" and field == "id":
        raise exceptions.operator_on_id(operator)
    values = tuple(_values(text))
    if values == ("",) and '"' not in text:
        raise exceptions.query_value_invalid(expression)
    if operator != "==" and len(values) > 1:
        raise exceptions.operator_multiple(operator)
    if field.endswith("At") and not all(value.isascii() and value.isdigit() for value in values):
        raise exceptions.value_invalid(text, field)
    return Filter(path, operator, values)


def _values(text: str) -> Iterator[str]:
    """Comma separated, each bare or in double quotes, where a comma is a part of the value."""
    position = 0
    while position <= len(text):
        match = VALUES.match(text, position)
        if match is None:
            raise exceptions.query_value_invalid(text)
        quoted, bare = match.groups()
        yield quoted if quoted is not None else bare.strip()
        if match.end() == len(text) and not text[match.start() :].rstrip().endswith(","):
            return
        position = match.end()
        if position == len(text):
            yield ""
            return


def _resolve(value: Json, path: tuple[str, ...]) -> list[Any]:
    """All values at a path; a step that ends in `[]` goes through the elements of an array."""
    if not path:
        return [value]
    step = path[0].removesuffix("[]")
    if not isinstance(value, dict) or step not in value:
        return []
    below = value[step]
    if path[0].endswith("[]"):
        elements = below if isinstance(below, list) else []
        return [found for element in elements for found in _resolve(element, path[1:])]
    return _resolve(below, path[1:])


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _like(text: str, value: Json) -> Json:
    if isinstance(value, str):
        return text
    try:
        return float(text)
    except ValueError:
        return None


def _compare(one: Json, other: Json) -> int:
    """Order any two JSON scalars: absent ones first, numbers before text."""
    left, right = _rank(one), _rank(other)
    return (left > right) - (left < right)


def _rank(value: Json) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, int | float):
        return (1, value, "")
    return (2, 0.0, _text(value))


def _limit(text: str) -> int:
    limit = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not 1 <= limit <= MAX_LIMIT:
        raise exceptions.value_invalid(text, "limit")
    return limit


def _to_token(listing: Listing, after: tuple[list[Any], int], tenant: str) -> str:
    state = [tenant, listing.filters, listing.order, listing.limit, *after]
    return base64.urlsafe_b64encode(json.dumps(state).encode()).rstrip(b"=").decode()


def _from_token(token: str, tenant: str) -> Listing:
    try:
        state = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        owner, filters, order, limit, values, sequence = state
    except (binascii.Error, ValueError, TypeError) as error:
        raise exceptions.query_value_invalid(token) from error
    if owner != tenant:
        raise exceptions.query_value_invalid(token)
    return Listing(tuple(filters), order, limit, False, (values, sequence))
