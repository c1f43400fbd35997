import hashlib
import http.server
import io
import socket
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import installer, toolchain, versions
from engine.errors import EngineError
from tests.support.engine import builds, contents, environment, fake_go

NAME = f"pulumi-v{versions.PULUMI}-{versions.this_platform().release_name}.tar.gz"
SUMS = f"pulumi-{versions.PULUMI}-checksums.txt"


class Releases:
    """A release server on loopback."""

    def __init__(self, url: str, files: dict[str, bytes]) -> None:
        self.url = url
        self.files = files
        self.cut = False
        self.asked: list[str] = []


@pytest.fixture
def releases(monkeypatch: pytest.MonkeyPatch) -> Iterator[Releases]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.strip("/")
            served.asked.append(name)
            body = served.files.get(name)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            cut = served.cut and name == NAME
            self.wfile.write((body or b"")[: -100 if cut else None])

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Releases(f"http://127.0.0.1:{server.server_port}", {})
        archive = release()
        served.files = {NAME: archive, SUMS: sums(archive)}
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setattr(installer, "RELEASES", served.url)
        yield served
        server.shutdown()
        thread.join()


def sums(archive: bytes) -> bytes:
    digest = hashlib.sha256(archive).hexdigest()
    return f"{'0' * 64}  pulumi-v{versions.PULUMI}-plan9-x64.tar.gz\n{digest}  {NAME}\n".encode()


def release(version: str = f"v{versions.PULUMI}", extra: str = "pulumi/pulumi-language-python") -> bytes:
    """Pack an archive like the official ones."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        folder = tarfile.TarInfo("pulumi")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, text in (("pulumi/pulumi", f"#!/bin/sh\necho {version}\n"), (extra, "")):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def test_the_release_is_installed_once(tmp_path: Path, releases: Releases) -> None:
    said: list[str] = []
    found = toolchain.ensure(said.append, environment(tmp_path))
    assert (found.version, found.source) == (versions.PULUMI, "installer")
    assert contents(found.bin_dir) == ["pulumi", "pulumi-language-python"]
    assert found.pulumi.stat().st_mode & 0o777 == 0o755
    assert releases.asked == [SUMS, NAME]
    assert said[0] == f"getting the official release of Pulumi {versions.PULUMI} ..."
    begun = time.monotonic()
    assert toolchain.ensure(said.append, environment(tmp_path)) == found
    assert time.monotonic() - begun < 0.1
    assert releases.asked == [SUMS, NAME]
    assert contents(tmp_path / "cache" / "engine") == ["lock", found.bin_dir.parent.name]


def test_a_wrong_checksum_is_refused(tmp_path: Path, releases: Releases) -> None:
    releases.files[NAME] = release(version="v3.259.0 # not what was released")
    fake_go(tmp_path)
    with pytest.raises(EngineError, match=r"does not match the release's checksum.*put a pulumi of 3\.254"):
        toolchain.ensure(print, environment(tmp_path))
    assert contents(tmp_path / "cache" / "engine") == ["lock"]
    assert builds(tmp_path) == []


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("gone", "HTTP Error 404: Not Found"),
        ("html", f"the release's checksums do not list {NAME}"),
        ("cut", "the download broke off after"),
        ("another version", "the release does not run on this machine"),
    ],
)
def test_what_is_no_release_is_said_and_the_build_is_next(
    tmp_path: Path, releases: Releases, damage: str, reason: str
) -> None:
    match damage:
        case "gone":
            releases.files.clear()
        case "html":
            releases.files[SUMS] = b"<html>please log in</html>"
        case "cut":
            releases.cut = True
        case _:
            releases.files[NAME] = release(version="v1.0.0")
            releases.files[SUMS] = sums(releases.files[NAME])
    fake_go(tmp_path)
    said: list[str] = []
    assert toolchain.ensure(said.append, environment(tmp_path)).source == "built"
    assert f"the official release of Pulumi cannot be had from here ({reason}" in "\n".join(said)


def test_names_in_the_archive_lead_nowhere_else(tmp_path: Path, releases: Releases) -> None:
    releases.files[NAME] = release(extra="../../../pulumi-language-python")
    releases.files[SUMS] = sums(releases.files[NAME])
    found = toolchain.ensure(print, environment(tmp_path))
    assert contents(found.bin_dir) == ["pulumi", "pulumi-language-python"]


def test_a_host_that_never_answers_is_given_up_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setattr(installer, "RELEASES", f"http://127.0.0.1:{deaf.getsockname()[1]}")
        fake_go(tmp_path)
        begun = time.monotonic()
        assert toolchain.ensure(print, environment(tmp_path)).source == "built"
        assert time.monotonic() - begun < 3
