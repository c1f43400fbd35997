"""The locks: what the requirements say, with a hash for every file, and from nowhere in particular."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = {"requirements.txt": "requirements.lock", "requirements-dev.txt": "requirements-dev.lock"}


def pins(text: str) -> dict[str, str]:
    """Read the versions that a file pins, by the package's normal name."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


@pytest.mark.parametrize(("requirements", "lock"), LOCKS.items())
def test_the_lock_is_up_to_date(requirements: str, lock: str) -> None:
    wanted = pins((PROJECT / requirements).read_text())
    locked = pins((PROJECT / lock).read_text())
    assert wanted.items() <= locked.items(), "run `make lock`"


def test_both_locks_agree() -> None:
    program, everything = (pins((PROJECT / lock).read_text()) for lock in LOCKS.values())
    assert program.items() <= everything.items(), "run `make lock`"


@pytest.mark.parametrize("lock", LOCKS.values())
def test_every_package_has_hashes_and_no_place(lock: str) -> None:
    text = (PROJECT / lock).read_text()
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(text)) > 10
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?:|--(extra-)?index|--find-links", text)
