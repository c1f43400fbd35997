from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.launch import Emulator, start
from tests.support.canaries import leaks
from tests.support.exporter.site import Site


@pytest.fixture(scope="session")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator whose clock these tests move. In the end no file may hold a secret of it."""
    with start(tmp_path_factory.mktemp("exporter")) as running:
        yield running
        issued = running.control("GET", "/canaries")["canaries"]
        assert issued
        assert leaks(tmp_path_factory.getbasetemp(), issued) == {}


@pytest.fixture
def site(apart: Emulator, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A CRM, a landing zone and a dataset, and an exporter between them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    made = Site(apart)
    yield made
    made.assert_no_secret_was_told()
