"""The dataflow of a site's tables, with the runs that a test says it had."""

from __future__ import annotations

from typing import Any

from tests.support.exporter.site import Site
from zoho_adobe.exporter.reconcile import Report, reconcile
from zoho_adobe.exporter.services import runs_of


class Dataflow:
    """Flow Service's answer to who asks for runs."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.runs: list[dict[str, Any]] = []
        self._order()

    def run(self, *files: str, failed: int = 0, read: int | None = None, status: str = "success") -> None:
        """Let a run have taken files."""
        rows = sum(len(self.site.read(name)) for name in files) if read is None else read
        now = int(self.site.now() * 1000)
        info = [{"path": "x", "pathPrefix": f"dlz-user-container/{name}"} for name in files]
        metrics = {
            "durationSummary": {"startedAtUTC": now, "completedAtUTC": now},
            "recordSummary": {"inputRecordCount": rows, "outputRecordCount": rows, "failedRecordCount": failed},
            "fileSummary": {"inputFileCount": len(files), "manifest": {"fileInfo": info}},
            "statusSummary": {"status": status},
        }
        self.runs.append({"id": f"run-{len(self.runs)}", "flowId": "f", "metrics": metrics, "activities": []})
        self._order()

    def _order(self) -> None:
        self.site.emulator.control("DELETE", "/faults")
        body = {"items": self.runs, "_links": {}}
        self.site.fault("status", status=200, body=body, path="/flowservice/runs$", times=None)


def report(site: Site) -> Report:
    """What `reconcile` finds of a site's first table."""
    exports = site.exports
    with site.session().active():
        runs = runs_of(exports, site.environment())
        return reconcile(exports.tables[0], exports.zone, site.services(), runs)
