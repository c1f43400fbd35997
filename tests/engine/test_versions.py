import platform

import pytest

from engine import versions
from engine.errors import EngineError


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v3.259.0\n", (3, 259, 0)),
        ("3.260.0-alpha.x1234\n", (3, 260, 0)),
        ("go1.26.8", (1, 26, 8)),
        ("go1.27rc1", (1, 27, 0)),
        ("devel go1.28-0123abc", (1, 28, 0)),
        ("no version here", None),
        ("", None),
    ],
)
def test_parse(text: str, version: tuple[int, int, int] | None) -> None:
    assert versions.parse(text) == version


def test_versions_compare_as_numbers() -> None:
    assert versions.known("3.99.0") < versions.known("3.254.0") < versions.known("3.254.1")
    assert str(versions.known("1.27")) == "1.27.0"


def test_the_pinned_version_is_new_enough_itself() -> None:
    assert versions.known(versions.PULUMI) >= versions.known(versions.MINIMUM)


@pytest.mark.parametrize(
    ("system", "machine", "release"),
    [
        ("Linux", "x86_64", "linux-x64"),
        ("Linux", "aarch64", "linux-arm64"),
        ("Darwin", "arm64", "darwin-arm64"),
        ("Darwin", "x86_64", "darwin-x64"),
    ],
)
def test_platform_as_releases_name_it(monkeypatch: pytest.MonkeyPatch, system: str, machine: str, release: str) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert versions.this_platform().release_name == release


def test_a_platform_without_a_release_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(EngineError, match=r"on riscv64 .* put a pulumi of 3\.254\.0 or later on PATH"):
        versions.this_platform()
