"""A pipeline from Zoho to a dataset, made step by step as any client of Adobe would."""

from __future__ import annotations

import time
from functools import cached_property
from typing import Any
from uuid import uuid4

import requests

from emulator.launch import Emulator
from tests.support.emulator.clients import ZOHO_SPEC, Adobe

DATA_LAKE_SPEC = {"id": "c604ff05-7f1a-43c0-8e18-33bf874cb11c", "version": "1.0"}
FLOW_SPEC = {"id": "14518937-270c-4525-bdec-c2ba7cce3860", "version": "1.0"}
PROFILE = "https://ns.adobe.com/xdm/context/profile"
EVENT = "https://ns.adobe.com/xdm/context/experienceevent"
XED = {"Accept": "application/vnd.adobe.xed+json; version=1"}
XED_FULL = {"Accept": "application/vnd.adobe.xed-full+json; version=1"}
XED_ID = {"Accept": "application/vnd.adobe.xed-id+json"}
SCHEMA_VERSION = "application/vnd.adobe.xed-full+json;version=1"


class Pipeline(Adobe):
    """A client with a CRM of its own, and all steps from explore to a run."""

    def __init__(self, emulator: Emulator, credentials: dict[str, Any], sandbox: str = "dev") -> None:
        super().__init__(emulator, credentials, sandbox)
        self.zoho = emulator.control("POST", "/zoho/credentials", {"dc": "eu"})
        client = emulator.control("GET", f"/zoho/clients/{self.zoho['client_id']}")
        (zuid,) = client["users"]
        (self.crm,) = {
            token["organization"]
            for token in client["refresh_tokens"]
            if token["refresh_token"] == self.zoho["refresh_token"] and token["zuid"] == zuid
        }
        self._connection = ""

    @property
    def connection(self) -> str:
        """The id of a base connection, made when it is first asked for."""
        if not self._connection:
            self._connection = self.create()["id"]
        return self._connection

    # The platform's other services

    def platform(self, method: str, path: str, **options: Any) -> requests.Response:
        url = self.emulator.info["adobe"] + "/data/foundation" + path
        return self.session.request(method, url, timeout=10, **options)

    @cached_property
    def namespace(self) -> str:
        tenant: str = self.platform("GET", "/schemaregistry/stats").json()["tenantId"]
        return f"_{tenant}"

    def field_group_body(self, fields: dict[str, Any], title: str | None = None) -> dict[str, Any]:
        below = {self.namespace: {"type": "object", "properties": fields}}
        return {
            "title": title or f"group {uuid4().hex[:8]}",
            "type": "object",
            "meta:intendedToExtend": [PROFILE],
            "definitions": {"customFields": {"type": "object", "properties": below}},
            "allOf": [{"$ref": "#/definitions/customFields"}],
        }

    def field_group(self, fields: dict[str, Any] | None = None) -> str:
        body = self.field_group_body(fields or FIELDS)
        return str(made(self.platform("POST", "/schemaregistry/tenant/fieldgroups", json=body))["$id"])

    def schema_body(self, *groups: str, title: str | None = None) -> dict[str, Any]:
        return {
            "title": title or f"schema {uuid4().hex[:8]}",
            "type": "object",
            "allOf": [{"$ref": reference} for reference in (PROFILE, *groups)],
        }

    def schema(self, *groups: str) -> str:
        body = self.schema_body(*(groups or (self.field_group(),)))
        return str(made(self.platform("POST", "/schemaregistry/tenant/schemas", json=body))["$id"])

    def dataset_body(self, schema: str, **changes: Any) -> dict[str, Any]:
        reference = {"id": schema, "contentType": SCHEMA_VERSION}
        return {"name": f"dataset {uuid4().hex[:8]}", "schemaRef": reference, **changes}

    def dataset(self, schema: str) -> str:
        path = "/catalog/dataSets?requestDataSource=true"
        answer = self.platform("POST", path, json=self.dataset_body(schema))
        assert answer.status_code == 201, answer.text
        return str(answer.json()[0]).removeprefix("@/dataSets/")

    def mapping_body(self, schema: str, pairs: dict[str, str]) -> dict[str, Any]:
        return {
            "version": 0,
            "xdmSchema": schema,
            "xdmVersion": "1.0",
            "id": None,
            "mappings": [
                {"sourceAttribute": column, "destinationXdmPath": path, "identity": False, "version": 0}
                for column, path in pairs.items()
            ],
        }

    def pairs(self) -> dict[str, str]:
        return {column: f"{self.namespace}.{name}" for column, name in PAIRS.items()}

    def mapping_set(self, schema: str, pairs: dict[str, str] | None = None) -> str:
        body = self.mapping_body(schema, pairs or self.pairs())
        answer = self.platform("POST", "/conversion/mappingSets", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    # Flow Service

    def explore(self, **params: str) -> requests.Response:
        return self.request("GET", f"/connections/{self.connection}/explore", params=params)

    def columns(self, table: str = "Leads") -> list[dict[str, Any]]:
        columns: list[dict[str, Any]] = self.explore(objectType="table", object=table).json()["schema"]["columns"]
        return columns

    def source_body(self, **changes: Any) -> dict[str, Any]:
        return {
            "name": f"source {uuid4().hex[:8]}",
            "baseConnectionId": self.connection,
            "data": {"format": "tabular"},
            "params": {"tableName": "Leads", "columns": self.columns()},
            "connectionSpec": ZOHO_SPEC,
            **changes,
        }

    def source(self, **changes: Any) -> str:
        return str(made(self.request("POST", "/sourceConnections", json=self.source_body(**changes)))["id"])

    def target_body(self, schema: str, dataset: str, **changes: Any) -> dict[str, Any]:
        return {
            "name": f"target {uuid4().hex[:8]}",
            "data": {"schema": {"id": schema, "version": SCHEMA_VERSION}},
            "params": {"dataSetId": dataset},
            "connectionSpec": DATA_LAKE_SPEC,
            **changes,
        }

    def target(self, schema: str, dataset: str) -> str:
        return str(made(self.request("POST", "/targetConnections", json=self.target_body(schema, dataset)))["id"])

    def flow_body(self, **changes: Any) -> dict[str, Any]:
        """A body with all that the flow is built on; what is changed to None is left out."""
        schema = self.schema()
        dataset = self.dataset(schema)
        mapping = {"mappingId": self.mapping_set(schema), "mappingVersion": "0"}
        body = {
            "name": f"flow {uuid4().hex[:8]}",
            "flowSpec": FLOW_SPEC,
            "sourceConnectionIds": [self.source()],
            "targetConnectionIds": [self.target(schema, dataset)],
            "transformations": [COPY, {"name": "Mapping", "params": mapping}],
            "scheduleParams": every_hour(),
            **changes,
        }
        return {name: value for name, value in body.items() if value is not None}

    def create_flow(self, **changes: Any) -> dict[str, Any]:
        body = self.flow_body(**changes)
        if body["scheduleParams"]["frequency"] == "once":
            body["transformations"] = body["transformations"][1:]
        return made(self.request("POST", "/flows", json=body))

    def flow(self, identifier: str) -> dict[str, Any]:
        flow: dict[str, Any] = self.request("GET", f"/flows/{identifier}").json()["items"][0]
        return flow

    def patch_flow(self, receipt: dict[str, Any], *ops: dict[str, Any]) -> requests.Response:
        return self.request("PATCH", f"/flows/{receipt['id']}", json=list(ops), headers={"If-Match": receipt["etag"]})

    def dataset_of(self, flow: str) -> str:
        target = self.flow(flow)["targetConnectionIds"][0]
        item = self.request("GET", f"/targetConnections/{target}").json()["items"][0]
        return str(item["params"]["dataSetId"])

    def run(self, flow: str) -> dict[str, Any]:
        run: dict[str, Any] = self.emulator.control("POST", f"/flows/{flow}/run")
        return run

    def runs(self, flow: str) -> list[dict[str, Any]]:
        answer = self.request("GET", "/runs", params={"property": f"flowId=={flow}"})
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def rows(self, flow: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.emulator.control("GET", f"/datasets/{self.dataset_of(flow)}/rows")["rows"]
        return [row[self.namespace] for row in rows]

    # Behind the scenes

    def leads(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.emulator.control("GET", self.module + "/rows")["rows"]
        return rows

    @property
    def module(self) -> str:
        return f"/zoho/organizations/{self.crm}/modules/Leads"

    def add_lead(self, **values: Any) -> dict[str, Any]:
        lead: dict[str, Any] = self.emulator.control("POST", self.module + "/rows", values)["rows"][0]
        return lead

    def change_lead(self, identifier: str, **values: Any) -> None:
        self.emulator.control("PATCH", f"{self.module}/rows/{identifier}", values)

    def set_pace(self, **seconds: float) -> None:
        self.emulator.control("PATCH", f"/organizations/{self.organization}/pace", seconds)

    def pass_time(self, seconds: float) -> None:
        self.emulator.control("POST", "/clock", {"advance": seconds})

    def now(self) -> float:
        return float(self.emulator.control("GET", "/clock")["now"])


def made(answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def every_hour(start: float | None = None, **changes: Any) -> dict[str, Any]:
    begin = int(time.time() + 300 if start is None else start)
    schedule = {"startTime": str(begin), "frequency": "hour", "interval": "1", **changes}
    return {name: value for name, value in schedule.items() if value is not None}


FIELDS: dict[str, Any] = {
    "lastName": {"title": "Last name", "type": "string"},
    "revenue": {"title": "Revenue", "type": "number"},
    "employees": {"title": "Employees", "type": "integer"},
    "optedOut": {"title": "Opted out", "type": "boolean"},
    "modified": {"title": "Modified", "type": "string", "format": "date-time"},
}
PAIRS = {
    "Last_Name": "lastName",
    "Annual_Revenue": "revenue",
    "No_of_Employees": "employees",
    "Email_Opt_Out": "optedOut",
    "Modified_Time": "modified",
}
COPY = {"name": "Copy", "params": {"deltaColumn": {"name": "Modified_Time", "timezone": "UTC"}}}


def counts(run: dict[str, Any]) -> tuple[int, int, int]:
    records = run["metrics"]["recordSummary"]
    return records["inputRecordCount"], records["outputRecordCount"], records["failedRecordCount"]


def status(run: dict[str, Any]) -> str:
    found: str = run["metrics"]["statusSummary"]["status"]
    return found


def error(run: dict[str, Any]) -> tuple[str, str]:
    (found,) = run["metrics"]["statusSummary"]["errors"]
    return found["code"], found["message"]
