"""The canary scan: no credential that the emulator ever issued is in any file that the run wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

# A credential is found by a run of letters and digits in it, however it is quoted or escaped around that.
_RUN = re.compile(rb"[A-Za-z0-9]{16,}")
_KEY = 16


def leaks(folder: Path, canaries: Iterable[str]) -> dict[str, int]:
    """Search a folder.

    Args:
        folder: where to search, but for the emulator's data and the caches of tokens, which hold them by design, and
            for installed packages.
        canaries: the credentials.

    Returns:
        How many different ones each file holds, by its path in the folder.
    """
    keys = {run[:_KEY] for canary in canaries for run in _RUN.findall(canary.encode())[-1:]}
    known: dict[bytes, bool] = {}
    found: dict[str, int] = {}
    for path in _files(folder):
        runs = set(_RUN.findall(path.read_bytes()))
        for run in runs - known.keys():
            known[run] = any(run[start : start + _KEY] in keys for start in range(len(run) - _KEY + 1))
        if hits := sum(known[run] for run in runs):
            found[str(path.relative_to(folder))] = hits
    return found


def _files(folder: Path) -> Iterator[Path]:
    left_out = {path.parent for name in ("emulator.lock", "pyvenv.cfg") for path in folder.rglob(name)}
    for path in folder.rglob("*"):
        by_design = left_out & set(path.parents) or "tokens" in path.parts[-3:]
        if not by_design and path.is_file() and not path.is_symlink():
            yield path
