"""docs/tasks/schedule-exports.md: each example is read by its own tool, where that is installed."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from tests.support.gitops.runner import WORKFLOWS
from tests.support.pages import blocks
from tests.support.stack import PROJECT
from zoho_adobe.cli import main

PAGE = "tasks/schedule-exports.md"
SCHEDULE = "23 3 * * *"


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(*command: str, **env: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **env}, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commands() -> list[str]:
    """The lines that run the program, in all examples."""
    (cron,), (service,), (job,), (dag,) = (blocks(PAGE, name) for name in ("crontab", "systemd", "yaml", "python"))
    words = yaml.safe_load(job)["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"]
    exports = re.search(r'EXPORTS = "([^"]+)"', dag)
    assert exports
    deeds = re.findall(r"PROGRAM} (\w+) ", dag)
    return [
        *re.findall(r"-m zoho_adobe (.+?)(?: >>|$)", cron, re.MULTILINE),
        *re.findall(r"-m zoho_adobe (.+)$", service, re.MULTILINE),
        " ".join(words[3:]),
        *(f"{deed} {exports[1]}" for deed in deeds),
    ]


def test_the_program_knows_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    found = commands()
    assert [line.split()[0] for line in found] == ["export", "reconcile", "export", "export", "export", "reconcile"]
    for line in found:
        # It gets as far as reading the file, which is not there.
        assert main(line.split()) == 1
        assert "cannot be read" in capsys.readouterr().err


def test_every_schedule_is_the_same() -> None:
    (cron,), (job,), (dag,) = (blocks(PAGE, name) for name in ("crontab", "yaml", "python"))
    workflow = yaml.safe_load((WORKFLOWS / "export.yml").read_text())
    assert cron.startswith(f"{SCHEDULE} cd ")
    assert yaml.safe_load(job)["spec"]["schedule"] == SCHEDULE
    assert f'schedule="{SCHEDULE}"' in dag
    # YAML reads `on` as a boolean.
    assert workflow[True]["schedule"] == [{"cron": SCHEDULE}]
    assert "OnCalendar=*-*-* 03:23:00" in timer()


def timer() -> str:
    found = re.findall(r"```systemd-timer\n(.*?)```", (PROJECT / "docs" / PAGE).read_text(), re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def test_the_lines_of_cron_are_good(tmp_path: Path) -> None:
    (text,) = blocks(PAGE, "crontab")
    for line in text.splitlines():
        run("sh", "-n", "-c", line.split(maxsplit=5)[5])
    file = tmp_path / "crontab"
    file.write_text(text)
    program = tool("crontab")
    usage = subprocess.run([program, "--help"], capture_output=True, text=True, check=False).stderr
    # A dry run is -T for one cron, -n for the other.
    run(program, "-T" if "-T" in usage else "-n", str(file))


def test_the_units_are_good(tmp_path: Path) -> None:
    program = tool("systemd-analyze")
    (service,) = blocks(PAGE, "systemd")
    (tmp_path / "zoho-adobe-export.service").write_text(service)
    (tmp_path / "zoho-adobe-export.timer").write_text(timer())
    units = [str(tmp_path / f"zoho-adobe-export.{kind}") for kind in ("service", "timer")]
    done = subprocess.run([program, "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_cron_job_is_good(tmp_path: Path) -> None:
    (job,) = blocks(PAGE, "yaml")
    assert yaml.safe_load(job)["spec"]["concurrencyPolicy"] == "Forbid"
    program = tool("kubectl")
    (tmp_path / "job.yaml").write_text(job)
    (tmp_path / "kustomization.yaml").write_text("resources: [job.yaml]\n")
    assert yaml.safe_load(run(program, "kustomize", str(tmp_path))) == yaml.safe_load(job)


def test_the_task_is_good(tmp_path: Path) -> None:
    """Airflow itself reads it, where there is one: `AIRFLOW_PYTHON` names another environment's Python."""
    (text,) = blocks(PAGE, "python")
    ast.parse(text)
    python = os.environ.get("AIRFLOW_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import airflow.sdk"], capture_output=True, check=False).returncode:
        pytest.skip("airflow is not installed")
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "export.py").write_text(text)
    assert read_by_airflow(tmp_path, python, ["zoho_adobe_export", ["export", "reconcile"], SCHEDULE, 1, False])


def read_by_airflow(folder: Path, python: str, expected: Sequence[object]) -> bool:
    program = f"""
import json, runpy
from airflow.sdk import DAG
names = runpy.run_path({str(folder / "dags" / "export.py")!r})
dags = [value for value in names.values() if isinstance(value, DAG)] or [names["export"].dag]
dag = dags[0]
dag.check_cycle()
print("DAG", json.dumps([dag.dag_id, sorted(dag.task_ids), dag.schedule, dag.max_active_runs, dag.catchup]))
"""
    said = run(python, "-c", program, AIRFLOW_HOME=str(folder), AIRFLOW__CORE__LOAD_EXAMPLES="False")
    line = next(line for line in said.splitlines() if line.startswith("DAG "))
    return bool(json.loads(line.removeprefix("DAG ")) == list(expected))
