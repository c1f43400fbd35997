"""The operations of a table, which only reads."""

from __future__ import annotations

from functools import partial

from tests.faults.model import IMS_TOKEN, Ended, Operation, Problem, Request, Resource, told
from tests.support.crm import Crm
from tests.support.wire.deployment import Deployment
from tests.support.wire.site import stack_with

_REQUESTS = {"IMS token": IMS_TOKEN, "explore": Request("GET", "/explore$", behind=True)}


def _changed(deployment: Deployment) -> None:
    deployment.up()
    crm = Crm.of(deployment.tenant)
    crm.add_field("Leads", "Birthday", "date")
    crm.remove_field("Leads", "Company")


def _check(ended: Ended) -> list[Problem]:
    state = ended.deployment.state
    if state is None:
        return [Problem("lie", "the state has no table")]
    crm, columns = Crm.of(ended.deployment.tenant), state.outputs["columns"]
    fields = {field["api_name"] for field in crm.fields("Leads")}
    return told({"columns": (set(columns), fields), "dates": (state.outputs["date_columns"], sorted(_dates(columns)))})


def _dates(columns: dict[str, str]) -> list[str]:
    return [name for name, word in columns.items() if word in ("date", "date-time")]


RESOURCE = Resource(
    requests=_REQUESTS,
    operations={
        "read first": Operation(("IMS token", "explore"), Deployment.up),
        "read": Operation(("IMS token", "explore"), Deployment.refresh, _changed),
    },
    deploy=partial(stack_with, "table"),
    check=_check,
)
