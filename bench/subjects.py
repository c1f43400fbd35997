"""What is measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.services import SANDBOX, Credentials
from zoho_adobe.resources.calls import CALLS_AT_A_TIME

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Subject:
    """A Pulumi program, and how it is to be run.

    Attributes:
        name: its name in tables.
        program: the program's file.
        verify: whether Adobe's test of each connection is asked for.
        tokens: whether it gets ready tokens.
        modules: files that the program imports from its own folder.
        options: options of each Pulumi command.
        checkpoints: whether the engine writes the state after each step, or once at the end of a command.
    """

    name: str
    program: Path
    verify: str = "none"
    tokens: bool = False
    modules: tuple[Path, ...] = ()
    options: tuple[str, ...] = ()
    checkpoints: bool = True

    def environment(self, size: int, credentials: Credentials, description: str) -> dict[str, str]:
        """Return the variables that the program reads.

        Args:
            size: how many connections it is to make.
            credentials: the credentials.
            description: the description of each connection; another one is an update of all.
        """
        tokens = (
            {"BENCH_ADOBE_TOKEN": credentials.adobe_token(), "BENCH_ZOHO_ACCESS_TOKEN": credentials.zoho_token()}
            if self.tokens
            else {}
        )
        return {
            **tokens,
            "ADOBE_PLATFORM_URL": credentials.platform_url,
            "ADOBE_IMS_URL": credentials.ims_url,
            "ADOBE_ORGANIZATION": credentials.organization,
            "ADOBE_SANDBOX": SANDBOX,
            "ADOBE_CLIENT_ID": credentials.client_id,
            "ADOBE_CLIENT_SECRET": credentials.client_secret,
            "BENCH_ZOHO_ACCOUNTS_URL": credentials.zoho_accounts_url,
            "BENCH_ZOHO_CLIENT_ID": credentials.zoho_client_id,
            "BENCH_ZOHO_CLIENT_SECRET": credentials.zoho_client_secret,
            "BENCH_ZOHO_REFRESH_TOKEN": credentials.zoho_refresh_token,
            "BENCH_N": str(size),
            "BENCH_DESCRIPTION": description,
            "BENCH_VERIFY": self.verify,
            "PULUMI_SKIP_CHECKPOINTS": str(not self.checkpoints).lower(),
        }


def ours(*, verify: str = "none", parallel: int | None = CALLS_AT_A_TIME, checkpoints: bool = True) -> Subject:
    """Return our own program.

    Args:
        verify: "none" or "connection".
        parallel: how much the engine does at a time; None for its own choice.
        checkpoints: whether the engine writes the state after each step, or once at the end of a command.
    """
    once = "" if checkpoints else ", state written once"
    tested = ", tested" if verify == "connection" else ""
    return Subject(
        f"zoho-adobe{tested}{at_a_time(parallel)}{once}",
        _HERE / "programs" / "ours.py",
        verify,
        options=() if parallel is None else ("--parallel", str(parallel)),
        checkpoints=checkpoints,
    )


def at_a_time(parallel: int | None) -> str:
    """Say how much the engine does at a time, where it is not what the project recommends."""
    if parallel == CALLS_AT_A_TIME:
        return ""
    return ", the engine's choice" if parallel is None else f", {parallel} at a time"


NAIVE = Subject("naive", _HERE / "naive" / "__main__.py", tokens=True, modules=(_HERE / "naive" / "connection.py",))
EMPTY = Subject("empty program", _HERE / "programs" / "empty.py")
SMALLEST = Subject("one that does nothing", _HERE / "programs" / "smallest.py")
