"""Secrets are masked by value, in every spelling in which a service could give them back."""

from __future__ import annotations

import html
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from urllib.parse import quote, quote_plus

import pytest

from zoho_adobe.redaction import MASK, protect, redact, redacted_line
from zoho_adobe.session import Session

SECRET = "pä\"ss\\w'ord/<&>+ %\t✓"


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


def test_a_line_commands_no_terminal() -> None:
    protect("1000.abc.def")
    assert redacted_line("first\nsecond\x1b[31m \u202e1000.abc.def\x07") == f"first second [31m {MASK}"


def test_a_session_masks_its_own_secrets_alone() -> None:
    with Session().active():
        protect("1000.abc.def")
        assert redact("1000.abc.def") == MASK
    with Session().active():
        assert redact("1000.abc.def") == "1000.abc.def"


def test_sessions_that_run_at_once_keep_apart() -> None:
    meet = threading.Barrier(8, timeout=30)

    def program(number: int) -> str:
        with Session().active():
            protect(f"1000.secret.{number}")
            meet.wait()
            return redact(" ".join(f"1000.secret.{other}" for other in range(8)))

    with ThreadPoolExecutor(8) as pool:
        shown = list(pool.map(program, range(8)))
    for number, line in enumerate(shown):
        assert f"1000.secret.{number}" not in line
        assert line.count(MASK) == 1


def test_a_thread_that_runs_in_a_copy_of_the_context_masks_for_all() -> None:
    with ThreadPoolExecutor(1) as aside:
        aside.submit(copy_context().run, protect, "1000.abc.def").result()
    assert redact("1000.abc.def") == MASK
