"""The fault matrix; the whole of it takes minutes, so a sample stands for it unless it is asked for by its marker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from emulator import launch
from tests.faults.cells import RESOURCES, cells, run, sample
from tests.faults.faults import FAULTS
from tests.faults.model import Cell, Problem, Request
from tests.support.tenant import Tenant
from tests.support.wire.plugin import Plugin

SAMPLE = 120
OPERATIONS = [
    (resource, name) for resource, described in RESOURCES.items() for name, does in described.operations.items()
]
QUICK = [place for place in OPERATIONS if not RESOURCES[place[0]].operations[place[1]].slow]


def problems(chosen: Iterable[Cell], plugin: Plugin, emulator: launch.Emulator) -> dict[str, list[Problem]]:
    """Run cells, many at once since most of a cell is waiting, and give what is not well of each."""
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda cell: run(cell, plugin, emulator), chosen))
    return {str(outcome.cell): outcome.problems for outcome in outcomes if outcome.problems}


def test_the_cells_of_the_sample_end_well(plugin_process: Plugin, emulator: launch.Emulator) -> None:
    assert problems(sample(SAMPLE), plugin_process, emulator) == {}


@pytest.mark.faults
def test_every_cell_ends_well(plugin_process: Plugin, emulator: launch.Emulator) -> None:
    assert problems(cells(), plugin_process, emulator) == {}


def test_the_sample_holds_every_operation_and_fault() -> None:
    chosen = sample(SAMPLE)
    assert {(cell.resource, cell.operation) for cell in chosen} == set(QUICK)
    assert {cell.fault for cell in chosen} == set(FAULTS)


@pytest.mark.parametrize(("resource", "name"), QUICK)
def test_an_operation_sends_the_requests_that_the_matrix_says(
    resource: str, name: str, plugin_process: Plugin, emulator: launch.Emulator
) -> None:
    assert_sends_what_is_said(resource, name, plugin_process, emulator)


@pytest.mark.long
@pytest.mark.parametrize(("resource", "name"), [place for place in OPERATIONS if place not in QUICK])
def test_a_slow_operation_sends_the_requests_that_the_matrix_says(
    resource: str, name: str, plugin_process: Plugin, emulator: launch.Emulator
) -> None:
    assert_sends_what_is_said(resource, name, plugin_process, emulator)


def assert_sends_what_is_said(resource: str, name: str, plugin: Plugin, emulator: launch.Emulator) -> None:
    described, tenant = RESOURCES[resource], Tenant.create(emulator)
    operation = described.operations[name]
    deployment = described.deploy(plugin, tenant)
    operation.prepare(deployment)
    owners = [f"organization={tenant.organization}", f"client={tenant.zoho['client_id']}"]
    for owner in owners:
        emulator.control("DELETE", f"/requests?{owner}")
    operation.run(deployment)
    sent = [item for owner in owners for item in emulator.control("GET", f"/requests?{owner}")["requests"]]
    sent.sort(key=lambda item: item["number"])
    words = [word_of(item, described.requests) for item in sent]
    if "IMS token" not in operation.requests:
        # It is the same for all operations, so one of each resource stands for them.
        words = [word for word in words if word != "IMS token"]
    # A token that is revoked no longer tells the emulator whose request that was.
    expected = [word for word in operation.requests if word != "revoke"]
    if "Zoho token" in words:
        # Asked for while Adobe is.
        assert sorted(words) == sorted(expected)
    else:
        assert words == expected


def word_of(sent: dict[str, Any], requests: Mapping[str, Request]) -> str:
    fitting = (
        word
        for word, request in requests.items()
        if request.method == sent["method"] and re.search(request.path, sent["path"])
    )
    return next(fitting, f"{sent['method']} {sent['path']}")
