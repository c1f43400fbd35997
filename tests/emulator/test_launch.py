"""Start, stop, and what outlives them."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from emulator.launch import Emulator, EmulatorError, running, start
from tests.support import processes
from tests.support.emulator.clients import Adobe, replace

ROOT = Path(__file__).resolve().parents[2]


def test_the_ready_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "emulator", "--port", "0", "--data", str(tmp_path)]
    process = processes.start(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    line: dict[str, Any] = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=10)
    assert (process.returncode, rest) == (0, "")
    assert set(line) == {
        "adobe",
        "ims",
        "organization",
        "client_id",
        "client_secret",
        "scopes",
        "sandboxes",
        "zoho",
        "control",
    }
    assert line["organization"].endswith("@AdobeOrg")
    assert line["sandboxes"] == ["prod", "dev", "stage"]
    assert set(line["zoho"]) == {"us", "eu", "in", "au", "cn", "jp", "ca", "sa", "uk", "ae", "sg"}
    assert set(line["zoho"]["us"]) == {"accounts", "api", "client_id", "client_secret", "refresh_token"}


@pytest.mark.parametrize("end", [Emulator.stop, Emulator.kill])
def test_nothing_is_lost_over_a_restart(tmp_path: Path, end: Any) -> None:
    emulator = start(tmp_path)
    adobe = Adobe(emulator, emulator.info)
    kept, gone = adobe.create("kept"), adobe.create("gone")
    adobe.patch(kept, replace("/name", "renamed"))
    adobe.request("DELETE", f"/connections/{gone['id']}")
    before = adobe.get(kept["id"])
    end(emulator)
    with start(tmp_path) as again:
        assert again.info == emulator.info
        assert adobe.get(kept["id"]) == before
        assert adobe.names() == ["renamed"]


def test_what_was_answered_is_kept_when_killed_under_load(tmp_path: Path) -> None:
    emulator = start(tmp_path)
    adobe = Adobe(emulator, emulator.info)
    answered: list[str] = []

    def create_until_killed(_: int) -> None:
        while True:
            try:
                answered.append(Adobe.create(adobe)["id"])
            except OSError:
                return

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(create_until_killed, number) for number in range(4)]
        while len(answered) < 100:
            time.sleep(0.01)
        emulator.kill()
        for future in futures:
            future.result()
    with start(tmp_path) as again:
        adobe.emulator = again
        kept = {item["id"] for item in adobe.objects()["connections"]}
    assert set(answered) <= kept


def test_a_taken_port_is_given_up(tmp_path: Path) -> None:
    with start(tmp_path) as emulator:
        port = int(emulator.info["adobe"].split(":")[2].split("/")[0])
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        with start(tmp_path) as emulator:
            assert f":{port}/" not in emulator.info["adobe"]
        with pytest.raises(EmulatorError, match="in use"):
            start(tmp_path, port)


def test_two_starts_at_once_serve_once(tmp_path: Path) -> None:
    refusals: list[str] = []

    def attempt(_: int) -> Emulator | None:
        try:
            return start(tmp_path)
        except EmulatorError as error:
            refusals.append(str(error))
            return None

    with ThreadPoolExecutor(2) as pool:
        started = [emulator for emulator in pool.map(attempt, range(2)) if emulator is not None]
    assert len(started) == 1
    assert refusals == [f"emulator: another emulator serves {tmp_path}"]
    started[0].stop()


def test_running_finds_what_serves(tmp_path: Path) -> None:
    assert running(tmp_path) is None
    emulator = start(tmp_path)
    found = running(tmp_path)
    assert found is not None
    assert (found.pid, found.info) == (emulator.pid, emulator.info)
    emulator.kill()
    assert running(tmp_path) is None


def test_a_detached_one_outlives_its_starter(tmp_path: Path) -> None:
    program = "import sys, pathlib; from emulator.launch import start; start(pathlib.Path(sys.argv[1]), detach=True)"
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=True, timeout=30)
    found = running(tmp_path)
    assert found is not None
    assert found.control("GET", "/stats")["requests"] == 0
    assert os.getsid(found.pid) == found.pid
    found.stop()
    assert running(tmp_path) is None


def test_files_with_secrets_are_private(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with start(data):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in data.iterdir()}
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert modes["emulator.json"] == modes["emulator.sqlite3"] == 0o600
