"""Update: one PATCH against the state's etag; nobody's change is written over, and our own lost one is finished."""

from __future__ import annotations

import pytest

from tests.support.tenant import Tenant
from tests.support.wire.base_connection import plant
from tests.support.wire.deployment import SUFFIX, Deployment, program, settings_of
from tests.support.wire.plugin import Plugin, Refused

MASK = "********"


def rotate(deployed: Deployment) -> str:
    """Let Zoho issue a new secret, and the program use it."""
    deployed.program["client_secret"] = deployed.tenant.new_zoho_secret()
    return str(deployed.program["client_secret"])


def params(deployed: Deployment) -> dict[str, str]:
    found: dict[str, str] = deployed.tenant.connection()["auth"]["params"]
    return found


def test_a_rename_is_one_patch_of_the_name(deployed: Deployment) -> None:
    before = deployed.tenant.connection()
    deployed.program["name"] = "Renamed"
    assert deployed.up() == ["update"]
    (patch,) = deployed.tenant.requests("PATCH")
    assert patch["body"] == [{"op": "replace", "path": "/name", "value": f"Renamed {SUFFIX}"}]
    after = deployed.tenant.connection()
    assert (after["id"], after["auth"]) == (before["id"], before["auth"])
    assert deployed.deployed.outputs["full_name"] == f"Renamed {SUFFIX}"
    assert deployed.deployed.outputs["etag"] == after["etag"] != before["etag"]


def test_the_patch_carries_the_etag_of_the_state_with_its_quotes(deployed: Deployment) -> None:
    etag = deployed.deployed.outputs["etag"]
    deployed.program["name"] = "Renamed"
    deployed.up()
    (patch,) = deployed.tenant.requests("PATCH")
    headers = {name.lower(): value for name, value in patch["headers"].items()}
    assert headers["if-match"] == etag
    assert etag.startswith('"')


def test_a_rotated_secret_is_one_patch_of_all_six_params(deployed: Deployment) -> None:
    secret = rotate(deployed)
    assert deployed.up() == ["update"]
    (patch,) = deployed.tenant.requests("PATCH")
    (op,) = patch["body"]
    assert (op["op"], op["path"]) == ("replace", "/auth/params")
    assert len(op["value"]) == 6
    assert params(deployed)["clientSecret"] == secret


def test_everything_at_once_is_one_patch(deployed: Deployment) -> None:
    rotate(deployed)
    deployed.program.update(name="Renamed", description=None, endpoint="crm.zoho.com/crm/other")
    deployed.up()
    assert len(deployed.tenant.requests("PATCH")) == 1
    after = deployed.tenant.connection()
    assert after["name"] == f"Renamed {SUFFIX}"
    assert "description" not in after
    assert params(deployed)["endpoint"] == "crm.zoho.com/crm/other"


@pytest.mark.parametrize(("old", "new"), [(None, "New"), ("Old", None), ("Old", "New")])
def test_a_description_is_added_changed_and_removed(deployment: Deployment, old: str | None, new: str | None) -> None:
    deployment.program["description"] = old
    deployment.up()
    deployment.program["description"] = new
    assert deployment.up() == ["update"]
    assert deployment.tenant.connection().get("description") == new
    assert deployment.refresh() == []


def test_what_adobe_does_not_hold_is_no_request(deployed: Deployment) -> None:
    deployed.program["verify"] = "none"
    assert deployed.up() == ["update"]
    assert deployed.tenant.requests() == []


def test_a_connection_that_is_gone_is_named(deployed: Deployment) -> None:
    id_ = deployed.deployed.id
    deployed.tenant.remove(id_)
    deployed.program["name"] = "Renamed"
    with pytest.raises(Refused) as refused:
        deployed.up()
    assert str(refused.value) == (
        f"the connection {id_} no longer exists in sandbox 'dev'. "
        "Run `pulumi refresh`, then `pulumi up` to make it again."
    )


def test_names_swapped_in_one_update_swap(plugin: Plugin, tenant: Tenant) -> None:
    """Without suffixes, so that each name is the other's for a moment."""
    first, second = (
        Deployment(plugin, tenant, settings_of(tenant), program(tenant, name=name, suffix=None))
        for name in ("One", "Two")
    )
    first.up()
    second.up()
    first.program["name"], second.program["name"] = "Two", "One"
    provider = plugin.fresh_provider(settings_of(tenant))
    for deployed in (first, second):
        inputs = provider.check(deployed.program, deployed.deployed.inputs).inputs
        provider.diff(deployed.deployed.id, deployed.deployed.outputs, inputs)
        deployed.deployed.outputs = provider.update(deployed.deployed.id, deployed.deployed.outputs, inputs)
    names = {item["id"]: item["name"] for item in tenant.connections()}
    assert names == {first.deployed.id: "Two", second.deployed.id: "One"}


# 412: whose change was it?


def test_somebody_elses_change_is_not_written_over(deployed: Deployment) -> None:
    id_ = deployed.deployed.id
    deployed.tenant.edit(id_, {"op": "replace", "path": "/description", "value": "By hand"})
    deployed.program["name"] = "Renamed"
    with pytest.raises(Refused) as refused:
        deployed.up()
    line = str(refused.value)
    assert line.startswith(f"the connection {id_} was changed elsewhere by exc_app at 20")
    assert line.endswith(
        "UTC: description is 'By hand'. "
        "Run `pulumi refresh` to see it, then `pulumi up` to set it back or after changing the program."
    )
    assert deployed.tenant.connection()["name"] == f"Zoho CRM {SUFFIX}"
    assert deployed.refresh() == ["drift"]
    assert deployed.up() == ["update"]
    assert deployed.tenant.connection()["name"] == f"Renamed {SUFFIX}"


def test_somebody_elses_change_of_a_secret_is_not_written_over(deployed: Deployment) -> None:
    changed = {**params(deployed), "clientSecret": "changed elsewhere"}
    deployed.tenant.edit(deployed.deployed.id, {"op": "replace", "path": "/auth/params", "value": changed})
    deployed.program["name"] = "Renamed"
    with pytest.raises(Refused, match=r"nothing that Adobe shows \(perhaps a credential\)"):
        deployed.up()
    assert params(deployed)["clientSecret"] == "changed elsewhere"


def test_a_change_between_our_etag_and_our_patch_is_not_written_over(deployed: Deployment) -> None:
    deployed.tenant.fault(kind="change_behind", method="PATCH")
    deployed.program["name"] = "Renamed"
    with pytest.raises(Refused, match="changed elsewhere by exc_app"):
        deployed.up()
    assert deployed.tenant.connection()["description"] == "changed behind your back"


@pytest.mark.parametrize("kind", ["drop_after", "truncate"])
def test_our_own_lost_patch_is_finished(deployed: Deployment, kind: str) -> None:
    secret = rotate(deployed)
    deployed.program.update(name="Renamed", description=None)
    deployed.tenant.fault(kind=kind, method="PATCH")
    assert deployed.up() == ["update"]
    after = deployed.tenant.connection()
    assert after["name"] == f"Renamed {SUFFIX}"
    assert "description" not in after
    assert params(deployed)["clientSecret"] == secret
    assert deployed.deployed.outputs["etag"] == after["etag"]


def test_a_patch_lost_for_good_before_an_edit_is_not_called_somebody_elses(deployed: Deployment) -> None:
    deployed.program["name"] = "Lost"
    deployed.tenant.fault(kind="drop_after", method="PATCH")
    deployed.tenant.fault(kind="status", status=403, method="PATCH")
    with pytest.raises(Refused):
        deployed.up()
    deployed.program["name"] = "Renamed"
    with pytest.raises(Refused, match=rf"was changed by an update that was cut off, .*: name is 'Lost {SUFFIX}'"):
        deployed.up()
    assert deployed.refresh() == ["drift"]
    assert deployed.up() == ["update"]
    assert deployed.tenant.connection()["name"] == f"Renamed {SUFFIX}"


def test_a_patch_lost_for_good_is_finished_by_the_next_command(deployed: Deployment) -> None:
    secret = rotate(deployed)
    deployed.program["description"] = None
    deployed.tenant.fault(kind="drop_after", method="PATCH")
    deployed.tenant.fault(kind="status", status=403, method="PATCH")
    with pytest.raises(Refused):
        deployed.up()
    assert deployed.up() == ["update"]
    assert params(deployed)["clientSecret"] == secret
    assert deployed.deployed.outputs["etag"] == deployed.tenant.connection()["etag"]


def test_a_patch_answer_without_an_etag_is_finished_by_the_next_command(deployed: Deployment) -> None:
    deployed.program["name"] = "Renamed"
    deployed.tenant.fault(kind="status", status=200, body={"id": "x"}, after_work=True, method="PATCH")
    with pytest.raises(Refused, match="answered 200 with no id and etag"):
        deployed.up()
    assert deployed.up() == ["update"]
    assert deployed.deployed.outputs["etag"] == deployed.tenant.connection()["etag"]


# New credentials that do not work


def test_credentials_that_fail_adobes_test_are_put_back(deployed: Deployment) -> None:
    before = deployed.tenant.connection()
    deployed.program.update(name="Renamed", access_token="1000.given.token", refresh_token="1000.not.valid")
    with pytest.raises(Refused) as refused:
        deployed.up()
    assert str(refused.value).startswith(
        f"Adobe's test of the connection {deployed.deployed.id} fails; the old credentials were put back. "
        "Check the credentials, the endpoint, and that Zoho lets in"
    )
    after = deployed.tenant.connection()
    assert after["auth"] == before["auth"]
    assert after["name"] == before["name"]
    assert deployed.refresh() == []
    deployed.program = program(deployed.tenant)
    assert deployed.up() == []


def test_after_a_put_back_the_next_command_goes_through(deployed: Deployment) -> None:
    deployed.program.update(access_token="1000.given.token", refresh_token="1000.not.valid")
    with pytest.raises(Refused):
        deployed.up()
    deployed.program = program(deployed.tenant, name="Renamed")
    assert deployed.up() == ["update"]
    assert deployed.deployed.outputs["etag"] == deployed.tenant.connection()["etag"]


def test_a_put_back_whose_answer_is_lost_is_not_called_a_failure(deployed: Deployment) -> None:
    before = deployed.tenant.connection()
    deployed.tenant.fault(kind="drop_after", method="PATCH", skip=1)
    deployed.program.update(access_token="1000.given.token", refresh_token="1000.not.valid")
    with pytest.raises(Refused, match="the old credentials were put back"):
        deployed.up()
    assert deployed.tenant.connection()["auth"] == before["auth"]


def test_credentials_that_cannot_be_put_back_are_an_error_that_says_so(deployed: Deployment) -> None:
    deployed.tenant.fault(kind="status", status=403, method="PATCH", skip=1)
    deployed.program.update(access_token="1000.given.token", refresh_token="1000.not.valid")
    with pytest.raises(Refused, match="fails with the new credentials, and the old ones could not be put back"):
        deployed.up()


def test_a_test_that_cannot_be_made_leaves_an_update_to_repeat(deployed: Deployment) -> None:
    secret = rotate(deployed)
    deployed.tenant.fault(kind="status", status=403, path="/test$")
    with pytest.raises(Refused):
        deployed.up()
    assert deployed.up() == ["update"]
    assert params(deployed)["clientSecret"] == secret
    assert deployed.up() == []


@pytest.mark.parametrize("code", ["FLOW-1445-400", "CONNECTOR-1300-400"])
def test_a_connection_that_adobe_does_not_let_change_says_what_remains(deployed: Deployment, code: str) -> None:
    body = {"type": f"http://ns.adobe.com/aep/errors/{code}", "title": "Invalid request", "detail": "Not enabled."}
    deployed.tenant.fault(kind="status", status=400, body=body, method="PATCH")
    deployed.program["name"] = "Renamed"
    with pytest.raises(Refused, match="`pulumi up --replace <its URN>` makes it anew"):
        deployed.up()


def test_a_leftover_in_the_way_of_a_rename_is_nobodys_business(deployed: Deployment) -> None:
    plant(deployed.tenant, f"Renamed {SUFFIX}")
    deployed.program["name"] = "Renamed"
    assert deployed.up() == ["update"]
