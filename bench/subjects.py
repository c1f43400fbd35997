"""What is measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.services import SANDBOX, Credentials

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Subject:
    """A Pulumi program, and how it is to be run.

    Attributes:
        name: its name in tables.
        program: the program's file.
        verify: whether Adobe's test of each connection is asked for.
        pool: how many provider instances the resources are spread over.
        tokens: whether it gets ready tokens.
        modules: files that the program imports from its own folder.
        options: options of each Pulumi command.
    """

    name: str
    program: Path
    verify: str = "none"
    pool: int = 1
    tokens: bool = False
    modules: tuple[Path, ...] = ()
    options: tuple[str, ...] = ()

    def environment(self, size: int, credentials: Credentials, description: str) -> dict[str, str]:
        """Give the variables that the program reads.

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
            "BENCH_POOL": str(self.pool),
        }


def ours(*, verify: str = "none", pool: int = 1) -> Subject:
    """Give our own program.

    Args:
        verify: "none" or "connection".
        pool: how many provider instances.
    """
    name = "zoho-adobe" + (", tested" if verify == "connection" else "") + (f", pool of {pool}" if pool > 1 else "")
    # The engine's own limit is four for each core, and what waits for a busy process counts too.
    options = ("--parallel", "200") if pool > 1 else ()
    return Subject(name, _HERE / "programs" / "ours.py", verify, pool, options=options)


NAIVE = Subject("naive", _HERE / "naive" / "__main__.py", tokens=True, modules=(_HERE / "naive" / "connection.py",))
EMPTY = Subject("empty program", _HERE / "programs" / "empty.py")
SMALLEST = Subject("one that does nothing", _HERE / "programs" / "smallest.py")
