"""A session keeps one object of each kind, and runs that share a process share nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pulumi
import pytest

from tests.support.clocks import ManualClock
from zoho_adobe import dynamic
from zoho_adobe.api.clients import clients_for
from zoho_adobe.api.deadline import held, operation, operation_began, pause, remaining_seconds
from zoho_adobe.errors import OutOfTimeError
from zoho_adobe.resources import base_connection
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.session import Session, current
from zoho_adobe.settings import Settings

SETTINGS = Settings(organization="A@AdobeOrg", sandbox="dev")


def test_an_object_is_made_once_by_however_many_threads(session: Session) -> None:
    made: list[object] = []

    def make() -> object:
        made.append(object())
        return made[-1]

    together = threading.Barrier(8, timeout=30)

    def ask(_: int) -> object:
        together.wait()
        return session.keep("key", make)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert len(made) == 1


def test_clients_are_shared_by_equal_settings_of_a_session_alone() -> None:
    here = clients_for(SETTINGS)
    assert clients_for(Settings(organization="A@AdobeOrg", sandbox="dev")) is here
    assert clients_for(Settings(organization="A@AdobeOrg", sandbox="prod")) is not here
    with Session().active():
        assert clients_for(SETTINGS) is not here
    assert clients_for(SETTINGS) is here


def test_a_thread_needs_a_copy_of_the_context_to_be_in_the_session(session: Session) -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(current).result() is not session
        assert pool.submit(copy_context().run, current).result() is session


def test_the_lifecycles_of_a_provider_share_a_session_and_others_have_their_own() -> None:
    shared = {value.session for value in vars(dynamic).values() if isinstance(value, Lifecycle)}
    assert len(shared) == 1
    assert base_connection.BaseConnectionLifecycle().session not in shared


def test_each_program_is_warned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs that one process of the Automation API runs, even in one session."""
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    for root in (object(), object()):
        monkeypatch.setattr(pulumi.runtime, "get_root_resource", lambda root=root: root)
        base_connection._warn_of_deprecation()
        base_connection._warn_of_deprecation()
    assert len(told) == 2


# Waits


def test_a_pause_ends_with_the_operation(manual_clock: ManualClock) -> None:
    with operation(10.0):
        pause(4.0)
        pause(60.0)
        assert remaining_seconds() == 0.0
        pause(60.0)
        assert operation_began() == manual_clock.now - 10.0
    pause(-1.0)
    assert manual_clock.waits == [4.0, 6.0]


def test_a_lock_is_waited_for_no_longer_than_the_operation_lasts() -> None:
    lock = threading.Lock()
    with held(lock):
        assert lock.locked()
        with operation(0.0), pytest.raises(OutOfTimeError), held(lock):
            pytest.fail("it was held")
    assert not lock.locked()
