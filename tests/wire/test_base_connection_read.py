"""Read: drift comes back as inputs, and only a 404 of Flow Service itself means that the connection is gone."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.support.tenant import Tenant
from tests.support.wire.base_connection import plant
from tests.support.wire.deployment import SUFFIX, Deployment, program, settings_of
from tests.support.wire.plugin import Found, Plugin, Props, Refused


def test_nothing_changed_is_no_drift(deployed: Deployment) -> None:
    before = deployed.deployed
    assert deployed.refresh() == []
    assert deployed.deployed == before


def test_drift_comes_back_as_inputs(deployed: Deployment) -> None:
    tenant = deployed.tenant
    params = {**tenant.connection()["auth"]["params"], "endpoint": "crm.zoho.com/crm/other", "clientId": "1000.OTHER"}
    tenant.edit(
        deployed.deployed.id,
        {"op": "replace", "path": "/name", "value": f"By hand {SUFFIX}"},
        {"op": "replace", "path": "/description", "value": "By hand"},
        {"op": "replace", "path": "/auth/params", "value": params},
    )
    before = deployed.deployed.inputs
    assert deployed.refresh() == ["drift"]
    assert deployed.deployed.inputs == {
        **before,
        "name": "By hand",
        "description": "By hand",
        "endpoint": "crm.zoho.com/crm/other",
        "client_id": "1000.OTHER",
    }
    assert deployed.deployed.outputs["full_name"] == f"By hand {SUFFIX}"
    assert deployed.deployed.outputs["etag"] == tenant.connection()["etag"]
    assert deployed.up() == ["update"]
    assert tenant.connection()["name"] == f"Zoho CRM {SUFFIX}"
    assert deployed.refresh() == []


def test_a_description_taken_away_is_drift(deployed: Deployment) -> None:
    deployed.tenant.edit(deployed.deployed.id, {"op": "remove", "path": "/description", "value": ""})
    assert deployed.refresh() == ["drift"]
    assert "description" not in deployed.deployed.inputs
    assert deployed.up() == ["update"]
    assert deployed.tenant.connection()["description"] == "Made by a test"


@pytest.mark.parametrize("name", ["Zoho CRM", "Another name"])
def test_a_suffix_taken_away_is_drift(deployed: Deployment, name: str) -> None:
    deployed.tenant.edit(deployed.deployed.id, {"op": "replace", "path": "/name", "value": name})
    assert deployed.refresh() == ["drift"]
    assert deployed.deployed.outputs["full_name"] == name
    assert deployed.up() == ["update"]
    assert deployed.tenant.connection()["name"] == f"Zoho CRM {SUFFIX}"


def test_a_program_that_follows_a_drifted_name_gets_its_suffix_at_the_next_change(deployed: Deployment) -> None:
    deployed.tenant.edit(deployed.deployed.id, {"op": "replace", "path": "/name", "value": "Another name"})
    deployed.refresh()
    deployed.program.update(name="Another name", description="Changed")
    assert deployed.up() == ["update"]
    assert deployed.tenant.connection()["name"] == f"Another name {SUFFIX}" == deployed.deployed.outputs["full_name"]


def test_another_data_center_is_drift_of_both(deployed: Deployment) -> None:
    tenant = deployed.tenant
    params = {**tenant.connection()["auth"]["params"], "accountsUrl": "https://accounts.zoho.eu"}
    tenant.edit(deployed.deployed.id, {"op": "replace", "path": "/auth/params", "value": params})
    deployed.refresh()
    assert deployed.deployed.inputs["accounts_url"] == "https://accounts.zoho.eu"
    assert deployed.deployed.inputs["data_center"] == "eu"


def test_a_secret_changed_elsewhere_cannot_be_seen_but_is_not_lost(deployed: Deployment) -> None:
    before = deployed.deployed.inputs
    params = {**deployed.tenant.connection()["auth"]["params"], "clientSecret": "changed elsewhere"}
    deployed.tenant.edit(deployed.deployed.id, {"op": "replace", "path": "/auth/params", "value": params})
    assert deployed.refresh() == []
    assert deployed.deployed.inputs == before


def test_a_connection_that_was_deleted_is_gone(deployed: Deployment) -> None:
    deployed.tenant.remove(deployed.deployed.id)
    assert deployed.refresh() == ["gone"]


PAGES: list[dict[str, Any]] = [
    {"kind": "html", "status": 404},
    {"kind": "html", "status": 200},
    {"kind": "status", "status": 404},
    {"kind": "status", "status": 404, "body": ""},
    {"kind": "status", "status": 404, "body": "Not Found"},
    {"kind": "status", "status": 404, "body": {}},
    {"kind": "status", "status": 404, "body": []},
    {"kind": "status", "status": 404, "body": {"message": "no Route matched with those values"}},
    {"kind": "status", "status": 200, "body": {"items": []}},
    {"kind": "status", "status": 200, "body": {"items": None}},
    {"kind": "status", "status": 200, "body": {}},
    {"kind": "status", "status": 200, "body": {"items": [{"id": "another"}]}},
    {"kind": "status", "status": 204, "body": ""},
    {"kind": "status", "status": 302, "body": "", "headers": {"Location": "/login"}},
    {"kind": "garbage_json"},
    {"kind": "status", "status": 410, "body": {"message": "Gone"}},
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: "-".join(str(value) for value in page.values()))
def test_a_page_that_is_not_flow_services_404_is_never_gone(deployed: Deployment, page: dict[str, Any]) -> None:
    before = deployed.deployed
    deployed.tenant.fault(path="/connections/", **page)
    with pytest.raises(Refused):
        deployed.refresh()
    assert deployed.deployed == before


def test_the_line_for_a_page_names_it(deployed: Deployment) -> None:
    deployed.tenant.fault(path="/connections/", kind="html", status=404)
    with pytest.raises(Refused) as refused:
        deployed.refresh()
    assert str(refused.value) == (
        "Flow Service answered 404 with an HTML page titled 'Gateway'. Something between here and the service may "
        "have answered in its place: check the URL and the proxy."
    )


def test_a_sandbox_that_does_not_exist_is_never_gone(deployed: Deployment) -> None:
    deployed.deployed.outputs["sandbox"] = "missing"
    with pytest.raises(Refused, match="Check that the organization has a sandbox named 'missing'"):
        deployed.refresh()


def test_another_organization_is_an_error_without_a_call(deployed: Deployment) -> None:
    deployed.config["zoho-adobe:organization"] = "OTHER@AdobeOrg"
    organization = deployed.tenant.organization
    for work in (deployed.refresh, deployed.destroy):
        with pytest.raises(Refused) as refused:
            work()
        assert str(refused.value).startswith(
            f"organization: the state says {organization}, the configuration OTHER@AdobeOrg. An object cannot move"
        )
    assert deployed.tenant.requests() == []


def test_the_sandbox_of_the_state_is_read_not_the_configured_one(deployed: Deployment) -> None:
    deployed.config["zoho-adobe:sandbox"] = "stage"
    assert deployed.refresh() == []
    deployed.destroy()
    assert deployed.tenant.connections() == []


# Many reads share a listing


@pytest.fixture
def many(plugin: Plugin, tenant: Tenant) -> list[tuple[str, Props]]:
    """Ids and outputs of eight connections."""
    provider = plugin.fresh_provider(settings_of(tenant))
    made = [provider.create(provider.check(program(tenant, name=f"Number {number}")).inputs) for number in range(8)]
    tenant.forget_requests()
    return made


def read_all(plugin: Plugin, tenant: Tenant, many: list[tuple[str, Props]]) -> list[Found]:
    provider = plugin.fresh_provider(settings_of(tenant))
    return [provider.read(id_, outputs) for id_, outputs in many]


def paths(tenant: Tenant) -> list[str]:
    return [item["path"].rsplit("/", 1)[1] for item in tenant.requests("GET")]


def test_the_first_three_reads_are_gets_and_the_rest_share_one_list(
    plugin: Plugin, tenant: Tenant, many: list[tuple[str, Props]]
) -> None:
    found = read_all(plugin, tenant, many)
    assert [(item.id, item.outputs) for item in found] == many
    assert paths(tenant) == [*(id_ for id_, _ in many[:3]), "connections"]


def test_absence_from_the_list_is_settled_by_a_get(
    plugin: Plugin, tenant: Tenant, many: list[tuple[str, Props]]
) -> None:
    gone = many[-1][0]
    tenant.remove(gone)
    assert [item.id for item in read_all(plugin, tenant, many)] == [*(id_ for id_, _ in many[:-1]), ""]
    assert paths(tenant)[-2:] == ["connections", gone]


def test_a_list_that_leaves_out_what_exists_loses_nothing(
    plugin: Plugin, tenant: Tenant, many: list[tuple[str, Props]]
) -> None:
    tenant.fault(kind="status", status=200, body={"items": []}, path="/connections$")
    assert [item.id for item in read_all(plugin, tenant, many)] == [id_ for id_, _ in many]


@pytest.mark.parametrize("fault", [{"kind": "html", "status": 404}, {"kind": "status", "status": 403}])
def test_a_list_that_fails_loses_nothing(
    plugin: Plugin, tenant: Tenant, many: list[tuple[str, Props]], fault: dict[str, Any]
) -> None:
    tenant.fault(path="/connections$", **fault)
    provider = plugin.fresh_provider(settings_of(tenant))
    for id_, outputs in many[:3]:
        provider.read(id_, outputs)
    with pytest.raises(Refused):
        provider.read(*many[3])
    assert provider.read(*many[3]).id == many[3][0]


def test_a_list_of_several_pages_is_read_to_its_end(plugin: Plugin, tenant: Tenant) -> None:
    ids = [plant(tenant, f"Number {number}") for number in range(205)]
    provider = plugin.fresh_provider(settings_of(tenant))
    outputs = {"organization": tenant.organization, "sandbox": "dev", "etag": "x", "name": "y"}
    found = [provider.read(id_, {**outputs, **program(tenant)}) for id_ in ids]
    assert [item.id for item in found] == ids
    assert len(paths(tenant)) == 3 + 3


def test_a_change_between_pages_loses_nothing(plugin: Plugin, tenant: Tenant) -> None:
    ids = [plant(tenant, f"Number {number}") for number in range(120)]
    tenant.fault(kind="delay", seconds=0.5, path="/connections$", skip=1)
    provider = plugin.fresh_provider(settings_of(tenant))
    outputs = {**program(tenant), "organization": tenant.organization, "sandbox": "dev", "etag": "x"}
    for id_ in ids[:3]:
        provider.read(id_, outputs)
    call = provider.plugin.stub.Read.future(provider.read_request(ids[50], outputs))
    while len(tenant.requests("GET", "/connections")) < 5:
        time.sleep(0.02)
    for id_ in ids[100:110]:
        tenant.remove(id_)
    assert call.result(30).id == ids[50]
    assert [provider.read(id_, outputs).id for id_ in ids[:100]] == ids[:100]


def test_a_list_that_never_ends_is_an_error(plugin: Plugin, tenant: Tenant, many: list[tuple[str, Props]]) -> None:
    body = {"items": [], "_links": {"next": {"href": "/connections?continuationToken=again"}}}
    tenant.fault(kind="status", status=200, body=body, path="/connections$", times=None)
    with pytest.raises(Refused, match="answered 200 with a page that was there already"):
        read_all(plugin, tenant, many)


# Looking up what no stack manages


def test_a_connection_is_looked_up_by_id(plugin: Plugin, tenant: Tenant) -> None:
    id_ = plant(tenant, "Made by hand", "Described")
    found = plugin.fresh_provider(settings_of(tenant)).read(id_, {})
    assert found.id == id_
    assert found.inputs is None
    assert found.outputs["full_name"] == found.outputs["name"] == "Made by hand"
    assert found.outputs["description"] == "Described"
    assert not {"client_secret", "refresh_token", "access_token"} & set(found.outputs)


@pytest.mark.parametrize("id_", ["00000000-0000-0000-0000-000000000000", "?limit=1", "../connections"])
def test_looking_up_what_does_not_exist_is_an_error(plugin: Plugin, tenant: Tenant, id_: str) -> None:
    plant(tenant, "Made by hand")
    with pytest.raises(Refused):
        plugin.fresh_provider(settings_of(tenant)).read(id_, {})
