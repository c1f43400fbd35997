"""Adobe and Zoho on loopback, with a latency, and counts of what they were asked."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from emulator import launch

PROJECT = Path(__file__).resolve().parents[1]
SANDBOX = "dev"


@dataclass(frozen=True)
class Counts:
    """What a service was asked.

    Attributes:
        requests: how many requests came.
        in_flight: the most that were being answered at one time.
    """

    requests: int
    in_flight: int


@dataclass(frozen=True)
class Credentials:
    """What a program needs to work with the services.

    Attributes:
        platform_url: Adobe Experience Platform.
        ims_url: Adobe's identity service.
        organization: the IMS organization.
        client_id: Adobe's client.
        client_secret: its secret.
        zoho_accounts_url: Zoho's accounts server.
        zoho_client_id: Zoho's client.
        zoho_client_secret: its secret.
        zoho_refresh_token: a refresh token.
    """

    platform_url: str
    ims_url: str
    organization: str
    client_id: str
    client_secret: str
    zoho_accounts_url: str
    zoho_client_id: str
    zoho_client_secret: str
    zoho_refresh_token: str

    def adobe_token(self) -> str:
        """Fetch an access token of Adobe's."""
        return _token(
            f"{self.ims_url}/ims/token/v3",
            grant_type="client_credentials",
            client_id=self.client_id,
            client_secret=self.client_secret,
            scope="openid,AdobeID,read_organizations,additional_info.projectedProductContext",
        )

    def zoho_token(self) -> str:
        """Fetch an access token of Zoho's."""
        return _token(
            f"{self.zoho_accounts_url}/oauth/v2/token",
            grant_type="refresh_token",
            client_id=self.zoho_client_id,
            client_secret=self.zoho_client_secret,
            refresh_token=self.zoho_refresh_token,
        )


class Service(Protocol):
    """The services under one roof."""

    name: str
    pid: int

    def credentials(self) -> Credentials:
        """Make credentials that nobody has used yet."""
        ...

    def set_latency(self, seconds: float) -> None:
        """Let every answer take this long."""
        ...

    def forget(self) -> None:
        """Start counting anew."""
        ...

    def counts(self) -> Counts:
        """Tell what came since."""
        ...


class Emulated:
    """The project's emulator: it checks everything that a request may get wrong, and stores every write.

    Args:
        emulator: the running emulator.
    """

    name = "emulator"

    def __init__(self, emulator: launch.Emulator) -> None:
        self._emulator = emulator
        self.pid = emulator.pid

    def credentials(self) -> Credentials:
        """Make an organization and a client of Zoho's."""
        made = self._emulator.control("POST", "/organizations", {"sandboxes": [SANDBOX]})
        zoho = self._emulator.control("POST", "/zoho/credentials", {"dc": "us"})
        return Credentials(
            self._emulator.info["adobe"],
            self._emulator.info["ims"],
            made["organization"],
            made["client_id"],
            made["client_secret"],
            self._emulator.info["zoho"]["us"]["accounts"],
            zoho["client_id"],
            zoho["client_secret"],
            zoho["refresh_token"],
        )

    def set_latency(self, seconds: float) -> None:
        """Let every answer take this long."""
        self._emulator.control("DELETE", "/faults")
        if seconds:
            self._emulator.control("POST", "/faults", {"kind": "latency", "seconds": seconds})

    def forget(self) -> None:
        """Start counting anew, and forget the requests that are kept."""
        self._emulator.control("DELETE", "/requests")
        self._emulator.control("DELETE", "/stats")

    def counts(self) -> Counts:
        """Tell what came since."""
        stats = self._emulator.control("GET", "/stats")
        return Counts(stats["requests"], stats["max_in_flight"])


class Stubbed:
    """The stub: it believes everything and stores nothing, and so is as fast as Python gets.

    Args:
        process: the running stub.
        url: where it listens.
    """

    name = "stub"

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.pid = process.pid
        self._url = url

    def credentials(self) -> Credentials:
        """Return credentials, of an organization that has nothing; the stub takes any, and has but one."""
        _get(f"{self._url}/control/clear")
        return Credentials(
            f"{self._url}/adobe",
            f"{self._url}/ims",
            "BENCH@AdobeOrg",
            "client",
            "client-secret-of-the-bench",
            f"{self._url}/zoho",
            "1000.BENCH",
            "zoho-secret-of-the-bench",
            "1000.refresh-token-of-the-bench",
        )

    def set_latency(self, seconds: float) -> None:
        """Let every answer take this long."""
        _get(f"{self._url}/control/latency/{seconds}")

    def forget(self) -> None:
        """Start counting anew."""
        _get(f"{self._url}/control/forget")

    def counts(self) -> Counts:
        """Tell what came since."""
        counts = _get(f"{self._url}/control/counts")
        return Counts(counts["requests"], counts["in_flight"])


@contextmanager
def emulated(folder: Path) -> Iterator[Emulated]:
    """Run the emulator for as long as the context lasts.

    Args:
        folder: where it keeps its data.
    """
    with launch.start(folder) as emulator:
        yield Emulated(emulator)


@contextmanager
def stubbed() -> Iterator[Stubbed]:
    """Run the stub for as long as the context lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.stub"], cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None  # noqa: S101 - for the type checker
        yield Stubbed(process, process.stdout.readline().strip())
    finally:
        process.terminate()
        process.wait(10)


def _token(url: str, **form: str) -> str:
    request = urllib.request.Request(url, urllib.parse.urlencode(form).encode(), method="POST")  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return str(json.load(answer)["access_token"])


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310
        return json.load(answer)
