"""Looks for a ``pulumi`` on PATH that this project can use."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from engine import versions
from engine.cache import shown
from engine.progress import Say

_HOST = "pulumi-language-python"


def version_of(pulumi: Path, env: Mapping[str, str]) -> versions.Version | None:
    """Ask a ``pulumi`` for its version.

    Args:
        pulumi: The program.
        env: The environment it runs in.

    Returns:
        The version, or None if it does not run or does not say.
    """
    try:
        answer = subprocess.run(
            [pulumi, "version"],
            env={**env, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return versions.parse(answer.stdout)


def find(env: Mapping[str, str], say: Say) -> tuple[Path, versions.Version] | None:
    """Find a usable ``pulumi`` on PATH, and say so when there is one that cannot be used.

    Args:
        env: The environment; its PATH is searched.
        say: Told why a ``pulumi`` is not used.

    Returns:
        The program and its version, or None.
    """
    path = env.get("PATH", os.defpath)
    found = shutil.which("pulumi", path=path)
    if found is None:
        return None
    pulumi = Path(found).absolute()
    version = version_of(pulumi, env)
    minimum = versions.known(versions.MINIMUM)
    if version is None:
        reason = "does not answer to `pulumi version`"
    elif version < minimum:
        reason = f"is {version}, older than {minimum} (upgrade it to have it used)"
    elif version.major > minimum.major:
        reason = f"is {version}, and this project is made for Pulumi {minimum.major}"
    elif not _has_host(pulumi, path):
        reason = f"has no {_HOST} beside it or on PATH"
    else:
        return pulumi, version
    say(f"{shown(pulumi)} {reason}: it is left alone, the project uses a Pulumi of its own")
    return None


def _has_host(pulumi: Path, path: str) -> bool:
    beside = (pulumi.parent, pulumi.resolve().parent)
    return any((folder / _HOST).exists() for folder in beside) or shutil.which(_HOST, path=path) is not None
