"""`ZOHO_ADOBE_DEBUG=1` on the command line: requests and tracebacks on standard error, without secrets."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

from tests.support.cli.command import Command
from tests.support.cli.runner import assert_unseen


def test_the_requests_of_a_command_are_shown_beside_its_results(command: Command) -> None:
    command.stack.up()
    done = command.run("doctor", "--adobe", "--json", "--stack", command.stack.name, ZOHO_ADOBE_DEBUG="1")
    assert json.loads(done.out)["ok"]
    for service in ("Zoho CRM: GET", "Flow Service: GET"):
        assert re.search(rf"^\d\S+ [\d:,]+ zoho_adobe\.http {service} /\S+ 200 in \d+ ms", done.err, re.MULTILINE)
    assert_unseen(command.stack.tenant.canaries, [done.text])


def test_nothing_is_shown_without_it(command: Command) -> None:
    assert command.run("doctor", "--json", "--stack", command.stack.name).err == ""


def test_an_unexpected_error_is_one_line_and_its_traceback_on_request(command: Command, tmp_path: Path) -> None:
    """A `pulumi` that answers what no `pulumi` does."""
    strange = tmp_path / "tools" / "pulumi"
    strange.parent.mkdir()
    strange.write_text("#!/bin/sh\necho no JSON\n")
    strange.chmod(stat.S_IRWXU)
    path = f"{strange.parent}{os.pathsep}{command.stack.env['PATH']}"
    words = ("doctor", "--stack", command.stack.name)
    told = command.run(*words, PATH=path).error()
    assert told.startswith("error: zoho-adobe failed unexpectedly: JSONDecodeError at ")
    assert told.endswith("; ZOHO_ADOBE_DEBUG=1 shows the traceback.")
    done = command.run(*words, PATH=path, ZOHO_ADOBE_DEBUG="1")
    assert done.code == 1
    assert "zoho_adobe Traceback (most recent call last):" in done.err
