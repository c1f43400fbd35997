"""The operations of a landing zone, which is only looked up."""

from __future__ import annotations

from tests.faults.model import IMS_TOKEN, Ended, Operation, Problem, Request, Resource, told
from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment, settings_of
from tests.support.wire.plugin import Plugin

_REQUESTS = {"IMS token": IMS_TOKEN, "zone": Request("GET", "/connectors/landingzone$", behind=True)}


def _deploy(plugin: Plugin, tenant: Tenant) -> Deployment:
    return Deployment(plugin, tenant, settings_of(tenant), {}, "landing_zone LandingZoneLifecycle")


def _changed(deployment: Deployment) -> None:
    deployment.up()
    deployment.tenant.change_zone(ttl_days=5)


def _check(ended: Ended) -> list[Problem]:
    state, tenant = ended.deployment.state, ended.deployment.tenant
    if state is None:
        return [Problem("lie", "the state has no zone")]
    return told({"days to live": (state.outputs["days_to_live"], tenant.zone()["ttl_days"])})


RESOURCE = Resource(
    requests=_REQUESTS,
    operations={
        "look up": Operation(("IMS token", "zone"), Deployment.up),
        "read": Operation(("IMS token", "zone"), Deployment.refresh, _changed),
    },
    deploy=_deploy,
    check=_check,
)
