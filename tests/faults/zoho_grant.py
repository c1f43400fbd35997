"""The operations of a grant: its code is good once, so a lost answer is said, and the next command takes a new code."""

from __future__ import annotations

from tests.faults.model import Ended, Operation, Problem, Request, Resource, told
from tests.support.emulator.zoho_clients import Zoho
from tests.support.wire.deployment import Deployment
from tests.support.wire.plugin import Refused
from tests.support.wire.zoho_grant import deploy_grant, take_a_new_code

_REQUESTS = {
    "exchange": Request("POST", "/oauth/v2/token$", works=True, owner="client"),
    "revoke": Request("POST", "/oauth/v2/token/revoke$", works=True, owner="client"),
}
_MAY_BE_SPENT = "so the grant token may be spent. Make a new one and start again"
_SPENT = "a run that was cut off has used it"


def _again(deployment: Deployment) -> None:
    """Run the command again; where the code is spent by now, it says so, and takes a new one."""
    state, code = deployment.state, deployment.program["code"]
    try:
        deployment.up(replace=state is not None and state.inputs["code"] != code)
    except Refused as refused:
        if _SPENT not in str(refused):
            raise
        take_a_new_code(deployment)
        deployment.up()


def _exchanged_before(deployment: Deployment) -> None:
    deployment.up()
    take_a_new_code(deployment)


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
    deploy=deploy_grant,
    check=_check,
)
