"""The operations of a base connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.faults.model import IMS_TOKEN, Facts, Operation, Request, Resource, agreement, shown
from tests.support.wire.deployment import SUFFIX, Deployment, State, program
from tests.support.wire.site import plant_own

_REQUESTS = {
    "IMS token": IMS_TOKEN,
    "Zoho token": Request("POST", "/oauth/v2/token$", owner="client"),
    "list": Request("GET", "/connections$"),
    "POST": Request("POST", "/connections$", works=True),
    "PATCH": Request("PATCH", "/connections/", works=True, behind=True),
    "test": Request("GET", "/test$", behind=True),
    "GET": Request("GET", "/connections/[^/]+$", behind=True),
    "DELETE": Request("DELETE", "/connections/", works=True, behind=True),
    "dependents": Request("GET", "/sourceConnections$"),
}


def _leftover(deployment: Deployment) -> None:
    plant_own(deployment.tenant, f"Zoho CRM {SUFFIX}")


def _to_adopt(deployment: Deployment) -> None:
    id_ = plant_own(deployment.tenant, "Made by hand")
    changes = {"name": "Made by hand", "suffix": None, "description": None, "adopt_id": id_}
    deployment.program = program(deployment.tenant, **changes)


def _renamed(deployment: Deployment) -> None:
    deployment.up()
    deployment.program.update(name="Renamed", description="Another description")


def _rotated(deployment: Deployment) -> None:
    deployment.up()
    deployment.program["client_secret"] = deployment.tenant.new_zoho_secret()


def _moved(deployment: Deployment) -> None:
    deployment.up()
    deployment.config["zoho-adobe:sandbox"] = "stage"


def _facts(state: State, live: Mapping[str, Any]) -> Facts:
    found, inputs = live["connections"], state.inputs
    params = found["auth"]["params"]
    return {
        **shown(state.outputs, found),
        "etag": (state.outputs["etag"], found["etag"]),
        # No message may hold what these are.
        "client_secret": (inputs["client_secret"] == params["clientSecret"], True),
        "refresh_token": (inputs["refresh_token"] == params["refreshToken"], True),
    }


RESOURCE = Resource(
    requests=_REQUESTS,
    operations={
        "create": Operation(("IMS token", "list", "Zoho token", "POST", "test"), Deployment.up),
        "take over": Operation(
            ("IMS token", "list", "Zoho token", "dependents", "PATCH", "test"), Deployment.up, _leftover
        ),
        # After somebody else's change the connection is not the one that the program adopts.
        "adopt": Operation(("IMS token", "GET"), Deployment.up, _to_adopt, beyond=frozenset({"changed behind"})),
        "read": Operation(("IMS token", "GET"), Deployment.refresh, Deployment.up),
        "update": Operation(("IMS token", "PATCH"), Deployment.up, _renamed),
        "rotate": Operation(("Zoho token", "IMS token", "PATCH", "test"), Deployment.up, _rotated),
        "delete": Operation(("IMS token", "dependents", "DELETE", "GET"), Deployment.destroy, Deployment.up, left=0),
        "replace": Operation(
            ("IMS token", "dependents", "dependents", "DELETE", "GET", "list", "POST", "test"), Deployment.up, _moved
        ),
    },
    deploy=Deployment.of,
    check=agreement({"connections": lambda state: state.id}, _facts),
    kinds=("connections",),
)
