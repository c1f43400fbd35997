"""The ``random`` plugin, which ``RandomId`` needs: the real one, or an offline stand-in where there is none.

Both are where the engine looks, ``$PULUMI_HOME/plugins/resource-random-v<version>/pulumi-resource-random``.
"""

import http.client
import os
import shlex
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from importlib import metadata
from pathlib import Path

from engine.progress import Say, Step
from engine.toolchain import Toolchain

_HOSTS = ("https://api.github.com", "https://get.pulumi.com")
_PATIENCE = 4.0
_LIMIT = 180.0
_MARK = "# Offline stand-in of Pulumi's random plugin: serves RandomId only."
_PROJECT = Path(__file__).parents[1]


def ensure_random_plugin(toolchain: Toolchain, pulumi_home: Path, say: Say) -> None:
    """Put the ``random`` plugin of the installed ``pulumi_random`` where the engine looks for it.

    The real plugin is tried once. Where it cannot be had, the stand-in takes its place and stays until the
    real one is installed over it (``pulumi plugin install resource random <version> --reinstall``), so that
    later runs try nothing over the network.

    Args:
        toolchain: The engine, which installs the real plugin.
        pulumi_home: The project's PULUMI_HOME.
        say: Told what is installed, and that it is the stand-in if it is.
    """
    version = metadata.version("pulumi-random")
    plugin = _plugin(pulumi_home, version)
    if plugin.exists() and not _partial(plugin).exists():
        if _is_stand_in(plugin):
            # The project may have moved since.
            _install_stand_in(plugin)
        return
    if _reachable() and _install_real(toolchain, pulumi_home, version, say):
        return
    _install_stand_in(plugin)
    say(
        f"the random plugin {version} cannot be downloaded from here: the project's offline stand-in takes "
        "its place, which serves RandomId only, with the same outputs"
    )


def uses_stand_in(pulumi_home: Path) -> bool:
    """Return whether the stand-in is what the engine will find.

    Args:
        pulumi_home: The project's PULUMI_HOME.

    Returns:
        True if it is the stand-in, False if it is the real plugin or none.
    """
    return _is_stand_in(_plugin(pulumi_home, metadata.version("pulumi-random")))


def _plugin(pulumi_home: Path, version: str) -> Path:
    return pulumi_home / "plugins" / f"resource-random-v{version}" / "pulumi-resource-random"


def _partial(plugin: Path) -> Path:
    """Return the file that the engine keeps while a plugin is not wholly there."""
    return plugin.parent.with_name(f"{plugin.parent.name}.partial")


def _is_stand_in(plugin: Path) -> bool:
    try:
        with plugin.open("rb") as file:
            return _MARK.encode() in file.read(len(_MARK) + 100)
    except FileNotFoundError:
        return False


def _reachable() -> bool:
    """Tell within seconds whether the hosts of plugins answer; the engine alone would retry for long."""
    answered = threading.Event()

    def ask(url: str) -> None:
        try:
            urllib.request.urlopen(url, timeout=_PATIENCE).close()  # noqa: S310 - our own URL
        except urllib.error.HTTPError as error:
            error.close()
        except (OSError, http.client.HTTPException):
            return
        answered.set()

    workers = [threading.Thread(target=ask, args=(host,), daemon=True) for host in _HOSTS]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(_PATIENCE)
    return answered.is_set()


def _install_real(toolchain: Toolchain, pulumi_home: Path, version: str, say: Say) -> bool:
    env = {**os.environ, "PULUMI_HOME": str(pulumi_home), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    with Step(say, f"getting the random plugin {version}"):
        try:
            subprocess.run(
                [toolchain.pulumi, "plugin", "install", "resource", "random", version],
                env=env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_LIMIT,
                check=True,
            )
        except subprocess.SubprocessError:
            return False
    return True


def _install_stand_in(plugin: Path) -> None:
    command = shlex.join([sys.executable, "-P", "-m", "engine.random_program"])
    script = f'#!/bin/sh\n{_MARK}\nPYTHONPATH={shlex.quote(str(_PROJECT))} exec {command} "$@"\n'.encode()
    if plugin.exists() and plugin.read_bytes() == script:
        return
    shutil.rmtree(plugin.parent, ignore_errors=True)
    plugin.parent.mkdir(parents=True)
    fresh = plugin.with_name(f"{plugin.name}.{os.getpid()}")
    fresh.write_bytes(script)
    fresh.chmod(0o755)
    fresh.replace(plugin)
    _partial(plugin).unlink(missing_ok=True)
