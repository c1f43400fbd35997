"""The user cache: what is in it is whole, and two processes never make the same thing at once."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from engine.progress import Say, Step

_STAGING = ".staging-"


class Cache:
    """A folder of finished things.

    Args:
        root: The folder; made when it is needed.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def of_user(cls, env: Mapping[str, str]) -> "Cache":
        """Return the cache of this user, which all clones of the project share.

        Args:
            env: The environment: ``ZOHO_ADOBE_CACHE``, else ``XDG_CACHE_HOME``, else the home folder decides.

        Returns:
            The cache.
        """
        own, shared = env.get("ZOHO_ADOBE_CACHE"), env.get("XDG_CACHE_HOME")
        if own:
            base = Path(own).expanduser()
        elif shared:
            base = Path(shared) / "zoho-adobe"
        else:
            base = Path.home() / ".cache" / "zoho-adobe"
        return cls(base.absolute() / "engine")

    @contextmanager
    def locked(self, say: Say) -> Iterator[None]:
        """Hold the cache for writing, and wait for another process that does.

        Whatever an earlier holder left half made (it was killed) is removed: only the holder writes here.

        Args:
            say: Told when another process has to be waited for.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("a") as lock:
            if not _try_lock(lock.fileno()):
                with Step(say, "another process is getting the Pulumi engine, waiting for it"):
                    while not _try_lock(lock.fileno()):
                        time.sleep(0.2)
            for stale in self.root.glob(f"{_STAGING}*"):
                shutil.rmtree(stale, ignore_errors=True)
            yield

    @contextmanager
    def staged(self, name: str) -> Iterator[tuple[Path, Path]]:
        """Make an entry that appears whole, or not at all. The caller holds the lock.

        Args:
            name: The entry's name in the cache.

        Yields:
            An empty folder that becomes the entry when the body ends without an error, and a folder for
            scratch files, which goes away in any case.
        """
        work = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self.root))
        try:
            tree, scratch = work / "tree", work / "scratch"
            tree.mkdir()
            scratch.mkdir()
            yield tree, scratch
            final = self.root / name
            if final.exists():
                # It was there and not usable, or nobody would make it again.
                final.rename(work / "broken")
            tree.rename(final)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def shown(path: Path) -> str:
    """Write a path for the user, the home folder as ``~``.

    Args:
        path: The path.

    Returns:
        The text.
    """
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises where there is none
    text = str(path)
    return f"~{text[len(home) :]}" if home != "~" and text.startswith(f"{home}/") else text
