"""The operations of a grant: its code is good once, so a lost answer is said, and the next command takes a new code."""

from __future__ import annotations

from typing import Any

from tests.emulator.zoho_clients import Zoho
from tests.tenant import Tenant
from tests.wire.deployment import Deployment, settings_of
from tests.wire.matrix.model import Ended, Operation, Problem, Request, Resource, told
from tests.wire.plugin import Plugin, Refused

_REQUESTS = {
    "exchange": Request("POST", "/oauth/v2/token$", works=True, owner="client"),
    "revoke": Request("POST", "/oauth/v2/token/revoke$", works=True, owner="client"),
}
_MAY_BE_SPENT = "so the grant token may be spent. Make a new one and start again"
_SPENT = "a run that was cut off has used it"


def _deploy(plugin: Plugin, tenant: Tenant) -> Deployment:
    zoho = Zoho(tenant.emulator)
    client = zoho.client("self")
    tenant.zoho = {**tenant.zoho, "client_id": client["client_id"], "client_secret": client["client_secret"]}
    tenant.canaries.add(client["client_secret"])
    program: dict[str, Any] = {
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "accounts_url": zoho.accounts("us"),
        "data_center": "us",
        "revoke_on_delete": True,
    }
    deployment = Deployment(plugin, tenant, settings_of(tenant), program, lifecycle="zoho_grant ZohoGrantLifecycle")
    _take_a_new_code(deployment)
    return deployment


def _take_a_new_code(deployment: Deployment) -> None:
    tenant = deployment.tenant
    code = Zoho(tenant.emulator).console_code({"client_id": tenant.zoho["client_id"]})
    deployment.program["code"] = code
    tenant.canaries.add(code)


def _again(deployment: Deployment) -> None:
    """Run the command again; where the code is spent by now, it says so, and takes a new one."""
    state, code = deployment.state, deployment.program["code"]
    try:
        deployment.up(replace=state is not None and state.inputs["code"] != code)
    except Refused as refused:
        if _SPENT not in str(refused):
            raise
        _take_a_new_code(deployment)
        deployment.up()


def _exchanged_before(deployment: Deployment) -> None:
    deployment.up()
    _take_a_new_code(deployment)


def _replaced(deployment: Deployment) -> None:
    deployment.up(replace=True)


def _check(ended: Ended) -> list[Problem]:
    deployment = ended.deployment
    tenant, state = deployment.tenant, deployment.state
    shown = Zoho(tenant.emulator).show({"client_id": tenant.zoho["client_id"]})
    live = {str(token["refresh_token"]) for token in shown["refresh_tokens"]}
    tenant.canaries |= live
    if ended.left == 0:
        return [Problem("orphan", f"{len(live)} tokens are still good")] if live or state else []
    if state is None:
        return [Problem("lie", "the state has no tokens")]
    problems = told({"whether the refresh token is good": (state.outputs["refresh_token"] in live, True)})
    # What a lost answer held is known to nobody, which the error has to say.
    if len(live) != 1 and _MAY_BE_SPENT not in ended.refused:
        problems.append(Problem("orphan", f"{len(live)} tokens are good, and no error said so"))
    return problems


RESOURCE = Resource(
    requests=_REQUESTS,
    operations={
        "exchange": Operation(("exchange",), Deployment.up, again=_again),
        # 400 is all that Zoho says of a token that is revoked already.
        "revoke": Operation(("revoke",), Deployment.destroy, Deployment.up, left=0, beyond=frozenset({"400"})),
        "replace": Operation(
            ("revoke", "exchange"), _replaced, _exchanged_before, again=_again, beyond=frozenset({"400"})
        ),
    },
    deploy=_deploy,
    check=_check,
)
