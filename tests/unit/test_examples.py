"""The examples ask for no more configuration than they need."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.support.stack import PROJECT

PROGRAMS = sorted((PROJECT / "examples").glob("*/__main__.py"))


@pytest.mark.parametrize("program", [PROJECT / "__main__.py", *PROGRAMS], ids=lambda path: path.parent.name)
def test_what_is_optional_has_a_default(program: Path) -> None:
    """Pulumi refuses to run a stack that lacks a declared value without one, whatever the program does with it."""
    declared = yaml.safe_load((program.parent / "Pulumi.yaml").read_text()).get("config", {})
    optional = re.findall(r'config\.get(?:_bool)?\("(\w+)"\)', program.read_text())
    assert [key for key in optional if key in declared and "default" not in declared[key]] == []
