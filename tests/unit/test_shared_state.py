"""Nothing that runs share is in a module, and nothing waits past its operation: read from the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stack import PROJECT

MODULES = sorted((PROJECT / "zoho_adobe").rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def changeable(tree: ast.Module) -> Iterator[int]:
    """Find what a module could only have to fill it later: locks, and collections that begin empty."""
    for statement in tree.body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            continue
        value = statement.value
        empty = isinstance(value, ast.Dict | ast.List) and not (
            value.keys if isinstance(value, ast.Dict) else value.elts
        )
        called = value.func if isinstance(value, ast.Call) else None
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        if empty or name in {"Lock", "RLock", "set", "dict", "list", "deque", "defaultdict", "Session", "count"}:
            yield statement.lineno


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_no_module_has_state(path: Path) -> None:
    tree = parsed(path)
    assert list(changeable(tree)) == []
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Global)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_wait_ends_with_the_operation(path: Path) -> None:
    """`api.deadline.pause` does, with the session's clock."""
    calls = [node.func for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
    asleep = [call.lineno for call in calls if isinstance(call, ast.Attribute) and ast.unparse(call) == "time.sleep"]
    assert asleep == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("_lock = threading.Lock()", True),
        ("_clients: dict[str, int] = {}", True),
        ("_seen = set()", True),
        ("_WORDS = {'a': 1}", False),
        ("_WORDS = frozenset({'a'})", False),
    ],
)
def test_state_would_be_found(code: str, found: bool) -> None:
    assert bool(list(changeable(ast.parse(code)))) is found
