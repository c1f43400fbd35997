"""A tenant that people clicked together over the years: dataflows through the retired source, not all of them alive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.emulator.pipeline import Pipeline, every_hour
from tests.support.tenant import Tenant
from zoho_adobe.settings import SCOPES

DAY = 86_400


@dataclass
class Clicked:
    """What was made.

    Attributes:
        pipeline: a client like that of whoever made it.
        dead: a dataflow that is enabled and last succeeded 200 days ago.
        disabled: one that somebody disabled.
        failing: one that runs, and whose last run failed.
    """

    pipeline: Pipeline
    dead: str
    disabled: str
    failing: str


def clicked_together(tenant: Tenant) -> Clicked:
    """Make three dataflows on one base connection, and let 200 days pass.

    Args:
        tenant: the organization, at an Adobe whose clock may be moved.
    """
    credentials = {
        "organization": tenant.organization,
        "client_id": tenant.client_id,
        "client_secret": tenant.client_secret,
        "scopes": SCOPES,
    }
    pipeline = Pipeline(tenant.emulator, credentials)
    flows = {name: _flow(pipeline, name) for name in ("Leads nightly", "Leads by Bob", "Leads hourly")}
    for flow in flows.values():
        pipeline.run(flow)
    pipeline.pass_time(200 * DAY)
    pipeline.session.headers["Authorization"] = f"Bearer {pipeline.mint()['access_token']}"
    disabled, failing = flows["Leads by Bob"], flows["Leads hourly"]
    # What was due meanwhile has run: only the one that is dead did not.
    pipeline.run(failing)
    answer = pipeline.request("POST", f"/flows/{disabled}/action", params={"op": "disable"})
    assert answer.status_code in (200, 202), answer.text
    params = pipeline.params()
    with_wrong_secret: dict[str, Any] = {**params, "clientSecret": "wrong"}
    path = f"/connections/{pipeline.connection}"
    for value in (with_wrong_secret, params):
        pipeline.emulator.control("PATCH", path, [{"op": "replace", "path": "/auth/params", "value": value}])
        if value is with_wrong_secret:
            pipeline.run(failing)
    return Clicked(pipeline, flows["Leads nightly"], disabled, failing)


def _flow(pipeline: Pipeline, name: str) -> str:
    start = pipeline.now() + 365 * DAY
    return str(pipeline.create_flow(name=name, scheduleParams=every_hour(start))["id"])
