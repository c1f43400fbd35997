"""Clocks: what depends on Adobe's time goes by Adobe's clock, also where the local one is hours off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import launch
from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment
from tests.support.wire.ingestion import SCHEDULE, Ingestion
from tests.support.wire.plugin import Plugin, Refused

HOUR = 3600


@pytest.fixture(params=[-9 * HOUR, 9 * HOUR], ids=["ahead of Adobe's", "behind Adobe's"])
def skewed(request: pytest.FixtureRequest, plugin: Plugin, tmp_path: Path) -> Iterator[Ingestion]:
    """An ingestion at an Adobe whose clock is hours away from the one of this machine."""
    with launch.start(tmp_path / "emulator") as emulator:
        emulator.control("POST", "/clock", {"advance": request.param})
        deployment = Deployment.of(plugin, Tenant.create(emulator))
        deployment.up()
        yield Ingestion.on(plugin, deployment.tenant, deployment.deployed.id)


def test_a_start_has_passed_when_it_has_at_adobe(skewed: Ingestion) -> None:
    emulator = skewed.tenant.emulator
    start = int(emulator.control("GET", "/clock")["now"]) + 600
    schedule = {**SCHEDULE, "start": start, "backfill": True}
    assert skewed.make("dataflow", schedule=schedule).outputs["start"] == start
    assert skewed.update("dataflow", schedule={**schedule, "start": start + 1})["start"] == start + 1
    emulator.control("POST", "/clock", {"advance": 700})
    with pytest.raises(Refused, match=r"^schedule.start: the dataflow started at"):
        skewed.diff("dataflow", schedule={**schedule, "start": start + HOUR})


@pytest.mark.long
def test_a_dataflow_goes_on_by_adobes_clock(skewed: Ingestion) -> None:
    made = skewed.make("dataflow")
    skewed.crm.let_a_second_pass()
    skewed.crm.run(made.id)
    skewed.crm.let_a_second_pass()
    skewed.crm.add("Leads", Last_Name="Between")
    skewed.delete("dataflow")
    skewed.crm.run(skewed.make("dataflow").id)
    assert len(skewed.crm.arrived(skewed.need("dataset"))) == len(skewed.crm.rows("Leads")) == 4
