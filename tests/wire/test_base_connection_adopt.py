"""Adoption: what exists comes under management without a touch, and only where the program describes it."""

from __future__ import annotations

import pytest

from tests.support.wire.base_connection import create, plant
from tests.support.wire.deployment import Deployment, program
from tests.support.wire.plugin import Refused

NAME = "Made by hand"


@pytest.fixture
def adopting(deployment: Deployment) -> Deployment:
    """A program that adopts a connection which exists."""
    id_ = plant(deployment.tenant, NAME)
    deployment.program = program(deployment.tenant, name=NAME, suffix=None, description=None, adopt_id=id_)
    return deployment


def refusal(adopting: Deployment) -> str:
    with pytest.raises(Refused) as refused:
        adopting.up()
    assert {item["method"] for item in adopting.tenant.requests(path="flowservice")} <= {"GET"}
    return str(refused.value)


def test_adopting_only_reads(adopting: Deployment) -> None:
    before = adopting.tenant.connection()
    assert adopting.up() == ["create"]
    assert adopting.tenant.connection() == before
    assert [item["method"] for item in adopting.tenant.requests(path="flowservice")] == ["GET"]
    assert adopting.deployed.id == before["id"]
    assert adopting.deployed.outputs["etag"] == before["etag"]


def test_after_adoption_nothing_changes(adopting: Deployment) -> None:
    adopting.up()
    assert adopting.up() == []
    assert adopting.refresh() == []


def test_a_secret_that_changes_after_adoption_is_one_update(adopting: Deployment) -> None:
    adopting.up()
    adopting.tenant.forget_requests()
    adopting.program["client_secret"] = adopting.tenant.new_zoho_secret()
    assert adopting.up() == ["update"]
    assert len(adopting.tenant.requests("PATCH")) == 1
    assert adopting.tenant.connection()["auth"]["params"]["clientSecret"] == adopting.program["client_secret"]


def test_a_slash_at_the_end_of_adobes_accounts_url_means_nothing(adopting: Deployment) -> None:
    tenant = adopting.tenant
    params = {**tenant.connection()["auth"]["params"], "accountsUrl": tenant.zoho["accounts"] + "/"}
    tenant.edit(tenant.connection()["id"], {"op": "replace", "path": "/auth/params", "value": params})
    adopting.up()
    assert adopting.refresh() == []


def test_an_id_that_does_not_exist_is_named(adopting: Deployment) -> None:
    adopting.program["adopt_id"] = "00000000-0000-0000-0000-000000000000"
    assert refusal(adopting) == (
        "adopt_id: the sandbox 'dev' has no connection 00000000-0000-0000-0000-000000000000. "
        "Check the id and the provider's sandbox."
    )


@pytest.mark.parametrize("id_", ["../flows", "?limit=1", "x/test", "a b", "%2e%2e"])
def test_an_id_that_is_none_leads_nowhere(adopting: Deployment, id_: str) -> None:
    adopting.program["adopt_id"] = id_
    assert refusal(adopting).startswith(f"adopt_id: the sandbox 'dev' has no connection {id_}")


def test_a_connection_in_another_sandbox_is_not_found(adopting: Deployment) -> None:
    adopting.config["zoho-adobe:sandbox"] = "stage"
    assert "the sandbox 'stage' has no connection" in refusal(adopting)


def test_every_difference_is_listed(adopting: Deployment) -> None:
    adopting.program.update(name="Another", description="One more", endpoint="crm.zoho.com/crm/other")
    id_ = adopting.program["adopt_id"]
    assert refusal(adopting) == (
        f"adopt_id: {id_} is not as the program describes it: name is 'Made by hand' at Adobe and 'Another' in the "
        "program; description is '' at Adobe and 'One more' in the program; endpoint is 'crm.zoho.com/crm/private' at "
        "Adobe and 'crm.zoho.com/crm/other' in the program. "
        "Make the program say what Adobe has, adopt, and change it afterwards."
    )


def test_a_connection_of_another_kind_is_refused(adopting: Deployment) -> None:
    made = adopting.tenant.plant(
        "connections", {"name": NAME, "connectionSpec": {"id": "another", "version": "2.0"}, "auth": {"params": {}}}
    )
    adopting.program["adopt_id"] = made["id"]
    assert "is not a Zoho CRM connection; its connection spec is another/2.0" in refusal(adopting)


def test_two_resources_do_not_adopt_one_connection(adopting: Deployment) -> None:
    provider = adopting.provider()
    create(provider, adopting.tenant, **adopting.program, suffix=None, description=None)
    with pytest.raises(Refused, match="two resources of this program adopt the connection"):
        create(provider, adopting.tenant, **adopting.program, suffix=None, description=None)


def test_another_adopt_id_later_is_an_error(adopting: Deployment) -> None:
    adopting.up()
    adopting.program["adopt_id"] = "another-id"
    assert refusal(adopting) == (
        f"adopt_id: the resource already manages {adopting.deployed.id}, so it cannot adopt another-id. "
        "Remove adopt_id, or declare a resource with another name for that connection."
    )


def test_a_replacement_while_adopt_id_is_set_is_an_error(adopting: Deployment) -> None:
    adopting.up()
    provider = adopting.provider()
    inputs = provider.check(adopting.program, adopting.deployed.inputs).inputs
    provider.diff(adopting.deployed.id, adopting.deployed.outputs, inputs)
    (failure,) = provider.check(adopting.program).failures
    assert failure.startswith("adopt_id: ")
    assert failure.endswith("Remove adopt_id from the program first.")


def test_without_adopt_id_a_replacement_of_an_adopted_connection_goes_through(adopting: Deployment) -> None:
    adopting.up()
    first = adopting.deployed.id
    del adopting.program["adopt_id"]
    assert adopting.up() == []
    assert adopting.up(replace=True) == ["delete", "create"]
    assert adopting.tenant.connection()["id"] == adopting.deployed.id != first


def test_an_adopted_connection_that_was_deleted_by_hand_is_not_there_to_adopt_again(adopting: Deployment) -> None:
    adopting.up()
    adopting.tenant.remove(adopting.deployed.id)
    assert adopting.refresh() == ["gone"]
    assert "has no connection" in refusal(adopting)
