"""Run the emulator: `python -m emulator --port 0 --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import json
import os
import signal
import sys
from pathlib import Path

from emulator.core.store import Document
from emulator.launch import LOCK_FILE, READY_FILE
from emulator.server import Server
from emulator.world import World

ALREADY_SERVED = 3


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="emulator", description=sys.modules["emulator"].__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory that keeps the emulated state")
    parser.add_argument(
        "--port", type=int, default=0, help="0 (default): the port of the last start if it is free, else any"
    )
    options = parser.parse_args()
    data: Path = options.data
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.umask(0o077)
    with (data / LOCK_FILE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"emulator: another emulator serves {data}", file=sys.stderr)
            return ALREADY_SERVED
        ready = data / READY_FILE
        ready.unlink(missing_ok=True)
        try:
            return asyncio.run(_serve(World(data), options.port, ready))
        finally:
            ready.unlink(missing_ok=True)


async def _serve(world: World, port: int, ready: Path) -> int:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = Server(world)
    try:
        await _listen(server, world, port)
        info = world.info()
        _announce(ready, info)
        print(json.dumps(info), flush=True)
        await stopped.wait()
    except OSError as error:
        print(f"emulator: port {port}: {error.strerror}", file=sys.stderr)
        return 1
    finally:
        await server.stop()
        world.store.close()
    return 0


async def _listen(server: Server, world: World, port: int) -> None:
    """URLs outlive a restart where they can: those who use them keep them in state and configuration."""
    last = world.settings.get("port")
    if port == 0 and last is not None:
        try:
            await server.start(last["port"])
        except OSError:
            await server.stop()
        else:
            return
    world.settings.put("port", {"port": await server.start(port)})


def _announce(ready: Path, info: Document) -> None:
    partial = ready.with_suffix(".partial")
    partial.write_text(json.dumps({"pid": os.getpid(), "info": info}))
    partial.replace(ready)


if __name__ == "__main__":
    sys.exit(main())
