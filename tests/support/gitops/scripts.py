"""The project's scripts, with a `pulumi` that prints what a test says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.stack import PROJECT

_FAKE = """#!/usr/bin/env bash
stack=$3
cat "$ANSWERS/${stack//\\//_}.json"
exit "$(cat "$ANSWERS/${stack//\\//_}.code" 2>/dev/null || echo 0)"
"""


class Scripts:
    """The scripts, in a project of their own, with a `pulumi` that prints what a test says."""

    def __init__(self, folder: Path) -> None:
        self.answers, self.project = folder / "answers", folder / "project"
        shutil.copytree(PROJECT / "scripts", self.project / "scripts")
        (self.project / "Pulumi.yaml").write_text("name: zoho-adobe\nruntime: python\n")
        self.answers.mkdir()
        (folder / "bin").mkdir()
        (folder / "bin" / "pulumi").write_text(_FAKE)
        (folder / "bin" / "pulumi").chmod(0o700)
        places = [str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
        self.env = {"PATH": os.pathsep.join(places), "PYTHONPATH": str(PROJECT), "ANSWERS": str(self.answers)}

    def answer(self, stack: str, text: str, code: int = 0) -> None:
        """Set what `pulumi` prints for a stack, and how it ends."""
        (self.answers / f"{stack.replace('/', '_')}.json").write_text(text)
        (self.answers / f"{stack.replace('/', '_')}.code").write_text(str(code))

    def run(self, *words: str, **env: str) -> Any:
        """Run a script."""
        command = [str(self.project / "scripts" / words[0]), *words[1:]]
        return subprocess.run(command, env={**self.env, **env}, capture_output=True, text=True, check=False)
