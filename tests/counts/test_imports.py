"""What the program and the provider load before they send anything."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.support.stack import PROJECT

# The HTTP library with all that it brings, and what only the emulator and the tests need.
_HEAVY = {"requests", "urllib3", "certifi", "charset_normalizer", "aiohttp", "jsonschema", "numpy"}


@pytest.mark.parametrize(
    "program",
    [
        "import zoho_adobe; [getattr(zoho_adobe, name) for name in zoho_adobe.__all__]",
        "import zoho_adobe.dynamic",
    ],
    ids=["program", "provider"],
)
def test_no_http_library_is_loaded_before_it_is_needed(program: str) -> None:
    words = [sys.executable, "-c", f"{program}; import sys; print(*sys.modules)"]
    loaded = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()
    assert not _HEAVY & {name.partition(".")[0] for name in loaded}


def test_no_requirement_makes_the_engine_look_for_another_plugin() -> None:
    wanted = "".join((PROJECT / name).read_text() for name in ("requirements.txt", "requirements-dev.txt"))
    assert set(re.findall(r"^pulumi[\w-]*", wanted, re.MULTILINE)) == {"pulumi", "pulumi-random"}
