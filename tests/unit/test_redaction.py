"""Secrets are masked by value, in every spelling in which a service could give them back."""

from __future__ import annotations

import html
import json
from urllib.parse import quote, quote_plus

import pytest

from zoho_adobe import redaction
from zoho_adobe.redaction import MASK, protect, redact

SECRET = "pä\"ss\\w'ord/<&>+ %\t✓"


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_values", set())


@pytest.mark.parametrize(
    "spelled",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower().replace("ä", "%c3%a4"),
        quote_plus(SECRET),
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        json.dumps({"body": json.dumps({"clientSecret": SECRET})}),
        html.escape(SECRET),
        repr(SECRET),
    ],
)
def test_every_spelling_is_masked(spelled: str) -> None:
    protect(SECRET)
    shown = redact(f"before {spelled} after")
    assert MASK in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert "ss" not in shown.replace(MASK, "")


def test_every_occurrence_is_masked() -> None:
    protect("1000.abc.def")
    assert redact("1000.abc.def, 1000.abc.def") == f"{MASK}, {MASK}"


def test_a_secret_inside_a_longer_one_does_not_break_it() -> None:
    protect("abcdef", "abcdefghij")
    assert redact("abcdefghij abcdef") == f"{MASK} {MASK}"


def test_what_is_not_registered_stays() -> None:
    protect("1000.abc.def")
    assert redact("the connection 1000") == "the connection 1000"


@pytest.mark.parametrize("value", [None, "", "short"])
def test_nothing_and_very_short_values_mask_nothing(value: str | None) -> None:
    protect(value)
    assert redact("a short line") == "a short line"
