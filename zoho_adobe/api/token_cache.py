"""Shares access tokens between all processes of a user: Adobe and Zoho both ask not to be asked again and again.

Adobe's last a day, its identity service may throttle those who do not keep them
(https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/implementation).
One refresh token of Zoho's may make ten requests in ten minutes and have ten to fifteen access tokens alive; the oldest
dies when one more is made (https://www.zoho.com/accounts/protocol/oauth/token-limits.html). So a token is made once and
used until its life runs short. The file is readable by its owner alone, and holds access tokens only.

The files save requests and nothing else. Where one cannot be opened, locked, read or written, for whatever reason, the
session keeps the token in its memory and goes on.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, TypeVar, cast

from zoho_adobe.api.deadline import pause, remaining_seconds
from zoho_adobe.api.flights import Flights
from zoho_adobe.redaction import protect
from zoho_adobe.session import current

USE_WHILE = 600.0
"""Seconds of life that a token must have left to be given out."""
LOCK_SECONDS = 10.0
"""How long to wait for another process that makes the same token; it may have been stopped while it holds the lock."""

_CLOCK_STEP = 60.0
"""How far a clock is put right now and then."""
_MOST_BYTES = 65_536
_FROM_A_FILE = float("-inf")


@dataclass(frozen=True)
class AccessToken:
    """An access token.

    Attributes:
        value: the token itself.
        expires_at: when it ends, in seconds since 1970.
    """

    longest_life: ClassVar[float] = 86_400.0
    """The longest life that its service gives a token, in seconds."""

    value: str = field(repr=False)
    expires_at: float


T = TypeVar("T", bound=AccessToken)


class _Held(NamedTuple):
    token: AccessToken
    made_at: float
    """When this session made it, by its monotonic clock."""


class TokenCache:
    """The access tokens of a session."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, _Held] = {}
        self._flights: Flights[_Held] = Flights()

    def shared(
        self,
        kind: type[T],
        owner: tuple[str, ...],
        mint: Callable[[], T],
        *,
        rejected: str = "",
        made_since: float | None = None,
    ) -> T:
        """Return a token from the cache, or make one; see `shared_token`."""
        name = entry_name(owner)

        def fits(held: _Held) -> bool:
            return held.token.value != rejected and (made_since is None or held.made_at >= made_since)

        def take() -> _Held:
            with self._lock:
                held = self._held.get(name)
            if held is None or not fits(held) or not (_lasts(held.token) or made_since is not None):
                held = _from_file_or_made(kind, name, mint, fits)
                with self._lock:
                    self._held[name] = held
            return held

        while True:
            held, made_here = self._flights.join(name, take)
            if made_here or fits(held):
                protect(held.token.value)
                return cast(T, held.token)

    def made_since(self, owner: tuple[str, ...], moment: float) -> bool:
        """Return whether an owner's token was made here; see `was_made_since`."""
        with self._lock:
            held = self._held.get(entry_name(owner))
        return held is not None and held.made_at >= moment

    def remember(self, owner: tuple[str, ...], token: AccessToken) -> None:
        """Keep a token that was not asked for here; see `remember`."""
        name = entry_name(owner)
        with self._lock:
            self._held[name] = _Held(token, current().clock.monotonic())
        with _locked(name) as descriptor:
            if descriptor is not None:
                _write(descriptor, token)


def shared_token(
    kind: type[T],
    owner: tuple[str, ...],
    mint: Callable[[], T],
    *,
    rejected: str = "",
    made_since: float | None = None,
) -> T:
    """Return a token from the cache, or make one while every other thread and process that wants it waits.

    Args:
        kind: the class of the token.
        owner: whose it is: the server's URL and the credentials, secrets included. What is rotated must prove itself,
            so it has an entry of its own.
        mint: makes a token.
        rejected: a token that the service has just refused, having dropped it before its time; it is not given again.
        made_since: take none but a token that this session made then or later, by its monotonic clock: one from the
            cache proves nothing of what it was made from.

    Returns:
        A token with at least ten minutes of life, or a new one.

    Raises:
        Whatever `mint` raises.
    """
    return current().keep(TokenCache, TokenCache).shared(kind, owner, mint, rejected=rejected, made_since=made_since)


def remember(owner: tuple[str, ...], token: AccessToken) -> None:
    """Put a token into the cache that came with its refresh token, so that the next command need not make one.

    Args:
        owner: whose it is, as in `shared_token`.
        token: the access token.
    """
    current().keep(TokenCache, TokenCache).remember(owner, token)


def was_made_since(owner: tuple[str, ...], moment: float) -> bool:
    """Return whether the token of an owner was made by this session, and is not one that the cache held.

    Args:
        owner: whose it is, as in `shared_token`.
        moment: the earliest time that counts, by the session's monotonic clock.
    """
    return current().keep(TokenCache, TokenCache).made_since(owner, moment)


def cache_folder() -> Path:
    """Return the folder of the cache, by the XDG convention."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # A relative path is invalid by that convention: it would lead into whatever folder a command runs in.
    return (base if base.is_absolute() else Path.home() / ".cache") / "zoho-adobe" / "tokens"


def entry_name(owner: tuple[str, ...]) -> str:
    """Return the name of an entry's file, from which nothing of its owner can be read.

    Args:
        owner: whose token it is, as in `shared_token`.
    """
    digest = hashlib.sha256("\n".join(owner).encode()).hexdigest()
    return f"{digest}.json"


def _from_file_or_made(kind: type[T], name: str, mint: Callable[[], T], fits: Callable[[_Held], bool]) -> _Held:
    with _locked(name) as descriptor:
        if descriptor is not None:
            token = _load(kind, descriptor)
            if token is not None and fits(_Held(token, _FROM_A_FILE)):
                return _Held(token, _FROM_A_FILE)
        made = mint()
        if descriptor is not None:
            _write(descriptor, made)
        return _Held(made, current().clock.monotonic())


@contextlib.contextmanager
def _locked(name: str) -> Iterator[int | None]:
    """Open and lock an entry's file; None where that cannot be done."""
    descriptor = None
    # No home is a RuntimeError, a path that cannot be encoded a ValueError.
    with contextlib.suppress(OSError, RuntimeError, ValueError):
        descriptor = _open_locked(name)
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _open_locked(name: str) -> int:
    folder = cache_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a file, so reading it may take for ever")
        # A file that was there already may be open to others.
        os.fchmod(descriptor, 0o600)
        _lock_file(descriptor)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _lock_file(descriptor: int) -> None:
    """Lock a file; after a wait it is done without, while there is time left to make a token."""
    left, wait = min(LOCK_SECONDS, remaining_seconds() / 2), 0.01
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if left <= 0:
                raise
        pause(wait)
        left, wait = left - wait, min(wait * 2, 0.2)


def _write(descriptor: int, token: AccessToken) -> None:
    """Write an entry; where there is no room for it, none is left."""
    text = json.dumps(asdict(token)).encode()
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        if os.pwrite(descriptor, text, 0) < len(text):
            os.ftruncate(descriptor, 0)


def _load(kind: type[T], descriptor: int) -> T | None:
    try:
        text = os.pread(descriptor, _MOST_BYTES, 0)
    except OSError:
        return None
    return _read(kind, text.decode("utf-8", "replace"))


def _read(kind: type[T], text: str) -> T | None:
    """Read an entry; one that is damaged, foreign or short of life counts as none."""
    try:
        token = kind(**{name: _as_field(name, value) for name, value in json.loads(text).items()})
    except (ValueError, AttributeError, TypeError, OverflowError, RecursionError):
        return None
    return token if token.value and _lasts(token) else None


def _as_field(name: str, value: Any) -> Any:
    if name == "expires_at":
        return float(value)
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("not an entry of this cache")
    return tuple(texts) if isinstance(value, list) else value


def _lasts(token: AccessToken) -> bool:
    """Return whether a token has life enough; more than any has means that the clock was ahead when it was made."""
    return USE_WHILE <= token.expires_at - current().clock.now() <= token.longest_life + _CLOCK_STEP
