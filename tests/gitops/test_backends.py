"""A team on one backend: two operators, locks, history, and an earlier state restored; by file and by PostgreSQL."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from engine import toolchain
from tests.support import processes
from tests.support.gitops import postgres
from tests.support.pages import blocks, shell
from tests.support.stack import PROGRAM, PROJECT, Stack, isolated_environment
from tests.support.tenant import Tenant

NAME = "prod"
"""The stack of the page's commands."""
CHECKPOINTS = """
select json_agg(convert_from(decode(data->>'data', 'base64'), 'utf8') order by key)
from pulumi_state where key like '%.checkpoint.json'
"""


@dataclass
class Backend:
    """Where the state is.

    Attributes:
        env: what Pulumi needs to know of it.
        checkpoints: gives the checkpoints of all updates, the oldest first, as the backend keeps them.
        content: gives what is in it and when it was written.
        connection: how `psql` finds it, if it is a database.
    """

    env: dict[str, str]
    checkpoints: Callable[[], list[str]]
    content: Callable[[], object]
    connection: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server for the whole run."""
    if postgres.programs() is None:
        pytest.skip("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    with postgres.running() as running:
        yield running


@pytest.fixture(params=["file", "postgres"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    """A backend that is empty."""
    if request.param == "file":
        folder = tmp_path / "state"
        history = folder / ".pulumi" / "history" / "zoho-adobe" / NAME
        return Backend(
            {"PULUMI_BACKEND_URL": folder.as_uri()},
            lambda: [path.read_text() for path in sorted(history.glob("*.checkpoint.json"))],
            lambda: {path: path.stat().st_mtime_ns for path in folder.rglob("*")},
        )
    server: postgres.Server = request.getfixturevalue("postgres_server")
    database = f"team_{uuid.uuid4().hex[:8]}"
    server.sql(f"create database {database}")

    def checkpoints() -> list[str]:
        texts: list[str] = json.loads(server.sql(CHECKPOINTS, database))
        return texts

    return Backend(
        {"PULUMI_BACKEND_URL": server.url(database), "PGPASSWORD": postgres.PASSWORD},
        checkpoints,
        lambda: server.sql("select key, updated_at from pulumi_state order by key", database),
        server.environment(database),
    )


@pytest.fixture
def operator(
    backend: Backend, pulumi: toolchain.Toolchain, pulumi_home: Path, tenant: Tenant, tmp_path: Path
) -> Iterator[Stack]:
    """The first operator, with the stack."""
    env = {**isolated_environment(pulumi, pulumi_home, tmp_path), **backend.env}
    made = Stack.create(tmp_path / "first", PROGRAM, env, NAME, tenant)
    yield made
    made.tenant.canaries.add(postgres.PASSWORD)
    made.assert_no_secret_anywhere()


def colleague(of: Stack) -> Stack:
    """Return another operator: a clone of the project elsewhere, the same backend."""
    folder = of.folder.parent / "second"
    shutil.copytree(of.folder, folder)
    return replace(of, folder=folder)


def background_up(stack: Stack) -> subprocess.Popen[str]:
    """Begin an update that takes a while, and wait until it is at work."""
    started = len(stack.tenant.requests("POST", "/connections"))
    stack.tenant.fault(kind="latency", method="POST", path="/connections$", seconds=5.0, times=1)
    process = processes.start(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack.name],
        cwd=stack.folder,
        env=stack.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        faults = stack.tenant.emulator.control("GET", "/faults")["faults"]
        mine = [item for item in faults if item["organization"] == stack.tenant.organization]
        if len(stack.tenant.requests("POST", "/connections")) > started or any(item["hits"] for item in mine):
            return process
        assert process.poll() is None, "the update ended"
        time.sleep(0.05)
    raise AssertionError("the update did not begin")


def test_two_operators_at_once(operator: Stack) -> None:
    other = colleague(operator)
    other.set_config("connectionName", "Renamed by the other one")
    first = background_up(operator)
    # However slow this machine is, the first one is not done before the other one has tried.
    first.send_signal(signal.SIGSTOP)
    refused = other.run("up", "--yes", "--skip-preview", "--non-interactive", "--stack", NAME, fails=True)
    assert refused.code == 1
    assert "the stack is currently locked by 1 lock(s)" in refused.text
    assert "pulumi cancel" in refused.text
    # Only to look needs no lock.
    assert other.preview().steps()["zoho-crm"] == "create"
    first.send_signal(signal.SIGCONT)
    out, _ = first.communicate(timeout=180)
    assert first.returncode == 0, out
    id_ = operator.tenant.connection()["id"]

    assert other.up().steps() == {"zoho-crm": "update"}
    assert operator.tenant.connection()["id"] == id_
    assert operator.tenant.connection()["name"].startswith("Renamed by the other one ")
    history = json.loads(other.run("stack", "history", "--stack", NAME, "--json").out)
    assert [item["result"] for item in history] == ["succeeded", "succeeded"]
    assert history[0]["resourceChanges"]["update"] == 1


@pytest.mark.long
@pytest.mark.parametrize("backend", ["file"], indirect=True)
def test_an_operator_who_is_cut_off_leaves_a_lock_and_loses_nothing(operator: Stack) -> None:
    process = background_up(operator)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    other = colleague(operator)
    refused = other.run("up", "--yes", "--skip-preview", "--non-interactive", "--stack", NAME, fails=True)
    assert "currently locked" in refused.text
    deadline = time.monotonic() + 120
    while not operator.tenant.connections() and time.monotonic() < deadline:
        time.sleep(0.2)
    other.run("cancel", "--yes", "--stack", NAME)
    other.up()
    assert operator.tenant.connection()["id"] == other.outputs()["baseConnectionId"]


@pytest.mark.long
def test_an_earlier_state_is_restored_as_the_page_says(operator: Stack, backend: Backend) -> None:
    operator.up()
    operator.set_config("connectionName", "Second")
    operator.up()
    id_ = operator.tenant.connection()["id"]
    urn = operator.resource("zoho-crm")["urn"]
    # Where the commands name it.
    (operator.folder / "scripts").symlink_to(PROJECT / "scripts")

    # Somebody takes the connection out of the state: the next update would try to make it again.
    operator.run("state", "delete", urn, "--yes", "--stack", NAME)
    before = backend.content()
    assert operator.preview().steps() == {"zoho-crm": "create"}
    assert backend.content() == before, "a preview writes to the backend"
    refused = operator.run("stack", "export", "--stack", NAME, "--version", "1", fails=True)
    assert "does not provide the ability to export previous deployments" in refused.text
    checkpoints = backend.checkpoints()
    assert len(checkpoints) == 2
    *_, from_file, from_postgres, look = blocks("backends.md")
    assert "psql" in from_postgres
    if backend.connection:
        shell(operator, from_postgres, **backend.connection)
    else:
        (name,) = re.findall(r"\S+\.checkpoint\.json", from_file)
        (operator.folder / name).write_text(checkpoints[-1])
        shell(operator, from_file)
    assert "1 to " not in shell(operator, look).out
    assert operator.preview("--expect-no-changes").steps() == {}
    assert operator.outputs()["baseConnectionId"] == id_
