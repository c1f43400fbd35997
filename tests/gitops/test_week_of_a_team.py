"""A week in the life of a team. Every review is kept as a file, which `pytest -rP` names: read them as a reviewer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.crm import Crm
from tests.support.gitops.examples import example
from tests.support.gitops.github import GitHub
from tests.support.gitops.ingestion import PROGRAM
from tests.support.gitops.runner import Job
from tests.support.gitops.team import MakeTeam, Team
from tests.support.pages import blocks, shell
from tests.support.stack import Stack

ACCOUNTS = '        "Accounts": IngestedTable(columns=["Account_Name", "Industry", "Website"]),\n'
DEALS = '        "Deals": IngestedTable(),\n'
SOME_OF_DEALS = '        "Deals": IngestedTable(columns=["Deal_Name", "Stage"]),\n'


@dataclass
class Week:
    """The team at work on its stack `prod`."""

    team: Team
    github: GitHub
    crm: Crm
    reviews: Path
    pull_requests: int = 0
    texts: list[str] = field(default_factory=list)

    @property
    def stack(self) -> Stack:
        """The stack, as a person drives it."""
        return self.team.stack("prod")

    def keep(self, name: str, text: str) -> str:
        """Keep a review as a file."""
        path = self.reviews / f"{len(self.texts) + 1:02}-{name}.md"
        path.write_text(text)
        self.texts.append(text)
        print(path)
        return text

    def pull_request(self, branch: str, message: str, change: Callable[[], object]) -> str:
        """Open a pull request; give the comment that it gets."""
        self.pull_requests += 1
        self.team.branch(branch)
        change()
        return self.push(branch, message)

    def push(self, branch: str, message: str) -> str:
        """Push what is on the desk to the pull request; give its comment."""
        return self.preview(branch, self.team.commit(message, push=branch))

    def preview(self, branch: str, sha: str) -> str:
        """Let the workflow look at a commit of the pull request; give its comment."""
        runner = self.team.runner(sha, number=self.pull_requests, env={"STACKS": "prod"})
        jobs = runner.workflow("preview")
        assert jobs["comment"].result == "success", jobs["preview"].log + jobs["comment"].log
        (comment,) = self.github.comments[self.pull_requests]
        return self.keep(branch, comment["body"])

    def merge(self, branch: str) -> str:
        """Merge a pull request and bring it to prod; give the review of that."""
        job = self.team.runner(self.team.merge(branch)).job("up", "prod", {"review-prod": Job()})
        assert job.result == "success", job.log
        return self.keep(f"merge-of-{branch}", job.summary)

    def drift(self) -> Job:
        """Let the night's run look for drift."""
        sha = self.team.git("rev-parse", "origin/main")
        job = self.team.runner(sha, matrix={"stack": "prod"}).job("drift", "drift")
        self.keep("drift", job.summary)
        return job

    def a_night_passes(self) -> None:
        """Let every dataflow of prod run; Adobe tells what changed since the last run by the second."""
        time.sleep(1.1)
        for id_ in self.stack.outputs()["dataflows"].values():
            self.crm.run(id_)

    def arrived(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table at Adobe, by the names of their own fields."""
        rows = self.crm.arrived(self.stack.outputs()["datasets"][table])
        return [next(iter(row.values())) for row in rows]


@pytest.fixture
def week(make_team: MakeTeam, github: GitHub, tmp_path: Path) -> Week:
    """Monday morning: the program is written."""
    reviews = tmp_path / "reviews"
    reviews.mkdir()
    team = make_team("prod")
    (team.desk / "__main__.py").write_text(PROGRAM)
    team.commit("Two tables", push="main")
    return Week(team, github, Crm.of(team.tenant), reviews)


@pytest.mark.long
def test_a_week(week: Week) -> None:
    *_, undo, revert = blocks("gitops.md")
    team, tenant, github, crm = week.team, week.team.tenant, week.github, week.crm

    # Monday: the first update, and a second team that builds on it.
    first = week.keep("first", team.script(team.git("rev-parse", "HEAD"), "up.sh", "prod").out)
    assert "**17 to create**" in first
    connection = tenant.connection()
    assert week.stack.resource("zoho-crm")["protect"] is True
    consumer = example("consumer-dataflow", week.stack, producer="organization/zoho-adobe/prod", table="Leads")
    consumer.up()
    week.a_night_passes()
    crm.run(consumer.outputs()["dataflowId"])
    assert len(week.arrived("Contacts")) == len(crm.rows("Contacts"))
    assert len(crm.arrived(consumer.outputs()["datasetId"])) == len(crm.rows("Leads"))
    flows = week.stack.outputs()["dataflows"]

    # Tuesday: a pull request adds a table; its one comment is edited with the second push.
    opened = week.pull_request("add-deals", "Bring deals", lambda: team.edit("__main__.py", ACCOUNTS, ACCOUNTS + DEALS))
    assert "**7 to create**, 17 unchanged" in opened
    assert (
        "<summary>+ Dataflow <code>crm-Deals-dataflow</code> named <code>crm Deals</code>, every hour</summary>"
        in opened
    )
    assert "Needs a second look" not in opened
    team.edit("__main__.py", DEALS, SOME_OF_DEALS)
    pushed = week.push("add-deals", "Only what we use of them")
    assert "**7 to create**, 17 unchanged" in pushed
    columns = "with <code>Deal&#95;Name</code>, <code>Modified&#95;Time</code>, <code>Stage</code></summary>"
    assert columns not in opened
    assert columns in pushed
    assert [item.split()[0] for item in github.writes] == ["POST", "PATCH", "PATCH"]
    assert "**7 to create**" in week.merge("add-deals")
    crm.add("Deals", Deal_Name="The first", Stage="Qualification", Amount=1)
    week.a_night_passes()
    assert [set(row) for row in week.arrived("Deals")] == [{"dealName", "stage", "modifiedTime"}]
    assert week.stack.outputs()["dataflows"].items() > flows.items()

    # Wednesday: a secret rotates; no value is shown, not even the length, and the data go on.
    secret = tenant.new_zoho_secret()
    rotation = week.pull_request("rotate", "Rotate", lambda: week.stack.set_secret("zohoClientSecret", secret))
    assert (
        "BaseConnection `zoho-crm` gets another credential: `client_secret` rotates; used by 3 dataflows: "
        "`crm-Accounts-dataflow`, `crm-Contacts-dataflow`, `crm-Deals-dataflow`"
    ) in rotation
    assert "| `client_secret` | [secret] | [secret], rotates |" in rotation
    week.merge("rotate")
    (rotated,) = tenant.connections("prod")
    assert (rotated["id"], rotated["auth"]["params"]["clientSecret"]) == (connection["id"], secret)
    crm.add("Contacts", Last_Name="Wednesday", Email="wednesday@example.com")
    week.a_night_passes()
    assert len(week.arrived("Contacts")) == len(crm.rows("Contacts"))

    # Thursday: nothing has drifted, until somebody renames the connection and stops a dataflow in Adobe's page.
    quiet = week.drift()
    assert quiet.result == "success", quiet.log
    assert github.issues == []
    tenant.edit(connection["id"], {"op": "replace", "path": "/name", "value": "Renamed in the page"})
    crm.change("flows", flows["Contacts"], state="disabled")
    loud = week.drift()
    assert (loud.result, loud.code) == ("failure", 7), loud.log
    (issue,) = github.issues
    assert issue["title"] == "Drift of stack prod"
    assert "| `Renamed in the page` |" in issue["body"]
    assert "Dataflow `crm-Contacts-dataflow` is **disabled**: no data arrive while it is" in issue["body"]
    team.branch("main")
    shell(week.stack, undo)
    assert tenant.connections("prod")[0]["name"] == connection["name"]
    assert {flow["state"] for flow in crm.objects()["flows"]} == {"enabled"}

    # Friday: a move of what is in use does not pass its preview ...
    moved = week.pull_request(
        "move", "Move to stage", lambda: team.edit("Pulumi.prod.yaml", "sandbox: prod", "sandbox: stage")
    )
    assert "**It failed**" in moved
    assert "in use by" in moved

    # ... nor does one that takes out a table whose data are protected ...
    dropped = week.pull_request("drop-accounts", "No accounts", lambda: team.edit("__main__.py", ACCOUNTS, ""))
    assert "**It failed**" in dropped
    assert "Dataset `crm-Accounts-dataset` is **deleted**; it is protected, so Pulumi will refuse" in dropped

    # ... and one that "tidies up" does, against all that its review says.
    def tidy_up() -> None:
        team.edit("__main__.py", ', "Website"]', "]")
        team.edit("__main__.py", '"frequency": "hour"', '"frequency": "week"')
        team.edit("__main__.py", '"baseConnectionId"', '"connectionId"')

    tidied = week.pull_request("tidy-up", "Tidy up", tidy_up)
    for line in (
        "MappingSet `crm-Accounts-mapping` **no longer fills** `_tenant.website`: rows arrive without it",
        "Dataflow `crm-Accounts-dataflow` is **replaced** because `columns` of SourceConnection `crm-Accounts-source` "
        "changes: the old one is deleted, the new one has another id and goes on where the old one ended",
        "Dataflows `crm-Accounts-dataflow`, `crm-Contacts-dataflow`, `crm-Deals-dataflow`: each runs **less often**: "
        "every hour → every week",
        "The stack no longer gives the output `baseConnectionId`: other stacks may read it",
    ):
        assert f"> - {line}\n" in tidied
    assert "reads its whole history" not in tidied
    week.merge("tidy-up")
    crm.add("Accounts", Account_Name="On Friday", Website="https://friday.example.com")
    week.a_night_passes()
    assert "website" not in next(row for row in week.arrived("Accounts") if row["accountName"] == "On Friday")
    failure = consumer.preview(fails=True)
    assert "the stack organization/zoho-adobe/prod has no output 'baseConnectionId'" in failure.text

    # The merge is rolled back as it came, by a pull request; what it says is the way back.
    week.pull_requests += 1
    team.branch("roll-back")
    shell(replace(week.stack, env=team.env), revert.replace("COMMIT", "origin/main"))
    team.git("push", "-q", "origin", "HEAD:roll-back")
    back = week.preview("roll-back", team.git("rev-parse", "HEAD"))
    assert "The stack no longer gives the output `connectionId`" in back
    assert "no longer fills" not in back
    assert "less often" not in back
    week.merge("roll-back")
    crm.add("Accounts", Account_Name="Later", Website="https://later.example.com")
    week.a_night_passes()
    arrived = week.arrived("Accounts")
    assert sorted(row["accountName"] for row in arrived) == sorted(row["Account_Name"] for row in crm.rows("Accounts"))
    assert next(row for row in arrived if row["accountName"] == "Later")["website"] == "https://later.example.com"
    assert consumer.up().steps() == {}
    assert week.stack.preview("--expect-no-changes", "--refresh").steps() == {}
