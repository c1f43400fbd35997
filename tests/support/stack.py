"""A stack on the real engine, driven by the real command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.environment import file_backend, pulumi_environment
from engine.toolchain import Toolchain
from tests.support.tenant import Tenant

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = (PROJECT / "__main__.py").read_text()
PASSPHRASE = "passphrase-of-the-tests"

# Only what a program needs to run: the tests must not depend on what the machine's user has set.
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "ZOHO_ADOBE_CACHE")


_LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv", ".local", "__pycache__", ".*_cache", ".hypothesis")


def copy_project(folder: Path) -> None:
    """Copy the project as a clone would be, with the virtual environment that is here already."""
    shutil.copytree(PROJECT, folder, ignore=_LEFT_BEHIND)
    (folder / ".venv").symlink_to(Path(sys.prefix))


def isolated_environment(pulumi: Toolchain, home: Path, folder: Path) -> dict[str, str]:
    """Return an environment for Pulumi with a backend and a token cache inside the folder."""
    state = folder / "state"
    state.mkdir(exist_ok=True)
    base = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    env = pulumi_environment(
        PROJECT, pulumi, home=home, backend_url=file_backend(state), passphrase=PASSPHRASE, base=base
    )
    # The tests' own interpreter decides, also where it is not the project's .venv.
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]])
    env["PYTHONPATH"] = str(PROJECT)
    env["XDG_CACHE_HOME"] = str(folder / "cache")
    return env


@dataclass
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything a person sees."""
        return self.out + self.err

    def steps(self) -> dict[str, str]:
        """Read from `--json` what happens to each resource, by its logical name; what stays as it is is left out."""
        found: dict[str, str] = {}
        for urn, op in self._operations():
            if op not in ("same", "read", "refresh") and "pulumi:providers" not in urn:
                found.setdefault(urn.rsplit("::", 1)[1], "replace" if "replace" in op else op)
        return found

    def _operations(self) -> list[tuple[str, str]]:
        """Read the steps of a preview, which prints one document, or the events of an update, one a line."""
        lines = self.out.splitlines()
        if lines[0] == "{":
            return [(step["urn"], step["op"]) for step in json.loads(self.out)["steps"]]
        events = [json.loads(line) for line in lines]
        done = [event["resOutputsEvent"]["metadata"] for event in events if "resOutputsEvent" in event]
        return [(item["urn"], item["op"]) for item in done]

    def error_lines(self) -> list[str]:
        """Return the messages of all diagnostics of severity error."""
        lines = [line.strip() for line in self.text.splitlines()]
        return [line.removeprefix("error:").strip() for line in lines if line.startswith("error:")]


@dataclass
class Stack:
    """A project in a folder of its own, and one stack of it."""

    folder: Path
    env: dict[str, str]
    name: str
    tenant: Tenant
    seen: list[str] = field(default_factory=list)

    @classmethod
    def create(
        cls, folder: Path, program: str, env: Mapping[str, str], name: str, tenant: Tenant, **config: str
    ) -> Stack:
        """Write the project, make the stack, and configure it for a tenant."""
        folder.mkdir()
        project = (PROJECT / "Pulumi.yaml").read_text().replace("    virtualenv: .venv\n", "")
        (folder / "Pulumi.yaml").write_text(project)
        (folder / "__main__.py").write_text(program)
        stack = cls(folder, {**env, **tenant.environment()}, name, tenant)
        stack.run("stack", "init", name, "--non-interactive")
        values = {
            "organization": tenant.organization,
            "sandbox": "dev",
            "platformUrl": tenant.adobe,
            "imsUrl": tenant.ims,
            "zohoAccountsUrl": tenant.zoho["accounts"],
            "zohoClientId": tenant.zoho["client_id"],
            **config,
        }
        pairs = [word for key, value in values.items() for word in ("--plaintext", f"{key}={value}")]
        stack.run("config", "set-all", "--stack", name, *pairs)
        stack.set_secret("zohoClientSecret", tenant.zoho["client_secret"])
        stack.set_secret("zohoRefreshToken", tenant.zoho["refresh_token"])
        return stack

    def copy(self, name: str) -> Stack:
        """Make a second stack of the same project, configured alike."""
        self.run("stack", "init", name, "--non-interactive", "--copy-config-from", self.name)
        return Stack(self.folder, self.env, name, self.tenant, self.seen)

    def run(self, *words: str, words_in: str = "", fails: bool = False, **env: str) -> Result:
        """Run a Pulumi command; by default it must succeed."""
        done = subprocess.run(
            ["pulumi", *words],
            cwd=self.folder,
            env={**self.env, **env},
            input=words_in,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.seen.append(done.stdout + done.stderr)
        if not fails and done.returncode:
            raise AssertionError(f"pulumi {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return Result(done.returncode, done.stdout, done.stderr)

    def up(self, *words: str, fails: bool = False, **env: str) -> Result:
        """Update, and give what happened to each resource."""
        return self._act("up", "--yes", "--skip-preview", *words, fails=fails, **env)

    def preview(self, *words: str, fails: bool = False, **env: str) -> Result:
        """Preview, and give what would happen to each resource."""
        return self._act("preview", *words, fails=fails, **env)

    def refresh(self, *words: str, fails: bool = False, **env: str) -> Result:
        """Refresh the state from what exists."""
        return self._act("refresh", "--yes", "--skip-preview", *words, fails=fails, **env)

    def destroy(self, *words: str, fails: bool = False, **env: str) -> Result:
        """Delete everything in the stack."""
        return self._act("destroy", "--yes", "--skip-preview", *words, fails=fails, **env)

    def _act(self, command: str, *words: str, fails: bool, **env: str) -> Result:
        # Without --json is what a person reads; failures are read that way.
        form = () if fails or "--diff" in words else ("--json",)
        result = self.run(command, "--stack", self.name, "--non-interactive", *form, *words, fails=fails, **env)
        if fails:
            assert result.code == 1, result.text
            # Pulumi's own runner may print one when the engine ends it in the middle of a call; none of ours may.
            traces = result.text.split("Traceback (most recent call last)")[1:]
            assert not any("zoho_adobe/" in trace for trace in traces), result.text
        return result

    def set_config(self, key: str, value: str) -> None:
        """Set a plain value of the stack's config."""
        self.run("config", "set", "--stack", self.name, key, value)

    def set_secret(self, key: str, value: str) -> None:
        """Set a secret of the stack's config."""
        self.tenant.canaries.add(value)
        self.run("config", "set", "--stack", self.name, "--secret", key, words_in=value)

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs."""
        found: dict[str, Any] = json.loads(self.run("stack", "output", "--stack", self.name, "--json").out)
        return found

    def resource(self, logical_name: str) -> dict[str, Any]:
        """Return a resource as the state holds it."""
        (found,) = (item for item in self.resources() if item["urn"].endswith(f"::{logical_name}"))
        return found

    def resources(self) -> list[dict[str, Any]]:
        """Return all resources as the state holds them."""
        state = json.loads(self.run("stack", "export", "--stack", self.name).out)
        found: list[dict[str, Any]] = state["deployment"].get("resources") or []
        return found

    def edit_program(self, old: str, new: str) -> None:
        """Change the program."""
        path = self.folder / "__main__.py"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        shutil.rmtree(self.folder / "__pycache__", ignore_errors=True)

    def assert_no_secret_anywhere(self) -> None:
        """Search everything that was shown or written for the value of a secret."""
        texts = {"what the commands printed": "\n".join(self.seen)}
        for path in self.folder.parent.rglob("*"):
            # The token cache holds access tokens by design, readable by its owner alone.
            if path.is_file() and "cache" not in path.relative_to(self.folder.parent).parts:
                texts[str(path)] = path.read_bytes().decode("utf-8", "replace")
        leaks = [place for place, text in texts.items() for canary in self.tenant.canaries if canary in text]
        assert not leaks, f"a secret is in {leaks}"
