"""A pipeline from files of the landing zone to a dataset."""

from __future__ import annotations

import bz2
import gzip
import io
import tarfile
import zipfile
import zlib
from functools import cached_property
from typing import Any
from uuid import uuid4

import requests
from azure.storage.blob import ContainerClient

from tests.support.emulator.pipeline import Pipeline, every_hour, made
from tests.support.emulator.zone import Zone

ZONE_SPEC = {"id": "26f526f2-58f4-4712-961d-e41bf1ccc0e8", "version": "1.0"}
FILE_FLOW_SPEC = {"id": "9753525b-82c7-4dce-8a9b-5ccfce2b9876", "version": "1.0"}
FOLDER = "dlz-user-container/zoho/leads"
HEADER = "Last_Name,Annual_Revenue,No_of_Employees,Email_Opt_Out,Modified_Time"
CASTS = {
    "lastName": "Last_Name",
    "revenue": "to_decimal(Annual_Revenue)",
    "employees": "to_integer(No_of_Employees)",
    "optedOut": "Email_Opt_Out",
    "modified": "date(Modified_Time, \"yyyy-MM-dd'T'HH:mm:ssXXX\")",
}


class FilePipeline(Pipeline):
    """A client with a landing zone, and all steps from a file to a run."""

    @cached_property
    def zone(self) -> Zone:
        return Zone(self)

    @cached_property
    def container(self) -> ContainerClient:
        return self.zone.client()

    def put(self, name: str, content: str | bytes) -> None:
        """Write a file below the folder that the pipeline reads."""
        self.container.upload_blob(f"zoho/leads/{name}", content, overwrite=True)

    def explore_zone(self, **params: str) -> requests.Response:
        return self.request("GET", f"/connectionSpecs/{ZONE_SPEC['id']}/explore", params=params)

    def zone_source_body(self, **changes: Any) -> dict[str, Any]:
        body = {
            "name": f"source {uuid4().hex[:8]}",
            "data": {"format": "delimited"},
            "params": {"path": FOLDER, "type": "folder"},
            "connectionSpec": ZONE_SPEC,
            **changes,
        }
        return {name: value for name, value in body.items() if value is not None}

    def zone_source(self, **changes: Any) -> str:
        body = self.zone_source_body(**changes)
        return str(made(self.request("POST", "/sourceConnections", json=body))["id"])

    def expressions(self, schema: str, sources: dict[str, str]) -> str:
        """A mapping set: what is no plain column is an expression."""
        mappings = [
            {
                "sourceType": "EXPRESSION" if "(" in source else "ATTRIBUTE",
                "source": source,
                "destination": f"{self.namespace}.{name}",
            }
            for name, source in sources.items()
        ]
        reference = {"id": schema, "contentType": "application/vnd.adobe.xed-full+json;version=1"}
        body = {"outputSchema": {"schemaRef": reference}, "mappings": mappings}
        answer = self.platform("POST", "/conversion/mappingSets", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def file_flow_body(self, casts: dict[str, str] = CASTS, **changes: Any) -> dict[str, Any]:
        """A body with all that the flow is built on; `source` describes another source connection."""
        schema = self.schema()
        mapping = {"mappingId": self.expressions(schema, casts), "mappingVersion": 0}
        source = self.zone_source(**changes.pop("source", {}))
        body = {
            "name": f"flow {uuid4().hex[:8]}",
            "flowSpec": FILE_FLOW_SPEC,
            "sourceConnectionIds": [source],
            "targetConnectionIds": [self.target(schema, self.dataset(schema))],
            "transformations": [{"name": "Mapping", "params": mapping}],
            "scheduleParams": every_hour(),
            **changes,
        }
        return {name: value for name, value in body.items() if value is not None}

    def file_flow(self, casts: dict[str, str] = CASTS, **changes: Any) -> str:
        body = self.file_flow_body(casts, **changes)
        return str(made(self.request("POST", "/flows", json=body))["id"])

    def on_demand(self, flow: str, start: float, end: float, **further: Any) -> requests.Response:
        params = {"startTime": "1663735590", "windowStartTime": str(int(start)), "windowEndTime": str(int(end))}
        return self.request("POST", "/runs", json={"flowId": flow, "params": {**params, **further}})


def csv(*lines: str) -> str:
    """A file of leads."""
    return "".join(f"{line}\r\n" for line in (HEADER, *lines))


def lead(name: str, revenue: object = "12.5", employees: object = 7, opted_out: str = "no") -> str:
    return f"{name},{revenue},{employees},{opted_out},2026-11-25T20:39:00+02:00"


CONTENT = csv(lead("Kidman"), lead("Wood")).encode()


def tarred(content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("a.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", content)
    return packed.getvalue()


PACKED = {
    "gzip": gzip.compress(CONTENT),
    "bzip2": bz2.compress(CONTENT),
    "zipDeflate": zipped(CONTENT),
    "tar": tarred(CONTENT),
    "tarGzip": gzip.compress(tarred(CONTENT)),
    "deflate": zlib.compress(CONTENT, wbits=-15),
}
