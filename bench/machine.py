"""The machine that a run was made on, as far as it matters for the figures."""

from __future__ import annotations

import os
import platform
import re
from importlib import metadata
from pathlib import Path


def describe() -> str:
    """Return cores, processor, memory and versions in one sentence."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB of memory, {platform.system()} on "
        f"{platform.machine()}, Python {platform.python_version()}, Pulumi {metadata.version('pulumi')}, requests "
        f"{metadata.version('requests')}, state in local files"
    )


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1).strip() if found else platform.processor() or "unknown"
