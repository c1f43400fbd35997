from pathlib import Path

import pytest

from engine import installer, path_lookup, toolchain
from tests.support.engine import contents, environment, fake_go, fake_pulumi, program


def test_no_pulumi_on_path_is_nothing_to_talk_about(tmp_path: Path) -> None:
    said: list[str] = []
    assert path_lookup.find(environment(tmp_path), said.append) is None
    assert said == []


def test_a_pulumi_with_its_language_host_is_used_as_it_is(tmp_path: Path) -> None:
    fake_pulumi(tmp_path / "bin" / "pulumi", "v3.254.0")
    said: list[str] = []
    found = toolchain.ensure(said.append, environment(tmp_path))
    assert (found.bin_dir, found.version, found.source) == (tmp_path / "bin", "3.254.0", "PATH")
    assert found.pulumi == tmp_path / "bin" / "pulumi"
    assert said == [f"Pulumi 3.254.0 from PATH ({tmp_path}/bin/pulumi)"]
    assert not (tmp_path / "cache").exists()


def test_the_language_host_may_be_elsewhere_on_path_or_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    fake_pulumi(tmp_path / "opt" / "pulumi", "v3.260.1")
    (tmp_path / "bin" / "pulumi").symlink_to(tmp_path / "opt" / "pulumi")
    assert path_lookup.find(environment(tmp_path), print) is not None
    fake_pulumi(tmp_path / "other" / "pulumi", "v3.260.1", host=False)
    env = environment(tmp_path) | {"PATH": f"{tmp_path}/other:{tmp_path}/opt"}
    assert path_lookup.find(env, print) is not None


@pytest.mark.parametrize(
    ("version", "host", "reason"),
    [
        ("v3.99.0", True, "is 3.99.0, older than 3.254.0 (upgrade it to have it used)"),
        ("v3.253.9", True, "is 3.253.9, older than 3.254.0 (upgrade it to have it used)"),
        ("v4.0.0", True, "is 4.0.0, and this project is made for Pulumi 3"),
        ("v3.259.0", False, "has no pulumi-language-python beside it or on PATH"),
        ("oops", True, "does not answer to `pulumi version`"),
    ],
)
def test_a_pulumi_that_does_not_fit_is_refused_in_one_line(
    tmp_path: Path, version: str, host: bool, reason: str
) -> None:
    pulumi = fake_pulumi(tmp_path / "bin" / "pulumi", version, host=host)
    said: list[str] = []
    assert path_lookup.find(environment(tmp_path), said.append) is None
    assert said == [f"{pulumi} {reason}: it is left alone, the project uses a Pulumi of its own"]


def test_a_pulumi_that_fails_is_refused(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "pulumi", "raise SystemExit(3)")
    said: list[str] = []
    assert path_lookup.find(environment(tmp_path), said.append) is None
    assert "does not answer" in said[0]


def test_after_an_old_pulumi_the_next_way_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "RELEASES", "http://127.0.0.1:9")
    fake_pulumi(tmp_path / "bin" / "pulumi", "v3.100.0")
    fake_go(tmp_path)
    said: list[str] = []
    found = toolchain.ensure(said.append, environment(tmp_path))
    assert found.source == "built"
    assert "is 3.100.0" in said[0]
    assert contents(found.bin_dir)[0] == "pulumi"
