"""Shares Zoho's access tokens between all processes of a user, since Zoho allows few token requests.

One refresh token may make ten requests in ten minutes and have ten to fifteen access tokens alive; the oldest dies when
one more is made (https://www.zoho.com/accounts/protocol/oauth/token-limits.html). So a token is made once and used
until its life runs short. The file is readable by its owner alone, and holds access tokens only.
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
from pathlib import Path

from zoho_adobe.api.zoho_accounts import ZohoAccessToken
from zoho_adobe.redaction import protect

USE_WHILE = 600.0
"""Seconds of life that a token must have left to be given out."""

# No home, or one that cannot be written to or locked in, as in some CI containers: each process has its own then.
_NO_CACHE = (OSError, RuntimeError)

_lock = threading.Lock()
_of_this_process: dict[str, ZohoAccessToken] = {}


def cache_folder() -> Path:
    """Give the folder of the cache, by the XDG convention."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "zoho-adobe" / "tokens"


def shared_token(
    accounts_url: str,
    client_id: str,
    client_secret: str,
    refresh_token: str,
    mint: Callable[[], ZohoAccessToken],
    *,
    rejected: str = "",
) -> ZohoAccessToken:
    """Give a token from the cache, or make one while every other process that wants it waits.

    Args:
        accounts_url: the accounts server.
        client_id: the client's id.
        client_secret: its secret; a rotated one must prove itself, so it has an entry of its own.
        refresh_token: the refresh token.
        mint: makes a token.
        rejected: a token that Zoho has just refused, having dropped it before its time; it is not given again.

    Returns:
        A token with at least ten minutes of life.

    Raises:
        Whatever `mint` raises.
    """
    key = _key(accounts_url, client_id, client_secret, refresh_token)
    try:
        entry = _open_locked(key)
    except _NO_CACHE:
        return _shared_in_process(key, mint, rejected)
    with entry as file:
        token = _read(file.read())
        if token is None or token.value == rejected:
            token = mint()
            _write(file, token)
    protect(token.value)
    return token


def remember(accounts_url: str, client_id: str, client_secret: str, refresh_token: str, token: ZohoAccessToken) -> None:
    """Put a token into the cache that came with its refresh token, so that the next command need not make one.

    Args:
        accounts_url: the accounts server.
        client_id: the client's id.
        client_secret: its secret.
        refresh_token: the refresh token.
        token: the access token.
    """
    try:
        entry = _open_locked(_key(accounts_url, client_id, client_secret, refresh_token))
    except _NO_CACHE:
        return
    with entry as file:
        _write(file, token)


def _key(accounts_url: str, client_id: str, client_secret: str, refresh_token: str) -> str:
    parts = (accounts_url, client_id, client_secret, refresh_token)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _open_locked(key: str) -> io.TextIOWrapper:
    folder = cache_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / f"{key}.json", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        # A file that was there already may be open to others.
        os.fchmod(descriptor, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "r+", encoding="utf-8", errors="replace")


def _shared_in_process(key: str, mint: Callable[[], ZohoAccessToken], rejected: str) -> ZohoAccessToken:
    with _lock:
        token = _of_this_process.get(key)
        if token is None or token.value == rejected or not _lasts(token):
            token = _of_this_process[key] = mint()
        return token


def _write(file: io.TextIOWrapper, token: ZohoAccessToken) -> None:
    file.seek(0)
    file.truncate()
    json.dump(
        {
            "access_token": token.value,
            "expires_at": token.expires_at,
            "api_domain": token.api_domain,
            "scopes": token.scopes,
        },
        file,
    )


def _read(text: str) -> ZohoAccessToken | None:
    """Read an entry; one that is damaged, foreign or short of life counts as none."""
    try:
        entry = json.loads(text)
        token = ZohoAccessToken(
            value=str(entry["access_token"]),
            expires_at=float(entry["expires_at"]),
            api_domain=str(entry["api_domain"]),
            scopes=tuple(str(scope) for scope in entry["scopes"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    return token if token.value and _lasts(token) else None


def _lasts(token: ZohoAccessToken) -> bool:
    return token.expires_at - time.time() >= USE_WHILE
