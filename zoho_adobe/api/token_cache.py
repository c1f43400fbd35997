"""Shares access tokens between all processes of a user: Adobe and Zoho both ask not to be asked again and again.

Adobe's last a day, its identity service may throttle those who do not keep them
(https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/implementation).
One refresh token of Zoho's may make ten requests in ten minutes and have ten to fifteen access tokens alive; the oldest
dies when one more is made (https://www.zoho.com/accounts/protocol/oauth/token-limits.html). So a token is made once and
used until its life runs short. The file is readable by its owner alone, and holds access tokens only.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from zoho_adobe.redaction import protect

USE_WHILE = 600.0
"""Seconds of life that a token must have left to be given out."""

# No home, or one that cannot be written to or locked in, as in some CI containers: each process has its own then.
_NO_CACHE = (OSError, RuntimeError)

_lock = threading.Lock()
_of_this_process: dict[str, AccessToken] = {}


@dataclass(frozen=True)
class AccessToken:
    """An access token.

    Attributes:
        value: the token itself.
        expires_at: when it ends, in seconds since 1970.
    """

    value: str = field(repr=False)
    expires_at: float


T = TypeVar("T", bound=AccessToken)


def cache_folder() -> Path:
    """Give the folder of the cache, by the XDG convention."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "zoho-adobe" / "tokens"


def shared_token(kind: type[T], owner: tuple[str, ...], mint: Callable[[], T], *, rejected: str = "") -> T:
    """Give a token from the cache, or make one while every other process that wants it waits.

    Args:
        kind: the class of the token.
        owner: whose it is: the server's URL and the credentials, secrets included. What is rotated must prove itself,
            so it has an entry of its own.
        mint: makes a token.
        rejected: a token that the service has just refused, having dropped it before its time; it is not given again.

    Returns:
        A token with at least ten minutes of life, or a new one.

    Raises:
        Whatever `mint` raises.
    """
    name = entry_name(owner)
    try:
        entry = _open_locked(name)
    except _NO_CACHE:
        return _shared_in_process(kind, name, mint, rejected)
    with entry as file:
        token = _read(kind, file.read())
        if token is None or token.value == rejected:
            token = mint()
            _write(file, token)
    protect(token.value)
    return token


def remember(owner: tuple[str, ...], token: AccessToken) -> None:
    """Put a token into the cache that came with its refresh token, so that the next command need not make one.

    Args:
        owner: whose it is, as in `shared_token`.
        token: the access token.
    """
    try:
        entry = _open_locked(entry_name(owner))
    except _NO_CACHE:
        return
    with entry as file:
        _write(file, token)


def entry_name(owner: tuple[str, ...]) -> str:
    """Give the name of an entry's file, from which nothing of its owner can be read.

    Args:
        owner: whose token it is, as in `shared_token`.
    """
    digest = hashlib.sha256("\n".join(owner).encode()).hexdigest()
    return f"{digest}.json"


def _open_locked(name: str) -> io.TextIOWrapper:
    folder = cache_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        # A file that was there already may be open to others.
        os.fchmod(descriptor, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "r+", encoding="utf-8", errors="replace")


def _shared_in_process(kind: type[T], name: str, mint: Callable[[], T], rejected: str) -> T:
    with _lock:
        token = _of_this_process.get(name)
        if not isinstance(token, kind) or token.value == rejected or not _lasts(token):
            token = _of_this_process[name] = mint()
        return token


def _write(file: io.TextIOWrapper, token: AccessToken) -> None:
    file.seek(0)
    file.truncate()
    json.dump(asdict(token), file)


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
    return tuple(str(item) for item in value) if isinstance(value, list) else str(value)


def _lasts(token: AccessToken) -> bool:
    return token.expires_at - time.time() >= USE_WHILE
