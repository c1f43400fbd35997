"""The workflows: their rules as text, and their steps as they stand there, on the real engine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from engine import versions
from tests.support.gitops.github import TOKEN, GitHub
from tests.support.gitops.previews import document
from tests.support.gitops.runner import GITOPS, WORKFLOWS, load
from tests.support.gitops.team import MakeTeam
from tests.support.stack import PROJECT
from zoho_adobe.review import MARKER, read, render

NAMES = ("preview", "up", "drift", "export")
SETUP = GITOPS / ".github/actions/setup/action.yml"
OWN = sorted((PROJECT / ".github/workflows").glob("*.yml"))
FILES = [*(WORKFLOWS / f"{name}.yml" for name in NAMES), SETUP, *OWN]


def steps(name: str) -> list[dict[str, object]]:
    """Return all steps of a workflow."""
    return [step for job in load(name)["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_may_do_as_little_as_it_needs(name: str) -> None:
    workflow = load(name)
    assert workflow["permissions"] == {}
    assert workflow["defaults"]["run"]["shell"] == "bash"
    assert "pull_request_target" not in (WORKFLOWS / f"{name}.yml").read_text()
    for job_name, job in workflow["jobs"].items():
        write = {scope for scope, access in job["permissions"].items() if access == "write"}
        assert write == {"comment": {"pull-requests"}, "drift": {"issues"}}.get(job_name, set())
        # What runs the program has an environment; a pull request's own code never has a token that writes.
        runs_code = any(step.get("uses") == "./.github/actions/setup" for step in job["steps"])
        assert ("environment" in job) == runs_code
        assert not (runs_code and write and name == "preview")
        for step in job["steps"]:
            if str(step.get("uses", "")).startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_secrets_reach_only_the_steps_that_need_them() -> None:
    for name in NAMES:
        workflow = load(name)
        assert "secrets." not in str([workflow.get("env"), *(job.get("env") for job in workflow["jobs"].values())])
        for step in steps(name):
            assert "secrets." not in str(step.get("run", ""))
            assert "secrets." not in str(step.get("with", ""))


def test_nothing_of_an_event_is_pasted_into_a_shell() -> None:
    for name in NAMES:
        assert not [step for step in steps(name) if "${{" in str(step.get("run", ""))]


def test_one_run_per_stack_at_a_time() -> None:
    jobs = load("up")["jobs"]
    for stack in ("stage", "prod"):
        assert jobs[stack]["concurrency"] == {
            "group": f"${{{{ github.workflow }}}}-{stack}",
            "cancel-in-progress": False,
        }
        assert jobs[stack]["environment"] == stack
    assert jobs["prod"]["needs"] == "review-prod"
    assert jobs["review-prod"]["needs"] == "stage"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_actions_are_used_by_released_version(path: Path) -> None:
    used = re.findall(r"uses: (\S+)", path.read_text())
    assert used
    for action in used:
        released = re.fullmatch(r"(actions|pulumi|pypa)/[\w-]+@v\d+\.\d+\.\d+", action)
        assert released or action == "./.github/actions/setup"


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_what_this_repository_runs_may_do_as_little_as_it_needs(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {}
    assert "pull_request_target" not in path.read_text()
    assert "secrets." not in path.read_text()
    for name, job in workflow["jobs"].items():
        writes = {scope for scope, access in job["permissions"].items() if access == "write"}
        # PyPI trusts the workflow itself, so that there is no token to keep.
        assert writes == ({"id-token"} if name == "publish" else set())
        assert job["timeout-minutes"]
        assert not [step for step in job["steps"] if "${{ github.event" in str(step.get("run", ""))]


def test_the_tests_run_on_every_version_and_system_that_the_package_names() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    named = re.findall(r":: (3\.\d+)'", str(project["classifiers"]))
    workflow = yaml.safe_load((PROJECT / ".github/workflows/tests.yml").read_text())
    matrix = workflow["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == named
    assert {system.split("-")[0] for system in matrix["system"]} == {"ubuntu", "macos"}


def test_the_workflows_use_the_engine_that_is_tested() -> None:
    action = yaml.safe_load(SETUP.read_text())
    (version,) = [step["with"]["pulumi-version"] for step in action["runs"]["steps"] if "pulumi" in str(step)[:30]]
    assert version == versions.PULUMI


@pytest.mark.parametrize(
    ("command", "folder"),
    [
        (("actionlint",), PROJECT),
        (("actionlint",), GITOPS),
        (("shellcheck", *map(str, sorted((PROJECT / "scripts").glob("*.sh")))), PROJECT),
    ],
)
def test_linters_have_nothing_to_say(command: tuple[str, ...], folder: Path, tmp_path: Path) -> None:
    # Packages put their programs beside the interpreter, which need not be on PATH.
    places = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    program = shutil.which(command[0], path=places)
    if program is None:
        pytest.skip(f"{command[0]} is not installed")
    # A project is where Git says that it begins.
    shutil.copytree(folder / ".github", tmp_path / ".github")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    done = subprocess.run([program, *command[1:]], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def post(github: GitHub, *words: str, token: str = TOKEN) -> subprocess.CompletedProcess[str]:
    """Post a review as a workflow does."""
    command = [sys.executable, str(PROJECT / "scripts" / "post_review.py"), *words]
    env = {**github.environment(), "GITHUB_TOKEN": token}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_a_review_is_posted_once_and_edited_then(github: GitHub, tmp_path: Path) -> None:
    review = tmp_path / "review.md"
    # The one to edit is on the second page.
    github.comments[5] = [github.item(n, kind="User", body=f"{n}") for n in range(1000, 1120)]
    for text in ("first", "second"):
        review.write_text(f"{MARKER}\n\n{text}\n")
        for words in (("comment", "5"), ("issue", "Drift of stack prod")):
            done = post(github, *words, str(review))
            assert done.returncode == 0, done.stderr
    assert [item.split()[0] for item in github.writes] == ["POST", "PATCH", "POST", "PATCH", "PATCH", "PATCH"]
    assert len(github.comments[5]) == 121
    assert "second" in github.comments[5][-1]["body"]
    assert [item["body"].split()[-1] for item in github.issues] == ["second"]
    github.issues[0]["state"] = "closed"
    post(github, "issue", "Drift of stack prod", str(review))
    assert len(github.issues) == 2


def test_two_runs_at_once_leave_one_comment(github: GitHub, tmp_path: Path) -> None:
    review = tmp_path / "review.md"
    text = f"{MARKER}\n<!-- of crm in . -->\n\n{{}}\n"
    review.write_text(text.format("this run"))
    github.late = github.item(900, body=text.format("the other run"))
    assert post(github, "comment", "5", str(review)).returncode == 0
    assert [(item["id"], "this run" in item["body"]) for item in github.comments[5]] == [(900, True)]
    # Two that are there already, of which only one would be kept up to date.
    github.comments[5].append(github.item(901, body=text.format("stale")))
    github.comments[5].append(github.item(902, body=text.format("stale").replace("of crm", "of books")))
    assert post(github, "comment", "5", str(review)).returncode == 0
    assert [item["id"] for item in github.comments[5]] == [900, 902]
    for number in (903, 904):
        github.issues.append(github.item(number, body=text.format("stale"), title="Drift"))
    assert post(github, "issue", "Drift", str(review)).returncode == 0
    assert [(item["state"], "this run" in item["body"]) for item in github.issues] == [
        ("open", True),
        ("closed", False),
    ]


def test_projects_of_one_repository_have_a_comment_each(github: GitHub, tmp_path: Path) -> None:
    wholes = {name: document().replace("::zoho-adobe::", f"::{name}::") for name in ("crm", "books")}
    kinds = {"whole": wholes, "failed": dict.fromkeys(wholes, "")}

    def review(project: str, kind: str, folder: str) -> str:
        place = tmp_path / "repository" / folder
        place.mkdir(parents=True, exist_ok=True)
        (tmp_path / "repository" / ".git").touch()
        (place / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n")
        command = [sys.executable, "-m", "zoho_adobe", "review", "--markdown"]
        env = {**os.environ, "PYTHONPATH": str(PROJECT)}
        done = subprocess.run(
            command, cwd=place, env=env, input=kinds[kind][project], capture_output=True, text=True, check=False
        )
        assert done.returncode == (kind == "failed"), done.stderr
        path = tmp_path / "review.md"
        path.write_text(done.stdout)
        return str(path)

    # One of each project as an earlier release wrote it: the newer one of the same project takes its place.
    older = {name: render([read(text, "prod")]) for name, text in wholes.items()}
    github.comments[5] = [github.item(70 + number, body=text) for number, text in enumerate(older.values())]
    for kind in ("failed", "whole"):
        for project, folder in (("books", "emea"), ("crm", "emea--west"), ("crm", "us")):
            assert post(github, "comment", "5", review(project, kind, folder)).returncode == 0
            assert post(github, "issue", "Drift of stack prod", str(tmp_path / "review.md")).returncode == 0
    shown = [(re.findall("<!-- of (.*) -->", item["body"]), item["body"]) for item in github.comments[5]]
    assert [who for who, _ in shown] == [["crm in emea%2D%2Dwest"], ["books in emea"], ["crm in us"]]
    assert all("nothing changes" in body for _, body in shown)
    assert len(github.issues) == 3


def test_what_is_no_review_is_not_posted(github: GitHub, tmp_path: Path) -> None:
    review = tmp_path / "review.md"
    for text in ("Something else", f"{MARKER}\n{'x' * 65_536}"):
        review.write_text(text)
        assert post(github, "comment", "5", str(review)).returncode == 1
    assert github.writes == []
    review.write_text(MARKER)
    refused = post(github, "comment", "5", str(review), token="wrong")
    assert refused.returncode == 1
    assert "GitHub did not take it: HTTP Error 401" in refused.stderr


def test_a_fork_gets_nothing(make_team: MakeTeam, github: GitHub) -> None:
    team = make_team()
    runner = team.runner(team.git("rev-parse", "HEAD"), number=7, fork=True)
    jobs = runner.workflow("preview")
    assert {name: job.result for name, job in jobs.items()} == {"preview": "skipped", "comment": "skipped"}
    assert github.writes == []


@pytest.mark.long
def test_a_commit_goes_from_stage_to_prod(make_team: MakeTeam) -> None:
    team = make_team("stage", "prod")
    sha = team.git("rev-parse", "HEAD")
    jobs = team.runner(sha).workflow("up")
    assert {job.result for job in jobs.values()} == {"success"}, [job.log for job in jobs.values()]
    assert sorted(item["sandboxName"] for item in team.tenant.connections()) == ["prod", "stage"]
    assert jobs["review-prod"].outputs["sha256"] == sha256(jobs["review-prod"].summary.encode()).hexdigest()
    assert jobs["prod"].summary == jobs["review-prod"].summary
    protected = {name: team.stack(name).resource("zoho-crm").get("protect", False) for name in ("stage", "prod")}
    assert protected == {"stage": False, "prod": True}

    # What is merged while somebody thinks about the approval is not what was approved.
    team.branch("rename")
    team.edit("Pulumi.prod.yaml", "connectionName: Zoho CRM", "connectionName: Zoho CRM Europe")
    team.commit("Rename the connection in prod", push="rename")
    sha = team.merge("rename")
    approved = team.runner(sha).job("up", "review-prod", {"stage": jobs["stage"]})
    assert "`Zoho CRM` | `Zoho CRM Europe`" in approved.summary
    team.stack("prod").set_config("connectionName", "Another one")
    changed = team.commit("And another name", push="main")
    refused = team.runner(changed).job("up", "prod", {"review-prod": approved})
    assert (refused.result, refused.code) == ("failure", 4)
    assert "not the review that was approved" in refused.log
    assert team.tenant.requests("PATCH") == []
    done = team.runner(sha).job("up", "prod", {"review-prod": approved})
    assert done.result == "success", done.log
    names = {item["sandboxName"]: item["name"].rsplit(" ", 1)[0] for item in team.tenant.connections()}
    assert names == {"stage": "Zoho CRM", "prod": "Zoho CRM Europe"}


def test_a_preview_that_fails_is_said_in_the_comment(make_team: MakeTeam, github: GitHub) -> None:
    team = make_team("prod")
    github.comments[3] = [github.item(90, kind="User", body=f"{MARKER}\nquoted by a person")]
    team.branch("broken")
    team.edit("__main__.py", "import signal\n", 'import signal\n\nraise ValueError("a slip | of @the pen")\n')
    sha = team.commit("Break it", push="broken")
    runner = team.runner(sha, number=3)
    jobs = runner.workflow("preview")
    assert jobs["preview"].result == "failure"
    assert jobs["comment"].result == "success", jobs["comment"].log
    first, second = github.comments[3]
    assert first["body"].endswith("quoted by a person")
    assert "Preview of `zoho-adobe/prod`: **no result**" in second["body"]
    assert "ValueError: a slip | of @the pen" in second["body"]
    # `stage` is no stack of this team, and the comment says so, too.
    assert "Preview of `stage`: **no result**" in second["body"]
    assert sha[:12] in second["body"]
