"""CrmModule: the columns that Bulk Read gives, and one line for what it or the user's profile refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.crm import Crm
from tests.support.tenant import Tenant
from tests.support.wire.crm_module import deploy_module
from tests.support.wire.deployment import Deployment
from tests.support.wire.plugin import Plugin, Refused

VARIABLES = {
    "client_id": "ZOHO_CLIENT_ID",
    "client_secret": "ZOHO_CLIENT_SECRET",
    "refresh_token": "ZOHO_REFRESH_TOKEN",
}


@pytest.fixture
def module(plugin: Plugin, tenant: Tenant) -> Deployment:
    return deploy_module(plugin, tenant)


def said(module: Deployment) -> str:
    return module.plugin.log.read_text()


def hide(module: Deployment, *names: str) -> None:
    user = module.tenant.zoho["user"]
    module.tenant.emulator.control("PATCH", f"/zoho/users/{user}", {"hidden_modules": list(names)})


def test_columns_and_dates_are_read(module: Deployment) -> None:
    module.up()
    outputs = module.deployed.outputs
    assert outputs["columns"]["id"] == "string"
    assert outputs["columns"]["Annual_Revenue"] == "number"
    assert outputs["columns"]["Owner"] == "string"
    assert outputs["types"]["Owner"] == "ownerlookup"
    assert outputs["date_columns"] == ["Created_Time", "Modified_Time"]
    assert outputs["api_url"] == module.tenant.emulator.info["zoho"]["us"]["api"]
    assert outputs["left_out"] == {}


def test_what_bulk_read_rejects_is_left_out_and_named(module: Deployment) -> None:
    crm = Crm.of(module.tenant)
    crm.add_field("Leads", "Contract", "fileupload")
    crm.add_field("Leads", "Positions", "subform")
    module.up()
    assert module.deployed.outputs["left_out"] == {"Contract": "fileupload", "Positions": "subform"}
    assert not {"Contract", "Positions"} & set(module.deployed.outputs["columns"])
    assert "Bulk Read does not give these fields of the module 'Leads': Contract, Positions" in said(module)


def test_a_custom_module_and_a_formula(module: Deployment) -> None:
    crm = Crm.of(module.tenant)
    crm.add_module("Invoices_Paid")
    crm.add_field("Invoices_Paid", "Due", "formula", return_type="datetime")
    module.program["module"] = "Invoices_Paid"
    module.up()
    assert module.deployed.outputs["columns"]["Name"] == "string"
    assert module.deployed.outputs["types"]["Due"] == "formula"
    assert "Due" in module.deployed.outputs["date_columns"]


def test_a_module_that_is_not_there_is_named_with_what_is(module: Deployment) -> None:
    module.program["module"] = "Lead"
    with pytest.raises(Refused, match=r"^module: Zoho CRM shows no module 'Lead' to this user. Did you mean 'Leads'\?"):
        module.up()


def test_a_module_that_the_profile_hides(module: Deployment) -> None:
    hide(module, "Leads")
    with pytest.raises(Refused, match=r"^module: the user who gave Zoho's consent may not see the module 'Leads'"):
        module.up()


def test_a_module_whose_fields_alone_are_refused(module: Deployment) -> None:
    body = {"code": "NO_PERMISSION", "details": {}, "message": "permission denied", "status": "error"}
    client = module.tenant.zoho["client_id"]
    order = {"kind": "status", "status": 403, "body": body, "path": "/settings/fields$", "client": client}
    module.tenant.emulator.control("POST", "/faults", order)
    with pytest.raises(Refused, match=r"^module: the user who gave Zoho's consent may not see the module 'Leads'"):
        module.up()


@pytest.mark.parametrize(
    ("path", "status", "body", "words"),
    [
        (
            "modules",
            200,
            {"modules": []},
            "^module: Zoho CRM shows no module 'Leads' to this user. Let the user's profile",
        ),
        ("fields", 200, {"fields": []}, "^module: Zoho CRM describes no fields of the module 'Leads'. Let the user's"),
        ("fields", 200, {"data": []}, "no list of fields"),
        (
            "fields",
            400,
            {"code": "INVALID_MODULE", "message": "odd"},
            "^Zoho CRM refused to list the fields of Leads: odd",
        ),
        ("fields", 401, {"code": "OAUTH_SCOPE_MISMATCH"}, "^the token may not be used to list the fields of Leads"),
    ],
)
def test_what_zoho_does_not_tell_is_one_line(
    module: Deployment, path: str, status: int, body: dict[str, object], words: str
) -> None:
    order = {"kind": "status", "status": status, "body": body, "path": f"/settings/{path}$"}
    module.tenant.emulator.control("POST", "/faults", {**order, "client": module.tenant.zoho["client_id"]})
    with pytest.raises(Refused, match=words):
        module.up()


@pytest.mark.parametrize(
    ("name", "told"),
    [("Notes", {}), ("Roles_X_Deals", {"generated_type": "linking"}), ("Feeds", {"api_supported": False})],
)
def test_a_module_that_bulk_read_does_not_give(module: Deployment, name: str, told: dict[str, object]) -> None:
    Crm.of(module.tenant).add_module(name, **told)
    module.program["module"] = name
    with pytest.raises(Refused, match=rf"^module: Zoho CRM does not give the module '{name}' to Bulk Read"):
        module.up()


def test_what_changed_in_zoho_shows_at_a_refresh(module: Deployment) -> None:
    module.up()
    crm = Crm.of(module.tenant)
    crm.add_field("Leads", "Birthday", "date")
    crm.remove_field("Leads", "Company")
    module.refresh()
    assert "Company" not in module.deployed.outputs["columns"]
    assert "Birthday" in module.deployed.outputs["date_columns"]
    assert "the module 'Leads' no longer has the column 'Company'" in said(module)


def test_a_module_that_is_hidden_later_ends_no_refresh(module: Deployment) -> None:
    module.up()
    hide(module, "Leads")
    module.refresh()
    assert module.state is None
    assert "may not see the module 'Leads'" in said(module)


def test_dead_credentials_do_not_fail_a_refresh_so_that_a_rotation_can_begin_with_one(module: Deployment) -> None:
    module.up()
    before = dict(module.deployed.outputs["columns"])
    module.plugin.forget_tokens()
    module.program["client_secret"] = module.tenant.new_zoho_secret()
    module.refresh()
    assert module.deployed.outputs["columns"] == before
    assert "stay in the state as they were read before" in said(module)
    assert module.up() == ["update"]


def test_a_stale_token_is_renewed(module: Deployment) -> None:
    client = module.tenant.zoho["client_id"]
    module.tenant.emulator.control(
        "POST", "/faults", {"kind": "expired_token", "path": "/settings/modules$", "client": client}
    )
    module.up()
    assert module.deployed.outputs["columns"]["Last_Name"] == "string"


def test_credentials_in_part_are_named(module: Deployment) -> None:
    del module.program["client_secret"]
    checked = module.provider().check(module.program)
    assert [line.partition(".")[0] for line in checked.failures] == ["client_secret: it is missing"]


def test_no_credentials_at_all_say_which_variables_to_set_and_take_nothing_from_the_state(module: Deployment) -> None:
    module.up()
    passed = {name: module.program.pop(name) for name in VARIABLES}
    message = "Set ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET, ZOHO_REFRESH_TOKEN, or pass client_id"
    with pytest.raises(Refused, match=message):
        module.up()
    state = module.deployed
    bare = {name: value for name, value in state.outputs.items() if name not in passed}
    with pytest.raises(Refused, match=message):
        module.provider().read(state.id, bare)


def test_the_environments_credentials_come_first_and_are_not_in_the_state(tenant: Tenant, tmp_path: Path) -> None:
    environment = {variable: tenant.zoho[name] for name, variable in VARIABLES.items()}
    with Plugin.start(tmp_path, **environment) as process:
        module = deploy_module(process, tenant)
        for name in VARIABLES:
            del module.program[name]
        module.up()
        module.refresh()
        assert not tenant.canaries & {str(value) for value in module.deployed.outputs.values()}
        # The same client with an outdated secret in the program: after a rotation, the state of it.
        module.program |= {**{name: tenant.zoho[name] for name in VARIABLES}, "client_secret": "outdated"}
        process.forget_tokens()
        assert module.up() == ["update"]
        process.assert_no_secret(tenant.canaries)


def test_the_environments_credentials_of_another_client_are_not_used(tenant: Tenant, tmp_path: Path) -> None:
    other = Tenant.create(tenant.emulator)
    Crm.of(tenant).add_field("Leads", "Ours", "text")
    environment = {variable: other.zoho[name] for name, variable in VARIABLES.items()}
    with Plugin.start(tmp_path, **environment) as process:
        module = deploy_module(process, tenant)
        module.up()
    assert "Ours" in module.deployed.outputs["columns"]


def test_another_module_is_another_object_and_deleting_asks_nothing(module: Deployment) -> None:
    module.up()
    module.program["module"] = "Deals"
    assert module.up() == ["delete", "create"]
    assert "Stage" in module.deployed.outputs["columns"]
    module.tenant.emulator.control("DELETE", f"/requests?client={module.tenant.zoho['client_id']}")
    module.destroy()
    assert (
        module.tenant.emulator.control("GET", f"/requests?client={module.tenant.zoho['client_id']}")["requests"] == []
    )
