"""What a message says of Zoho and of Adobe is so when it is said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment, program, settings_of
from tests.support.wire.plugin import Plugin, Provider, Refused

BAD_TEST: dict[str, Any] = {"kind": "status", "status": 200, "body": {"result": False}, "path": "/test$"}
NOT_TOLD: dict[str, Any] = {"kind": "status", "status": 200, "body": {"id": "x"}, "after_work": True}


def refusal(deployment: Deployment) -> str:
    with pytest.raises(Refused) as refused:
        deployment.up()
    return str(refused.value)


def create(provider: Provider, tenant: Tenant, **changes: object) -> None:
    provider.create(provider.check(program(tenant, **changes)).inputs)


def mints(tenant: Tenant) -> int:
    """Count the token requests at Zoho."""
    found = tenant.emulator.control("GET", f"/requests?client={tenant.zoho['client_id']}")["requests"]
    return len([item for item in found if item["path"].endswith("/oauth/v2/token")])


def revoke(tenant: Tenant) -> None:
    tenant.emulator.control("POST", "/zoho/revoke", {"refresh_token": tenant.zoho["refresh_token"]})


# Does Zoho accept the credentials?


@pytest.mark.parametrize("same_process", [True, False], ids=["same process", "another command"])
def test_a_dead_refresh_token_is_not_called_good(plugin: Plugin, tenant: Tenant, same_process: bool) -> None:
    provider = plugin.fresh_provider(settings_of(tenant))
    create(provider, tenant, name="First")
    revoke(tenant)
    if not same_process:
        provider = plugin.fresh_provider(settings_of(tenant))
    with pytest.raises(Refused) as refused:
        create(provider, tenant, name="Second")
    said = str(refused.value)
    assert "it was deleted again. Zoho accounts at " in said
    assert "does not accept the refresh token (invalid_code). It was revoked" in said
    assert len(tenant.connections()) == 1


def test_verified_credentials_are_proved_by_more_than_a_cached_token(deployed: Deployment) -> None:
    tenant = deployed.tenant
    revoke(tenant)
    with pytest.raises(Refused, match="does not accept the refresh token"):
        create(deployed.provider(), tenant, name="Second", verify="credentials")
    assert tenant.requests("POST", "/connections$") == []


def test_credentials_that_were_proved_in_this_operation_are_not_proved_again(deployment: Deployment) -> None:
    deployment.tenant.fault(**BAD_TEST)
    assert "Zoho accepts the credentials, so check the endpoint" in refusal(deployment)
    assert mints(deployment.tenant) == 1


def test_credentials_of_an_earlier_command_are_proved_anew(deployed: Deployment) -> None:
    deployed.tenant.fault(**BAD_TEST)
    deployed.program["endpoint"] = "crm.zoho.com/crm/other"
    assert "Zoho accepts the credentials, so check the endpoint" in refusal(deployed)
    assert mints(deployed.tenant) == 2


def test_nothing_is_said_of_credentials_that_could_not_be_proved(deployed: Deployment) -> None:
    tenant = deployed.tenant
    tenant.emulator.control("POST", "/zoho/throttle", {"refresh_token": tenant.zoho["refresh_token"]})
    tenant.fault(**BAD_TEST)
    deployed.program["endpoint"] = "crm.zoho.com/crm/other"
    said = refusal(deployed)
    assert "Check the credentials, the endpoint, and that Zoho lets in" in said
    assert "accepts" not in said


def test_a_given_access_token_may_be_the_cause(deployment: Deployment) -> None:
    deployment.tenant.fault(**BAD_TEST)
    deployment.program.update(access_token="1000.given.token", verify="credentials")
    assert "Zoho accepts the credentials, so check access_token, the endpoint and" in refusal(deployment)


# Is it deleted again?


@pytest.mark.parametrize("test", [BAD_TEST, {**BAD_TEST, "status": 403}], ids=["fails", "refused"])
def test_a_delete_that_was_done_without_an_answer_is_called_done(deployment: Deployment, test: dict[str, Any]) -> None:
    deployment.tenant.fault(**test)
    deployment.tenant.fault(kind="status", status=403, after_work=True, method="DELETE")
    assert "deleted again" in refusal(deployment)
    assert deployment.tenant.connections() == []


def test_a_delete_that_was_refused_is_not_called_done(deployment: Deployment) -> None:
    deployment.tenant.fault(**BAD_TEST)
    deployment.tenant.fault(kind="status", status=403, method="DELETE")
    said = refusal(deployment)
    id_ = deployment.tenant.connection()["id"]
    assert said.startswith(f"the connection {id_} was made but fails Adobe's test, and could not be deleted again: ")


@pytest.mark.parametrize("after_work", [True, False])
def test_a_delete_that_nobody_knows_of_is_called_so(deployment: Deployment, after_work: bool) -> None:
    deployment.tenant.fault(**BAD_TEST)
    deployment.tenant.fault(kind="status", status=403, after_work=after_work, method="DELETE")
    deployment.tenant.fault(kind="status", status=403, method="GET", path=r"/connections/[^/]+$")
    assert "was made but fails Adobe's test, and may not have been deleted again: " in refusal(deployment)


# Which credentials are at Adobe?


def rotate(deployed: Deployment, *, good: bool) -> None:
    """Let the program use another secret, or tokens that are not valid."""
    if good:
        deployed.program["client_secret"] = deployed.tenant.new_zoho_secret()
    else:
        deployed.program.update(access_token="1000.given.token", refresh_token="1000.not.valid")


def secret_at_adobe(deployed: Deployment) -> str:
    return str(deployed.tenant.connection()["auth"]["params"]["refreshToken"])


def test_a_test_that_could_not_be_made_says_that_the_new_credentials_are_there(deployed: Deployment) -> None:
    id_ = deployed.deployed.id
    deployed.tenant.fault(**{**BAD_TEST, "status": 403})
    rotate(deployed, good=True)
    said = refusal(deployed)
    assert said.startswith(f"the connection {id_} could not be tested, and its new values are at Adobe already: ")
    at_adobe = deployed.tenant.connection()["auth"]["params"]["clientSecret"]
    assert at_adobe == deployed.program["client_secret"]
    assert deployed.up() == ["update"]


def test_a_put_back_that_was_done_without_an_answer_is_called_done(deployed: Deployment) -> None:
    before = secret_at_adobe(deployed)
    deployed.tenant.fault(**NOT_TOLD, method="PATCH", skip=1)
    rotate(deployed, good=False)
    assert "fails; the old credentials were put back. " in refusal(deployed)
    assert secret_at_adobe(deployed) == before


def test_a_put_back_that_was_refused_says_that_the_new_credentials_are_there(deployed: Deployment) -> None:
    deployed.tenant.fault(kind="status", status=403, method="PATCH", skip=1)
    rotate(deployed, good=False)
    assert "the old ones could not be put back, so that the new ones are at Adobe: " in refusal(deployed)
    assert secret_at_adobe(deployed) == "1000.not.valid"


def test_old_credentials_that_are_dead_are_not_put_back(deployed: Deployment) -> None:
    """They were rotated because they died, so no access token can be made for them."""
    tenant = deployed.tenant
    tenant.emulator.control("POST", "/zoho/revoke", {"refresh_token": tenant.zoho["refresh_token"]})
    deployed.plugin.forget_tokens()
    # Nothing was sent to Adobe, so it need not be asked.
    tenant.fault(kind="status", status=403, method="GET", path=r"/connections/[^/]+$")
    rotate(deployed, good=False)
    said = refusal(deployed)
    assert "the old ones could not be put back, so that the new ones are at Adobe: " in said
    assert "does not accept the refresh token" in said


@pytest.mark.parametrize("after_work", [True, False])
def test_a_put_back_that_nobody_knows_of_is_called_so(deployed: Deployment, after_work: bool) -> None:
    deployed.tenant.fault(kind="status", status=403, after_work=after_work, method="PATCH", skip=1)
    deployed.tenant.fault(kind="status", status=403, method="GET", path=r"/connections/[^/]+$")
    rotate(deployed, good=False)
    assert "and it is not known whether the old ones were put back: " in refusal(deployed)


def test_a_connection_that_is_gone_before_the_put_back_is_called_gone(deployed: Deployment) -> None:
    deployed.tenant.fault(kind="status", status=404, after_work=False, method="PATCH", skip=1)
    deployed.tenant.fault(
        kind="status",
        status=404,
        body={"title": "Not found", "type": "http://ns.adobe.com/aep/errors/FLOW-1020-404"},
        method="GET",
        path=r"/connections/[^/]+$",
    )
    rotate(deployed, good=False)
    assert "fails with the new credentials, and it no longer exists: " in refusal(deployed)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"kind": "drop_after"}, "closed the connection before its answer to PATCH was whole. "),
        ({"kind": "status", "status": 503, "after_work": True}, " failed with 503 at a change of the base connection "),
    ],
)
def test_a_change_whose_answer_was_lost_is_not_called_refused(
    deployed: Deployment, fault: dict[str, Any], message: str
) -> None:
    deployed.program["name"] = "Another name"
    deployed.tenant.fault(**fault, method="PATCH", times=9)
    said = refusal(deployed)
    assert deployed.tenant.connection()["name"].startswith("Another name")
    assert message in said
    assert "It may have been carried out: run the same command again" in said
    assert "refused" not in said
