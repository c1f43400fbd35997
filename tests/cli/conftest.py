"""A project with a stack, clients that are registered at the emulated Zoho, and the command itself."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.launch import Emulator
from tests.support.cli.command import Command
from tests.support.cli.runner import ArgumentsWatch, assert_unseen
from tests.support.cli.shell import Shell
from tests.support.emulator.zoho_clients import Client, Zoho
from tests.support.stack import Stack
from tests.support.tenant import Tenant


@pytest.fixture
def zoho(emulator: Emulator) -> Zoho:
    """Zoho's API console, its pages and its token endpoints."""
    return Zoho(emulator)


@pytest.fixture
def shell(tenant: Tenant, tmp_path: Path) -> Shell:
    """The commands that need no stack."""
    return Shell(tenant, tmp_path)


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def command(stack: Stack, port: int) -> Iterator[Command]:
    """The command, whose streams and arguments are searched for secrets."""
    made = Command(stack, port)
    with ArgumentsWatch() as arguments:
        yield made
    # What is in the config now is secret too, whoever made it.
    stored = made.config()
    canaries = stack.tenant.canaries | {stored["zohoClientSecret"], stored["zohoRefreshToken"]}
    assert_unseen(canaries, arguments.seen)
    # `authorize --json` prints secrets on purpose, to its pipe alone.
    for words, running in made.started:
        prints_secrets = words[0] == "authorize" and "--json" in words
        stack.seen.append("".join(running.err) if prints_secrets else running.text)
    stack.tenant.canaries |= canaries


@pytest.fixture
def web_client(zoho: Zoho, port: int) -> Callable[..., Client]:
    """Register web-based clients that send back to the fixture's port."""

    def register(**order: Any) -> Client:
        return zoho.client("web", redirect_uris=[f"http://127.0.0.1:{port}/callback"], **order)

    return register
