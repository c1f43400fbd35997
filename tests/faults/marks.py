"""The operations of what makes profiles of rows: identities and labels, namespaces, custom labels, relationships."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from tests.faults import schema
from tests.faults.model import IMS_TOKEN, Ended, Facts, Operation, Problem, Request, Resource, agreement, told
from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment, State
from tests.support.wire.ingestion import FIELDS, Ingestion
from tests.support.wire.plugin import Plugin
from tests.support.wire.site import plant_own, plant_schema, stack_with
from zoho_adobe.api.schema_registry import tenant_of

_NAMESPACES = {
    "IMS token": IMS_TOKEN,
    "namespaces": Request("GET", "/idnamespace/identities$"),
    "POST": Request("POST", "/idnamespace/identities$", works=True),
    "GET": Request("GET", "/idnamespace/identities/"),
    "PUT": Request("PUT", "/idnamespace/identities/", works=True),
}
_LABELS = {
    "IMS token": IMS_TOKEN,
    "GET": Request("GET", "/labels/custom/"),
    "PUT": Request("PUT", "/labels/custom/", works=True),
}
_DESCRIPTORS = {
    "namespaces": _NAMESPACES["namespaces"],
    "descriptors": Request("GET", "/tenant/descriptors$"),
    "POST descriptor": Request("POST", "/tenant/descriptors$", works=True),
    "PUT descriptor": Request("PUT", "/tenant/descriptors/", works=True),
    "GET descriptor": Request("GET", "/tenant/descriptors/"),
    "DELETE descriptor": Request("DELETE", "/tenant/descriptors/", works=True),
}
_PRIMARY = {"lastName": {"namespace": "Email", "primary": True}}
_MARKS = {"identities": _PRIMARY, "labels": {"lastName": ["I1"]}}


# --- identities and labels of a schema --------------------------------------------------------------------------------


def _marked(plugin: Plugin, tenant: Tenant) -> Deployment:
    deployment = stack_with("schema", plugin, tenant)
    deployment.program.update(_MARKS)
    return deployment


def _marked_otherwise(deployment: Deployment) -> None:
    deployment.up()
    identities = {"lastName": {"namespace": "Email"}, "id": {"namespace": "ECID", "primary": True}}
    labels = {"lastName": ["C2"], "id": ["I2"]}
    deployment.program.update(fields={**FIELDS, "id": "string"}, identities=identities, labels=labels)


def _unmarked(deployment: Deployment) -> None:
    deployment.up()
    for key in _MARKS:
        del deployment.program[key]


def _for_profile(deployment: Deployment) -> None:
    deployment.up()
    deployment.program["profile"] = True


def _check_marks(ended: Ended) -> list[Problem]:
    """Compare the descriptors with the state, which alone makes any here."""
    outputs, found = ended.deployment.state.outputs if ended.deployment.state else {}, ended.found
    identities, labels = {}, {}
    for item in found["descriptors"]:
        field = item["xdm:sourceProperty"].rpartition("/")[2]
        if item["@type"] == "xdm:descriptorIdentity":
            primary = {"primary": True} if item["xdm:isPrimary"] else {}
            identities[field] = {"namespace": item["xdm:namespace"], **primary}
        else:
            labels[field] = [name.removeprefix("core/") for name in item["xdm:labels"]]
    (made,) = found["schemas"] or [{}]
    return told(
        {
            "identities": (outputs.get("identities") or {}, identities),
            "labels": (outputs.get("labels") or {}, labels),
            "profile": (outputs.get("profile") is True, "union" in made.get("meta:immutableTags", [])),
        }
    )


_MAKE = ("namespaces", "tenant", "list groups", "POST group", "list", "POST")
_MARK = ("descriptors", "POST descriptor", "descriptors", "POST descriptor")
_READ = ("GET", "GET group")
SCHEMA = Resource(
    requests={**schema.RESOURCE.requests, **_DESCRIPTORS},
    operations={
        "create": Operation(("IMS token", *_MAKE, *_MARK), Deployment.up, check=_check_marks),
        "read": Operation(
            (*_READ, "descriptors", "descriptors"), Deployment.refresh, Deployment.up, check=_check_marks
        ),
        "update": Operation(
            (
                *("namespaces", *_READ, "PATCH group", "descriptors", "PUT descriptor", "POST descriptor"),
                *("descriptors", "POST descriptor", "PUT descriptor"),
            ),
            Deployment.up,
            _marked_otherwise,
            check=_check_marks,
        ),
        "unmark": Operation(
            (*_READ, "descriptors", "DELETE descriptor", "descriptors", "DELETE descriptor"),
            Deployment.up,
            _unmarked,
            check=_check_marks,
        ),
        "enable": Operation(
            (*_READ, "descriptors", "descriptors", "GET", "PATCH"), Deployment.up, _for_profile, check=_check_marks
        ),
        "delete": Operation(
            (
                *("DELETE", "GET", "DELETE group", "descriptors", "descriptors"),
                *("DELETE descriptor", "DELETE descriptor"),
            ),
            Deployment.destroy,
            Deployment.up,
            left=0,
            check=_check_marks,
        ),
    },
    deploy=_marked,
    check=schema.RESOURCE.check,
    kinds=(*schema.RESOURCE.kinds, "descriptors"),
)


# --- what Adobe never deletes -----------------------------------------------------------------------------------------


def _kept(kind: str, facts: Callable[[State, Mapping[str, Any]], Facts]) -> Callable[[Ended], list[Problem]]:
    """Make the check of what stays at Adobe after a delete."""

    def check(ended: Ended) -> list[Problem]:
        found = ended.found[kind]
        if len(found) != 1:
            return [Problem("duplicate", f"{len(found)} {kind} are there, not 1")]
        return told(facts(ended.deployment.state, found[0])) if ended.deployment.state else []

    return check


def _renamed(deployment: Deployment) -> None:
    deployment.up()
    deployment.program.update(name="Renamed", description="Another description")


def _befriended(deployment: Deployment) -> None:
    deployment.up()
    deployment.program.update(friendly_name="Renamed", description="Another description")


def _left(deployment: Deployment) -> None:
    deployment.up()
    deployment.state = None


NAMESPACE = Resource(
    requests=_NAMESPACES,
    operations={
        "create": Operation(("IMS token", "namespaces", "POST"), Deployment.up),
        "take over": Operation(("namespaces",), Deployment.up, _left),
        "read": Operation(("GET",), Deployment.refresh, Deployment.up),
        "update": Operation(("GET", "PUT"), Deployment.up, _renamed),
    },
    deploy=partial(stack_with, "namespace"),
    check=_kept(
        "namespaces",
        lambda state, found: {
            "id": (state.id, found["id"]),
            "name": (state.outputs["name"], found["name"]),
            "description": (state.outputs.get("description", ""), found["description"]),
        },
    ),
    kinds=("namespaces",),
)
LABEL = Resource(
    requests=_LABELS,
    operations={
        "create": Operation(("IMS token", "GET", "PUT"), Deployment.up),
        "take over": Operation(("GET",), Deployment.up, _left),
        "read": Operation(("GET",), Deployment.refresh, Deployment.up),
        "update": Operation(("PUT",), Deployment.up, _befriended),
    },
    deploy=partial(stack_with, "label"),
    check=_kept(
        "labels",
        lambda state, found: {
            "name": (state.id, found["name"]),
            "friendly name": (state.outputs["friendly_name"], found["friendlyName"]),
            "description": (state.outputs.get("description", ""), found.get("description", "")),
        },
    ),
    kinds=("labels",),
)


# --- relationships ----------------------------------------------------------------------------------------------------


def _related(plugin: Plugin, tenant: Tenant) -> Deployment:
    ingestion = Ingestion.on(plugin, tenant, plant_own(tenant, "Zoho CRM"))
    schema_id, other = plant_schema(tenant, "Contacts"), plant_schema(tenant, "Accounts")
    identity = {
        "@type": "xdm:descriptorIdentity",
        "xdm:sourceSchema": other,
        "xdm:sourceVersion": 1,
        "xdm:sourceProperty": f"/_{tenant_of(other)}/lastName",
        "xdm:namespace": "Email",
        "xdm:property": "xdm:code",
        "xdm:isPrimary": True,
    }
    tenant.plant("descriptors", identity)
    return ingestion.deployment("relationship", schema_id=schema_id, other_schema_id=other)


def _relationships(ended: Ended) -> list[Problem]:
    found = [item for item in ended.found["descriptors"] if item["@type"] == "xdm:descriptorRelationship"]
    check = agreement(
        {"descriptors": lambda state: state.id},
        lambda state, live: {"schema": (state.outputs["schema_id"], live["descriptors"]["xdm:sourceSchema"])},
    )
    return check(Ended(ended.deployment, ended.left, ended.refused, {**ended.found, "descriptors": found}))


_FIND = ("descriptors", "descriptors")
RELATIONSHIP = Resource(
    requests={**_DESCRIPTORS, "IMS token": IMS_TOKEN},
    operations={
        "create": Operation(("IMS token", *_FIND, "POST descriptor"), Deployment.up),
        "take over": Operation(_FIND, Deployment.up, _left),
        "read": Operation(("GET descriptor",), Deployment.refresh, Deployment.up),
        "delete": Operation(("DELETE descriptor",), Deployment.destroy, Deployment.up, left=0),
    },
    deploy=_related,
    check=_relationships,
    kinds=("descriptors",),
)
