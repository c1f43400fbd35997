"""The package as it is built: in a new virtual environment, and in Pulumi projects that have nothing of this one."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest

from emulator import launch
from engine.toolchain import Toolchain
from tests.support.crm import Crm
from tests.support.pages import blocks, lines, shell
from tests.support.stack import PROJECT, Stack, copy_project, isolated_environment
from tests.support.tenant import Tenant
from zoho_adobe import __version__
from zoho_adobe.api.zoho_bulk import SCOPES
from zoho_adobe.zoho_scopes import DEFAULT


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
        [folder / "bin" / "pip", *shlex.split(command)[1:]],
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
    assert held == {*modules, "zoho_adobe/py.typed", "zoho_adobe/inventory/page.css"}
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata.get_all("Provides-Extra") == ["export"]
    assert "zoho-adobe = " in scripts


@pytest.fixture
def project(python: Path, pulumi: Toolchain, pulumi_home: Path, emulator: launch.Emulator, tmp_path: Path) -> Stack:
    """A project that has nothing of this one, for an organization with Zoho credentials for everything."""
    tenant = Tenant.create(emulator, "eu")
    tenant.zoho = emulator.control("POST", "/zoho/credentials", {"dc": "eu", "scopes": [*DEFAULT, *SCOPES]})
    tenant.canaries |= {tenant.zoho["client_secret"], tenant.zoho["refresh_token"]}
    stack = foreign(tmp_path / "crm", environment(pulumi, pulumi_home, tmp_path, python), tenant)
    (stack.folder / "Pulumi.yaml").write_text("name: crm\nruntime: python\n")
    stack.run("stack", "init", stack.name)
    for key, value in (("platformUrl", tenant.adobe), ("imsUrl", tenant.ims)):
        stack.set_config(f"zoho-adobe:{key}", value)
    # What `authorize` stores once a person has agreed, and what the page takes from there.
    stack.set_config("zohoClientId", tenant.zoho["client_id"])
    stack.set_secret("zohoClientSecret", tenant.zoho["client_secret"])
    stack.set_secret("zohoRefreshToken", tenant.zoho["refresh_token"])
    names = {"ZOHO_CLIENT_ID": "zohoClientId", "ZOHO_CLIENT_SECRET": "zohoClientSecret"}
    for name, key in {**names, "ZOHO_REFRESH_TOKEN": "zohoRefreshToken"}.items():
        stack.env[name] = stack.run("config", "get", "--stack", stack.name, key).out.strip()
    stack.seen.clear()
    return stack


def write(stack: Stack, program: str, center: str, accounts: str) -> None:
    """Write a program of the page, with the one thing that it needs besides for the emulator."""
    assert center in program
    (stack.folder / "__main__.py").write_text(program.replace(center, center + accounts))


@pytest.mark.long
def test_the_readme_in_a_project_of_somebody_else(project: Stack) -> None:
    tenant, crm = project.tenant, Crm.of(project.tenant)
    accounts = f', "accounts_url": "{tenant.zoho["accounts"]}"'
    write(project, blocks("../README.md", "python")[0], '"data_center": "eu"', accounts)
    for line in lines_of_readme():
        if line in lines("../README.md"):
            shell(project, line.replace("1234567890ABCDEF12345678@AdobeOrg", tenant.organization))
    (table,) = project.outputs()["exports"]["tables"]
    assert crm.run(table["dataflowId"])["metrics"]["statusSummary"]["status"] == "success"
    arrived = [next(iter(row.values())) for row in crm.arrived(table["datasetId"])]
    assert sorted(row["id"] for row in arrived) == sorted(row["id"] for row in crm.rows("Contacts"))
    assert project.preview().steps() == {}
    assert "Usage:" in shell(project, "zoho-adobe --help").out
    project.assert_no_secret_anywhere()


@pytest.mark.long
def test_the_readme_adopts_a_connection(project: Stack) -> None:
    tenant, program = project.tenant, blocks("../README.md", "python")[1]
    (line,) = re.findall(r'    adopt_id="[^"]+",\n', program)
    center, accounts = '    data_center="eu",\n', f'    accounts_url="{tenant.zoho["accounts"]}",\n'
    for key, value in (("organization", tenant.organization), ("sandbox", "dev")):
        project.set_config(f"zoho-adobe:{key}", value)
    # Somebody made one.
    write(project, program.replace(line, ""), center, accounts)
    project.up()
    id_ = project.outputs()["baseConnectionId"]
    project.run("state", "delete", project.resource("zoho-crm")["urn"], "--yes")

    write(project, program.replace(line, f'    adopt_id="{id_}",\n'), center, accounts)
    tenant.forget_requests()
    project.up()
    assert project.outputs()["baseConnectionId"] == id_
    assert tenant.requests("PATCH") == tenant.requests("POST", "/connections") == []
    assert project.preview().steps() == {}
    project.assert_no_secret_anywhere()


@pytest.mark.long
@pytest.mark.parametrize("name", ["connection", "landing-zone"])
def test_a_template(name: str, built: Path, python: Path, project: Stack) -> None:
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    tenant, stack = project.tenant, replace(project, env={**project.env, **kept, **registry(built)})
    for path in stack.folder.iterdir():
        path.unlink()
    # Where the template has Pulumi make one.
    (stack.folder / "venv").symlink_to(python)
    answers = {"zoho-adobe:organization": tenant.organization, "zoho-adobe:sandbox": "dev", "zohoDataCenter": "eu"}
    if name == "connection":
        answers |= {"zohoEndpoint": "crm.zoho.eu/crm/private", "zohoClientId": tenant.zoho["client_id"]}
    pairs = [word for key, value in answers.items() for word in ("--config", f"{key}={value}")]
    place = str(PROJECT / "templates" / name)
    stack.run("new", place, "--offline", "--yes", "--force", "--name", f"from-{name}", "--stack", "new", *pairs)
    stack = replace(stack, name="new")
    for key, value in (("platformUrl", tenant.adobe), ("imsUrl", tenant.ims)):
        stack.set_config(f"zoho-adobe:{key}", value)
    program, accounts = (stack.folder / "__main__.py").read_text(), tenant.zoho["accounts"]
    if name == "connection":
        # Asked for one by one, they are stored as the secrets that the template says they are; in options they are not.
        stack.set_secret("zohoClientSecret", tenant.zoho["client_secret"])
        stack.set_secret("zohoRefreshToken", tenant.zoho["refresh_token"])
        write(
            stack, program, '    data_center=config.require("zohoDataCenter"),\n', f'    accounts_url="{accounts}",\n'
        )
        stack.up()
        assert stack.outputs()["baseConnectionId"] == tenant.connection()["id"]
    else:
        write(stack, program, '"data_center": config.require("zohoDataCenter")', f', "accounts_url": "{accounts}"')
        stack.up()
        assert {table["name"] for table in stack.outputs()["exports"]["tables"]} == {"Contacts", "Accounts"}
    (stack.folder / "venv").unlink()
    stack.assert_no_secret_anywhere()


def foreign(folder: Path, env: Mapping[str, str], tenant: Tenant) -> Stack:
    folder.mkdir()
    return Stack(folder, {**env, **tenant.environment()}, "dev", tenant)
