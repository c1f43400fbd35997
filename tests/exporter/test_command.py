"""`python -m zoho_adobe export` as a person, a schedule and an orchestrator run it."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.exporter.command import PATIENCE, Command
from tests.support.exporter.documents import column
from tests.support.exporter.site import Site
from zoho_adobe.exporter import lease


@pytest.fixture
def command(site: Site, tmp_path: Path) -> Command:
    site.pass_time()
    return Command(site, tmp_path)


def names(events: list[dict[str, Any]]) -> list[str]:
    return [item["event"] for item in events]


def test_a_run_tells_one_line_of_json_for_each_event(command: Command) -> None:
    code, events, err = command.export()
    assert (code, err) == (0, "")
    assert names(events) == ["planned", "job", "exported", "committed"]
    assert {item["table"] for item in events} == {"Contacts"}
    assert (events[2]["rows"], events[3]["rows"]) == (2, 2)
    assert len(events[2]["sha256"]) == 64
    command.site.assert_all_there()
    code, events, _ = command.export("--whole", "--table", "Contacts")
    assert (code, events[0]["reason"]) == (0, "it was asked for")


def on_a_terminal(command: Command, *words: str) -> str:
    """Run it where a person looks on."""
    ours, theirs = pty.openpty()
    process = command.start(
        "export", "--exports", str(command.file), *words, stdout=theirs, TERM="xterm", COLUMNS="120"
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 65_536):
            shown += piece
    os.close(ours)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, shown
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())


def test_a_terminal_shows_bars(command: Command) -> None:
    command.site.tables[0]["columns"].append(column("Gone"))
    command.write()
    planned = on_a_terminal(command, "--plan")
    assert "Contacts: full (the dataset has no watermark of this table): 2 rows, 1 job, about 56 credits" in planned
    assert "  Created_Time from 1970-01-01T00:00:00+00:00 to " in planned
    shown = on_a_terminal(command)
    assert "Contacts: column dropped: Gone" in shown
    assert "1/1" in shown
    assert re.search(r"Contacts.*2 rows, up to 20", shown)
    assert '"event"' not in shown


def test_a_plan_shows_its_cost_and_does_nothing(command: Command) -> None:
    code, (planned,), _ = command.export("--plan")
    assert code == 0
    assert {key: planned[key] for key in ("event", "table", "kind", "rows", "jobs", "credits")} == {
        "event": "plan",
        "table": "Contacts",
        "kind": "full",
        "rows": 2,
        "jobs": 1,
        "credits": 56,
    }
    assert [item["rows"] for item in planned["windows"]] == [2]
    assert command.site.files("zoho") == []

    def left() -> int:
        return int(command.site.emulator.control("GET", command.site.crm)["credits"])

    command.site.emulator.control("PATCH", command.site.crm, {"credits": 10_000})
    command.export()
    # What Zoho takes for a look at a job, and for its result, is not documented; the emulator takes 1.
    undocumented = len(command.site.log("GET", "/crm/bulk/v8/read"))
    assert undocumented > 0
    counted_again = len(planned["windows"]) + 1
    assert 10_000 - left() == planned["credits"] + undocumented + counted_again


def test_a_file_that_is_none_of_ours_is_one_line(command: Command) -> None:
    command.write(version=2)
    code, events, err = command.export()
    assert (code, events) == (1, [])
    assert err.startswith("error: exports.version: this release of zoho-adobe reads version 1, not 2.")
    command.file.unlink()
    assert "exports.json cannot be read: No such file or directory" in command.export()[2]
    command.write()
    assert "there is no table 'Contact'. Pass one of Contacts" in command.export("--table", "Contact")[2]
    code, _, err = command.run("export")
    assert (code, "pass either --stack or --exports" in err) == (2, True)
    assert "ZOHO_REFRESH_TOKEN: it is not set" in command.export(ZOHO_REFRESH_TOKEN="")[2]
    assert "ADOBE_CLIENT_ID" in command.export(ADOBE_CLIENT_ID="")[2]
    assert "the environment variable ADOBE_SANDBOX says 'prod'" in command.export(ADOBE_SANDBOX="prod")[2]


def test_reconcile_is_0_only_if_everything_is_accounted_for(command: Command) -> None:
    process = command.start("reconcile", "--exports", str(command.file), "--json")
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    (found,) = json.loads(out)
    assert (found["in_zoho"], found["until"], found["accounted"]) == (2, "", False)
    assert command.export()[0] == 0
    command.site.fault("status", status=200, body={"items": [], "_links": {}}, path="/flowservice/runs$", times=None)
    process = command.start("reconcile", "--exports", str(command.file))
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    heading, row = out.splitlines()
    assert heading.split()[0] == "table"
    assert row.split()[:6] == ["Contacts", "2", "2", "0", "2", "0"]
    command.site.pass_time(5 * 86_400)
    process = command.start("reconcile", "--exports", str(command.file))
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "and it goes in 2.0 days" in out


def wait_for_a_job(command: Command) -> subprocess.Popen[str]:
    command.site.bulk(seconds=100_000)
    process = command.start("export", "--exports", str(command.file))
    deadline = time.monotonic() + PATIENCE
    assert process.stdout is not None
    while '"job"' not in process.stdout.readline():
        assert time.monotonic() < deadline
        assert process.poll() is None
    return process


def test_sigterm_ends_it_cleanly(command: Command) -> None:
    process = wait_for_a_job(command)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (143, "")
    command.site.pass_time(100_000)
    # The table is free at once, and the job that was made is used.
    code, events, _ = command.export()
    assert (code, names(events)[0]) == (0, "resumed")
    assert "job" not in names(events)
    command.site.assert_all_there()


def test_sigkill_costs_the_time_of_a_lease(command: Command) -> None:
    process = wait_for_a_job(command)
    code, _, _ = command.export()
    assert code == 4
    process.kill()
    process.communicate(timeout=PATIENCE)
    code, (failed,), _ = command.export()
    assert code == 4
    assert f"another exporter is at work on Contacts: process {process.pid} on " in failed["message"]
    command.site.pass_time(100_000 + lease.SECONDS)
    code, events, _ = command.export()
    assert (code, names(events)) == (0, ["resumed", "exported", "committed", "planned", "committed"])
    command.site.assert_all_there()
