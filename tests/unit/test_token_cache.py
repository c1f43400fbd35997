"""The token cache: for its owner's eyes, whatever was at its place before, and never a reason to fail."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import resource
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest

from tests.support.clocks import ManualClock
from zoho_adobe.api import token_cache
from zoho_adobe.api.deadline import operation
from zoho_adobe.api.zoho_accounts import ZohoAccessToken
from zoho_adobe.errors import LostAnswerError, OutOfTimeError, ZohoAdobeError, ZohoRefreshTokenError
from zoho_adobe.session import Session, current

ACCOUNT = ("https://accounts.zoho.eu", "id", "a-client-secret", "1000.refresh.token")


def token(value: str) -> ZohoAccessToken:
    return ZohoAccessToken(value, current().clock.now() + 3600, "https://www.zohoapis.eu", ())


def ask(value: str, **options: Any) -> str:
    """Ask for the account's token, made with this value where it has to be."""
    return token_cache.shared_token(ZohoAccessToken, ACCOUNT, lambda: token(value), **options).value


def ask_as_another_process(value: str) -> str:
    with Session(current().clock).active():
        return ask(value)


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of the account's entry."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "zoho-adobe" / "tokens" / token_cache.entry_name(ACCOUNT)


@contextlib.contextmanager
def locked(entry: Path) -> Iterator[Callable[[], None]]:
    """Hold the entry's lock as a process does that has been stopped; it can be let go."""
    entry.parent.mkdir(parents=True, exist_ok=True)
    with entry.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield lambda: fcntl.flock(file, fcntl.LOCK_UN)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_entry_is_for_its_owner_alone(entry: Path) -> None:
    previous = os.umask(0)
    try:
        assert ask("first") == "first"
    finally:
        os.umask(previous)
    assert mode(entry) == 0o600
    assert mode(entry.parent) == 0o700
    assert ask("second") == ask_as_another_process("third") == "first"


def test_a_file_that_anybody_could_read_is_closed_before_a_token_goes_into_it(entry: Path) -> None:
    entry.parent.mkdir(parents=True)
    entry.touch()
    entry.chmod(0o644)

    def mint() -> ZohoAccessToken:
        assert mode(entry) == 0o600
        return token("first")

    token_cache.shared_token(ZohoAccessToken, ACCOUNT, mint)
    assert mode(entry) == 0o600


def test_a_link_is_not_followed(entry: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("not ours")
    entry.parent.mkdir(parents=True)
    entry.symlink_to(elsewhere)
    assert ask("first") == ask("second") == "first"
    token_cache.remember(ACCOUNT, token("third"))
    assert elsewhere.read_text() == "not ours"
    assert entry.is_symlink()


# A cache that cannot be used


def a_file_in_the_way(entry: Path) -> None:
    entry.parent.parent.write_text("not a folder")


def a_folder_in_the_way(entry: Path) -> None:
    entry.mkdir(parents=True)


def a_pipe_in_the_way(entry: Path) -> None:
    entry.parent.mkdir(parents=True)
    os.mkfifo(entry)


@pytest.mark.parametrize("obstacle", [a_file_in_the_way, a_folder_in_the_way, a_pipe_in_the_way])
def test_what_is_in_the_way_is_done_without(entry: Path, obstacle: Callable[[Path], None]) -> None:
    obstacle(entry)
    assert ask("first") == ask("second") == "first"
    token_cache.remember(ACCOUNT, token("third"))
    assert ask("fourth") == "third"


@pytest.mark.parametrize(
    ("call", "codes"),
    [
        ("mkdir", (errno.EROFS, errno.EACCES, errno.ENOSPC)),
        ("open", (errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ESTALE)),
        ("fchmod", (errno.EPERM, errno.EROFS)),
        ("pread", (errno.EIO, errno.ESTALE)),
        ("ftruncate", (errno.EIO, errno.EROFS)),
        ("pwrite", (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)),
        ("close", (errno.EIO, errno.ENOSPC, errno.EDQUOT)),
    ],
)
def test_a_disk_that_fails_is_done_without(
    entry: Path, monkeypatch: pytest.MonkeyPatch, call: str, codes: tuple[int, ...]
) -> None:
    assert entry.name
    for code in codes:

        def fail(*_: object, code: int = code, **__: object) -> None:
            raise OSError(code, os.strerror(code))

        with Session(current().clock).active(), monkeypatch.context() as patched:
            if call == "mkdir":
                patched.setattr(Path, call, fail)
            else:
                patched.setattr(os, call, fail)
            made = ask("first")
            again = ask("second")
            token_cache.remember(ACCOUNT, token("third"))
            kept = ask("fourth")
        assert (made, again, kept) == ("first", "first", "third")
        entry.unlink(missing_ok=True)


def test_a_file_system_without_locks_is_done_without(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", fail)
    assert ask("first") == ask("second") == "first"
    assert not entry.read_bytes()


def test_a_disk_without_room_is_done_without(entry: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        said = [ask("first"), ask("second")]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert said == ["first", "first"]
    assert not entry.read_bytes()


def test_an_entry_that_was_written_in_part_is_none(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.pwrite
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", lambda file, text, at: whole(file, text[:20], at))
        assert ask("first") == "first"
    assert not entry.read_bytes()
    assert ask_as_another_process("second") == "second"
    assert json.loads(entry.read_text())["value"] == "second"


def test_a_token_that_was_made_while_the_clock_was_ahead_is_made_again(entry: Path, manual_clock: ManualClock) -> None:
    manual_clock.now += 2 * 86_400
    assert ask_as_another_process("of the day after tomorrow") == "of the day after tomorrow"
    manual_clock.now -= 2 * 86_400
    assert ask_as_another_process("of today") == "of today"
    # This process made its token before the clock went back.
    manual_clock.now += 86_400
    assert ask("of tomorrow") == "of tomorrow"
    manual_clock.now -= 86_400
    assert ask("of today again") == "of today again"
    assert json.loads(entry.read_text())["value"] == "of today again"


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_at": "Infinity"},
        {"expires_at": 1e300},
        {"value": None},
        {"value": {"a": 1}},
        {"scopes": [1]},
        {"v": 2},
    ],
)
def test_an_entry_of_another_shape_is_none(entry: Path, changes: dict[str, Any]) -> None:
    assert ask_as_another_process("first") == "first"
    entry.write_text(json.dumps({**json.loads(entry.read_text()), **changes}))
    assert ask("second") == "second"


def test_a_relative_folder_is_not_followed_into_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for invalid in ("", ".cache", "./here"):
        monkeypatch.setenv("XDG_CACHE_HOME", invalid)
        assert token_cache.cache_folder() == tmp_path / ".cache" / "zoho-adobe" / "tokens"


def test_a_huge_file_is_not_read_into_memory(entry: Path) -> None:
    entry.parent.mkdir(parents=True)
    with entry.open("wb") as file:
        file.truncate(1 << 40)
    assert ask("first") == "first"
    assert json.loads(entry.read_text())["value"] == "first"


# A lock that somebody holds


def test_a_stopped_process_that_holds_the_lock_is_not_waited_for(entry: Path, manual_clock: ManualClock) -> None:
    with locked(entry):
        assert ask("first") == "first"
        assert 0 < sum(manual_clock.waits) <= token_cache.LOCK_SECONDS + 0.2
        waited = len(manual_clock.waits)
        assert ask("second") == "first"
        assert len(manual_clock.waits) == waited


def test_the_wait_for_a_lock_leaves_time_to_make_a_token(entry: Path, manual_clock: ManualClock) -> None:
    began = manual_clock.now
    with locked(entry), operation(4.0):
        assert ask("first") == "first"
    assert manual_clock.now - began <= 2.2


def test_what_the_other_process_makes_meanwhile_is_taken(
    entry: Path, manual_clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with locked(entry) as let_go:
        passes = manual_clock.sleep

        def sleep(seconds: float) -> None:
            passes(seconds)
            entry.write_text(json.dumps(vars(token("the other's"))))
            let_go()

        monkeypatch.setattr(manual_clock, "sleep", sleep)
        with Session(manual_clock.clock).active():
            assert ask("first") == "the other's"


# Threads


def in_threads(number: int, work: Callable[[], str]) -> list[str | ZohoAdobeError]:
    """Do something in many threads of the session at once."""

    def guarded() -> str | ZohoAdobeError:
        try:
            return work()
        except ZohoAdobeError as error:
            return error

    with ThreadPoolExecutor(number) as pool:
        return [future.result() for future in [pool.submit(copy_context().run, guarded) for _ in range(number)]]


class Mint:
    """Makes tokens, the first one once all the others wait for it."""

    def __init__(self, waiting: int, *failures: ZohoAdobeError) -> None:
        self.made = 0
        self._failures = list(failures)
        self._waiting = waiting
        self._arrived = threading.Semaphore(0)

    def arrive(self) -> None:
        self._arrived.release()

    def __call__(self) -> ZohoAccessToken:
        if not self.made:
            for _ in range(self._waiting):
                assert self._arrived.acquire(timeout=30)
        self.made += 1
        if self._failures:
            raise self._failures.pop(0)
        return token(f"number {self.made}")


def share(mint: Mint) -> str:
    mint.arrive()
    return token_cache.shared_token(ZohoAccessToken, ACCOUNT, mint).value


@pytest.mark.usefixtures("entry")
def test_threads_share_one_token() -> None:
    mint = Mint(20)
    assert set(in_threads(20, lambda: share(mint))) == {"number 1"}
    assert mint.made == 1


@pytest.mark.usefixtures("entry")
def test_an_answer_that_was_lost_is_asked_for_again() -> None:
    mint = Mint(2, LostAnswerError("lost"))
    said = in_threads(2, lambda: share(mint))
    assert sorted(str(item) for item in said) == ["lost.", "number 2"]


@pytest.mark.usefixtures("entry")
def test_different_credentials_do_not_wait_for_each_other() -> None:
    together = threading.Barrier(20, timeout=30)

    def one(number: int) -> str:
        def mint() -> ZohoAccessToken:
            together.wait()
            return token(f"number {number}")

        return token_cache.shared_token(ZohoAccessToken, (*ACCOUNT, str(number)), mint).value

    with ThreadPoolExecutor(20) as pool:
        said = [pool.submit(copy_context().run, one, number) for number in range(20)]
    assert [future.result() for future in said] == [f"number {number}" for number in range(20)]


@pytest.mark.usefixtures("entry")
def test_nobody_waits_for_another_thread_longer_than_the_operation_lasts() -> None:
    began, over = threading.Event(), threading.Event()

    def mint() -> ZohoAccessToken:
        began.set()
        assert over.wait(30)
        return token("late")

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(copy_context().run, lambda: token_cache.shared_token(ZohoAccessToken, ACCOUNT, mint))
        assert began.wait(30)
        with operation(0.0), pytest.raises(OutOfTimeError):
            ask("first")
        over.set()
        assert other.result().value == "late"


# What a token proves


def test_a_cached_token_does_not_count_where_one_must_be_new(entry: Path, manual_clock: ManualClock) -> None:
    assert ask("first") == "first"
    manual_clock.now += 1
    assert ask("second", made_since=0.0) == "first"
    assert ask("second", made_since=manual_clock.now) == "second"
    with Session(manual_clock.clock).active():
        assert ask("third") == "second"
        assert not token_cache.was_made_since(ACCOUNT, 0.0)
        assert ask("fourth", made_since=0.0) == "fourth"
        assert token_cache.was_made_since(ACCOUNT, 0.0)
    assert json.loads(entry.read_text())["value"] == "fourth"


@pytest.mark.usefixtures("entry")
def test_a_refusal_is_not_a_token(manual_clock: ManualClock) -> None:
    ask("first")
    manual_clock.now += 1

    def refuse() -> ZohoAccessToken:
        raise ZohoRefreshTokenError("revoked", service="Zoho accounts", status=200)

    with pytest.raises(ZohoRefreshTokenError):
        token_cache.shared_token(ZohoAccessToken, ACCOUNT, refuse, made_since=manual_clock.now)


@pytest.mark.usefixtures("entry")
def test_a_token_is_renewed_while_ten_minutes_are_left(manual_clock: ManualClock) -> None:
    ask("first")
    manual_clock.now += 3600 - token_cache.USE_WHILE
    assert ask("second") == "first"
    manual_clock.now += 1
    assert ask("second") == "second"


@pytest.mark.usefixtures("entry")
def test_a_token_that_was_refused_is_not_given_again() -> None:
    ask("first")
    assert ask("second", rejected="first") == "second"
    assert ask("third", rejected="first") == "second"
