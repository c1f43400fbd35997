"""The `pulumi` that reads and writes a stack's config is not waited for without end."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from zoho_adobe.cli import stack
from zoho_adobe.errors import StackError


def test_a_pulumi_that_does_not_end_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = tmp_path / "pulumi"
    endless.write_text("#!/bin/sh\nexec sleep 60\n")
    endless.chmod(stat.S_IRWXU)
    (tmp_path / "Pulumi.yaml").write_text("name: a-project\nruntime: python\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(stack, "OPERATION_SECONDS", 0.2)
    with pytest.raises(StackError, match="`pulumi config --show-secrets` does not end"):
        stack.StackConfig("dev")
