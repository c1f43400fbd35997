"""What an export asks for, as the bench measures it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import exports
from emulator.launch import Emulator


@pytest.mark.long
def test_rows_cost_no_requests_and_little_memory(apart: Emulator, tmp_path: Path) -> None:
    few, many = (list(exports.live(apart, tmp_path, rows, 0)) for rows in (1_000, 20_000))
    assert [sample.subject for sample in few] == [exports.EXPORT, exports.STREAM, exports.RECORDS]
    assert few[0].requests == many[0].requests <= 30
    assert [sample.requests for sample in (few[2], many[2])] == [5, 100]
    assert many[0].memory < few[0].memory + 40e6
