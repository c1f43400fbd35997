"""However many stacks a review is of: each is named, and what needs a second look is the last to be left out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.gitops.previews import CONNECTION, STACK, document, same, state, step, update
from zoho_adobe.review import LIMIT, Preview, read, render
from zoho_adobe.review.fitting import size


def preview(stack: str, *steps: dict[str, Any], **more: Any) -> Preview:
    """Return a preview of a stack."""
    return read(document(*steps, **more).replace("urn:pulumi:prod::", f"urn:pulumi:{stack}::"), stack)


def dataset(op: str, number: int, name: str = "d") -> dict[str, Any]:
    """Return a step of a dataset, with long values."""
    old = state("Dataset", f"{name}{number:04}", f"id-{number}", name="x|" * 80, description="y|" * 80)
    if op == "update":
        return update(old, name="z|" * 80, description="w|" * 80)
    return step(op, *((None, old) if op == "create" else (old, None)))


def rendered(*previews: Preview) -> str:
    """Return the review, which is never too long."""
    text = render(list(previews))
    assert size(text) <= LIMIT
    return text


def test_what_is_deleted_is_left_out_last() -> None:
    quiet = [preview(f"quiet-{number}", same(CONNECTION)) for number in range(49)]
    loud = preview("loud", *(dataset(op, n, op[0]) for n in range(300) for op in ("create", "update", "delete")))
    text = rendered(*quiet, loud, preview("last", step("delete", CONNECTION, None)))
    assert text.count("**nothing changes**") == 49
    assert "**300 to delete, 300 to change, 300 to create**" in text
    assert "BaseConnection `zoho-crm` is **deleted**" in text
    assert all(f"### - Dataset `d{n:04}`" in text for n in range(300))
    assert re.search(r"\*\d+ more sections left out, as a comment cannot be longer", text)


def test_updates_go_before_creates_and_creates_before_deletes() -> None:
    few = preview("prod", *(dataset(op, n, op[0]) for n in range(30) for op in ("create", "update", "delete")))
    seen = []
    for limit in range(2_000, 80_000, 3_000):
        text = render([few], limit=limit)
        assert size(text) <= limit
        seen.append([len(set(re.findall(rf"[-~+] Dataset [`<]\S*{letter}\d\d\d\d", text))) for letter in "dcu"])
    for deleted, created, updated in seen:
        assert not created or deleted == 30
        assert not updated or created == 30
    assert seen[-1] == [30, 30, 30]


def test_notes_of_all_stacks_come_before_anything_else_of_one() -> None:
    kinds = [dataset("delete", 0), step("delete", CONNECTION, None)]
    previews = [preview(f"s{n:03}", *kinds, *(dataset("create", m) for m in range(20))) for n in range(100)]
    text = rendered(*previews)
    assert text.count("BaseConnection `zoho-crm` is **deleted**") == 100
    assert text.count("Dataset `d0000` is **deleted**") == 100


@pytest.mark.parametrize("count", [300, 1000])
def test_every_stack_is_named(count: int) -> None:
    names = [f"{'a-long-name-of-a-department' if count == 300 else 'd'}-{n:04}" for n in range(count)]
    steps = [dataset("create", n) for n in range(3)]
    previews = [preview(name, *(steps if n % 2 else [])) for n, name in enumerate(names[:-2])]
    previews += [preview(names[-2], step("delete", CONNECTION, None)), read("", names[-1])]
    text = rendered(*previews)
    assert [name for name in names if name not in text] == []
    assert "1 to delete" in text
    assert "no result" in text
    assert text.count("3 to create") == (count - 2) // 2


def test_where_even_the_names_have_no_room_those_that_matter_have_it() -> None:
    quiet = [preview(f"{'x' * 90}-{n}") for n in range(2000)]
    text = rendered(*quiet, preview("loud", step("delete", CONNECTION, None)))
    assert "`loud`: **1 to delete**, **1 to look at**" in text
    assert re.search(r"\*\d+ more stacks left out", text)


def test_a_long_error_leaves_room_for_what_was_found() -> None:
    said = [{"severity": "error", "message": "error: " + "x" * 500_000 + "the reason"}]
    steps = [step("delete", CONNECTION, None)]
    text = rendered(*(preview(f"s{n}", *steps, diagnostics=said) for n in range(3)))
    assert text.count("It failed") == 3
    assert text.count("the reason") == 3
    assert text.count("is **deleted**") == 3


def test_a_name_of_any_length_fits() -> None:
    long = {**CONNECTION, "urn": f"{STACK.rsplit('::', 1)[0]}::{'|' * 50_000}"}
    text = rendered(preview("prod", step("delete", long, None), update(state("Dataset", "d", "1"), name="|" * 50_000)))
    assert "is **deleted**" in text
    assert "is **renamed**" in text
