"""Replace and delete: refused with names while something is built on it, in the old sandbox, and never twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment
from tests.support.wire.plugin import Refused


def build_on(tenant: Tenant, id_: str, *, flow: bool = True, number: int = 1) -> str:
    """Put a source connection, and a dataflow from it, on a connection; give the topmost one's id."""
    source = tenant.plant("sourceConnections", {"name": f"Source {number}", "baseConnectionId": id_})
    if not flow:
        return str(source["id"])
    made = tenant.plant("flows", {"name": f"Flow {number}", "sourceConnectionIds": [source["id"]]})
    return str(made["id"])


def test_a_delete_waits_until_it_is_gone(deployed: Deployment) -> None:
    id_ = deployed.deployed.id
    deployed.destroy()
    assert deployed.tenant.connections() == []
    last = deployed.tenant.requests()[-1]
    assert (last["method"], last["path"].rsplit("/", 1)[1], last["status"]) == ("GET", id_, 404)


def test_a_delete_that_adobe_takes_its_time_for_is_waited_for(deployed: Deployment) -> None:
    shown = {**deployed.tenant.connection(), "auth": {"params": {}}}
    deployed.tenant.fault(
        kind="status", status=200, body={"items": [shown]}, path=f"/{deployed.deployed.id}$", method="GET", times=2
    )
    deployed.destroy()
    assert len(deployed.tenant.requests("GET", deployed.deployed.id if deployed.state else "/connections/")) == 3


def test_what_is_gone_already_is_deleted(deployed: Deployment) -> None:
    deployed.tenant.remove(deployed.deployed.id)
    deployed.destroy()
    assert deployed.state is None


@pytest.mark.parametrize("kind", ["drop_after", "truncate", "drop_before"])
def test_a_delete_whose_answer_is_lost_is_finished(deployed: Deployment, kind: str) -> None:
    deployed.tenant.fault(kind=kind, method="DELETE")
    deployed.destroy()
    assert deployed.tenant.connections() == []


def test_a_dataflow_on_it_is_named(deployed: Deployment) -> None:
    id_ = deployed.deployed.id
    flow = build_on(deployed.tenant, id_)
    with pytest.raises(Refused) as refused:
        deployed.destroy()
    assert str(refused.value) == (
        f"the connection {id_} cannot be deleted: in use by dataflow 'Flow 1' ({flow}). "
        "Delete these first, or leave the connection as it is."
    )
    assert deployed.tenant.requests("DELETE") == []
    assert deployed.deployed.id == id_


def test_a_source_connection_without_a_dataflow_is_named(deployed: Deployment) -> None:
    source = build_on(deployed.tenant, deployed.deployed.id, flow=False)
    with pytest.raises(Refused, match=rf"in use by source connection 'Source 1' \({source}\)"):
        deployed.destroy()


def test_many_dependents_are_counted(deployed: Deployment) -> None:
    for number in range(25):
        build_on(deployed.tenant, deployed.deployed.id, number=number)
    with pytest.raises(Refused, match="and 15 more"):
        deployed.destroy()


def test_what_is_built_on_another_connection_is_nobodys_business(deployed: Deployment) -> None:
    build_on(deployed.tenant, "another-id")
    deployed.destroy()
    assert deployed.tenant.connections() == []


FAILURES: list[dict[str, Any]] = [
    {"kind": "status", "status": 403},
    {"kind": "status", "status": 400},
    {"kind": "html", "status": 404},
    {"kind": "garbage_json"},
]


@pytest.mark.parametrize("path", ["/sourceConnections$", "/flows$"])
@pytest.mark.parametrize("fault", FAILURES, ids=lambda fault: "-".join(str(value) for value in fault.values()))
def test_a_delete_whose_dependents_cannot_be_listed_deletes_nothing(
    deployed: Deployment, path: str, fault: dict[str, Any]
) -> None:
    build_on(deployed.tenant, deployed.deployed.id, flow=False)
    deployed.tenant.fault(path=path, **fault)
    with pytest.raises(Refused):
        deployed.destroy()
    assert len(deployed.tenant.connections()) == 1
    assert deployed.tenant.requests("DELETE") == []


def test_a_sandbox_that_does_not_exist_is_never_deleted(deployed: Deployment) -> None:
    deployed.deployed.outputs["sandbox"] = "missing"
    with pytest.raises(Refused, match="has a sandbox named 'missing'"):
        deployed.destroy()
    assert deployed.state is not None


def test_an_html_404_of_the_delete_is_no_success(deployed: Deployment) -> None:
    deployed.tenant.fault(kind="html", status=404, method="DELETE")
    with pytest.raises(Refused, match="an HTML page"):
        deployed.destroy()
    assert len(deployed.tenant.connections()) == 1


# Replacement


def test_another_sandbox_is_a_replacement(deployed: Deployment) -> None:
    deployed.config["zoho-adobe:sandbox"] = "stage"
    first = deployed.deployed.id
    assert deployed.up() == ["delete", "create"]
    made = deployed.tenant.connection()
    assert (made["id"], made["sandboxName"]) == (deployed.deployed.id, "stage")
    assert made["id"] != first


def test_another_spec_is_a_replacement(deployed: Deployment) -> None:
    outputs = {**deployed.deployed.outputs, "connection_spec": "an-older-one/0.9"}
    provider = deployed.provider()
    assert provider.diff(deployed.deployed.id, outputs, deployed.deployed.inputs) == ["connection_spec"]


def test_another_organization_is_an_error_in_the_preview(deployed: Deployment) -> None:
    deployed.config["zoho-adobe:organization"] = "OTHER@AdobeOrg"
    with pytest.raises(Refused, match="An object cannot move to another organization"):
        deployed.up()
    assert deployed.tenant.requests() == []


def test_a_diff_without_replacement_sends_nothing(deployed: Deployment) -> None:
    provider = deployed.provider()
    for changes in ({}, {"name": "Renamed"}, {"client_secret": "another-one"}):
        inputs = provider.check({**deployed.program, **changes}, deployed.deployed.inputs).inputs
        assert provider.diff(deployed.deployed.id, deployed.deployed.outputs, inputs) == []
    assert deployed.tenant.requests() == []


def test_a_replacement_of_what_is_in_use_is_refused_in_the_preview(deployed: Deployment) -> None:
    flow = build_on(deployed.tenant, deployed.deployed.id)
    deployed.config["zoho-adobe:sandbox"] = "stage"
    with pytest.raises(Refused, match=rf"cannot be replaced \(sandbox changes\): in use by dataflow .*{flow}"):
        deployed.up()
    assert len(deployed.tenant.connections()) == 1


def test_a_forced_replacement_leaves_one(deployed: Deployment) -> None:
    first = deployed.deployed.id
    assert deployed.up(replace=True) == ["delete", "create"]
    assert deployed.tenant.connection()["id"] == deployed.deployed.id != first
