"""`zone`: where the landing zone is, and the one command that renews its credentials."""

from __future__ import annotations

import pytest

from tests.support.cli.shell import Shell
from tests.support.cli.terminal import Terminal
from tests.support.tenant import Tenant


def refreshes(tenant: Tenant) -> list[str]:
    return [item["path"] for item in tenant.requests("POST", "/landingzone/credentials")]


def test_it_shows_where_the_zone_is_and_asks_for_no_credentials(shell: Shell, tenant: Tenant) -> None:
    done = shell.run("zone")
    assert (done.code, done.out) == (
        0,
        "sandbox dev: container dlz-user-container on Azure; files are kept for 7 days\n",
    )
    assert tenant.requests(path="/landingzone/credentials") == []


def test_a_zone_on_aws(shell: Shell, tenant: Tenant) -> None:
    tenant.change_zone(provider="aws", ttl_days=5)
    assert "bucket dlz-prod-" in (out := shell.run("zone").out)
    assert "on AWS; files are kept for 5 days" in out


def test_a_refresh_without_a_terminal_changes_nothing(shell: Shell, tenant: Tenant) -> None:
    done = shell.run("zone", "--refresh")
    assert done.code == 2
    assert "run it at a terminal, or with --yes" in done.err
    assert refreshes(tenant) == []


def test_a_refresh_says_whom_it_cuts_off_and_prints_no_credential(shell: Shell, tenant: Tenant) -> None:
    before = tenant.zone()["sas"]
    done = shell.run("zone", "--refresh", "--yes")
    after = tenant.zone()["sas"]
    assert done.code == 0
    assert "other teams' uploads" in done.err
    assert done.out.endswith("the credentials were renewed\n")
    assert before != after
    assert not any(part in done.out + done.err for sas in (before, after) for part in (sas, sas.rpartition("sig=")[2]))


@pytest.mark.parametrize(("typed", "renewed"), [("dev", True), ("prod", False), ("", False)])
def test_at_a_terminal_a_person_types_the_sandboxes_name(
    shell: Shell, tenant: Tenant, typed: str, renewed: bool
) -> None:
    terminal = Terminal("zone", "--refresh", env=shell.env, cwd=shell.folder)
    terminal.wait_for("Type the sandbox's name to go on")
    terminal.type(f"{typed}\n")
    terminal.wait_for("the credentials were renewed" if renewed else "nothing was changed")
    assert terminal.end() == int(not renewed)
    assert bool(refreshes(tenant)) is renewed


def test_a_zone_on_aws_is_not_refreshed(shell: Shell, tenant: Tenant) -> None:
    tenant.change_zone(provider="aws")
    done = shell.run("zone", "--refresh", "--yes")
    assert done.code == 1
    assert "not allowed" in done.err
