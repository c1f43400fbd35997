import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cache import Cache, shown
from tests.support import processes
from tests.support.engine import contents, wait_for


@pytest.mark.parametrize(
    ("env", "root"),
    [
        ({"ZOHO_ADOBE_CACHE": "/a", "XDG_CACHE_HOME": "/b"}, "/a/engine"),
        ({"XDG_CACHE_HOME": "/b"}, "/b/zoho-adobe/engine"),
        ({"XDG_CACHE_HOME": ""}, f"{Path.home()}/.cache/zoho-adobe/engine"),
        ({}, f"{Path.home()}/.cache/zoho-adobe/engine"),
    ],
)
def test_where_the_cache_is(env: dict[str, str], root: str) -> None:
    assert str(Cache.of_user(env).root) == root


def test_an_entry_appears_when_it_is_whole(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    with cache.locked(print), cache.staged("x") as (tree, scratch):
        (tree / "file").write_text("whole")
        (scratch / "log").write_text("")
        assert not (tmp_path / "x").exists()
    assert contents(tmp_path) == ["lock", "x"]
    assert contents(tmp_path / "x") == ["file"]


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        cache = Cache(tmp_path)
        with cache.locked(print), cache.staged("x") as (tree, _):
            (tree / "file").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert contents(tmp_path) == ["lock"]


def test_an_entry_that_was_damaged_is_replaced(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "rest").write_text("")
    with cache.locked(print), cache.staged("x") as (tree, _):
        (tree / "file").write_text("")
    assert contents(tmp_path / "x") == ["file"]
    assert contents(tmp_path) == ["lock", "x"]


def test_what_a_killed_process_left_is_swept_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".staging-abc" / "tree").mkdir(parents=True)
    with Cache(tmp_path).locked(print):
        assert contents(tmp_path) == ["lock"]


def test_a_second_process_waits_and_says_so(tmp_path: Path) -> None:
    holder = processes.start(
        [
            sys.executable,
            "-c",
            "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); input()",
            str(tmp_path / "lock"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    said: list[str] = []
    with holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        holder.stdout.readline()

        def say(line: str) -> None:
            said.append(line)
            holder.kill()

        with Cache(tmp_path).locked(say):
            wait_for(lambda: holder.poll() is not None)
    assert said[0] == "another process is getting the Pulumi engine, waiting for it ..."
    assert said[1].startswith("another process is getting the Pulumi engine, waiting for it: done in ")


def test_the_lock_is_free_afterwards(tmp_path: Path) -> None:
    with Cache(tmp_path).locked(print):
        pass
    with (tmp_path / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_the_home_folder_is_shown_short() -> None:
    assert shown(Path.home() / "x") == "~/x"
    assert shown(Path("/opt/x")) == "/opt/x"
