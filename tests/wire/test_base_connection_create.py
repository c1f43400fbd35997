"""Create: one POST, a test, and nothing left behind; what an earlier create lost is taken over, nothing else is."""

from __future__ import annotations

import concurrent.futures

import pytest

from tests.support.tenant import Tenant
from tests.support.wire.base_connection import FULL_NAME, create, lose, plant
from tests.support.wire.deployment import SUFFIX, Deployment, program, settings_of
from tests.support.wire.plugin import Plugin, Provider, Refused


def test_a_connection_is_made_with_all_that_the_program_says(deployment: Deployment) -> None:
    deployment.up()
    tenant = deployment.tenant
    made = tenant.connection()
    assert made["id"] == deployment.deployed.id
    assert (made["name"], made["description"], made["sandboxName"]) == (FULL_NAME, "Made by a test", "dev")
    params = made["auth"]["params"]
    assert params.pop("accessToken").startswith("1000.")
    assert params == {
        "endpoint": "crm.zoho.com/crm/private",
        "accountsUrl": tenant.zoho["accounts"],
        "clientId": tenant.zoho["client_id"],
        "clientSecret": tenant.zoho["client_secret"],
        "refreshToken": tenant.zoho["refresh_token"],
    }
    assert [(item["method"], item["path"].split("/")[-1]) for item in tenant.requests()] == [
        ("POST", "v3"),
        ("GET", "connections"),
        ("POST", "connections"),
        ("GET", "test"),
    ]


def test_the_outputs_hold_everything_that_later_calls_need_and_no_new_secret(deployment: Deployment) -> None:
    deployment.up()
    made = deployment.tenant.connection()
    state = deployment.deployed
    seen = {"full_name": FULL_NAME, "etag": made["etag"], "state": "enabled", "schema_version": 1}
    assert state.outputs == {**state.inputs, **seen, "entry": state.outputs["entry"]}
    assert made["auth"]["params"]["accessToken"] not in str(state)


def test_an_access_token_that_the_program_gives_is_passed_on(deployment: Deployment) -> None:
    deployment.program["access_token"] = "1000.given.token"
    deployment.up()
    assert deployment.tenant.connection()["auth"]["params"]["accessToken"] == "1000.given.token"


def test_without_a_suffix_the_name_is_taken_as_it_is(deployment: Deployment) -> None:
    del deployment.program["suffix"]
    deployment.up()
    assert deployment.tenant.connection()["name"] == deployment.deployed.outputs["full_name"] == "Zoho CRM"


def test_names_beyond_ascii_come_back_as_they_were(deployment: Deployment) -> None:
    deployment.program["name"] = 'Zoho Zürich "東京" \\'
    deployment.up()
    assert deployment.refresh() == []


def test_a_name_that_is_taken_is_an_error_that_says_how_to_adopt(deployment: Deployment) -> None:
    id_ = plant(deployment.tenant, "Zoho CRM")
    del deployment.program["suffix"]
    with pytest.raises(Refused) as refused:
        deployment.up()
    assert str(refused.value) == (
        f"name: the sandbox 'dev' already has a connection named 'Zoho CRM' ({id_}). Choose another name, pass a "
        f'suffix, or bring that one under management by adopt_id="{id_}" or ZOHO_ADOBE_ADOPT={id_} in the environment.'
    )
    assert len(deployment.tenant.connections()) == 1


@pytest.mark.parametrize("name", ["Zoho CRM", f"zoho crm {SUFFIX}", f"Zoho CRM {SUFFIX} 2", SUFFIX])
def test_a_name_that_is_only_alike_is_nobody(deployment: Deployment, name: str) -> None:
    plant(deployment.tenant, name)
    assert deployment.up() == ["create"]
    assert len(deployment.tenant.connections()) == 2


def test_the_same_name_in_another_sandbox_is_nobody(deployment: Deployment) -> None:
    plant(deployment.tenant, FULL_NAME, sandbox="stage")
    deployment.up()
    assert len(deployment.tenant.connections("dev")) == 1


@pytest.mark.parametrize("suffix", [SUFFIX, None])
def test_two_resources_of_one_name_are_refused(provider: Provider, tenant: Tenant, suffix: str | None) -> None:
    create(provider, tenant, suffix=suffix)
    with pytest.raises(Refused, match=r"^name: two resources of this program are named '.*' in sandbox 'dev'\. Give"):
        create(provider, tenant, suffix=suffix)
    assert len(tenant.connections()) == 1


def test_two_resources_of_one_name_at_once_make_one_connection(provider: Provider, tenant: Tenant) -> None:
    inputs = provider.check(program(tenant)).inputs

    def attempt(_: int) -> bool:
        try:
            provider.create(inputs)
        except Refused:
            return False
        return True

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]
    assert len(tenant.connections()) == 1


def test_a_name_is_free_again_after_a_create_that_failed(provider: Provider, tenant: Tenant) -> None:
    tenant.fault(kind="status", status=400, method="POST", path="/connections")
    with pytest.raises(Refused):
        create(provider, tenant)
    create(provider, tenant)
    assert len(tenant.connections()) == 1


# The leftover of a lost create


def test_a_leftover_is_taken_over_and_brought_to_what_is_asked_for(deployment: Deployment) -> None:
    id_ = lose(deployment.tenant, "An older description")
    deployment.up()
    made = deployment.tenant.connection()
    assert made["id"] == deployment.deployed.id == id_
    assert made["description"] == "Made by a test"
    assert made["auth"]["params"]["clientSecret"] == deployment.tenant.zoho["client_secret"]
    assert made["etag"] == deployment.deployed.outputs["etag"]


def test_what_a_lost_create_of_another_name_has_left_is_named_and_stays(deployment: Deployment) -> None:
    """Two stacks may use one text as their suffix, so it alone does not tell whose a connection is."""
    id_ = lose(deployment.tenant, "An older description")
    deployment.program["name"] = "Another name"
    deployment.up()
    said = deployment.plugin.log.read_text()
    assert f"the connection '{FULL_NAME}' ({id_}) ends with the suffix of 'Another name {SUFFIX}': delete it" in said
    assert len(deployment.tenant.connections()) == 2


def test_a_leftover_with_a_description_that_is_no_longer_wanted_loses_it(deployment: Deployment) -> None:
    lose(deployment.tenant, "An older description")
    del deployment.program["description"]
    deployment.up()
    assert "description" not in deployment.tenant.connection()


def test_a_take_over_whose_answer_is_lost_is_finished_at_once(deployment: Deployment) -> None:
    lose(deployment.tenant)
    deployment.tenant.fault(kind="drop_after", method="PATCH")
    deployment.up()
    assert deployment.tenant.connection()["etag"] == deployment.deployed.outputs["etag"]


def test_several_leftovers_are_not_guessed_among(deployment: Deployment) -> None:
    ids = [lose(deployment.tenant) for _ in range(2)]
    with pytest.raises(Refused, match="has several connections named") as refused:
        deployment.up()
    assert all(id_ in str(refused.value) for id_ in ids)
    assert len(deployment.tenant.connections()) == 2


def test_what_another_resource_of_the_stack_manages_is_not_taken_over(deployed: Deployment) -> None:
    provider = deployed.provider()
    state = deployed.deployed
    provider.diff(state.id, state.outputs, provider.check(program(deployed.tenant, name="Other"), state.inputs).inputs)
    with pytest.raises(Refused, match="is still the name of another resource of this stack") as refused:
        create(provider, deployed.tenant)
    assert state.id in str(refused.value)


# Adobe's own test of the new connection


def test_a_connection_that_fails_adobes_test_is_deleted_again(deployment: Deployment) -> None:
    deployment.program["access_token"] = "1000.given.token"
    deployment.program["refresh_token"] = "1000.not.valid"
    with pytest.raises(Refused, match=r"Adobe's test of the connection \S+ fails; it was deleted again\. Check"):
        deployment.up()
    assert deployment.tenant.connections() == []


def test_a_connection_that_cannot_be_tested_is_deleted_again(deployment: Deployment) -> None:
    deployment.tenant.fault(kind="status", status=403, path="/test$")
    with pytest.raises(Refused, match="could not be tested and was deleted again"):
        deployment.up()
    assert deployment.tenant.connections() == []


def test_a_connection_that_can_be_neither_tested_nor_deleted_is_named(deployment: Deployment) -> None:
    deployment.tenant.fault(kind="status", status=403, path="/test$")
    deployment.tenant.fault(kind="status", status=403, method="DELETE")
    with pytest.raises(Refused, match="was made but could not be tested, nor deleted again") as refused:
        deployment.up()
    id_ = deployment.tenant.connection()["id"]
    assert f'adopt_id="{id_}" (running the command again takes it over)' in str(refused.value)
    deployment.up()
    assert deployment.tenant.connection()["id"] == deployment.deployed.id == id_


def test_verify_none_does_not_test(deployment: Deployment) -> None:
    deployment.program["verify"] = "none"
    deployment.program["access_token"] = "1000.given.token"
    deployment.program["refresh_token"] = "1000.not.valid"
    deployment.up()
    assert deployment.tenant.requests(path="/test") == []
    assert len(deployment.tenant.connections()) == 1


def test_many_creates_share_one_listing_and_one_token(plugin: Plugin, tenant: Tenant) -> None:
    provider = plugin.fresh_provider(settings_of(tenant))
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        ids = list(pool.map(lambda number: create(provider, tenant, name=f"Number {number}"), range(20)))
    assert sorted(ids) == sorted(item["id"] for item in tenant.connections())
    assert len(tenant.requests("GET", "/connections")) - len(tenant.requests("GET", "/test")) == 1
    assert len(tenant.requests("POST", "/ims/token")) == 1
