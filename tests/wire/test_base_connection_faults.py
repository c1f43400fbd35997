"""The fault matrix; the whole of it takes minutes, so a sample stands for it unless it is asked for by its marker."""

from __future__ import annotations

import pytest

from emulator import launch
from tests.wire import matrix
from tests.wire.plugin import Plugin


@pytest.mark.parametrize("cell", matrix.sample(40), ids=str)
def test_a_cell_of_the_sample_ends_well(cell: matrix.Cell, plugin_process: Plugin, emulator: launch.Emulator) -> None:
    assert matrix.run(cell, plugin_process, emulator).problems == []


@pytest.mark.faults
@pytest.mark.parametrize("cell", list(matrix.cells()), ids=str)
def test_every_cell_ends_well(cell: matrix.Cell, plugin_process: Plugin, emulator: launch.Emulator) -> None:
    assert matrix.run(cell, plugin_process, emulator).problems == []


def test_the_sample_holds_every_operation_and_fault() -> None:
    assert {cell.operation for cell in matrix.sample(40)} == set(matrix.OPERATIONS)
    assert {cell.fault for cell in matrix.sample(40)} == set(matrix.FAULTS)
