"""Which Pulumi this project uses, and how versions and platforms are written."""

import platform
import re
from typing import NamedTuple

from engine.errors import EngineError

PULUMI = "3.259.0"
"""The version that is downloaded or built. The Go modules in ``go/`` are pinned to the same one."""

MINIMUM = "3.254.0"
"""The oldest ``pulumi`` on PATH that is used: the first whose import files carry outputs."""

_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")
_SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


class Version(NamedTuple):
    """A version that can be compared; what follows the three numbers does not count."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


class Platform(NamedTuple):
    """A system and a processor, in Go's words."""

    system: str
    machine: str

    @property
    def release_name(self) -> str:
        """The platform as the names of Pulumi's release files have it, such as ``linux-x64``."""
        return f"{self.system}-{'x64' if self.machine == 'amd64' else self.machine}"


def parse(text: str) -> Version | None:
    """Find the first version in a text.

    Args:
        text: What a program printed, such as ``v3.259.0`` or ``go1.26.8``.

    Returns:
        The version, or None if there is none.
    """
    found = _VERSION.search(text)
    if found is None:
        return None
    major, minor, patch = found.groups(default="0")
    return Version(int(major), int(minor), int(patch))


def known(text: str) -> Version:
    """Parse a version that this project wrote down itself.

    Args:
        text: A version such as ``3.254.0``.

    Returns:
        The version.

    Raises:
        ValueError: It is none.
    """
    version = parse(text)
    if version is None:
        raise ValueError(f"not a version: {text!r}")
    return version


def this_platform() -> Platform:
    """Name the platform this process runs on.

    Returns:
        The platform.

    Raises:
        EngineError: Pulumi has no release for it.
    """
    system, machine = platform.system(), platform.machine()
    try:
        return Platform(_SYSTEMS[system], _MACHINES[machine.lower()])
    except KeyError:
        raise EngineError(
            f"Pulumi has no release for {system} on {machine} that this project can install: "
            f"put a pulumi of {MINIMUM} or later on PATH and run again"
        ) from None
