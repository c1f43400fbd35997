"""The config of a stack, read and written with the `pulumi` of PATH."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoho_adobe.api.deadline import OPERATION_SECONDS
from zoho_adobe.errors import StackError
from zoho_adobe.redaction import protect, redact
from zoho_adobe.settings import NAMESPACE

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")


@dataclass(frozen=True)
class Change:
    """What is to be written into a stack's config.

    Attributes:
        plain: values that may be read by anybody.
        secret: values that are stored encrypted.
        removed: keys that go.
    """

    plain: Mapping[str, str]
    secret: Mapping[str, str]
    removed: frozenset[str] = frozenset()


class StackConfig:
    """The config of one stack of the project in the working directory.

    Args:
        stack: the stack's name, empty for the selected one.
        config_file: the file of the config, where it is not the stack's usual one.

    Raises:
        StackError: there is no Pulumi, no project, no such stack, or its config cannot be decrypted.
    """

    def __init__(self, stack: str = "", config_file: Path | None = None) -> None:
        self._pulumi = shutil.which("pulumi") or ""
        if not self._pulumi:
            raise StackError(
                "the command `pulumi` is not on PATH",
                remedy="Install it: https://www.pulumi.com/docs/iac/download-install",
            )
        project_file = _project_file()
        project = _read_yaml(project_file)
        self._project = str(project.get("name") or "")
        self.stack = stack or self._run("stack", "--show-name").strip()
        folder = project_file.parent / str(project.get("stackConfigDir") or "")
        usual = folder / f"{project_file.stem}.{self.stack.rsplit('/', 1)[-1]}{project_file.suffix}"
        # The file itself and not a link to it: it is going to be replaced.
        self._file = (config_file or usual).resolve()
        self._values = self._read()

    def get(self, key: str) -> str:
        """Return a value of the project, such as "zohoClientId", with the project's default; empty if there is none."""
        return self._values.get(f"{self._project}:{key}", "")

    def settings(self) -> dict[str, str]:
        """Return the provider's settings, by "zoho-adobe:<key>"."""
        return {key: value for key, value in self._values.items() if key.startswith(f"{NAMESPACE}:")}

    def write(self, change: Change) -> None:
        """Write all of a change or nothing: into a copy first, which takes the file's place when it is complete.

        Args:
            change: what to write.

        Raises:
            StackError: it cannot be written; the config is as it was.
        """
        file = self._file
        draft = file.with_name(f".{file.stem}.{secrets.token_hex(4)}{file.suffix}")
        try:
            before = file.read_bytes() if file.exists() else None
            if before is not None:
                shutil.copy2(file, draft)
            self._fill(draft, change)
            if (file.read_bytes() if file.exists() else None) != before:
                raise StackError(f"{file.name} was changed by somebody else meanwhile", remedy="Start again")
            draft.replace(file)
        except OSError as error:
            raise StackError(f"{file} cannot be written: {error.strerror}") from None
        finally:
            draft.unlink(missing_ok=True)

    def import_resources(self, document: str, *, protected: bool) -> None:
        """Put resources that exist into the stack's state.

        Args:
            document: what `pulumi import --file` reads; it goes there by standard input, since it holds secrets.
            protected: whether the state refuses to delete them.
        """
        options = ("--yes", "--skip-preview", "--generate-code=false", f"--protect={str(protected).lower()}")
        where = (*self._of_stack(), *self._in_file(self._file))
        # However many they are: an import that is cut off leaves part of them out.
        self._run("import", "--file", "/dev/stdin", *options, *where, words_in=document, however_long=True)

    def export(self) -> dict[str, Any]:
        """Return the stack's state; secrets in it are encrypted."""
        state: dict[str, Any] = json.loads(self._run("stack", "export", *self._of_stack()))
        return state

    def output(self, name: str) -> str:
        """Return an output of the stack, as JSON."""
        return self._run("stack", "output", name, "--json", *self._of_stack())

    def _read(self) -> dict[str, str]:
        words = ("config", "--show-secrets", "--json", *self._of_stack(), *self._in_file(self._file))
        found: dict[str, dict[str, Any]] = json.loads(self._run(*words))
        for entry in found.values():
            if entry.get("secret"):
                protect(str(entry.get("value") or ""))
        return {key: str(entry.get("value") or "") for key, entry in found.items()}

    def _fill(self, draft: Path, change: Change) -> None:
        where = (*self._of_stack(), "--config-file", str(draft))
        pairs = [word for key, value in change.plain.items() for word in ("--plaintext", f"{key}={value}")]
        self._run("config", "set-all", *pairs, *where)
        for key, value in change.secret.items():
            protect(value)
            self._run("config", "set", "--secret", key, *where, words_in=value)
        present = _read_yaml(draft).get("config") or {}
        for key in sorted(change.removed):
            if f"{self._project}:{key}" in present:
                self._run("config", "rm", key, *where)

    def _of_stack(self) -> tuple[str, ...]:
        return ("--stack", self.stack)

    def _in_file(self, file: Path) -> tuple[str, ...]:
        return ("--config-file", str(file)) if file.exists() else ()

    def _run(self, *words: str, words_in: str = "", however_long: bool = False) -> str:
        try:
            done = subprocess.run(
                [self._pulumi, *words, "--non-interactive"],
                input=words_in,
                capture_output=True,
                text=True,
                check=False,
                timeout=None if however_long else OPERATION_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise StackError(
                f"`pulumi {' '.join(words[:2])}` does not end", remedy="Check that the stack's backend can be reached"
            ) from None
        if done.returncode:
            said = (done.stderr or done.stdout).strip().removeprefix("error: ")
            raise StackError(redact(f"`pulumi {' '.join(words[:2])}` fails: {said or f'exit code {done.returncode}'}"))
        return done.stdout


def project_name() -> str:
    """Return the name of the project in the working directory or above it, empty where there is none."""
    try:
        return str(_read_yaml(_project_file()).get("name") or "")
    except StackError:
        return ""


def _project_file() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        for name in _PROJECT_FILES:
            if (folder / name).is_file():
                return folder / name
    raise StackError(
        f"no Pulumi project is in {here} or above it", remedy="Change to the project's folder, or use --json instead"
    )


def _read_yaml(path: Path) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise StackError(f"{path} cannot be read: {type(error).__name__}") from None
    return found if isinstance(found, dict) else {}
