"""Microsoft's own emulator of Azure storage, where Node.js is installed."""

from __future__ import annotations

import fcntl
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from azure.storage.blob import (
    AccessPolicy,
    BlobServiceClient,
    ContainerSasPermissions,
    generate_container_sas,
)

VERSION = "3.35.0"
PROGRAM = Path("node_modules") / ".bin" / "azurite-blob"
DONE = "installed"
ACCOUNT = "devstoreaccount1"
# The key that every Azurite has, as Microsoft documents it.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


class Azurite:
    """A running Azurite."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/{ACCOUNT}"
        self.service = BlobServiceClient(self.url, credential=KEY, retry_total=0)

    def container(self) -> str:
        """A new container; answers its URI, signed as Adobe signs: by a policy, without an end."""
        name, policy = f"zone-{uuid.uuid4().hex}", f"dlz-{uuid.uuid4().hex}"
        made = self.service.create_container(name)
        permissions = ContainerSasPermissions(read=True, add=True, create=True, write=True, delete=True, list=True)
        rule = AccessPolicy(permissions, expiry="2099-01-01T00:00:00Z", start="2020-01-01T00:00:00Z")
        made.set_container_access_policy({policy: rule})
        signed = generate_container_sas(ACCOUNT, name, account_key=KEY, policy_id=policy)
        return f"{self.url}/{name}?{signed}"


@contextmanager
def running(data: Path) -> Iterator[Azurite]:
    """Start Azurite; installed into the user's cache when it is first needed."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("needs Node.js and npm (Debian: nodejs, npm)")
    folder = Path.home() / ".cache" / "zoho-adobe" / f"azurite-{VERSION}"
    if not _installed(folder):
        pytest.skip("Azurite could not be installed")
    program = folder / PROGRAM
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(data)]
    quiet = ["--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    process = subprocess.Popen([str(program), *options, *quiet], stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not _listens(port):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield Azurite(port)
    finally:
        process.terminate()
        process.wait(10)


def _installed(folder: Path) -> bool:
    """Install Azurite where it is not there yet; of several processes, one does and the others wait for it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / DONE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            order = ["npm", "install", "--silent", "--ignore-scripts", "--prefix", str(folder), f"azurite@{VERSION}"]
            if subprocess.run(order, check=False, capture_output=True, timeout=300).returncode == 0:
                # Written last, so an installation that was cut off is done again.
                (folder / DONE).touch()
        return (folder / DONE).exists()


def _listens(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0
