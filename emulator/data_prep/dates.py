"""Dates by Java's patterns, as Data Prep reads them. No HTTP and no storage."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from itertools import groupby

# In this order, the first that fits wins: for texts whose format the mapping does not say.
PATTERNS = (
    "yyyy-MM-dd HH:mm:ssZ",
    "yyyy-MM-dd HH:mm:ss.SSSZ",
    "yyyy-MM-dd HH:mm:ss.SSS",
    "yyyy-MM-dd'T'HH:mm:ss.SSSX",
    "yyyy-MM-dd'T'HH:mm:ss'Z'",
    "yyyy-MM-dd",
    "yyyy/MM/dd",
    "yyyy.MM.dd",
    "yyyy-MMM-dd",
    "yyyyMMdd",
    "MM-dd-yyyy",
    "MMddyyyy",
    "M/dd/yyyy",
    "dd.M.yyyy",
    "M/dd/yyyy hh:mm:ss a",
    "dd.M.yyyy hh:mm:ss a",
    "dd.MMM.yyyy",
    "dd-MMM-yyyy",
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SECTIONS = re.compile(r"'((?:[^']|'')*)'|([^']+)")
ONE_OR_TWO, TWO = r"\d{1,2}", r"\d{2}"
FORMS = {
    "yyyy": r"\d{4}",
    "MMM": r"[A-Za-z]{3}",
    **{letter: ONE_OR_TWO for letter in "MdHhms"},
    **{letter * 2: TWO for letter in "MdHhms"},
    **{"S" * count: rf"\d{{{count}}}" for count in (1, 2, 3)},
    "a": r"[AaPp][Mm]",
    "Z": r"[+-]\d{4}",
    "X": r"Z|[+-]\d{2}",
    "XX": r"Z|[+-]\d{4}",
    "XXX": r"Z|[+-]\d{2}:\d{2}",
}


def parse(text: str, pattern: str) -> datetime:
    """Read a text by a pattern, as UTC where it names no zone."""
    found = _compiled(pattern).fullmatch(text)
    if found is None:
        raise ValueError(f"{text} does not fit {pattern}")
    read = found.groupdict()
    month = read.get("M", "1")
    hour = int(read.get("H") or read.get("h") or 0)
    if "a" in read:
        hour = hour % 12 + (12 if read["a"].lower() == "pm" else 0)
    return datetime(
        int(read.get("y", "1970")),
        int(month) if month.isdigit() else MONTHS.index(month.lower()) + 1,
        int(read.get("d", "1")),
        hour,
        int(read.get("m", "0")),
        int(read.get("s", "0")),
        int(read.get("S", "0").ljust(3, "0")) * 1000,
        _zone(read.get("X") or read.get("Z") or "Z"),
    )


def guess(text: str) -> datetime:
    """Read a text by the first of the patterns that it fits."""
    for pattern in PATTERNS:
        try:
            return parse(text, pattern)
        except ValueError:
            continue
    raise ValueError(f"{text} fits none of the patterns")


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    if SECTIONS.sub("", pattern):
        raise ValueError(f"{pattern} has a quote that does not end")
    parts = []
    for section in SECTIONS.finditer(pattern):
        quoted, plain = section.groups()
        if plain is None:
            parts.append(re.escape(quoted.replace("''", "'") or "'"))
            continue
        for letter, run in groupby(plain):
            letters = "".join(run)
            if not letter.isalpha():
                parts.append(re.escape(letters))
            elif letters in FORMS:
                parts.append(f"(?P<{letter}>{FORMS[letters]})")
            else:
                raise ValueError(f"{letters} of the pattern {pattern} is not emulated")
    try:
        return re.compile("".join(parts))
    except re.error as error:
        raise ValueError(f"{pattern} names a part twice") from error


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
