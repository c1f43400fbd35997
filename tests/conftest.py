"""What the tests share: the real engine, the emulator, and a tenant of its own for each test."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from emulator import launch
from engine import toolchain
from engine.random_plugin import ensure_random_plugin
from tests.support import processes
from tests.support.canaries import leaks
from tests.support.stack import PROGRAM, Stack, isolated_environment
from tests.support.tenant import Tenant


def pytest_configure() -> None:
    """Let Ctrl-C end what the tests start, also where the run itself ignores it."""
    processes.restore_signals()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Keep bytes out of the names of tests: what is packed holds its time, and no two collections would agree."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def no_process_outlives_its_test() -> Iterator[None]:
    """A test that fails in the middle leaves nothing behind for the next one."""
    yield
    processes.end_all()


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The credentials that emulators have issued. In the end no file of the run may hold one."""
    canaries: list[str] = []
    yield canaries
    assert leaks(tmp_path_factory.getbasetemp(), canaries) == {}


@contextmanager
def _emulator(folder: Path, issued: list[str]) -> Iterator[launch.Emulator]:
    with launch.start(folder) as running:
        yield running
        canaries = running.control("GET", "/canaries")["canaries"]
        assert canaries
        issued += canaries


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory, issued: list[str]) -> Iterator[launch.Emulator]:
    """One emulator for the whole run; tests keep apart by organization, and its clock is this machine's."""
    with _emulator(tmp_path_factory.mktemp("emulator"), issued) as running:
        yield running
        assert abs(running.control("GET", "/clock")["now"] - time.time()) < 60, "a test moved the clock of all others"


@pytest.fixture(scope="session")
def apart(tmp_path_factory: pytest.TempPathFactory, issued: list[str]) -> Iterator[launch.Emulator]:
    """One emulator for the tests that move its clock."""
    with _emulator(tmp_path_factory.mktemp("apart"), issued) as running:
        yield running


@pytest.fixture
def tenant(emulator: launch.Emulator) -> Tenant:
    """An organization of the test's own, with sandboxes, a client, and Zoho credentials."""
    return Tenant.create(emulator)


@pytest.fixture(scope="session")
def pulumi() -> toolchain.Toolchain:
    """The real engine, from this machine's cache."""
    return toolchain.ensure(print)


@pytest.fixture(scope="session")
def pulumi_home(pulumi: toolchain.Toolchain, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PULUMI_HOME of the run's own, with the random plugin in it."""
    home = tmp_path_factory.mktemp("pulumi-home")
    ensure_random_plugin(pulumi, home, print)
    return home


@pytest.fixture
def stack(pulumi: toolchain.Toolchain, pulumi_home: Path, tenant: Tenant, tmp_path: Path) -> Iterator[Stack]:
    """A new stack of the project's own program, configured for the tenant; its output is searched for secrets."""
    env = isolated_environment(pulumi, pulumi_home, tmp_path)
    made = Stack.create(tmp_path / "project", PROGRAM, env, f"test-{uuid.uuid4().hex[:8]}", tenant)
    yield made
    made.assert_no_secret_anywhere()
