"""Clocks: what depends on Adobe's time goes by Adobe's clock, also where the local one is hours off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


@pytest.fixture
def moved(plugin: Plugin, apart: launch.Emulator) -> Ingestion:
    """An ingestion at an Adobe whose clock the tests move."""
    deployment = Deployment.of(plugin, Tenant.create(apart))
    deployment.up()
    return Ingestion.on(plugin, deployment.tenant, deployment.deployed.id)


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


@pytest.mark.parametrize("backfill", [True, False])
def test_a_backfill_that_is_said_later_is_for_dataflows_that_are_still_to_be_made(
    moved: Ingestion, backfill: bool
) -> None:
    """Such as when the dataflow of another table asks for it, and the schedule is that of both."""

    def flow() -> dict[str, Any]:
        (found,) = moved.objects("flows")
        return found

    made = moved.make("dataflow")
    assert flow()["scheduleParams"]["backfill"] == "true"
    said = {**SCHEDULE, "backfill": backfill}
    if not backfill:
        # Its first run is still to come, so this one is meant, too.
        moved.update("dataflow", schedule=said)
        assert flow()["scheduleParams"]["backfill"] == "false"
        moved.update("dataflow", schedule={**SCHEDULE, "backfill": True})
        moved.made["dataflow"].outputs["schedule"].pop("backfill")
    moved.tenant.emulator.control("POST", "/clock", {"advance": HOUR})
    assert moved.diff("dataflow", schedule=said) == []
    assert moved.update("dataflow", schedule=said)["schedule"]["backfill"] is backfill
    assert flow()["scheduleParams"]["backfill"] == "true"
    assert flow()["id"] == made.id
