"""What nobody would write down is not made: the engine is missed once it is gone."""

from __future__ import annotations

import socket

import pytest

from zoho_adobe.errors import ZohoAdobeError
from zoho_adobe.resources.engine_life import EngineLife, require_engine, watch_engine
from zoho_adobe.session import Session


def test_an_engine_that_ends_is_missed() -> None:
    session = Session()
    with socket.create_server(("127.0.0.1", 0)) as engine, session.active():
        watch_engine(session, [f"127.0.0.1:{engine.getsockname()[1]}"])
        require_engine()
    with session.active(), pytest.raises(ZohoAdobeError, match="the engine has ended, so nothing more is made"):
        require_engine()


@pytest.mark.parametrize("arguments", [[], ["127.0.0.1:1"], ["unix:/run/engine"], ["--help"], ["127.0.0.1:x"]])
def test_one_that_never_answered_is_not(arguments: list[str]) -> None:
    assert not EngineLife(arguments).over()
    with Session().active():
        require_engine()
