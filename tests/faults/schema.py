"""The operations of a schema, which is two objects: itself and the field group of its own fields."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tests.faults.model import IMS_TOKEN, Facts, Operation, Request, Resource, agreement, shown
from tests.support.wire.deployment import Deployment, State
from tests.support.wire.ingestion import FIELDS
from tests.support.wire.site import stack_with
from zoho_adobe.columns import word_of

_EVENT_CLASS = "https://ns.adobe.com/xdm/context/experienceevent"

_REQUESTS = {
    "IMS token": IMS_TOKEN,
    "datasets": Request("GET", "/catalog/dataSets$"),
    "tenant": Request("GET", "/schemaregistry/stats$"),
    "list groups": Request("GET", "/tenant/fieldgroups$"),
    "POST group": Request("POST", "/tenant/fieldgroups$", works=True),
    "GET group": Request("GET", "/tenant/fieldgroups/"),
    "PATCH group": Request("PATCH", "/tenant/fieldgroups/", works=True),
    "DELETE group": Request("DELETE", "/tenant/fieldgroups/", works=True),
    "list": Request("GET", "/tenant/schemas$"),
    "POST": Request("POST", "/tenant/schemas$", works=True),
    "GET": Request("GET", "/tenant/schemas/"),
    "PATCH": Request("PATCH", "/tenant/schemas/", works=True),
    "DELETE": Request("DELETE", "/tenant/schemas/", works=True),
}
_MAKE = ("tenant", "list groups", "POST group", "list", "POST")
_DELETE = ("DELETE", "GET", "DELETE group")


def _grown(deployment: Deployment) -> None:
    deployment.up()
    deployment.program.update(description="Grown", fields={**FIELDS, "company": "string"})


def _left_before_it_grew(deployment: Deployment) -> None:
    _grown(deployment)
    deployment.state = None


def _of_another_class(deployment: Deployment) -> None:
    deployment.up()
    deployment.program["schema_class"] = _EVENT_CLASS


def _facts(state: State, live: Mapping[str, Any]) -> Facts:
    outputs, schema = state.outputs, live["schemas"]
    parts = {part["$ref"] for part in schema["allOf"]}
    return {
        **shown(outputs, schema, "title"),
        "parts": ({outputs["schema_class"], outputs["field_group_id"]}, parts),
        "fields": (outputs["fields"], _fields(live["fieldGroups"])),
    }


def _fields(group: dict[str, Any]) -> dict[str, str]:
    (namespace,) = group["definitions"]["customFields"]["properties"].values()
    return {name: word_of({"type": field["type"], "xdm": field}) for name, field in namespace["properties"].items()}


RESOURCE = Resource(
    requests=_REQUESTS,
    operations={
        "create": Operation(("IMS token", *_MAKE), Deployment.up),
        "take over": Operation(
            (
                "tenant",
                "list groups",
                "list",
                "datasets",
                "GET group",
                "PATCH group",
                "list",
                "datasets",
                "GET",
                "PATCH",
            ),
            Deployment.up,
            _left_before_it_grew,
        ),
        "read": Operation(("GET", "GET group"), Deployment.refresh, Deployment.up),
        "update": Operation(("GET", "GET group", "PATCH group", "PATCH"), Deployment.up, _grown),
        "delete": Operation(_DELETE, Deployment.destroy, Deployment.up, left=0),
        "replace": Operation((*_DELETE, *_MAKE), Deployment.up, _of_another_class),
    },
    deploy=partial(stack_with, "schema"),
    check=agreement(
        {"schemas": lambda state: state.id, "fieldGroups": lambda state: str(state.outputs["field_group_id"])}, _facts
    ),
    kinds=("schemas", "fieldGroups"),
)
