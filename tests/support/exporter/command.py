"""The exporter's commands in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support import processes
from tests.support.exporter.site import Site
from tests.support.stack import PROJECT

PATIENCE = 60.0


class Command:
    """The command in a process of its own."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.folder = folder
        self.file = folder / "exports.json"
        self.write()

    def write(self, **changes: Any) -> None:
        self.file.write_text(json.dumps(self.site.document(**changes)))

    def start(self, *words: str, stdout: int = subprocess.PIPE, **env: str) -> subprocess.Popen[str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        given = {
            **kept,
            **self.site.environment(),
            "PYTHONPATH": str(PROJECT),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            **env,
        }
        line = [sys.executable, "-m", "zoho_adobe", *words]
        return processes.start(line, cwd=self.folder, env=given, stdout=stdout, stderr=subprocess.PIPE)

    def run(self, *words: str, **env: str) -> tuple[int, list[dict[str, Any]], str]:
        """Run it to its end: the exit code, the events, and what it says to a person."""
        process = self.start(*words, stdout=subprocess.PIPE, **env)
        out, err = process.communicate(timeout=PATIENCE)
        canaries = self.site.emulator.control("GET", "/canaries")["canaries"]
        assert not [canary[:9] for canary in canaries if canary in out + err]
        return process.returncode, [json.loads(line) for line in out.splitlines()], err

    def export(self, *words: str, **env: str) -> tuple[int, list[dict[str, Any]], str]:
        return self.run("export", "--exports", str(self.file), *words, **env)
