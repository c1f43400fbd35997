"""The canary scan finds what it is there to find."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.canaries import leaks

TOKEN = "1000.0123456789abcdef0123456789abcdef.fedcba9876543210fedcba9876543210"
SECRET = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"


@pytest.mark.parametrize("canary", [TOKEN, SECRET])
@pytest.mark.parametrize("form", ["{}", "x{}x", "Bearer {}", "a\\n{}\\n"])
def test_a_credential_is_found(tmp_path: Path, form: str, canary: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text(json.dumps({"said": form.format(canary)}))
    (tmp_path / "other").write_text("nothing")
    assert leaks(tmp_path, [TOKEN, SECRET]) == {"folder/file": 1}


def test_the_places_that_hold_them_by_design_are_left_out(tmp_path: Path) -> None:
    for place in (
        "emulator/emulator.lock",
        "emulator/data",
        "zoho-adobe/tokens/a.json",
        "venv/pyvenv.cfg",
        "venv/lib/a.py",
    ):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TOKEN)
    assert leaks(tmp_path, [TOKEN]) == {}
