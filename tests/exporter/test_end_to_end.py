"""From Zoho to the rows of a dataset, through the dataflow, and what `reconcile` says of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator.files import FilePipeline
from tests.support.exporter.dataflow import report
from tests.support.exporter.documents import table
from tests.support.exporter.site import Site
from zoho_adobe.exporter import windows

DAY = 86_400


class Chain:
    """A site whose table has a dataflow."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.pipeline = FilePipeline(site.emulator, site.pipeline.credentials)
        self.flow = self.pipeline.file_flow(
            {"lastName": "Last_Name", "modified": "date(Modified_Time, \"yyyy-MM-dd'T'HH:mm:ssXXX\")"},
            source={
                "params": {"path": "dlz-user-container/zoho/contacts", "type": "folder"},
                "data": {"format": "delimited", "properties": {"compressionType": "gzip"}},
            },
            scheduleParams={
                "startTime": str(int(site.now()) + 300),
                "frequency": "day",
                "interval": "1",
                "backfill": True,
            },
        )
        dataset = self.pipeline.dataset_of(self.flow)
        site.dataset = dataset
        site.tables = [table(datasetId=dataset, dataflowId=self.flow)]

    def run(self) -> dict[str, Any]:
        found: dict[str, Any] = self.site.emulator.control("POST", f"/flows/{self.flow}/run")
        return found

    def names(self) -> list[str]:
        rows = self.site.emulator.control("GET", f"/datasets/{self.site.dataset}/rows")["rows"]
        return [row[self.pipeline.namespace]["lastName"] for row in rows]


def test_every_row_arrives_and_a_file_that_is_gone_is_missed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MOST_ROWS", 3)
    chain = Chain(site)
    begin = int(site.now()) - 400 * DAY
    site.generate(8, begin, begin + 300 * DAY)
    site.pass_time()
    site.exported()
    assert len(site.files()) > 2
    chain.run()
    assert sorted(chain.names()) == sorted(row["Last_Name"] for row in site.rows().values())
    found = report(site)
    assert (found.exported, found.taken, found.waiting, found.problems) == (10, 10, 0, [])

    site.add({"Last_Name": "new"})
    site.pass_time()
    site.exported()
    assert report(site).waiting == 1
    site.zone.client().get_blob_client(site.files()[-1]).delete_blob()
    site.pass_time(60)
    chain.run()
    (problem,) = report(site).problems
    assert "1 rows are lost" in problem
    site.pass_time()
    assert site.export(again=True).code == 0
    chain.run()
    assert report(site).problems == []
    assert "new" in chain.names()
