"""The operations of a mapping set: it is never deleted, and an equal one is used again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from emulator.schema_registry.models import tenant_id
from tests.faults.model import IMS_TOKEN, Facts, Operation, Request, Resource, agreement
from tests.support.wire.deployment import Deployment, State
from tests.support.wire.site import stack_with

_REQUESTS = {
    "IMS token": IMS_TOKEN,
    "list": Request("GET", "/conversion/mappingSets$"),
    "POST": Request("POST", "/conversion/mappingSets$", works=True),
    "GET": Request("GET", "/conversion/mappingSets/"),
}


def _left(deployment: Deployment) -> None:
    deployment.up()
    deployment.state = None


def _changed(deployment: Deployment) -> None:
    deployment.up()
    deployment.program["mappings"] = {"_tenant.lastName": "Last_Name"}


def _facts(state: State, live: Mapping[str, Any]) -> Facts:
    found = live["mappingSets"]
    own = f"_{tenant_id(state.outputs['organization'])}"
    said = {path.replace("_tenant", own): source for path, source in state.outputs["mappings"].items()}
    return {"schema": (state.outputs["schema_id"], found["xdmSchema"]), "mappings": (said, _pairs(found))}


def _pairs(mapping_set: dict[str, Any]) -> dict[str, str]:
    return {part["destination"]: part["source"] for part in mapping_set["mappings"]}


RESOURCE = Resource(
    requests=_REQUESTS,
    operations={
        "create": Operation(("IMS token", "list", "POST"), Deployment.up),
        "use an equal one": Operation(("list",), Deployment.up, _left),
        "read": Operation(("GET",), Deployment.refresh, Deployment.up),
        # The one before stays, since Adobe documents no way to delete one.
        "replace": Operation(("list", "POST"), Deployment.up, _changed, left=2),
    },
    deploy=partial(stack_with, "mapping"),
    check=agreement({"mappingSets": lambda state: state.id}, _facts),
    kinds=("mappingSets",),
)
