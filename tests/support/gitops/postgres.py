"""A PostgreSQL server of the tests' own, from Debian's package, on a port of loopback that is free."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = secrets.token_hex(16)
_FOLDERS = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """Find the folder of the server's programs, which Debian keeps off PATH; the newest version's."""
    found = sorted(_FOLDERS.glob("*/bin/pg_ctl"), key=lambda path: int(path.parent.parent.name))
    if found:
        return found[-1].parent
    on_path = shutil.which("pg_ctl")
    return Path(on_path).resolve().parent if on_path else None


@dataclass
class Server:
    """A running server."""

    programs: Path
    port: int

    def url(self, database: str, user: str = "postgres") -> str:
        """Return the URL of a database for Pulumi; the password is not in it, for Pulumi's errors show the URL."""
        return f"postgres://{user}@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def environment(self, database: str) -> dict[str, str]:
        """Return the variables by which `psql` finds a database, as the owner."""
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": "postgres",
            "PGPASSWORD": PASSWORD,
            "PGDATABASE": database,
        }

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement as the owner; give its rows as text."""
        done = subprocess.run(
            [self.programs / "psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement],
            env={"PATH": os.environ["PATH"], **self.environment(database)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@contextmanager
def running() -> Iterator[Server]:
    """Run a server with its data in a folder of its own; the server's user could not reach pytest's private ones."""
    bin_dir = programs()
    assert bin_dir is not None
    # The server refuses to run as root; Debian's package makes the user for it.
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="zoho-adobe-postgres-") as name:
        folder = Path(name)
        password_file = folder / "password"
        password_file.write_text(PASSWORD)
        if user:
            for path in (folder, password_file):
                shutil.chown(path, user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]

        def run(program: str, *words: str) -> None:
            done = subprocess.run(
                [bin_dir / program, *words],
                user=user,
                cwd=folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            assert done.returncode == 0, f"{program} ended with {done.returncode}"

        data, log = str(folder / "data"), str(folder / "server.log")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        run("initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={password_file}", "-N")
        run("pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "-t", "180", "start")
        try:
            yield Server(bin_dir, port)
        finally:
            run("pg_ctl", "-D", data, "-m", "fast", "-w", "stop")
