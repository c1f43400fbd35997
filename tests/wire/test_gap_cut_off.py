"""Dataflow: the closing of a gap between two of them is cut off, and no row comes twice or is lost."""

from __future__ import annotations

import time

import pytest

from tests.support.wire.ingestion import Ingestion
from tests.support.wire.plugin import Refused


@pytest.fixture
def gap(ingestion: Ingestion) -> Ingestion:
    """One dataflow has run and is gone, and a row came since."""
    made = ingestion.make("dataflow")
    ingestion.crm.let_a_second_pass()
    ingestion.crm.run(made.id)
    time.sleep(1.1)
    ingestion.crm.add("Leads", Last_Name="In the gap")
    ingestion.delete("dataflow")
    return ingestion


def cut_off(ingestion: Ingestion, method: str, path: str, skip: int = 0) -> None:
    """Make a dataflow, and let a request fail that closes the gap before it."""
    refusal = {"kind": "status", "status": 403, "body": {"message": "not now"}}
    ingestion.tenant.fault(method=method, path=path, skip=skip, **refusal)
    with pytest.raises(Refused, match="not now"):
        ingestion.make("dataflow")
    assert len(ingestion.objects("flows")) == 2


def assert_each_row_once(ingestion: Ingestion) -> None:
    arrived = [next(iter(row.values()))["lastName"] for row in ingestion.crm.arrived(ingestion.need("dataset"))]
    assert sorted(arrived) == sorted(row["Last_Name"] for row in ingestion.crm.rows("Leads"))


@pytest.mark.long
def test_a_gap_is_brought_once_wherever_it_is_cut_off(gap: Ingestion) -> None:
    # Its run has ended and that is not written down; then it is, and the dataflow for the gap is left over.
    cut_off(gap, "PATCH", "/catalog/dataSets/", skip=1)
    cut_off(gap, "DELETE", "/flows/")
    made = gap.make("dataflow")
    assert [item["id"] for item in gap.objects("flows")] == [made.id]
    gap.crm.run(made.id)
    assert_each_row_once(gap)


@pytest.mark.long
def test_a_gap_that_was_cut_off_is_closed_before_yet_another_dataflow_begins(gap: Ingestion) -> None:
    cut_off(gap, "PATCH", "/catalog/dataSets/", skip=1)
    time.sleep(1.1)
    gap.crm.add("Leads", Last_Name="In the gap after that")
    made = gap.make("dataflow", schedule={"frequency": "hour", "interval": 6})
    assert [item["id"] for item in gap.objects("flows")] == [made.id]
    gap.crm.run(made.id)
    assert_each_row_once(gap)
