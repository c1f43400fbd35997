"""A project with a stack, clients that are registered at the emulated Zoho, and the command itself."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from emulator.launch import Emulator
from tests.cli.runner import ArgumentsWatch, Done, Running, assert_unseen
from tests.emulator.zoho_clients import Client, Zoho
from tests.stack import Stack

URL = r"(http://127\.0\.0\.1:\d+/zoho/\w+/accounts/oauth/v2/auth\?\S+)"


@pytest.fixture
def zoho(emulator: Emulator) -> Zoho:
    """Zoho's API console, its pages and its token endpoints."""
    return Zoho(emulator)


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Command:
    """`python -m zoho_adobe` in a project's folder."""

    stack: Stack
    port: int
    started: list[tuple[tuple[str, ...], Running]] = field(default_factory=list)

    def start(self, *words: str, words_in: str | None = "", **env: str) -> Running:
        """Start it."""
        running = Running.start(*words, env={**self.stack.env, **env}, cwd=self.stack.folder, words_in=words_in)
        self.started.append((words, running))
        return running

    def run(self, *words: str, words_in: str = "", **env: str) -> Done:
        """Run it to its end."""
        return self.start(*words, words_in=words_in, **env).end()

    def authorize(self, client: Client, *words: str, words_in: str | None = "", **env: str) -> Running:
        """Start `authorize` for a client that sends back to the fixture's port."""
        self.stack.tenant.canaries.add(client["client_secret"])
        more = () if "--json" in words else ("--stack", self.stack.name)
        start = () if {"--accounts-url", "--data-center"} & set(words) else ("--accounts-url", client["accounts"])
        return self.start(
            "authorize",
            *("--client-id", client["client_id"], "--port", str(self.port), "--no-browser", *start, *more, *words),
            words_in=words_in,
            **{"ZOHO_CLIENT_SECRET": client["client_secret"], **env},
        )

    def config(self) -> dict[str, str]:
        """Give the stack's config in clear."""
        words = ("config", "--show-secrets", "--json", "--stack", self.stack.name)
        found: dict[str, Any] = json.loads(self.stack.run(*words).out)
        # What this command shows on purpose is no leak.
        self.stack.seen.pop()
        return {key.removeprefix("zoho-adobe:"): str(entry["value"]) for key, entry in found.items()}


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
