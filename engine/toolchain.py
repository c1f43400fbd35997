"""Brings a Pulumi engine to this machine: the one call that everything else here is for."""

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine import build, installer, path_lookup, versions
from engine.cache import Cache, shown
from engine.errors import EngineError
from engine.progress import Say, Step

_PROGRAMS = ("pulumi", "pulumi-language-python")


@dataclass(frozen=True)
class Toolchain:
    """A Pulumi engine with its Python language host.

    Attributes:
        bin_dir: The folder of the programs, for PATH.
        version: Such as ``3.259.0``.
        source: Where it comes from: ``PATH``, ``installer`` or ``built``.
    """

    bin_dir: Path
    version: str
    source: str

    @property
    def pulumi(self) -> Path:
        """The ``pulumi`` command itself."""
        return self.bin_dir / "pulumi"


def ensure(say: Say, env: Mapping[str, str] | None = None) -> Toolchain:
    """Return the engine, and get it first if this machine has none.

    The first that works: ``pulumi`` on PATH; what the user's cache holds; the official release; a build from
    the Go module proxy. The last two end in the cache, where they appear whole or not at all, also when this
    process is interrupted or killed, and also when several processes ask at once.

    Args:
        say: Takes the lines for the user: what is used, what is done and how long it took.
        env: The environment; the process's own if not given.

    Returns:
        The toolchain.

    Raises:
        EngineError: There is no way to an engine; the message says what to do.
    """
    env = os.environ if env is None else env
    on_path = path_lookup.find(env, say)
    if on_path is not None:
        pulumi, version = on_path
        say(f"Pulumi {version} from PATH ({shown(pulumi)})")
        return Toolchain(pulumi.parent, str(version), "PATH")
    cache = Cache.of_user(env)
    try:
        return _from_cache(cache, say, env)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EngineError(f"the disk is full ({error}): free some 5 GB and run again") from error
        raise EngineError(
            f"Pulumi cannot be put into the cache {shown(cache.root)} ({error}): mend that, "
            "or set ZOHO_ADOBE_CACHE to a folder that can be written"
        ) from error


def _from_cache(cache: Cache, say: Say, env: Mapping[str, str]) -> Toolchain:
    platform = versions.this_platform()
    installed = f"pulumi-{versions.PULUMI}-{platform.release_name}"
    built = f"{installed}-built-{build.recipe()}"
    entries = ((installed, "installer"), (built, "built"))
    if (ready := _ready(cache, entries, say)) is not None:
        return ready
    with cache.locked(say):
        # Another process may have made it while this one waited.
        if (ready := _ready(cache, entries, say)) is not None:
            return ready
        try:
            _install(cache, installed, platform, say, env)
        except installer.UnavailableError as error:
            say(f"the official release of Pulumi cannot be had from here ({error}): building it instead")
            build.build(cache, built, platform, say, env)
    if (ready := _ready(cache, entries, say)) is None:
        raise EngineError(f"Pulumi vanished from {shown(cache.root)} while it was put there: run again")
    return ready


def _ready(cache: Cache, entries: tuple[tuple[str, str], ...], say: Say) -> Toolchain | None:
    for name, source in entries:
        bin_dir = cache.root / name / "bin"
        if all((bin_dir / program).exists() for program in _PROGRAMS):
            say(f"Pulumi {versions.PULUMI}, {source}, from the cache ({shown(bin_dir)})")
            return Toolchain(bin_dir, versions.PULUMI, source)
    return None


def _install(cache: Cache, name: str, platform: versions.Platform, say: Say, env: Mapping[str, str]) -> None:
    title = f"getting the official release of Pulumi {versions.PULUMI}"
    with cache.staged(name) as (tree, scratch), Step(say, title) as step:
        installer.install(tree, scratch, platform, step)
        found = path_lookup.version_of(tree / "bin" / "pulumi", {**env, "PULUMI_HOME": str(scratch)})
        if found != versions.known(versions.PULUMI):
            raise installer.UnavailableError("the release does not run on this machine")
