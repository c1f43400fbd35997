"""An exporter in this process, with a CRM and a landing zone of the emulator's around it: real HTTP on both sides.

Time passes at once: what the exporter waits, the emulator's clock is advanced by.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import time
from typing import Any

import requests

from emulator.launch import Emulator
from tests.support.emulator.pipeline import Pipeline
from tests.support.emulator.zone import Zone
from tests.support.exporter.documents import document, table
from zoho_adobe.api.zoho_bulk import SCOPES
from zoho_adobe.exporter.document import Exports, exports_of
from zoho_adobe.exporter.export import Outcome, Planned, Wishes, export, plans
from zoho_adobe.exporter.manifest import Manifest, read_manifest
from zoho_adobe.exporter.services import services_of
from zoho_adobe.exporter.table_run import Services
from zoho_adobe.exporter.watermark import TAG, Watermark, read_watermark
from zoho_adobe.session import Clock, Session

Json = dict[str, Any]
SLACK = 1200
"""Seconds after which a change is in the next increment's past."""


class Site:
    """One organization at Adobe, one at Zoho."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        emulator.control("DELETE", "/faults")
        emulator.control("DELETE", "/requests")
        self.pipeline = Pipeline(emulator, emulator.control("POST", "/organizations"))
        self.organization = self.pipeline.organization
        self.zone = Zone(self.pipeline)
        self.zoho = emulator.control("POST", "/zoho/credentials", {"dc": "eu", "scopes": list(SCOPES)})
        self.crm = f"/zoho/organizations/{self.zoho['organization']}"
        self.schema = self.pipeline.schema()
        self.dataset = self.pipeline.dataset(self.schema)
        self.tables = [table(datasetId=self.dataset)]
        # An organization has its sample rows from when it is first looked at.
        self.rows()
        self.rows("Accounts")
        self.events: list[Json] = []
        self._offset = 0.0

    # Zoho

    def rows(self, module: str = "Contacts") -> dict[str, Json]:
        return {row["id"]: row for row in self.emulator.control("GET", f"{self.crm}/modules/{module}/rows")["rows"]}

    def add(self, *rows: Json, module: str = "Contacts") -> list[str]:
        return [
            row["id"] for row in self.emulator.control("POST", f"{self.crm}/modules/{module}/rows", list(rows))["rows"]
        ]

    def change(self, identifier: str, module: str = "Contacts", **values: Any) -> None:
        self.emulator.control("PATCH", f"{self.crm}/modules/{module}/rows/{identifier}", values)

    def remove(self, identifier: str, module: str = "Contacts") -> None:
        self.emulator.control("DELETE", f"{self.crm}/modules/{module}/rows/{identifier}")

    def hide(self, identifier: str, module: str = "Contacts") -> None:
        """Take a record out of the user's sight, without a deletion."""
        self._do(identifier, "hide", module)

    def restore(self, identifier: str, module: str = "Contacts", *, modified: bool = False) -> None:
        """Bring back what was deleted or hidden."""
        self._do(identifier, "restore", module, modified=modified)

    def convert(self, identifier: str, module: str = "Leads") -> None:
        self._do(identifier, "convert", module)

    def touch(self, identifier: str, module: str = "Contacts", **values: Any) -> None:
        """Change values as a formula does: the time of change stays."""
        self._do(identifier, "touch", module, **values)

    def _do(self, identifier: str, deed: str, module: str, **body: Any) -> None:
        self.emulator.control("POST", f"{self.crm}/modules/{module}/rows/{identifier}/{deed}", body)

    def generate(self, count: int, begin: int, end: int, module: str = "Contacts") -> None:
        order = {"count": count, "begin": begin, "end": end}
        self.emulator.control("POST", f"{self.crm}/modules/{module}/generate", order)

    def bulk(self, **settings: Any) -> None:
        self.emulator.control("PATCH", f"{self.crm}/bulk", settings)

    # Time

    def pass_time(self, seconds: float = SLACK) -> None:
        self.emulator.control("POST", "/clock", {"advance": seconds})
        self._offset += seconds
        if seconds > 3600:
            token = self.pipeline.mint()["access_token"]
            self.pipeline.session.headers["Authorization"] = f"Bearer {token}"

    def now(self) -> float:
        return float(self.emulator.control("GET", "/clock")["now"])

    # The exporter

    def document(self, **changes: Any) -> Json:
        return document(
            *self.tables,
            organization=self.organization,
            platformUrl=self.emulator.info["adobe"],
            imsUrl=self.emulator.info["ims"],
            zoho={"dataCenter": "eu", "accountsUrl": self.zoho["accounts"], "apiUrl": self.zoho["api"]},
            **changes,
        )

    @property
    def exports(self) -> Exports:
        return exports_of(self.document())

    def environment(self) -> dict[str, str]:
        return {
            "ADOBE_CLIENT_ID": self.pipeline.credentials["client_id"],
            "ADOBE_CLIENT_SECRET": self.pipeline.credentials["client_secret"],
            "ZOHO_CLIENT_ID": self.zoho["client_id"],
            "ZOHO_CLIENT_SECRET": self.zoho["client_secret"],
            "ZOHO_REFRESH_TOKEN": self.zoho["refresh_token"],
        }

    def zoho_token(self) -> str:
        """An access token of Zoho's."""
        form = {key: self.zoho[key] for key in ("client_id", "client_secret", "refresh_token")}
        url = f"{self.zoho['accounts']}/oauth/v2/token"
        answer = requests.post(url, data={**form, "grant_type": "refresh_token"}, timeout=10)
        return str(answer.json()["access_token"])

    def session(self) -> Session:
        """A session of its own, as another process has."""

        def sleep(seconds: float) -> None:
            self.pass_time(seconds)

        return Session(Clock(lambda: time.time() + self._offset, lambda: time.monotonic() + self._offset, sleep))

    def services(self) -> Services:
        return services_of(self.exports, self.environment(), self.tell)

    def tell(self, event: str, table: str = "", **facts: Any) -> None:
        self.events.append({"event": event, "table": table, **facts})

    def export(self, **wishes: bool) -> Outcome:
        """Run the exporter once."""
        self.events.clear()
        with self.session().active():
            return export(self.exports.tables, self.exports.zone.manifests, self.services(), Wishes(**wishes))

    def plans(self, **wishes: bool) -> list[Planned]:
        with self.session().active():
            return plans(self.exports.tables, self.exports.zone.manifests, self.services(), Wishes(**wishes))

    def exported(self) -> Outcome:
        """Run the exporter once, with success."""
        outcome = self.export()
        assert outcome.code == 0, outcome.failures
        return outcome

    def told(self, event: str) -> list[Json]:
        return [item for item in self.events if item["event"] == event]

    # What came of it

    def files(self, folder: str = "zoho/contacts") -> list[str]:
        """Names of the files, the oldest first; of those of one second, in the order of their runs."""
        found = self.emulator.control("GET", f"/organizations/{self.organization}/sandboxes/dev/landing-zone/files")
        here = [item for item in found["files"] if item["name"].startswith(f"{folder}/")]

        def age(item: Json) -> tuple[float, list[str]]:
            return item["modified"], re.findall(r"\d{8}T\d{6}Z-[0-9a-f]{8}", item["name"])

        return [item["name"] for item in sorted(here, key=age)]

    def read(self, name: str) -> list[dict[str, str]]:
        content = self.zone.client().get_blob_client(name).download_blob().readall()
        return list(csv.DictReader(io.StringIO(gzip.decompress(content).decode(), newline="")))

    def all_rows(self, folder: str = "zoho/contacts") -> list[dict[str, str]]:
        return [row for name in self.files(folder) for row in self.read(name)]

    def latest(self, folder: str = "zoho/contacts") -> dict[str, dict[str, str]]:
        """The last row of each id, as Profile would have it."""
        return {row["id"]: row for row in self.all_rows(folder)}

    def mark(self, module: str = "Contacts", dataset: str = "") -> Watermark | None:
        return read_watermark(self.tags(dataset).get(TAG, ()), module)

    def tags(self, dataset: str = "") -> dict[str, list[str]]:
        identifier = dataset or self.dataset
        tags: dict[str, list[str]] = (
            self.pipeline.platform("GET", f"/catalog/dataSets/{identifier}").json()[identifier].get("tags", {})
        )
        return tags

    def manifests(self) -> list[Manifest]:
        names = [name for name in self.files(f"zoho/_manifests/{self.dataset}") if not name.endswith("lease.json")]
        client = self.zone.client()
        texts = [client.get_blob_client(name).download_blob().readall().decode() for name in sorted(names)]
        found = [read_manifest(text) for text in texts]
        return [manifest for manifest in found if manifest is not None]

    def log(self, method: str = "", path: str = "") -> list[Json]:
        entries: list[Json] = self.emulator.control("GET", "/requests")["requests"]
        return [item for item in entries if method in ("", item["method"]) and path in item["path"]]

    def fault(self, kind: str, **order: Any) -> None:
        self.emulator.control("POST", "/faults", {"kind": kind, **order})

    def assert_no_secret_was_told(self) -> None:
        issued = self.emulator.control("GET", "/canaries")["canaries"]
        told = json.dumps(self.events)
        assert not [canary[:9] for canary in issued if canary in told]

    def assert_all_there(self, module: str = "Contacts", folder: str = "zoho/contacts") -> None:
        """Every row of Zoho is in the zone, as it is now."""
        latest = self.latest(folder)
        for identifier, row in self.rows(module).items():
            assert identifier in latest, f"{identifier} is lost"
            assert latest[identifier]["Last_Name"] == row["Last_Name"]
            assert latest[identifier]["email_address"] == (row.get("Email") or "")
