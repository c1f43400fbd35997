from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator.launch import Emulator, start
from tests.support.emulator import azurite as microsoft
from tests.support.emulator.clients import Adobe
from tests.support.emulator.files import FilePipeline
from tests.support.emulator.pipeline import Pipeline


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with start(tmp_path_factory.mktemp("emulator")) as running:
        yield running


@pytest.fixture
def adobe(emulator: Emulator) -> Adobe:
    """A client of an organization that no other test has."""
    return Adobe(emulator, emulator.control("POST", "/organizations"))


@pytest.fixture
def pipeline(emulator: Emulator) -> Pipeline:
    """A client of an organization that no other test has, with a CRM of its own."""
    return Pipeline(emulator, emulator.control("POST", "/organizations"))


@pytest.fixture
def files(emulator: Emulator) -> FilePipeline:
    """A client of an organization that no other test has, with a landing zone."""
    return FilePipeline(emulator, emulator.control("POST", "/organizations"))


@pytest.fixture(scope="module")
def refuser(emulator: Emulator) -> Pipeline:
    """One for all tests of a module that change nothing."""
    return Pipeline(emulator, emulator.control("POST", "/organizations"))


@pytest.fixture(scope="module")
def refused_flow(refuser: Pipeline) -> dict[str, Any]:
    """The body of a flow, as it would be right."""
    return refuser.flow_body()


@pytest.fixture
def colleague(emulator: Emulator, adobe: Adobe) -> Callable[..., Adobe]:
    """Make another client of the same organization."""

    def make(permissions: list[str], sandbox: str = "dev") -> Adobe:
        order = {"organization": adobe.organization, "permissions": permissions}
        return Adobe(emulator, emulator.control("POST", "/clients", order), sandbox)

    return make


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[microsoft.Azurite]:
    with microsoft.running(tmp_path_factory.mktemp("azurite")) as server:
        yield server
