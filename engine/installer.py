"""The official release: downloaded and verified against the release's own checksums."""

import hashlib
import http.client
import shutil
import tarfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from engine import versions
from engine.errors import EngineError
from engine.progress import Step

RELEASES = "https://get.pulumi.com/releases/sdk"
"""Where the official installer downloads from."""

PATIENCE = 6.0
"""Seconds the host has to hand out the checksums. A machine that cannot reach it must go on soon."""

_STALL = 30.0
_CHUNK = 1 << 20


class UnavailableError(Exception):
    """The release cannot be had from here; another way may work."""


def install(tree: Path, scratch: Path, platform: versions.Platform, step: Step) -> None:
    """Put the programs of the pinned release into ``tree/bin``.

    Args:
        tree: Where ``bin`` is made.
        scratch: Takes the archive.
        platform: Which of the release's archives.
        step: Told how far the download is.

    Raises:
        UnavailableError: The host cannot be reached or does not have the release.
        EngineError: What was downloaded is not what the release's checksums say.
    """
    name = f"pulumi-v{versions.PULUMI}-{platform.release_name}.tar.gz"
    expected = _expected_checksum(name)
    archive = scratch / name
    actual = _download(f"{RELEASES}/{name}", archive, step)
    if actual != expected:
        raise EngineError(
            f"the download {name} does not match the release's checksum, so it is not used "
            f"(expected {expected}, got {actual}): run again, and if that does not help "
            f"put a pulumi of {versions.MINIMUM} or later on PATH"
        )
    _unpack(archive, tree / "bin")


def _expected_checksum(name: str) -> str:
    lines = _fetch_soon(f"{RELEASES}/pulumi-{versions.PULUMI}-checksums.txt").decode(errors="replace").splitlines()
    for line in lines:
        checksum, _, file = line.strip().partition(" ")
        if file.strip().lstrip("*").rpartition("/")[2] == name:
            return checksum.lower()
    raise UnavailableError(f"the release's checksums do not list {name}")


def _fetch_soon(url: str) -> bytes:
    """Fetch a small file within the patience, whatever hangs: a socket's timeout covers no DNS lookup."""
    answer: list[bytes | Exception] = []

    def fetch() -> None:
        try:
            with _open(url, PATIENCE) as response:
                answer.append(response.read(_CHUNK))
        except (OSError, http.client.HTTPException) as error:
            answer.append(error)

    worker = threading.Thread(target=fetch, daemon=True)
    worker.start()
    worker.join(PATIENCE)
    if not answer:
        raise UnavailableError(f"no answer within {PATIENCE:.0f} s")
    if isinstance(answer[0], Exception):
        raise UnavailableError(_reason(answer[0])) from answer[0]
    return answer[0]


def _download(url: str, target: Path, step: Step) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as file:
        for chunk in _chunks(url, step):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _chunks(url: str, step: Step) -> Iterator[bytes]:
    """Yield what a download brings; only errors of the connection become UnavailableError."""
    done = 0
    try:
        with _open(url, _STALL) as response:
            total = int(response.headers["Content-Length"] or 0)
            while chunk := response.read(_CHUNK):
                done += len(chunk)
                step.note(f"{done >> 20} of {total >> 20} MB")
                yield chunk
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise UnavailableError(_reason(error)) from error
    if done < total:
        raise UnavailableError(f"the download broke off after {done >> 20} of {total >> 20} MB")


def _open(url: str, timeout: float) -> http.client.HTTPResponse:
    try:
        response: http.client.HTTPResponse = urllib.request.urlopen(url, timeout=timeout)  # noqa: S310 - our own URL
    except urllib.error.HTTPError as error:
        # The error holds the connection open.
        error.close()
        raise
    return response


def _reason(error: Exception) -> str:
    """Say what went wrong, without urllib's brackets around it."""
    if isinstance(error, urllib.error.URLError) and not isinstance(error, urllib.error.HTTPError):
        return str(error.reason)
    return str(error)


def _unpack(archive: Path, folder: Path) -> None:
    """Take the programs out of the archive, flat: no name in it can lead out of the folder."""
    folder.mkdir()
    with tarfile.open(archive, "r:gz") as members:
        for member in members:
            source = members.extractfile(member) if member.isfile() else None
            if source is None:
                continue
            target = folder / Path(member.name).name
            with target.open("wb") as file:
                shutil.copyfileobj(source, file)
            target.chmod(0o755)
