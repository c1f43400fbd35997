"""A week in the life of a team. Every review is kept as a file, which `pytest -rP` names: read them as a reviewer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.gitops.conftest import MakeTeam
from tests.gitops.github import GitHub
from tests.gitops.runner import Job
from tests.gitops.team import Team
from tests.stack import PROJECT, Stack

ANOTHER_CONNECTION = """
apac = BaseConnection(
    "zoho-crm-apac",
    name="Zoho CRM APAC",
    suffix=seed.hex,
    data_center=config.require("zohoDataCenter"),
    accounts_url=config.get("zohoAccountsUrl"),
    endpoint=config.require("zohoEndpoint"),
    client_id=config.require("zohoClientId"),
    client_secret=config.require_secret("zohoClientSecret"),
    refresh_token=config.require_secret("zohoRefreshToken"),
)
pulumi.export("apacConnectionId", apac.id)
"""


@dataclass
class Week:
    """The team at work on its stack `prod`."""

    team: Team
    github: GitHub
    reviews: Path
    pull_requests: int = 0
    texts: list[str] = field(default_factory=list)

    def keep(self, name: str, text: str) -> str:
        """Keep a review as a file."""
        path = self.reviews / f"{len(self.texts) + 1}-{name}.md"
        path.write_text(text)
        self.texts.append(text)
        print(path)
        return text

    def pull_request(self, branch: str, message: str, change: Callable[[], None]) -> str:
        """Open a pull request; give the comment that it gets."""
        self.pull_requests += 1
        self.team.branch(branch)
        change()
        return self.push(branch, message)

    def push(self, branch: str, message: str) -> str:
        """Push what is on the desk to the pull request; give its comment."""
        sha = self.team.commit(message, push=branch)
        runner = self.team.runner(sha, number=self.pull_requests, env={"STACKS": "prod"})
        jobs = runner.workflow("preview")
        assert jobs["comment"].result == "success", jobs["preview"].log + jobs["comment"].log
        (comment,) = self.github.comments[self.pull_requests]
        return self.keep(branch, comment["body"])

    def merge(self, branch: str) -> str:
        """Merge a pull request and bring it to prod; give the review of that."""
        sha = self.team.merge(branch)
        return self.bring(sha, f"merge-of-{branch}")

    def bring(self, sha: str, name: str) -> str:
        """Bring a commit of main to prod."""
        job = self.team.runner(sha).job("up", "prod", {"review-prod": Job()})
        assert job.result == "success", job.log
        return self.keep(name, job.summary)

    def drift(self) -> Job:
        """Let the night's run look for drift."""
        sha = self.team.git("rev-parse", "origin/main")
        job = self.team.runner(sha, matrix={"stack": "prod"}).job("drift", "drift")
        self.keep("drift", job.summary)
        return job


def second_team(team: Team) -> Stack:
    """Give the stack of another team, which reads the outputs of prod."""
    folder = team.folder / "consumer"
    shutil.copytree(PROJECT / "examples" / "consumer", folder)
    manifest = folder / "Pulumi.yaml"
    manifest.write_text(manifest.read_text().replace("    virtualenv: ../../.venv\n", ""))
    consumer = team.stack("consumer", folder)
    consumer.run("stack", "init", "consumer", "--non-interactive")
    values = {
        "producer": "organization/zoho-adobe/prod",
        "zoho-adobe:platformUrl": team.tenant.adobe,
        "zoho-adobe:imsUrl": team.tenant.ims,
    }
    pairs = [word for key, value in values.items() for word in ("--plaintext", f"{key}={value}")]
    consumer.run("config", "set-all", "--stack", "consumer", *pairs)
    return consumer


@pytest.fixture
def week(make_team: MakeTeam, github: GitHub, tmp_path: Path) -> Week:
    """Monday morning."""
    reviews = tmp_path / "reviews"
    reviews.mkdir()
    return Week(make_team("prod"), github, reviews)


@pytest.mark.long
def test_a_week(week: Week) -> None:
    team, tenant, github = week.team, week.team.tenant, week.github

    # Monday: the first update, and a second team that builds on it.
    first = week.keep("first", team.script(team.git("rev-parse", "HEAD"), "up.sh", "prod").out)
    assert "**2 to create**" in first
    connection = tenant.connection()
    assert team.stack("prod").resource("zoho-crm")["protect"] is True
    consumer = second_team(team)
    consumer.up()
    assert consumer.outputs()["connectionName"] == connection["name"]

    # Tuesday: a pull request adds a connection; its one comment is edited with the second push.
    def add() -> None:
        program = team.desk / "__main__.py"
        program.write_text(program.read_text() + ANOTHER_CONNECTION)

    opened = week.pull_request("add-apac", "Add APAC", add)
    assert "**1 to create**, 2 unchanged" in opened
    assert "Needs a second look" not in opened
    team.edit("__main__.py", '"Zoho CRM APAC"', '"Zoho | CRM @apac"')
    assert "<code>Zoho &#124; CRM &#64;apac</code>" in week.push("add-apac", "A better name")
    assert [item.split()[0] for item in github.writes] == ["POST", "PATCH"]
    assert "**1 to create**" in week.merge("add-apac")
    assert len(tenant.connections("prod")) == 2

    # Wednesday: a secret rotates; no value is shown, not even the length.
    secret = tenant.new_zoho_secret()
    rotation = week.pull_request("rotate", "Rotate", lambda: team.stack("prod").set_secret("zohoClientSecret", secret))
    assert "BaseConnection `zoho-crm` gets another credential: `client_secret` rotates" in rotation
    assert "| `client_secret` | [secret] | [secret], rotates |" in rotation
    week.merge("rotate")
    assert {item["auth"]["params"]["clientSecret"] for item in tenant.connections("prod")} == {secret}
    assert {item["id"] for item in tenant.connections("prod")} > {connection["id"]}

    # Thursday: nothing has drifted, until somebody edits the connection in Adobe's page.
    quiet = week.drift()
    assert quiet.result == "success"
    assert github.issues == []
    tenant.edit(connection["id"], {"op": "replace", "path": "/name", "value": "Renamed in the page"})
    loud = week.drift()
    assert (loud.result, loud.code) == ("failure", 7)
    (issue,) = github.issues
    assert issue["title"] == "Drift of stack prod"
    assert "| `Renamed in the page` |" in issue["body"]
    team.branch("main")
    team.stack("prod").up("--refresh")
    assert next(item for item in tenant.connections() if item["id"] == connection["id"])["name"] == connection["name"]

    # Friday: a move that would replace what is protected does not pass its preview ...
    moved = week.pull_request(
        "move", "Move to stage", lambda: team.edit("Pulumi.prod.yaml", "sandbox: prod", "sandbox: stage")
    )
    assert "**It failed**" in moved
    assert "protect" in moved

    # ... and one that renames an output passes, against what its review says; the second team notices.
    def rename() -> None:
        team.edit("__main__.py", '"baseConnectionId"', '"connectionId"')

    renamed = week.pull_request("rename", "Shorter names", rename)
    assert "The stack no longer gives the output `baseConnectionId`: other stacks may read it" in renamed
    assert "**only outputs change**" in week.merge("rename")
    failure = consumer.run("preview", "--stack", "consumer", "--non-interactive", fails=True)
    assert failure.code == 1
    assert "KeyError: 'baseConnectionId'" in failure.text

    # The merge is rolled back as it came: by a commit.
    team.branch("main")
    team.git("revert", "--no-edit", "-m", "1", "HEAD")
    team.git("push", "-q", "origin", "main")
    rolled_back = week.bring(team.git("rev-parse", "HEAD"), "rolled-back")
    assert "The stack no longer gives the output `connectionId`" in rolled_back
    consumer.up()
    assert consumer.outputs()["connectionName"] == connection["name"]
