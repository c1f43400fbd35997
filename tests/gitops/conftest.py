"""A team and a stand-in of GitHub for each test; nothing of what a test leaves behind may hold a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import toolchain
from tests.support.gitops import github as stand_in
from tests.support.gitops.github import GitHub
from tests.support.gitops.team import MakeTeam, Team
from tests.support.stack import isolated_environment
from tests.support.tenant import Tenant


@pytest.fixture
def github() -> Iterator[GitHub]:
    """GitHub's API on loopback."""
    with stand_in.running() as running:
        yield running


@pytest.fixture
def make_team(
    pulumi: toolchain.Toolchain, pulumi_home: Path, tenant: Tenant, tmp_path: Path, github: GitHub
) -> Iterator[MakeTeam]:
    """Make a team with these stacks; the backend is a folder."""
    made: list[Team] = []

    def make(*stacks: str) -> Team:
        env = isolated_environment(pulumi, pulumi_home, tmp_path)
        made.append(Team.create(tmp_path, env, tenant, github, stacks))
        return made[-1]

    yield make
    for team in made:
        stack = team.stack("any")
        stack.seen.append(json.dumps([github.comments, github.issues]))
        stack.assert_no_secret_anywhere()
