"""The error tree is drawn as it is, and every error is one line."""

from __future__ import annotations

import inspect
import re

import pytest

from zoho_adobe import errors
from zoho_adobe.errors import ApiError, InputError, LostAnswerError, ZohoAdobeError


def drawn() -> dict[str, str]:
    """Read the tree in the module's docstring: each class, and its parent's name."""
    tree = (errors.__doc__ or "").split("```")[1]
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in tree.strip().splitlines():
        match = re.match(r"([│├└─ ]*)(\w+)", line)
        assert match is not None
        depth = len(match.group(1)) // 4
        path[depth:] = [match.group(2)]
        parents[match.group(2)] = path[depth - 1] if depth else "Exception"
    return parents


def test_the_tree_in_the_docstring_is_the_real_one() -> None:
    classes = {
        name: found
        for name, found in inspect.getmembers(errors, inspect.isclass)
        if issubclass(found, BaseException) and found.__module__ == errors.__name__
    }
    assert drawn() == {name: found.__bases__[0].__name__ for name, found in classes.items()}


@pytest.mark.parametrize("name", [name for name in drawn()])
def test_every_class_says_what_it_means(name: str) -> None:
    assert (getattr(errors, name).__doc__ or "").strip()


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ZohoAdobeError("it is wrong"), "it is wrong."),
        (ZohoAdobeError("is it wrong?", remedy="Mend it"), "is it wrong? Mend it."),
        (InputError("name", "it is empty", remedy="Give one."), "name: it is empty. Give one."),
        (ApiError("refused", service="Flow Service", status=400, request_id="1f"), "refused. (request id 1f)"),
        (LostAnswerError("lost", wait=3.0), "lost."),
    ],
)
def test_an_error_is_one_line(error: ZohoAdobeError, line: str) -> None:
    assert str(error) == line
