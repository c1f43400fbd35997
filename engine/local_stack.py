"""``python -m engine.local_stack up``: the stack ``local``, on the real engine, against the embedded emulator.

Everything it makes is in the ignored folder ``.local``: state, plugins, configuration with its secrets, and the
emulator's data. The user's own Pulumi login, and the user's own Adobe credentials, are left out of it.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import yaml

from emulator import launch
from engine import toolchain
from engine.environment import file_backend, pulumi_environment
from engine.errors import EngineError
from engine.random_plugin import ensure_random_plugin

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / ".local"
STACK = "local"
NAMESPACE = "zoho-adobe"
PASSPHRASE = "local"  # noqa: S105 - public on purpose: this stack holds nothing but the emulator's credentials

_URLS = ("platformUrl", "imsUrl", "zohoAccountsUrl")
_OWN_VARIABLES = re.compile(r"ADOBE_|ZOHO_|PULUMI_(?!PYTHON)")
_COMMANDS = {
    "up": ("up", "--yes", "--skip-preview"),
    "preview": ("preview", "--diff"),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "down": ("destroy", "--yes", "--skip-preview"),
}
_NEXT = """
The connection exists in the emulated Adobe Experience Platform. What next?
  make preview   shows that nothing is left to do, or what a change in __main__.py would do
  make refresh   finds what was changed behind Pulumi's back
  make down      deletes the connection and ends the emulator
  make landing-zone   shows the way that Adobe offers today: rows of Zoho CRM to datasets, by files
  A real organization: see "Use it with Adobe" in README.md"""


def main() -> int:
    """Run the command line.

    Returns:
        The exit code: Pulumi's own where Pulumi ran.
    """
    parser = argparse.ArgumentParser(prog="python -m engine.local_stack", description=__doc__.split("\n")[0])
    parser.add_argument("command", choices=[*_COMMANDS, "stop"])
    command = parser.parse_args().command
    signal.signal(signal.SIGTERM, _terminated)
    try:
        if command == "stop":
            _stop_emulator()
            return 0
        return _run(command)
    except (EngineError, launch.EmulatorError) as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; `make up` goes on from here")
        return 130


def _run(command: str) -> int:
    pulumi, emulator, env = prepare()
    config = FOLDER / f"Pulumi.{STACK}.yaml"
    _configure(pulumi, config, emulator.info, env)
    status = subprocess.run(
        [pulumi, *_COMMANDS[command], "--stack", STACK, "--config-file", str(config), "--non-interactive"],
        cwd=PROJECT,
        env=env,
        check=False,
    ).returncode
    if status == 0 and command == "up":
        print(_NEXT)
    if status == 0 and command == "down":
        _stop_emulator()
    return status


def prepare() -> tuple[str, launch.Emulator, dict[str, str]]:
    """Find or make what a local stack needs.

    Returns:
        The engine's command, the emulator, and the environment of both.
    """
    engine = toolchain.ensure(say)
    home = FOLDER / "pulumi-home"
    ensure_random_plugin(engine, home, say)
    emulator = _emulator()
    (FOLDER / "state").mkdir(parents=True, exist_ok=True)
    env = pulumi_environment(
        PROJECT,
        engine,
        home=home,
        backend_url=file_backend(FOLDER / "state"),
        passphrase=PASSPHRASE,
        base={name: value for name, value in os.environ.items() if not _OWN_VARIABLES.match(name)},
    )
    env["ADOBE_CLIENT_ID"] = emulator.info["client_id"]
    env["ADOBE_CLIENT_SECRET"] = emulator.info["client_secret"]
    env["XDG_CACHE_HOME"] = str(FOLDER / "cache")
    return str(engine.pulumi), emulator, env


def _emulator() -> launch.Emulator:
    """Return the emulator of this folder, on the port it had before: its URLs are in the state."""
    data = FOLDER / "emulator"
    emulator = launch.running(data)
    if emulator is None:
        port_file = FOLDER / "emulator.port"
        port = int(port_file.read_text()) if port_file.exists() else 0
        try:
            emulator = launch.start(data, port, detach=True)
        except launch.EmulatorError:
            if not port:
                raise
            # Another program has taken the port since.
            emulator = launch.start(data, detach=True)
        port_file.write_text(str(urlsplit(emulator.info["adobe"]).port))
        say(f"the emulator of Adobe and Zoho runs at {emulator.info['adobe']} (its log is in .local/emulator)")
    return emulator


def _stop_emulator() -> None:
    emulator = launch.running(FOLDER / "emulator")
    if emulator is not None:
        emulator.stop()
        say("the emulator has ended; its data stay in .local/emulator")


def _configure(pulumi: str, config: Path, info: Mapping[str, Any], env: Mapping[str, str]) -> None:
    """Write the stack's configuration: what the project says of the stack, and where the emulator is.

    Raises:
        EngineError: the project's configuration of this stack names a host that is not this machine.
    """
    committed = PROJECT / f"Pulumi.{STACK}.yaml"
    try:
        settings: dict[str, Any] = dict((yaml.safe_load(committed.read_text()) or {}).get("config") or {})
    except (yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        raise EngineError(f"{committed.name} cannot be read: {' '.join(str(error).split())}") from error
    for key in _URLS:
        host = urlsplit(str(settings.get(f"{NAMESPACE}:{key}", "//localhost"))).hostname
        if host not in ("127.0.0.1", "localhost", "::1"):
            raise EngineError(
                f"{key} in {committed.name} names {host!r}: the stack {STACK!r} has a public passphrase and works "
                f"with this machine's emulator only. Make a stack of your own for another host: pulumi stack init dev"
            )
    zoho = info["zoho"]["us"]
    plain = {
        "organization": info["organization"],
        "platformUrl": info["adobe"],
        "imsUrl": info["ims"],
        "zohoAccountsUrl": zoho["accounts"],
        "zohoClientId": zoho["client_id"],
    }
    secret = {"zohoClientSecret": zoho["client_secret"], "zohoRefreshToken": zoho["refresh_token"]}
    digest = hashlib.sha256(json.dumps([settings, plain, secret], sort_keys=True).encode()).hexdigest()
    mark = FOLDER / "config.sha256"
    made = FOLDER / "state" / ".pulumi" / "stacks" / NAMESPACE / f"{STACK}.json"
    if made.exists() and config.exists() and mark.exists() and mark.read_text() == digest:
        return
    for key, value in plain.items():
        settings.setdefault(f"{NAMESPACE}:{key}", value)
    config.write_text(yaml.safe_dump({"config": settings}))
    # The stack is made in a folder of its own: Pulumi writes the salt of its secrets beside the project's Pulumi.yaml,
    # into a file that belongs to the user.
    shutil.copy(PROJECT / "Pulumi.yaml", FOLDER / "Pulumi.yaml")
    if not made.exists():
        _pulumi([pulumi, "stack", "init", STACK, "--no-select", "--non-interactive"], env)
    for key, value in secret.items():
        _pulumi([pulumi, "config", "set", "--stack", STACK, "--secret", key, "--non-interactive"], env, value)
    mark.write_text(digest)


def _pulumi(command: list[str], env: Mapping[str, str], words: str = "") -> None:
    done = subprocess.run(command, cwd=FOLDER, env=env, input=words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EngineError(f"`pulumi {' '.join(command[1:3])}` failed: {(done.stderr or done.stdout).strip()}")


def _terminated(number: int, _frame: FrameType | None) -> None:
    # As an exception it ends what was started and removes what was half made.
    raise SystemExit(128 + number)


def say(line: str) -> None:
    """Tell the user what is going on."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
