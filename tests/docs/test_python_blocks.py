"""The Python on the pages is Python, and passes what the package takes; three dots are what a reader knows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.pages import PAGES, blocks
from tests.support.stack import PROJECT

PRELUDE = """
from typing import Any

import pulumi
import pulumi_random

from zoho_adobe import BaseConnection, IngestedTable, Provider, ZohoIngestion

config: pulumi.Config
connection: BaseConnection
rest: dict[str, Any]

"""


def test_the_type_checker_has_nothing_to_say(tmp_path: Path) -> None:
    written = 0
    for page in PAGES:
        name = os.path.relpath(page, PROJECT / "docs")
        for number, block in enumerate(blocks(name, "python")):
            if "airflow" in block:
                # test_schedule_page.py reads it.
                continue
            # What the block says itself comes before what a page says around it.
            own = "" if "import pulumi\n" in block else PRELUDE
            path = tmp_path / f"{page.stem.replace('-', '_')}_{written}_{number}.py"
            path.write_text(
                own + block.replace("…,\n", "**rest,\n").replace("…\n", "**rest\n").replace(" …", " **rest")
            )
            written += 1
    assert written > 8
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(PROJECT / "pyproject.toml"), "--allow-redefinition", "."],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
