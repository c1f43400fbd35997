"""The package as it is built: in a new virtual environment, and in Pulumi projects that have nothing of this one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from email import message_from_bytes
from pathlib import Path

import pytest

from emulator import launch
from engine.toolchain import Toolchain
from tests.support.pages import blocks, lines, shell
from tests.support.stack import PROJECT, Stack, copy_project, isolated_environment
from tests.support.tenant import Tenant
from zoho_adobe import __version__


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the source archive, and with the wheel that is built from nothing but that."""
    folder = tmp_path_factory.mktemp("built")
    copy_project(folder / "project")
    dist = folder / "dist"
    build(folder / "project", f"build_sdist({str(dist)!r})")
    (archive,) = dist.iterdir()
    subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
    build(folder / archive.name.removesuffix(".tar.gz"), f"build_wheel({str(dist)!r})")
    return dist


def build(folder: Path, order: str) -> None:
    code = f"from setuptools import build_meta; build_meta.{order}"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def python(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new virtual environment, with what the README has people install."""
    folder = tmp_path_factory.mktemp("python") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    (command,) = (line for line in lines_of_readme() if line.startswith("pip "))
    done = subprocess.run(
        [folder / "bin" / "pip", *command.split()[1:]],
        env={**os.environ, **registry(built)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def lines_of_readme() -> list[str]:
    """The commands that a project needs; the block after them is for a clone of this repository."""
    return [line.split(" # ")[0].strip() for line in blocks("../README.md")[0].splitlines()]


def registry(built: Path) -> dict[str, str]:
    """Settings of pip: this package comes from where it was built, all others in the versions that are tested."""
    links = f"{built} {os.environ.get('PIP_FIND_LINKS', '')}".strip()
    return {"PIP_FIND_LINKS": links, "PIP_CONSTRAINT": str(PROJECT / "requirements.txt")}


def environment(pulumi: Toolchain, home: Path, folder: Path, python: Path) -> dict[str, str]:
    """That of a shell in which the virtual environment is active."""
    env = isolated_environment(pulumi, home, folder)
    del env["PYTHONPATH"]
    return {**env, "VIRTUAL_ENV": str(python), "PATH": os.pathsep.join([str(python / "bin"), env["PATH"]])}


def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    (path,) = built.glob("*.whl")
    assert path.name == f"zoho_adobe-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(path) as wheel:
        info = f"zoho_adobe-{__version__}.dist-info"
        held = {name for name in wheel.namelist() if not name.startswith(info)}
        metadata = message_from_bytes(wheel.read(f"{info}/METADATA"))
        scripts = wheel.read(f"{info}/entry_points.txt").decode()
    modules = {str(path.relative_to(PROJECT)) for path in (PROJECT / "zoho_adobe").rglob("*.py")}
    assert held == {*modules, "zoho_adobe/py.typed"}
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata.get_all("Provides-Extra") == ["export"]
    assert "zoho-adobe = " in scripts


@pytest.mark.long
def test_the_readme_in_a_project_of_somebody_else(
    python: Path, pulumi: Toolchain, pulumi_home: Path, emulator: launch.Emulator, tmp_path: Path
) -> None:
    tenant = Tenant.create(emulator, "eu")
    stack = foreign(tmp_path / "crm", environment(pulumi, pulumi_home, tmp_path, python), tenant)
    (stack.folder / "Pulumi.yaml").write_text("name: crm\nruntime: python\n")
    program = blocks("../README.md", "python")[0]
    # The one thing that a program for the emulator needs besides.
    center = '    data_center="eu",\n'
    assert center in program
    program = program.replace(center, f'{center}    accounts_url="{tenant.zoho["accounts"]}",\n')
    (stack.folder / "__main__.py").write_text(program)
    stack.run("stack", "init", stack.name)
    for key, value in (("platformUrl", tenant.adobe), ("imsUrl", tenant.ims)):
        stack.set_config(f"zoho-adobe:{key}", value)
    # What `authorize` stores once a person has agreed.
    stack.set_config("zohoClientId", tenant.zoho["client_id"])
    stack.set_secret("zohoClientSecret", tenant.zoho["client_secret"])
    stack.set_secret("zohoRefreshToken", tenant.zoho["refresh_token"])
    for line in lines_of_readme():
        if line in lines("../README.md"):
            shell(stack, line.replace("1234567890ABCDEF12345678@AdobeOrg", tenant.organization))
    made = tenant.connection()
    assert (made["name"], made["sandboxName"]) == ("Zoho CRM", "dev")
    assert stack.outputs()["baseConnectionId"] == made["id"]
    assert "Usage:" in shell(stack, "zoho-adobe --help").out

    # A colleague takes it over, as the README has it.
    stack.run("state", "delete", stack.resource("zoho-crm")["urn"], "--yes")
    (adopted,) = re.findall(r'adopt_id="([^"]+)"', "\n".join(blocks("../README.md", "python")))
    stack.edit_program('    name="Zoho CRM",\n', f'    name="Zoho CRM",\n    adopt_id="{adopted}",\n')
    stack.edit_program(adopted, made["id"])
    tenant.forget_requests()
    stack.up()
    assert tenant.connection()["id"] == made["id"]
    assert tenant.requests("PATCH") == tenant.requests("POST", "/connections") == []
    assert stack.preview().steps() == {}
    stack.assert_no_secret_anywhere()


@pytest.mark.long
def test_a_template(
    built: Path, python: Path, pulumi: Toolchain, pulumi_home: Path, tenant: Tenant, tmp_path: Path
) -> None:
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    env = {**environment(pulumi, pulumi_home, tmp_path, python), **kept, **registry(built)}
    stack = foreign(tmp_path / "crm", env, tenant)
    # Where the template has Pulumi make one.
    (stack.folder / "venv").symlink_to(python)
    answers = {
        "zoho-adobe:organization": tenant.organization,
        "zoho-adobe:sandbox": "dev",
        "zohoClientId": tenant.zoho["client_id"],
    }
    pairs = [word for key, value in answers.items() for word in ("--config", f"{key}={value}")]
    place = str(PROJECT / "templates" / "connection")
    stack.run("new", place, "--offline", "--yes", "--force", "--name", "crm", "--stack", stack.name, *pairs)
    # Asked for one by one, they are stored as the secrets that the template says they are; in options they are not.
    stack.set_secret("zohoClientSecret", tenant.zoho["client_secret"])
    stack.set_secret("zohoRefreshToken", tenant.zoho["refresh_token"])
    for key, value in (("platformUrl", tenant.adobe), ("imsUrl", tenant.ims)):
        stack.set_config(f"zoho-adobe:{key}", value)
    center = '    data_center=config.require("zohoDataCenter"),\n'
    stack.edit_program(center, f'{center}    accounts_url="{tenant.zoho["accounts"]}",\n')
    stack.up()
    assert stack.outputs()["baseConnectionId"] == tenant.connection()["id"]
    (stack.folder / "venv").unlink()
    stack.assert_no_secret_anywhere()


def foreign(folder: Path, env: Mapping[str, str], tenant: Tenant) -> Stack:
    folder.mkdir()
    return Stack(folder, {**env, **tenant.environment()}, "dev", tenant)
