"""The operations of a module of Zoho CRM, which is only read."""

from __future__ import annotations

from tests.faults.model import Ended, Operation, Problem, Request, Resource, told
from tests.support.crm import Crm
from tests.support.wire.crm_module import deploy_module
from tests.support.wire.deployment import Deployment

_REQUESTS = {
    "Zoho token": Request("POST", "/oauth/v2/token$", owner="client"),
    "modules": Request("GET", "/settings/modules$", owner="client"),
    "fields": Request("GET", "/settings/fields$", owner="client"),
}


def _changed(deployment: Deployment) -> None:
    deployment.up()
    crm = Crm.of(deployment.tenant)
    crm.add_field("Leads", "Birthday", "date")
    crm.remove_field("Leads", "Company")


def _check(ended: Ended) -> list[Problem]:
    state = ended.deployment.state
    if state is None:
        return [Problem("lie", "the state has no module")]
    fields = {field["api_name"]: field["data_type"] for field in Crm.of(ended.deployment.tenant).fields("Leads")}
    return told({"types": (state.outputs["types"], fields)})


RESOURCE = Resource(
    requests=_REQUESTS,
    operations={
        "read first": Operation(("Zoho token", "modules", "fields"), Deployment.up),
        # The token is in the cache of the process.
        "read": Operation(("modules", "fields"), Deployment.refresh, _changed),
    },
    deploy=deploy_module,
    check=_check,
)
