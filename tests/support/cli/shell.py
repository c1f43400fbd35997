"""The commands with Adobe's settings in the environment."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.cli.runner import Done, Running
from tests.support.stack import PROJECT
from tests.support.tenant import Tenant


class Shell:
    """The commands, with Adobe's settings in the environment."""

    def __init__(self, tenant: Tenant, folder: Path) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.folder = folder
        self.env = {
            **kept,
            **tenant.environment(),
            "PYTHONPATH": str(PROJECT),
            "ADOBE_ORGANIZATION": tenant.organization,
            "ADOBE_SANDBOX": "dev",
            "ADOBE_PLATFORM_URL": tenant.adobe,
            "ADOBE_IMS_URL": tenant.ims,
            "XDG_CACHE_HOME": str(folder / "cache"),
        }

    def start(self, *words: str) -> Running:
        return Running.start(*words, env=self.env, cwd=self.folder)

    def run(self, *words: str) -> Done:
        return self.start(*words).end()
