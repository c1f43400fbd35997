"""Data Prep's language of expressions, as far as it turns text into other types. No HTTP and no storage."""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.data_prep import dates

LONGEST = 4096
NAME = r"[A-Za-z_$][A-Za-z0-9_]*(?:\\\.[A-Za-z0-9_]+)*"
TOKENS = re.compile(
    rf"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)|\$\{{(?P<wrapped>[^}}]+)\}}"""
    rf"""|(?P<name>{NAME})|(?P<sign>[(),]))\s*"""
)
COLUMN = re.compile(rf"{NAME}|\$\{{[^}}]+\}}")
INTEGER = re.compile(r"[+-]?\d+")
INT_32 = 1 << 31


@dataclass(frozen=True, slots=True)
class Expression:
    """A function with its arguments, a column, or a value."""

    kind: str
    value: Any
    arguments: tuple[Expression, ...] = ()

    def columns(self) -> Iterator[str]:
        if self.kind == "column":
            yield self.value
        for argument in self.arguments:
            yield from argument.columns()

    def evaluate(self, cells: Mapping[str, Any]) -> Any:
        """The value for a row; ValueError where there is none."""
        if self.kind == "column":
            return cells.get(self.value)
        if self.kind == "value":
            return self.value
        function, _ = FUNCTIONS[self.value]
        return function(*(argument.evaluate(cells) for argument in self.arguments))


def parse(text: str) -> Expression:
    """Read an expression; ValueError says what is wrong with it."""
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    tokens = list(_tokens(text))
    expression, rest = _read(tokens)
    if rest:
        raise ValueError(f"unexpected {rest[0][1]}")
    return expression


def column(text: str) -> str | None:
    """The column that an attribute means; a name that is not plain must be wrapped, a dot in it escaped."""
    return _bare(text) if COLUMN.fullmatch(text) else None


def _bare(name: str) -> str:
    return name[2:-1] if name.startswith("${") else name.replace("\\.", ".")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(text):
        found = TOKENS.match(text, position)
        if found is None or found.lastgroup is None:
            raise ValueError(f"cannot be read from {text[position : position + 20]}")
        yield found.lastgroup, found[found.lastgroup]
        position = found.end()


def _read(tokens: list[tuple[str, str]]) -> tuple[Expression, list[tuple[str, str]]]:
    if not tokens:
        raise ValueError("ends too early")
    (kind, text), rest = tokens[0], tokens[1:]
    if kind == "text":
        return Expression("value", json.loads(text)), rest
    if kind == "number":
        return Expression("value", json.loads(text)), rest
    if kind == "wrapped":
        return Expression("column", text), rest
    if kind != "name":
        raise ValueError(f"unexpected {text}")
    if not rest or rest[0] != ("sign", "("):
        return Expression("column", _bare(text)), rest
    return _call(text, rest[1:])


def _call(name: str, tokens: list[tuple[str, str]]) -> tuple[Expression, list[tuple[str, str]]]:
    if name not in FUNCTIONS:
        raise ValueError(f"the function {name} is not emulated")
    arguments: list[Expression] = []
    while True:
        argument, tokens = _read(tokens)
        arguments.append(argument)
        if not tokens or tokens[0] not in (("sign", ","), ("sign", ")")):
            raise ValueError(f"{name} does not end")
        (_, sign), tokens = tokens[0], tokens[1:]
        if sign == ")":
            break
    if not FUNCTIONS[name][1][0] <= len(arguments) <= FUNCTIONS[name][1][1]:
        raise ValueError(f"{name} takes another number of arguments")
    return Expression("call", name, tuple(arguments)), tokens


def _whole(value: Any) -> int | None:
    if value is None:
        return None
    if INTEGER.fullmatch(str(value)) is None:
        raise ValueError(f"{value} is not an integer")
    return int(value)


def _integer(value: Any) -> int | None:
    number = _whole(value)
    if number is not None and not -INT_32 <= number < INT_32:
        raise ValueError(f"{value} is not an integer of 32 bits")
    return number


def _decimal(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not math.isfinite(number) or "_" in str(value):
        raise ValueError(f"{value} is not a number")
    return number


def _float(value: Any) -> float | None:
    number = _decimal(value)
    if number is None:
        return None
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError as error:
        raise ValueError(f"{value} is not a float") from error


def _date(value: Any, pattern: Any = None, default: Any = None) -> datetime | None:
    if value is None:
        return None if default is None else _date(default)
    if isinstance(value, datetime):
        return value
    return dates.guess(str(value)) if pattern is None else dates.parse(str(value), str(pattern))


def _text(change: Callable[[str], str]) -> Callable[[Any], str | None]:
    return lambda value: None if value is None else change(str(value))


def _concat(*values: Any) -> str:
    return "".join("" if value is None else str(value) for value in values)


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


FUNCTIONS: dict[str, tuple[Callable[..., Any], tuple[int, int]]] = {
    "to_integer": (_integer, (1, 1)),
    "to_bigint": (_whole, (1, 1)),
    "to_decimal": (_decimal, (1, 1)),
    "to_float": (_float, (1, 1)),
    "date": (_date, (1, 3)),
    "lower": (_text(str.lower), (1, 1)),
    "upper": (_text(str.upper), (1, 1)),
    "trim": (_text(str.strip), (1, 1)),
    "concat": (_concat, (1, 100)),
    "coalesce": (_coalesce, (1, 100)),
}
"""Each function, and how many arguments it takes, at least and at most."""
