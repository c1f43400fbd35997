"""Builds the engine and its Python language host from the Go module proxy.

``go.mod`` and ``go.sum`` in ``go/`` pin every module. The newest language host that comes as a module is the
one of ``sdk/v3`` 3.79; it is built apart because it needs other versions of things than the engine. The two
scripts beside it are taken from the engine's own version of the SDK.
"""

import contextlib
import hashlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from engine import golang, versions
from engine.cache import Cache, shown
from engine.errors import EngineError
from engine.progress import Say, Step

_MODULES = Path(__file__).parent / "go"
_ENGINE = _MODULES / "pulumi"
_HOST = _MODULES / "language-python"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
_TARGETS = (
    # module, package, version to stamp into it
    (_HOST, f"{_SDK}/python/cmd/pulumi-language-python", "3.79.0"),
    (_ENGINE, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", versions.PULUMI),
)
_FLAGS = ("-mod=readonly", "-trimpath")

_NO_SPACE = ("no space left on device",)
_NO_NETWORK = (
    "dial tcp",
    "no such host",
    "connection refused",
    "connection reset",
    "network is unreachable",
    "i/o timeout",
    "TLS handshake timeout",
    "proxyconnect",
    "module lookup disabled",
)
_TAIL = 8


def recipe() -> str:
    """Return a digest of everything that decides what is built.

    Returns:
        A short text; another recipe gives another one.
    """
    digest = hashlib.sha256()
    for module in (_ENGINE, _HOST):
        for name in ("go.mod", "go.sum"):
            digest.update((module / name).read_bytes())
    for _, package, version in _TARGETS:
        digest.update(f"{package} {_ldflags(version)}".encode())
    digest.update(repr((_FLAGS, _SCRIPTS)).encode())
    return digest.hexdigest()[:12]


def build(cache: Cache, name: str, platform: versions.Platform, say: Say, env: Mapping[str, str]) -> None:
    """Build the engine into an entry of the cache. The caller holds the cache's lock.

    Args:
        cache: The cache.
        name: The entry's name; its ``bin`` gets the programs.
        platform: What to build for: the platform of this process.
        say: Told what goes on.
        env: The environment, with whatever Go settings the user has.

    Raises:
        EngineError: It cannot be built; the message says why, what to do and where the log is.
    """
    go = golang.find(cache, _minimum_go(), say, env)
    log = cache.root / "build.log"
    title = f"building Pulumi {versions.PULUMI} with Go {go.version} (some 5 minutes, once)"
    with cache.staged(name) as (tree, scratch), Step(say, title) as step, log.open("w") as log_file:
        (tree / "bin").mkdir()
        runner = _Runner(go, _go_env(go, platform, scratch, env), log_file.fileno(), log, step)
        for module, package, version in _TARGETS:
            output = str(tree / "bin") + os.sep
            runner.run(module, "build", "-v", *_FLAGS, "-ldflags", _ldflags(version), "-o", output, package)
        sdk = Path(runner.run(_ENGINE, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", _SDK)[-1])
        for script in _SCRIPTS:
            target = tree / "bin" / Path(script).name
            shutil.copyfile(sdk / script, target)
            target.chmod(0o755)


def _ldflags(version: str) -> str:
    return f"-s -w -X {_SDK}/go/common/version.Version=v{version}"


def _minimum_go() -> versions.Version:
    found = re.search(r"^go (\S+)$", (_ENGINE / "go.mod").read_text(), re.MULTILINE)
    if found is None:
        raise EngineError(f"{_ENGINE / 'go.mod'} names no Go version: restore the file")
    return versions.known(found[1])


def _go_env(go: golang.Go, platform: versions.Platform, scratch: Path, env: Mapping[str, str]) -> dict[str, str]:
    ours = {
        "CGO_ENABLED": "0",
        "GOARCH": platform.machine,
        "GOOS": platform.system,
        "GOTMPDIR": str(scratch),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    if go.root is not None:
        ours["GOROOT"] = str(go.root)
    return {**env, **ours}


class _Runner:
    """Runs Go commands that can be interrupted, into one log."""

    def __init__(self, go: golang.Go, env: dict[str, str], log_file: int, log: Path, step: Step) -> None:
        self._go = go
        self._env = env
        self._log_file = log_file
        self._log = log
        self._step = step

    def run(self, module: Path, *arguments: str) -> list[str]:
        """Run one command in a module's folder and give the lines it printed."""
        lines: list[str] = []
        downloads = packages = 0
        with subprocess.Popen(
            [self._go.program, *arguments],
            cwd=module,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # Go starts compilers; a group of its own lets all of them be ended at once.
            start_new_session=True,
        ) as process:
            try:
                for line in process.stdout or ():
                    os.write(self._log_file, line.encode())
                    lines.append(line.rstrip())
                    if line.startswith("go: downloading"):
                        downloads += 1
                        self._step.note(f"{downloads} modules downloaded")
                    else:
                        packages += 1
                        self._step.note(f"{Path(arguments[-1]).name}: {packages} packages compiled")
            except BaseException:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                raise
        if process.returncode:
            raise EngineError(self._explained(lines))
        return lines

    def _explained(self, lines: list[str]) -> str:
        instead = f"or put a pulumi of {versions.MINIMUM} or later on PATH; the whole log: {shown(self._log)}"
        if line := _last_with(lines, _NO_SPACE):
            return f"the disk is full ({line}): free some 5 GB and run again, {instead}"
        if line := _last_with(lines, _NO_NETWORK):
            return (
                "Pulumi's modules cannot be downloaded: check the network and `go env GOPROXY`, run again, "
                f"{instead}\n  {line}"
            )
        tail = "".join(f"\n  {line}" for line in lines[-_TAIL:])
        return f"Pulumi does not build here: run again, {instead}{tail}"


def _last_with(lines: list[str], marks: tuple[str, ...]) -> str | None:
    return next((line for line in reversed(lines) if any(mark in line for mark in marks)), None)
