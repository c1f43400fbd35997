"""What a stack's commands were seen to do: requests by kind, processes by kind."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.stack import Stack
from tests.support.tenant import Tenant

_LISTS = ("connections", "sourceConnections", "flows")


def requests_of(tenant: Tenant) -> Counter[str]:
    """Count the tenant's requests at Adobe and at Zoho, and forget them."""
    client = f"/requests?client={tenant.zoho['client_id']}"
    found = [*tenant.requests(), *tenant.emulator.control("GET", client)["requests"]]
    tenant.forget_requests()
    tenant.emulator.control("DELETE", client)
    return Counter(_kind(item["method"], item["path"]) for item in found)


def _kind(method: str, path: str) -> str:
    last = path.rsplit("/", 1)[1]
    if "/ims/" in path:
        return "token of Adobe"
    if "/oauth/" in path:
        return "token of Zoho"
    if last == "test":
        return "test"
    return f"{method} {last}" if last in _LISTS else method


@contextmanager
def processes_of(stack: Stack) -> Iterator[Counter[str]]:
    """Count the plugin processes that a stack's commands start while the context lasts."""
    seen: dict[int, str] = {}
    counted: Counter[str] = Counter()
    ended = threading.Event()
    # Every process inherits the folder of the test's own token cache.
    marker = f"XDG_CACHE_HOME={stack.env['XDG_CACHE_HOME']}".encode()

    def watch() -> None:
        while not ended.wait(0.05):
            for folder in Path("/proc").iterdir():
                if folder.name.isdecimal() and int(folder.name) not in seen:
                    kind = _plugin(folder, marker)
                    if kind:
                        seen[int(folder.name)] = kind

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield counted
    finally:
        ended.set()
        thread.join()
        counted.update(seen.values())


def _plugin(folder: Path, marker: bytes) -> str:
    try:
        words = (folder / "cmdline").read_bytes().split(b"\0")
        if marker not in (folder / "environ").read_bytes().split(b"\0"):
            return ""
    except OSError:
        return ""
    if b"pulumi.dynamic" in words:
        return "provider"
    # The real plugin is a program of that name; the stand-in is one of Python's modules.
    return "random" if any(b"resource-random" in word or b"random_program" in word for word in words) else ""
