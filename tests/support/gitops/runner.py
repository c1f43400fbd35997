"""Runs the jobs of a workflow as they stand in its file: each `run` step, in a fresh checkout, by GitHub's shell.

Actions are not run: `checkout` is a clone, artifacts are files, and what `setup` brings is here already.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.support.stack import PROJECT

GITOPS = PROJECT / "templates" / "gitops"
"""What a team copies into its repository."""
WORKFLOWS = GITOPS / ".github" / "workflows"
SHELL = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")
_NAME = re.compile(r"[a-z_]+(?:\.[\w-]+)+|[a-z]+\(\)")


def load(name: str) -> dict[Any, Any]:
    """Read a workflow."""
    found: dict[Any, Any] = yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text())
    return found


@dataclass
class Job:
    """How a job ended."""

    result: str = "success"
    code: int = 0
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    log: str = ""


@dataclass
class Runner:
    """A place where workflows run.

    Attributes:
        folder: where checkouts, artifacts and logs go.
        origin: the repository.
        env: the environment of all steps.
        secrets: the secrets of each environment of the repository; a job that names none gets none.
        context: what expressions see: `github`, `matrix` and so on.
    """

    folder: Path
    origin: Path
    env: Mapping[str, str]
    secrets: Mapping[str, Mapping[str, str]]
    context: dict[str, Any]
    runs: int = 0

    def workflow(self, name: str, **jobs: Job) -> dict[str, Job]:
        """Run a workflow's jobs in order.

        Args:
            name: the workflow.
            jobs: jobs that ran already, by name; they are not run again.
        """
        found = load(name)
        for job in found["jobs"]:
            if job not in jobs:
                jobs[job] = self.job(name, job, jobs)
        return jobs

    def job(self, name: str, job: str, done: Mapping[str, Job] | None = None) -> Job:
        """Run one job of a workflow."""
        workflow = load(name)
        spec = workflow["jobs"][job]
        done = done or {}
        needs = {need: vars(done[need]) for need in [spec.get("needs")] if need}
        context = {
            **self.context,
            "env": {**workflow.get("env", {}), **self.context.get("env", {})},
            "needs": needs,
            "secrets": self.secrets.get(spec.get("environment", ""), {}),
            "steps": {},
        }
        failed_before = any(need["result"] != "success" for need in needs.values())
        if not self._applies(spec.get("if", "success()"), context, failed=failed_before):
            return Job("skipped")
        self.runs += 1
        place = self.folder / f"run-{self.runs}-{name}-{job}"
        place.mkdir(parents=True)
        result = Job()
        for number, step in enumerate(spec["steps"]):
            if not self._applies(step.get("if", "success()"), context, failed=result.result == "failure"):
                continue
            if "run" in step:
                self._run_step(step, number, place, context, result)
            else:
                self._use(step, place, context)
        outputs = {key: self._filled(value, context) for key, value in spec.get("outputs", {}).items()}
        summary = place / "summary.md"
        result.outputs, result.summary = outputs, summary.read_text() if summary.exists() else ""
        return result

    def _run_step(self, step: dict[str, Any], number: int, place: Path, context: dict[str, Any], job: Job) -> None:
        script, output = place / f"step-{number}.sh", place / f"output-{number}"
        script.write_text(self._filled(step["run"], context))
        output.touch()
        env = {key: self._filled(value, context) for key, value in {**context["env"], **step.get("env", {})}.items()}
        done = subprocess.run(
            [*SHELL, str(script)],
            cwd=place / "checkout",
            env={**self.env, **env, "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(place / "summary.md")},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        job.log += done.stdout + done.stderr
        (place / f"step-{number}.log").write_text(done.stdout + done.stderr)
        lines = [line.partition("=") for line in output.read_text().splitlines()]
        if "id" in step:
            context["steps"][step["id"]] = {"outputs": {key: value for key, _, value in lines}}
        if done.returncode:
            job.result, job.code = "failure", done.returncode

    def _use(self, step: dict[str, Any], place: Path, context: dict[str, Any]) -> None:
        action, words = step["uses"].split("@")[0], step.get("with", {})
        checkout, artifacts = place / "checkout", self.folder / "artifacts"
        if action == "actions/checkout":
            ref = self._filled(words.get("ref", "${{ github.sha }}"), context)
            subprocess.run(["git", "clone", "-q", "--no-checkout", self.origin, checkout], check=True)
            subprocess.run(["git", "checkout", "-q", ref], cwd=checkout, check=True)
        elif action == "actions/upload-artifact":
            artifacts.mkdir(exist_ok=True)
            shutil.copy(checkout / words["path"], artifacts / words["name"])
        elif action == "actions/download-artifact":
            (checkout / words["path"]).mkdir()
            shutil.copy(artifacts / words["name"], checkout / words["path"] / "review.md")
        else:
            assert action == "./.github/actions/setup", f"the test knows nothing of {action}"

    def _filled(self, text: str, context: Mapping[str, Any]) -> str:
        return re.sub(r"\$\{\{ (\S+) \}\}", lambda found: str(self._look_up(found.group(1), context)), str(text))

    @staticmethod
    def _look_up(name: str, context: Mapping[str, Any]) -> Any:
        value: Any = context
        for part in name.split("."):
            value = value.get(part, "") if isinstance(value, Mapping) else ""
        return value

    def _applies(self, condition: str, context: Mapping[str, Any], *, failed: bool) -> bool:
        """Evaluate an `if`: names, calls of status functions, comparisons with texts, and their combinations."""
        text = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", condition.strip(), flags=re.DOTALL).strip()
        status = {"success()": not failed, "failure()": failed, "cancelled()": False}
        if not any(word in text for word in status) and failed:
            return False

        def value(found: re.Match[str]) -> str:
            name = found.group(0)
            return repr(status[name] if name in status else self._look_up(name, context))

        # A name in quotes is a text, and stays one.
        parts = re.split(r"('[^']*')", text)
        parts = [part if part.startswith("'") else _NAME.sub(value, part) for part in parts]
        python = "".join(parts).replace("&&", " and ").replace("||", " or ")
        python = re.sub(r"!(?!=)", " not ", python)
        return bool(eval(python.strip(), {"__builtins__": {}}))  # noqa: S307 - the project's own files
