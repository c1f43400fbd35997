"""A subject's stacks on the real engine, and the life that one goes through."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import measure
from bench.measure import Cost
from bench.services import Counts, Credentials, Service
from bench.state import own_bytes
from bench.subjects import Subject
from engine.environment import file_backend, pulumi_environment
from engine.random_plugin import ensure_random_plugin
from engine.toolchain import Toolchain

PROJECT = Path(__file__).resolve().parents[1]
STACK = "bench"
LIFE = ("preview", "up", "unchanged", "update", "destroy")

_QUIET = ("--non-interactive", "--suppress-progress")
_COMMANDS = {
    "preview": ("preview",),
    "up": ("up", "--yes", "--skip-preview"),
    "unchanged": ("preview", "--refresh", "--expect-no-changes"),
    "update": ("up", "--yes", "--skip-preview"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}
# Only what a program needs to run: what else the user has set must not change the figures.
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "ZOHO_ADOBE_CACHE")


@dataclass(frozen=True)
class Step:
    """One command of a life.

    Attributes:
        cost: what it took.
        counts: what the services were asked.
        state: bytes of the stack's state file after it.
        own: bytes of the state that are the resources' own, for each.
    """

    cost: Cost
    counts: Counts
    state: int
    own: float


@dataclass(frozen=True)
class Project:
    """A Pulumi program in a folder, with its stacks beside it.

    Attributes:
        engine: the engine.
        folder: the folder.
        env: the environment of its commands.
    """

    engine: Toolchain
    folder: Path
    env: Mapping[str, str]

    def init(self, stack: str) -> None:
        """Make an empty stack."""
        command = [str(self.engine.pulumi), "stack", "init", stack, "--non-interactive"]
        subprocess.run(command, cwd=self.folder, env=self.env, check=True, capture_output=True, text=True)

    def run(self, stack: str, *words: str, **env: str) -> Cost:
        """Run a command on a stack, and measure it.

        Args:
            stack: the stack.
            words: the command and its options.
            env: variables for this command alone.
        """
        command = [str(self.engine.pulumi), *words, "--stack", stack, *_QUIET]
        return measure.run(command, self.folder, {**self.env, **env})

    def state(self, stack: str) -> Path:
        """Return the file that holds a stack's state."""
        return self.folder / "state" / ".pulumi" / "stacks" / "bench" / f"{stack}.json"


class Bench:
    """The engine, a folder for the stacks, and the services they work with.

    Args:
        engine: the engine.
        folder: where stacks and the engine's home go.
        service: the services.
    """

    def __init__(self, engine: Toolchain, folder: Path, service: Service) -> None:
        self._engine = engine
        self._folder = folder
        self._home = folder / "pulumi-home"
        self._service = service
        ensure_random_plugin(engine, self._home, lambda line: print(line, file=sys.stderr))

    def live(self, subject: Subject, size: int, latency: float, steps: tuple[str, ...] = LIFE) -> dict[str, Step]:
        """Take a subject's stack through its life, each command measured.

        Args:
            subject: what to run.
            size: how many connections.
            latency: the seconds that every answer takes.
            steps: the commands, in order.

        Returns:
            What each command took.
        """
        self._service.set_latency(0)
        project = self.project(subject, size)
        project.init(STACK)
        self._service.set_latency(latency)
        lived: dict[str, Step] = {}
        changed: dict[str, str] = {}
        for step in steps:
            if step == "update":
                changed["BENCH_DESCRIPTION"] = "changed"
            self._service.forget()
            cost = project.run(STACK, *_COMMANDS[step], *subject.options, **changed)
            counts = self._service.counts()
            state = project.state(STACK)
            own = own_bytes(json.loads(state.read_text())["checkpoint"]["latest"] or {})
            lived[step] = Step(cost, counts, state.stat().st_size, statistics.fmean(own) if own else 0.0)
        self._service.set_latency(0)
        return lived

    def project(self, subject: Subject, size: int) -> Project:
        """Make a subject's project, without stacks, and credentials for it.

        Args:
            subject: what to run.
            size: how many connections.
        """
        folder = self._folder / "stack"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "Pulumi.yaml").write_text("name: bench\nruntime: python\n")
        shutil.copy(subject.program, folder / "__main__.py")
        for module in subject.modules:
            shutil.copy(module, folder / module.name)
        return Project(self._engine, folder, self._environment(folder, subject, size, self._service.credentials()))

    def _environment(self, folder: Path, subject: Subject, size: int, credentials: Credentials) -> dict[str, str]:
        state = folder / "state"
        state.mkdir()
        env = pulumi_environment(
            PROJECT,
            self._engine,
            home=self._home,
            backend_url=file_backend(state),
            passphrase="bench",  # noqa: S106 - nothing but loopback credentials is encrypted with it
            base={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
        )
        env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]])
        env["PYTHONPATH"] = str(PROJECT)
        env["XDG_CACHE_HOME"] = str(folder / "cache")
        return {**env, **subject.environment(size, credentials, "Made by the bench")}
