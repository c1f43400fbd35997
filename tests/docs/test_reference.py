"""What the documentation says of the code is what the code says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pages import PAGES
from tests.support.stack import PROJECT


def test_the_reference_is_up_to_date() -> None:
    code = "import runpy; print(runpy.run_path('docs/make_reference.py')['reference'](), end='')"
    made = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert made == (PROJECT / "docs" / "reference.md").read_text(), "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text())
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []


def test_every_make_target_in_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    used = {
        name
        for page in PAGES
        for name in re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)", page.read_text())
        for name in name
    }
    assert {name for name in used if name} <= targets
