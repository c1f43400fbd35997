"""The operations of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tests.faults.model import IMS_TOKEN, Facts, Operation, Request, Resource, agreement, shown
from tests.support.wire.deployment import Deployment, State
from tests.support.wire.site import plant_schema, stack_with

_REQUESTS = {
    "IMS token": IMS_TOKEN,
    "list": Request("GET", "/catalog/dataSets$"),
    "POST": Request("POST", "/catalog/dataSets$", works=True),
    "GET": Request("GET", "/catalog/dataSets/"),
    "PATCH": Request("PATCH", "/catalog/dataSets/", works=True),
    "DELETE": Request("DELETE", "/catalog/dataSets/", works=True),
    "batches": Request("GET", "/catalog/batches$"),
    "targets": Request("GET", "/targetConnections$"),
}
_DELETE = ("GET", "batches", "DELETE", "GET", "targets")


def _renamed(deployment: Deployment) -> None:
    deployment.up()
    deployment.program.update(name="Renamed", description="Another description")


def _left(deployment: Deployment) -> None:
    deployment.up()
    deployment.state = None
    deployment.program["description"] = "Made later"


def _of_another_schema(deployment: Deployment) -> None:
    deployment.up()
    deployment.program["schema_id"] = plant_schema(deployment.tenant, "Planted later")


def _facts(state: State, live: Mapping[str, Any]) -> Facts:
    found = live["datasets"]
    return {**shown(state.outputs, found), "schema": (state.outputs["schema_id"], found["schemaRef"]["id"])}


RESOURCE = Resource(
    requests=_REQUESTS,
    operations={
        "create": Operation(("IMS token", "list", "POST"), Deployment.up),
        "take over": Operation(("list", "targets", "batches", "PATCH"), Deployment.up, _left),
        "read": Operation(("GET",), Deployment.refresh, Deployment.up),
        "update": Operation(("PATCH",), Deployment.up, _renamed),
        "delete": Operation(_DELETE, Deployment.destroy, Deployment.up, left=0),
        "replace": Operation(("GET", "batches", *_DELETE, "list", "POST"), Deployment.up, _of_another_schema),
    },
    deploy=partial(stack_with, "dataset"),
    check=agreement({"datasets": lambda state: state.id}, _facts),
    kinds=("datasets",),
)
