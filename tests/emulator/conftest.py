from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from emulator.launch import Emulator, start
from tests.emulator.clients import Adobe


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with start(tmp_path_factory.mktemp("emulator")) as running:
        yield running


@pytest.fixture
def adobe(emulator: Emulator) -> Adobe:
    """A client of an organization that no other test has."""
    return Adobe(emulator, emulator.control("POST", "/organizations"))


@pytest.fixture
def colleague(emulator: Emulator, adobe: Adobe) -> Callable[..., Adobe]:
    """Make another client of the same organization."""

    def make(permissions: list[str], sandbox: str = "dev") -> Adobe:
        order = {"organization": adobe.organization, "permissions": permissions}
        return Adobe(emulator, emulator.control("POST", "/clients", order), sandbox)

    return make
