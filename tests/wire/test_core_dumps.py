"""A crash of the provider's process leaves no file with its memory."""

from __future__ import annotations

from pathlib import Path

from tests.support.wire.deployment import Deployment


def test_the_process_may_write_no_core(deployed: Deployment) -> None:
    limits = Path(f"/proc/{deployed.plugin.process.pid}/limits").read_text()
    (line,) = (line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert line.split()[4] == "0"
