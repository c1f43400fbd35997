"""Start, find and stop emulators from another program. Standard library only.

with start(Path(".local/emulator")) as emulator:
    emulator.info["adobe"]
    emulator.control("POST", "/organizations")
"""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import os
import signal
import subprocess
import sys
import time
from json import dumps, loads
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

Json = Any

LOCK_FILE = "emulator.lock"
READY_FILE = "emulator.json"
LOG_FILE = "emulator.log"
START_SECONDS = 30.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.02


class EmulatorError(RuntimeError):
    """The emulator did not start, or refused a control request."""


class Emulator:
    """A running emulator."""

    def __init__(self, data: Path, found: dict[str, Any], process: subprocess.Popen[bytes] | None = None) -> None:
        self.info: dict[str, Any] = found["info"]
        self.pid: int = found["pid"]
        self._data = data
        self._process = process

    def __enter__(self) -> Emulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def control(self, method: str, path: str, json: Json = None) -> Json:
        """Send a control request; `path` is below `/_control`. Answers the JSON, None where there is none."""
        status, answer = _request(method, self.info["control"] + path, json)
        if status >= 400:
            raise EmulatorError(f"{method} {path}: {status} {dumps(answer)}")
        return answer

    def stop(self) -> None:
        """End it and wait until it has ended."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a chance to clean up."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)
        deadline = time.monotonic() + STOP_SECONDS
        while _is_locked(self._data):
            if time.monotonic() > deadline:
                raise EmulatorError(f"the emulator (process {self.pid}) does not end")
            time.sleep(POLL_SECONDS)
        if self._process is not None:
            self._process.wait(STOP_SECONDS)


def start(data: Path, port: int = 0, *, detach: bool = False, log: Path | None = None) -> Emulator:
    """Start an emulator on a data directory that none serves yet. Detached, it outlives this process."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = log or data / LOG_FILE
    with log.open("ab") as output:
        begin = output.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "--port", str(port), "--data", str(data.resolve())],
            cwd=Path(__file__).resolve().parents[1],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output,
            start_new_session=detach,
        )
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        found = _ready(data)
        if found is not None and found["pid"] == process.pid:
            return Emulator(data, found, process)
        time.sleep(POLL_SECONDS)
    process.kill()
    process.wait()
    said = log.read_bytes()[begin:].decode("utf-8", "replace").strip()
    raise EmulatorError(said or f"the emulator did not start within {START_SECONDS:.0f} seconds")


def running(data: Path) -> Emulator | None:
    """The emulator that serves a data directory, if one does and answers."""
    found = _ready(data)
    if found is None:
        return None
    try:
        _, answer = _request("GET", found["info"]["control"] + "/info", None, timeout=2)
    except OSError:
        return None
    # Another emulator may have taken the port since.
    if not isinstance(answer, dict) or answer.get("pid") != found["pid"]:
        return None
    return Emulator(data, found)


def _is_locked(data: Path) -> bool:
    """The system drops the lock with the process, however that ends."""
    with (data / LOCK_FILE).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _ready(data: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = loads((data / READY_FILE).read_bytes())
    except (OSError, ValueError):
        return None
    return found


def _request(method: str, url: str, body: Json, timeout: float = 30) -> tuple[int, Any]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        content = None if body is None else dumps(body).encode()
        connection.request(method, target, content, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = response.read()
    except http.client.HTTPException as error:
        raise ConnectionError(str(error)) from error
    finally:
        connection.close()
    return response.status, loads(answer) if answer else None
