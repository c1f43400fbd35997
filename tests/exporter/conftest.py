from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.launch import Emulator
from tests.support.exporter.site import Site


@pytest.fixture
def site(apart: Emulator, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A CRM, a landing zone and a dataset, and an exporter between them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    made = Site(apart)
    yield made
    made.assert_no_secret_was_told()
