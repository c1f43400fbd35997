"""`ZOHO_ADOBE_DEBUG=1`: what the provider's process shows then, and that no secret is in it."""

from __future__ import annotations

import re
from pathlib import Path

import grpc
import pytest
from pulumi.runtime import proto

from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment, program, settings_of
from tests.support.wire.plugin import Plugin, Refused, _struct

LINE = re.compile(
    r"\d{4}-\d\d-\d\d [\d:,]+ zoho_adobe\.http "
    r"(?P<request>[A-Z][\w ]+: (GET|POST|PATCH|DELETE) /\S*) (?P<status>\d{3}|no answer \(\w+\)) in \d+ ms"
    r"(, request id \S+)?, attempt [1-5]"
)


def life(plugin: Plugin, tenant: Tenant) -> None:
    """Make, rename, rotate and delete a connection, with an answer that is lost and secrets that are echoed."""
    deployed = Deployment(plugin, tenant, settings_of(tenant), program(tenant, verify="credentials"))
    tenant.fault(kind="drop_after", method="POST", path="/connections$")
    deployed.up()
    secrets = " ".join(sorted(tenant.canaries))
    tenant.fault(kind="status", status=400, body={"message": f"no {secrets}"}, method="PATCH")
    deployed.program["name"] = "Renamed"
    with pytest.raises(Refused):
        deployed.up()
    deployed.program["client_secret"] = tenant.new_zoho_secret()
    deployed.up()
    deployed.refresh()
    deployed.destroy()


def create_without_a_name(plugin: Plugin, tenant: Tenant) -> str:
    """Call the provider as no engine would, to meet an error that nobody expected."""
    provider = plugin.provider(settings_of(tenant))
    inputs = provider.check(program(tenant)).inputs
    del inputs["name"]
    request = proto.CreateRequest(properties=_struct({**inputs, "__provider": provider.reference}))
    with pytest.raises(grpc.RpcError) as refused:
        plugin.stub.Create(request, timeout=60)
    return str(refused.value.details())


def test_one_line_a_request_and_no_secret(tenant: Tenant, tmp_path: Path) -> None:
    with Plugin.start(tmp_path, ZOHO_ADOBE_DEBUG="1") as plugin:
        life(plugin, tenant)
        plugin.assert_no_secret(tenant.canaries)
        lines = plugin.log.read_text().splitlines()
    matches = [LINE.fullmatch(line) for line in lines]
    assert not [line for line, match in zip(lines, matches, strict=True) if match is None]
    seen = {f"{match['request']} {match['status']}" for match in matches if match}
    for expected in (
        r"Adobe IMS: POST /\S+/token/v3 200",
        r"Flow Service: POST /\S+/flowservice/connections no answer \(LostAnswerError\)",
        r"Flow Service: GET /\S+/connections/[\w-]+/test 200",
        r"Flow Service: PATCH /\S+/connections/[\w-]+ 400",
        r"Zoho accounts: POST /\S+/oauth/v2/token 200",
        r"Zoho CRM: GET /\S+/settings/modules 200",
    ):
        assert any(re.fullmatch(expected, line) for line in seen), expected
    asked = tenant.requests()
    assert len([line for line in lines if "Flow Service: " in line]) == len(
        [item for item in asked if "/flowservice/" in item["path"]]
    )
    # No query is shown, and the requests had some.
    assert [item for item in asked if item["query"]]
    assert not [line for line in lines if "?" in line]


def test_nothing_is_shown_without_it(tenant: Tenant, tmp_path: Path) -> None:
    with Plugin.start(tmp_path) as plugin:
        life(plugin, tenant)
        told = create_without_a_name(plugin, tenant)
        assert plugin.log.read_text() == ""
    assert "failed unexpectedly: KeyError at inputs.py:" in told
    assert told.count("\n") == 0


def test_an_unexpected_error_is_shown_with_its_traceback(tenant: Tenant, tmp_path: Path) -> None:
    with Plugin.start(tmp_path, ZOHO_ADOBE_DEBUG="1") as plugin:
        told = create_without_a_name(plugin, tenant)
        plugin.assert_no_secret(tenant.canaries)
        shown = plugin.log.read_text()
    assert "failed unexpectedly: KeyError at " in told
    assert "Traceback" not in told
    assert " zoho_adobe Traceback (most recent call last):\n" in shown
    assert shown.endswith("KeyError: 'name'\n")
