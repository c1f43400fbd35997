"""Where things of the tests are: what several modules need is in `tests/support`, and nothing imports a test module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stack import PROJECT

MODULES = sorted((PROJECT / "tests").rglob("*.py"))
PROGRAMS = ("clients", "edits", "faults", "kills")
"""Packages that are run by `make`."""


def is_of_pytest(name: str) -> bool:
    return name == "conftest" or name.startswith("test_")


def imported_test_modules(code: str, package: str = "tests.wire") -> Iterator[str]:
    for node in ast.walk(ast.parse(code)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            # What is imported from a package may be a module.
            names = [f"{module}.{alias.name}" for alias in node.names] if module.startswith("tests") else []
        yield from (name for name in names if name.startswith("tests.") and any(map(is_of_pytest, name.split("."))))


def is_misplaced(path: Path) -> bool:
    """Return whether a module, by its path below `tests`, is none that pytest runs and stands among those."""
    return not (path.name == "__init__.py" or is_of_pytest(path.stem) or path.parts[0] in ("support", *PROGRAMS))


def test_nothing_imports_a_test_module() -> None:
    paths = {path.relative_to(PROJECT): path.read_text() for path in MODULES}
    found = {
        f"{path}: {name}" for path in paths for name in imported_test_modules(paths[path], ".".join(path.parent.parts))
    }
    assert found == set(), "what both need goes to tests/support"


def test_helpers_are_in_support() -> None:
    paths = [path.relative_to(PROJECT / "tests") for path in MODULES]
    assert [str(path) for path in paths if is_misplaced(path)] == [], "helpers go to tests/support"


def test_no_test_is_where_helpers_and_programs_are() -> None:
    folders = [PROJECT / "tests" / name for name in ("support", *PROGRAMS)]
    assert [path for folder in folders for path in folder.rglob("*.py") if is_of_pytest(path.stem)] == []


@pytest.mark.parametrize(
    "code",
    [
        "from tests.wire.test_table import columns",
        "from tests.wire import test_table",
        "import tests.wire.test_table as table",
        "from .test_table import columns",
        "from . import test_table",
        "from ..cli.conftest import Command",
        "def late():\n    from tests.wire.conftest import plugin",
    ],
)
def test_an_import_would_be_found(code: str) -> None:
    assert len(list(imported_test_modules(code))) == 1


@pytest.mark.parametrize("code", ["from tests.support.stack import Stack", "from .matrix import table"])
def test_other_imports_are_allowed(code: str) -> None:
    assert list(imported_test_modules(code)) == []


@pytest.mark.parametrize(
    ("path", "misplaced"),
    [
        ("helpers.py", True),
        ("wire/plugin.py", True),
        ("wire/matrix/model.py", True),
        ("wire/test_table.py", False),
        ("wire/conftest.py", False),
        ("wire/__init__.py", False),
        ("support/wire/plugin.py", False),
        ("kills/truth.py", False),
    ],
)
def test_a_helper_among_tests_would_be_found(path: str, misplaced: bool) -> None:
    assert is_misplaced(Path(path)) is misplaced
