"""`python -m zoho_adobe` in the folder of a project with a stack."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.support.cli.runner import Done, Running
from tests.support.emulator.zoho_clients import Client
from tests.support.stack import Stack

URL = r"(http://127\.0\.0\.1:\d+/zoho/\w+/accounts/oauth/v2/auth\?\S+)"


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
        """Return the stack's config in clear."""
        words = ("config", "--show-secrets", "--json", "--stack", self.stack.name)
        found: dict[str, Any] = json.loads(self.stack.run(*words).out)
        # What this command shows on purpose is no leak.
        self.stack.seen.pop()
        return {key.removeprefix("zoho-adobe:"): str(entry["value"]) for key, entry in found.items()}
