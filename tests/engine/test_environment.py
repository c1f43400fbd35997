from pathlib import Path

import pytest

from engine import random_plugin
from engine.environment import pulumi_environment
from engine.toolchain import Toolchain

TOOLCHAIN = Toolchain(Path("/opt/pulumi"), "3.259.0", "installer")
ONLINE = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"


def test_the_project_runs_apart_from_the_users_own_pulumi(tmp_path: Path) -> None:
    base = {
        "PATH": "/usr/bin",
        "HOME": "/home/u",
        "PULUMI_HOME": "/home/u/.pulumi",
        "PULUMI_BACKEND_URL": "https://api.pulumi.com",
        "PULUMI_PYTHON_CMD": "python2",
        "PYTHONHOME": "/usr",
    }
    env = pulumi_environment(tmp_path, TOOLCHAIN, home=tmp_path / "home", backend_url="file:///s", base=base)
    assert env == {
        "PATH": f"{tmp_path}/.venv/bin:/opt/pulumi:/usr/bin",
        "HOME": "/home/u",
        "VIRTUAL_ENV": f"{tmp_path}/.venv",
        "PULUMI_HOME": f"{tmp_path}/home",
        "PULUMI_BACKEND_URL": "file:///s",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PULUMI_RUN_PROGRAM": "true",
    }
    assert base["PULUMI_HOME"] == "/home/u/.pulumi"


def test_the_passphrase_given_is_the_one_used(tmp_path: Path) -> None:
    base = {"PULUMI_CONFIG_PASSPHRASE_FILE": "/f", "PULUMI_CONFIG_PASSPHRASE": "theirs"}
    ours = pulumi_environment(tmp_path, TOOLCHAIN, home=tmp_path, backend_url="x", passphrase="", base=base)
    assert ours["PULUMI_CONFIG_PASSPHRASE"] == ""
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in ours
    theirs = pulumi_environment(tmp_path, TOOLCHAIN, home=tmp_path, backend_url="x", base=base)
    assert theirs.items() >= base.items()


def test_nothing_is_downloaded_where_the_stand_in_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random_plugin, "_reachable", lambda: False)
    assert ONLINE not in pulumi_environment(tmp_path, TOOLCHAIN, home=tmp_path, backend_url="x", base={})
    random_plugin.ensure_random_plugin(TOOLCHAIN, tmp_path, print)
    assert pulumi_environment(tmp_path, TOOLCHAIN, home=tmp_path, backend_url="x", base={})[ONLINE] == "true"
