"""The operations of source connections, on Zoho CRM and on the landing zone, and of target connections."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tests.faults.model import IMS_TOKEN, Facts, Operation, Request, Resource, agreement, shown
from tests.support.wire.deployment import Deployment, State
from tests.support.wire.site import stack_with
from zoho_adobe.columns import word_of

_SOURCE_KIND, _TARGET_KIND = "sourceConnections", "targetConnections"


def _requests(kind: str) -> dict[str, Request]:
    return {
        "IMS token": IMS_TOKEN,
        "flow spec": Request("GET", "/flowSpecs$"),
        "columns": Request("GET", "/explore$", behind=True),
        "list": Request("GET", f"/{kind}$"),
        "dataflows": Request("GET", "/flows$"),
        "POST": Request("POST", f"/{kind}$", works=True),
        "GET": Request("GET", f"/{kind}/[^/]+$", behind=True),
        "DELETE": Request("DELETE", f"/{kind}/", works=True, behind=True),
    }


def _all_columns(deployment: Deployment) -> None:
    del deployment.program["columns"]


def _left(deployment: Deployment) -> None:
    deployment.up()
    deployment.state = None


def _changed(deployment: Deployment) -> None:
    deployment.up()
    deployment.program["description"] = "Another description"


def _source_facts(state: State, live: Mapping[str, Any]) -> Facts:
    outputs, found = state.outputs, live[_SOURCE_KIND]
    return {
        **shown(outputs, found),
        "base connection": (outputs["base_connection_id"], found["baseConnectionId"]),
        "table": (outputs["table"], found["params"]["tableName"]),
        "columns": (outputs["columns"], {column["name"]: word_of(column) for column in found["params"]["columns"]}),
    }


def _target_facts(state: State, live: Mapping[str, Any]) -> Facts:
    found = live[_TARGET_KIND]
    return {
        **shown(state.outputs, found),
        "dataset": (state.outputs["dataset_id"], found["params"]["dataSetId"]),
        "schema": (state.outputs["schema_id"], found["data"]["schema"]["id"]),
    }


SOURCE = Resource(
    requests=_requests(_SOURCE_KIND),
    operations={
        "create": Operation(("IMS token", "flow spec", "columns", "list", "POST"), Deployment.up, _all_columns),
        "take over": Operation(("flow spec", "list", "dataflows"), Deployment.up, _left),
        "read": Operation(("GET",), Deployment.refresh, Deployment.up),
        "delete": Operation(("DELETE", "GET"), Deployment.destroy, Deployment.up, left=0),
        "replace": Operation(("DELETE", "GET", "flow spec", "list", "POST"), Deployment.up, _changed),
    },
    deploy=partial(stack_with, "source"),
    check=agreement({_SOURCE_KIND: lambda state: state.id}, _source_facts),
    kinds=(_SOURCE_KIND,),
)


def _file_facts(state: State, live: Mapping[str, Any]) -> Facts:
    outputs, found = state.outputs, live[_SOURCE_KIND]
    return {
        **shown(outputs, found),
        "path": (f"{outputs['container']}/{outputs['path']}", found["params"]["path"]),
        "format": (outputs["format"], found["data"]["format"]),
        "compression": (outputs["compression"], found["data"]["properties"]["compressionType"]),
    }


FILES = Resource(
    requests=_requests(_SOURCE_KIND),
    operations={
        "create": Operation(("IMS token", "flow spec", "list", "POST"), Deployment.up),
        "take over": Operation(("flow spec", "list", "dataflows"), Deployment.up, _left),
        "read": Operation(("GET",), Deployment.refresh, Deployment.up),
        "delete": Operation(("DELETE", "GET"), Deployment.destroy, Deployment.up, left=0),
        "replace": Operation(("DELETE", "GET", "flow spec", "list", "POST"), Deployment.up, _changed),
    },
    deploy=partial(stack_with, "files"),
    check=agreement({_SOURCE_KIND: lambda state: state.id}, _file_facts),
    kinds=(_SOURCE_KIND,),
)

TARGET = Resource(
    requests=_requests(_TARGET_KIND),
    operations={
        "create": Operation(("IMS token", "list", "POST"), Deployment.up),
        "take over": Operation(("list", "dataflows"), Deployment.up, _left),
        "read": Operation(("GET",), Deployment.refresh, Deployment.up),
        "delete": Operation(("DELETE", "GET"), Deployment.destroy, Deployment.up, left=0),
        "replace": Operation(("DELETE", "GET", "list", "POST"), Deployment.up, _changed),
    },
    deploy=partial(stack_with, "target"),
    check=agreement({_TARGET_KIND: lambda state: state.id}, _target_facts),
    kinds=(_TARGET_KIND,),
)
