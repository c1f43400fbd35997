"""A team: a repository with a program and its stacks, people with clones of it, and workflows that run its commits."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.gitops.github import TOKEN, GitHub
from tests.support.gitops.runner import GITOPS, Runner
from tests.support.stack import PASSPHRASE, PROJECT, Result, Stack
from tests.support.tenant import Tenant

_IDENTITY = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull} | {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.com"))
}


@dataclass
class Team:
    """The repository and the first person's clone of it.

    Attributes:
        folder: where everything is.
        env: the environment of people; workflows get Adobe's credentials from their own environments.
        desk: the clone.
        tenant: the organization that the stacks work in.
        github: the stand-in of GitHub.
    """

    folder: Path
    env: dict[str, str]
    desk: Path
    tenant: Tenant
    github: GitHub

    @classmethod
    def create(
        cls, folder: Path, env: Mapping[str, str], tenant: Tenant, github: GitHub, stacks: Iterable[str]
    ) -> Team:
        """Make the repository, with a stack for each of these examples of environments."""
        desk = folder / "desk"
        desk.mkdir(parents=True)
        team = cls(folder, {**env, **_IDENTITY}, desk, tenant, github)
        team.git("init", "-q", "--bare", "-b", "main", str(team.origin))
        team.git("init", "-q", "-b", "main")
        team.git("remote", "add", "origin", str(team.origin))
        for name in ("__main__.py", "requirements.txt"):
            shutil.copy(PROJECT / name, desk)
        shutil.copytree(PROJECT / "scripts", desk / "scripts")
        shutil.copytree(GITOPS, desk, dirs_exist_ok=True)
        (desk / "Pulumi.yaml").write_text((PROJECT / "Pulumi.yaml").read_text().replace("    virtualenv: .venv\n", ""))
        for name in stacks:
            team.add_stack(name)
        team.commit("The connection", push="main")
        return team

    @property
    def origin(self) -> Path:
        """The shared repository."""
        return self.folder / "origin.git"

    def add_stack(self, name: str) -> None:
        """Make a stack as its example says, for the tenant and its Zoho account."""
        zoho = self.tenant.zoho
        text = (PROJECT / "examples" / "environments" / f"Pulumi.{name}.yaml").read_text()
        text = text.replace("1234567890ABCDEF12345678@AdobeOrg", self.tenant.organization)
        text = text.replace("1000.YOUR_CLIENT_ID", zoho["client_id"])
        text = text.replace("zohoDataCenter: eu", "zohoDataCenter: us").replace("crm.zoho.eu", "crm.zoho.com")
        for key, value in {
            "platformUrl": self.tenant.adobe,
            "imsUrl": self.tenant.ims,
            "zohoAccountsUrl": zoho["accounts"],
            "silenceDeprecation": "true",
        }.items():
            text += f"  zoho-adobe:{key}: {value}\n"
        (self.desk / f"Pulumi.{name}.yaml").write_text(text)
        typed = {"zohoClientSecret": zoho["client_secret"], "zohoRefreshToken": zoho["refresh_token"]}
        for words in re.findall(r"^#   pulumi (.+)", text, re.MULTILINE):
            key = next((key for key in typed if key in words), "")
            self.stack(name).run(*words.split(), "--non-interactive", words_in=typed.get(key, ""))

    def stack(self, name: str, folder: Path | None = None) -> Stack:
        """Return a stack, as a person drives it from a clone."""
        return Stack(folder or self.desk, {**self.env, **self.tenant.environment()}, name, self.tenant)

    def git(self, *words: str, cwd: Path | None = None) -> str:
        """Run git."""
        command = ["git", *words]
        done = subprocess.run(command, cwd=cwd or self.desk, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def commit(self, message: str, *, push: str) -> str:
        """Commit everything on the desk and push it to a branch; give the commit."""
        self.git("add", "--all")
        self.git("commit", "-q", "-m", message)
        self.git("push", "-q", "origin", f"HEAD:{push}")
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str) -> None:
        """Begin a branch from what main is."""
        self.git("fetch", "-q", "origin")
        self.git("checkout", "-q", "-B", name, "origin/main")

    def merge(self, branch: str) -> str:
        """Merge a branch into main, as GitHub does; give the commit."""
        self.branch("main")
        self.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
        self.git("push", "-q", "origin", "main")
        return self.git("rev-parse", "HEAD")

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a file on the desk."""
        path = self.desk / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def runner(self, sha: str, *, number: int = 0, fork: bool = False, **context: object) -> Runner:
        """Return what runs the workflows of a commit: of main, or of a pull request if it has a number."""
        base = self.git("rev-parse", "origin/main")
        secrets = {
            **self.tenant.environment(),
            "PULUMI_BACKEND_URL": self.env["PULUMI_BACKEND_URL"],
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        }
        # ADOBE_… in upper case are the names of the secrets, too.
        pull_request = {
            "number": number,
            "head": {"sha": sha, "repo": {"full_name": "stranger/zoho" if fork else "acme/zoho"}},
            "base": {"sha": base},
            "user": {"login": "ada"},
        }
        event = {"event": {"pull_request": pull_request}} if number else {}
        hidden = ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE")
        return Runner(
            folder=self.folder / f"runs-{len(list(self.folder.glob('runs-*')))}",
            origin=self.origin,
            env={key: value for key, value in self.env.items() if key not in hidden} | self.github.environment(),
            secrets={name: secrets for name in ("preview", "plan", "stage", "prod")},
            context={"github": {"repository": "acme/zoho", "sha": sha, "token": TOKEN, **event}, **context},
        )

    def script(self, sha: str, name: str, *words: str, **env: str) -> Result:
        """Run a script in a fresh clone of a commit, as any CI would."""
        clone = self.folder / f"clone-{len(list(self.folder.glob('clone-*')))}"
        self.git("clone", "-q", "--no-checkout", str(self.origin), str(clone))
        self.git("checkout", "-q", sha, cwd=clone)
        done = subprocess.run(
            [f"scripts/{name}", *words],
            cwd=clone,
            env={**self.env, **self.tenant.environment(), **env},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)


MakeTeam = Callable[..., Team]
