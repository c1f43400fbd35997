"""Shared access signatures of a container, by a stored access policy. No HTTP and no storage."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

VERSION = "2020-04-08"


def sign(key: str, account: str, container: str, policy: str, permissions: str) -> dict[str, str]:
    """The parameters of a signature that names no end: that is in the policy."""
    given = {"sv": VERSION, "si": policy, "sr": "c", "sp": permissions}
    return {**given, "sig": _signature(key, account, container, given)}


def token(signed: Mapping[str, str]) -> str:
    """The parameters as they stand in a URL."""
    return urlencode(signed)


def is_genuine(key: str, account: str, container: str, given: Mapping[str, str]) -> bool:
    """Return whether the parameters were signed with the account's key, for this container."""
    expected = _signature(key, account, container, given)
    return given.get("sr") == "c" and hmac.compare_digest(expected.encode(), given.get("sig", "").encode())


def _signature(key: str, account: str, container: str, given: Mapping[str, str]) -> str:
    """Sign what Azure signs since version 2018-11-09."""
    signed = [
        *(given.get(name, "") for name in ("sp", "st", "se")),
        f"/blob/{account}/{container}",
        *(given.get(name, "") for name in ("si", "sip", "spr", "sv", "sr")),
        "",  # the time of a snapshot
        *(given.get(name, "") for name in ("rscc", "rscd", "rsce", "rscl", "rsct")),
    ]
    digest = hmac.new(base64.b64decode(key), "\n".join(signed).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
