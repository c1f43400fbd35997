"""The real engine, from wherever this machine has it."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from engine import random_plugin, toolchain, versions
from engine.environment import pulumi_environment
from tests.support.stack import PROJECT

PROGRAM = """\
import pulumi
import pulumi_random

pulumi.export("hex", pulumi_random.RandomId("seed", byte_length=4, prefix="p-").hex)
"""


def test_a_program_with_a_random_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = toolchain.ensure(print)
    begun = time.monotonic()
    assert toolchain.ensure(print) == engine
    assert time.monotonic() - begun < 1
    monkeypatch.setattr(random_plugin, "_reachable", lambda: False)
    random_plugin.ensure_random_plugin(engine, tmp_path / "home", print)
    (tmp_path / "state").mkdir()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "Pulumi.yaml").write_text("name: probe\nruntime: python\n")
    (tmp_path / "project" / "__main__.py").write_text(PROGRAM)
    env = pulumi_environment(
        PROJECT,
        engine,
        home=tmp_path / "home",
        backend_url=f"file://{tmp_path}/state",
        passphrase="not a secret",
    )

    def pulumi(*arguments: str) -> str:
        result = subprocess.run(
            [engine.pulumi, *arguments],
            cwd=tmp_path / "project",
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        assert "warning" not in (result.stdout + result.stderr).lower()
        return result.stdout

    assert versions.parse(pulumi("version")) == versions.known(engine.version)
    pulumi("stack", "init", "local")
    pulumi("up", "--yes", "--skip-preview")
    outputs: dict[str, Any] = json.loads(pulumi("stack", "output", "--json"))
    prefix, digits = outputs["hex"][:2], outputs["hex"][2:]
    assert prefix == "p-"
    assert len(bytes.fromhex(digits)) == 4
    preview = json.loads(pulumi("preview", "--json", "--expect-no-changes"))
    assert preview["changeSummary"] == {"same": 2}
    pulumi("destroy", "--yes", "--skip-preview")
