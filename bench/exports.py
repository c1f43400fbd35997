"""An export of a module with fifty columns: the exporter, a bare stream of the same bytes, and records page by page."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import requests

from bench.measure import Cost, run
from bench.samples import Sample
from bench.services import SANDBOX
from emulator.launch import Emulator
from zoho_adobe.api.zoho_bulk import SCOPES

ROUND = "exports"
EXPORT, STREAM, RECORDS = "zoho-adobe export", "bare stream", "records, 200 at a time"
SIZES, QUICK_SIZES = {10_000: 3, 100_000: 3, 1_000_000: 1}, {10_000: 1, 100_000: 1}
"""Rows, and how often they are exported."""
REACH = 100_000
"""Zoho's records API goes no further."""
COLUMNS = 50

_PROGRAMS = Path(__file__).resolve().parent / "programs"
_MODULE = "Contacts"
_TYPES = ("text", "integer", "double", "date", "datetime", "boolean", "email", "picklist", "phone")
_OF_ADOBE = "zoho/contacts"


def live(emulator: Emulator, folder: Path, rows: int, number: int) -> Iterator[Sample]:
    """Export a new organization's rows, then move the same bytes bare, then read them by the records API.

    Args:
        emulator: Adobe and Zoho.
        folder: where files may be written.
        rows: how many rows.
        number: which time it is.
    """
    place = _Place(emulator, rows)
    document = folder / "exports.json"
    document.write_text(json.dumps(place.document()))
    words = ("-m", "zoho_adobe", "export", "--exports", str(document))
    yield place.measured(EXPORT, number, words, place.environment(folder))
    results = place.results()
    # Ten results a minute: the next ones are another minute's.
    emulator.control("POST", "/clock", {"advance": 61})
    told = {"token": place.zoho_token(), "results": results, "sas": place.sas()}
    yield place.measured(STREAM, number, (str(_PROGRAMS / "stream.py"),), {"BENCH_STREAM": json.dumps(told)})
    if rows <= REACH:
        names = [name for name in place.columns if name != "id"]
        wanted = {"token": place.zoho_token(), "url": place.records, "fields": names, "rows": rows}
        yield place.measured(RECORDS, number, (str(_PROGRAMS / "records.py"),), {"BENCH_RECORDS": json.dumps(wanted)})


class _Place:
    """An organization at Adobe and one at Zoho, with rows."""

    def __init__(self, emulator: Emulator, rows: int) -> None:
        self._emulator, self._rows = emulator, rows
        self._adobe = emulator.control("POST", "/organizations", {"sandboxes": [SANDBOX]})
        self._zoho = emulator.control("POST", "/zoho/credentials", {"dc": "eu", "scopes": list(SCOPES)})
        module = f"/zoho/organizations/{self._zoho['organization']}/modules/{_MODULE}"
        fields = [field["api_name"] for field in emulator.control("GET", f"{module}/fields")["fields"]]
        for at in range(COLUMNS - 1 - len(fields)):
            kind = _TYPES[at % len(_TYPES)]
            emulator.control("POST", f"{module}/fields", {"api_name": f"Further_{at}", "data_type": kind})
        fields = [field["api_name"] for field in emulator.control("GET", f"{module}/fields")["fields"]]
        self.columns = ["id", *(name for name in fields if name != "id")]
        self.records = f"{self._zoho['api']}/crm/v8/{_MODULE}"
        sampled = emulator.control("GET", f"{module}/rows")["rows"]
        for row in sampled:
            emulator.control("DELETE", f"{module}/rows/{row['id']}")
        emulator.control("POST", f"{module}/generate", {"count": rows, "begin": 1_500_000_000, "end": 1_700_000_000})
        self._session = requests.Session()
        self._session.headers.update(self._headers())

    def document(self) -> dict[str, Any]:
        """Return what the exporter is told."""
        unknown = "5c8c3c55-5033-4b81-b69f-947f00000001"
        return {
            "version": 1,
            "organization": self._adobe["organization"],
            "sandbox": SANDBOX,
            "platformUrl": self._emulator.info["adobe"],
            "imsUrl": self._emulator.info["ims"],
            "zone": {
                "provider": "azure",
                "container": "dlz-user-container",
                "daysToLive": 7,
                "manifests": "zoho/_manifests",
            },
            "zoho": {"dataCenter": "eu", "accountsUrl": self._zoho["accounts"], "apiUrl": self._zoho["api"]},
            "tables": [
                {
                    "name": _MODULE,
                    "module": _MODULE,
                    "path": _OF_ADOBE,
                    "datasetId": self._dataset(),
                    "dataflowId": unknown,
                    "sourceConnectionId": unknown,
                    "targetConnectionId": unknown,
                    "columns": [{"name": name, "type": "text", "header": name} for name in self.columns],
                    "createdBy": "Created_Time",
                    "modifiedBy": "Modified_Time",
                    "wholeEveryDays": 30,
                    "schedule": {"frequency": "day", "interval": 1},
                    "deletes": None,
                }
            ],
        }

    def environment(self, folder: Path) -> dict[str, str]:
        """Return the exporter's credentials."""
        return {
            "ADOBE_CLIENT_ID": self._adobe["client_id"],
            "ADOBE_CLIENT_SECRET": self._adobe["client_secret"],
            "ZOHO_CLIENT_ID": self._zoho["client_id"],
            "ZOHO_CLIENT_SECRET": self._zoho["client_secret"],
            "ZOHO_REFRESH_TOKEN": self._zoho["refresh_token"],
            "XDG_CACHE_HOME": str(folder / "cache"),
        }

    def measured(self, subject: str, number: int, words: tuple[str, ...], env: Mapping[str, str]) -> Sample:
        """Run a program of Python's and measure it."""
        self._emulator.control("DELETE", "/requests")
        self._emulator.control("DELETE", "/stats")
        cost: Cost = run([sys.executable, *words], _PROGRAMS.parents[1], {**os.environ, **env})
        asked = self._emulator.control("GET", "/stats")
        return Sample(
            round=f"{ROUND}.{self._rows}.{number}",
            subject=subject,
            service="emulator",
            size=self._rows,
            latency=0.0,
            step="export",
            wall=cost.wall,
            cpu=cost.cpu,
            memory=cost.memory,
            processes=cost.processes,
            requests=asked["requests"],
            in_flight=asked["max_in_flight"],
        )

    def results(self) -> list[str]:
        """Return the URLs of the results that the exporter fetched."""
        asked = self._emulator.control("GET", "/requests")["requests"]
        paths = [item["path"] for item in asked if item["method"] == "GET" and item["path"].endswith("/result")]
        root = self._zoho["api"].rpartition("/zoho/")[0]
        return [root + path for path in paths]

    def sas(self) -> str:
        """Return the zone's own credentials."""
        path = "/data/foundation/connectors/landingzone/credentials"
        return str(self._call("GET", path, params={"type": "user_drop_zone"})["SASUri"])

    def zoho_token(self) -> str:
        """Return an access token of Zoho's."""
        form = {key: self._zoho[key] for key in ("client_id", "client_secret", "refresh_token")}
        url = f"{self._zoho['accounts']}/oauth/v2/token"
        answer = requests.post(url, data={**form, "grant_type": "refresh_token"}, timeout=30)
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def _headers(self) -> dict[str, str]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._adobe["client_id"],
            "client_secret": self._adobe["client_secret"],
            "scope": self._adobe["scopes"],
        }
        answer = requests.post(f"{self._emulator.info['ims']}/ims/token/v3", data=form, timeout=30)
        answer.raise_for_status()
        return {
            "Authorization": f"Bearer {answer.json()['access_token']}",
            "x-api-key": self._adobe["client_id"],
            "x-gw-ims-org-id": self._adobe["organization"],
            "x-sandbox-name": SANDBOX,
        }

    def _dataset(self) -> str:
        name = f"Bench {time.monotonic_ns()}"
        schema = {
            "title": name,
            "type": "object",
            "allOf": [{"$ref": "https://ns.adobe.com/xdm/context/profile"}],
        }
        made = self._call("POST", "/data/foundation/schemaregistry/tenant/schemas", json=schema)
        reference = {"id": made["$id"], "contentType": "application/vnd.adobe.xed-full+json;version=1"}
        path = "/data/foundation/catalog/dataSets?requestDataSource=true"
        (dataset,) = self._call("POST", path, json={"name": name, "schemaRef": reference})
        return str(dataset).removeprefix("@/dataSets/")

    def _call(self, method: str, path: str, **options: Any) -> Any:
        answer = self._session.request(method, self._emulator.info["adobe"] + path, timeout=30, **options)
        answer.raise_for_status()
        return answer.json()
