"""What goes wrong on the way: one clear line, an exit code, and the old credentials still there."""

from __future__ import annotations

import os
import socket
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests

from tests.support.cli.browser import decide, redirect_of
from tests.support.cli.command import URL, Command
from tests.support.emulator.zoho_clients import Client, Zoho

WebClient = Callable[..., Client]


@pytest.fixture(autouse=True)
def unchanged(command: Command) -> Iterator[None]:
    """Nothing is stored, not even half, and no draft of the config is left."""
    file = command.stack.folder / f"Pulumi.{command.stack.name}.yaml"
    before, names = file.read_bytes(), sorted(path.name for path in command.stack.folder.iterdir())
    yield
    assert file.read_bytes() == before
    assert sorted(path.name for path in command.stack.folder.iterdir()) == names


def test_a_user_who_says_no(command: Command, web_client: WebClient) -> None:
    running = command.authorize(web_client())
    page = decide(running.wait_for(URL), "reject")
    assert "<h1>There is no consent</h1>" in page.text
    done = running.end()
    assert done.code == 1
    assert "error: Zoho gives no consent (access_denied)." in done.error()


def test_a_closed_browser(command: Command, web_client: WebClient) -> None:
    running = command.authorize(web_client(), "--timeout", "1")
    running.wait_for(URL)
    error = running.end().error()
    assert "no consent came within 1 seconds. Start again." in error
    assert f"is not http://127.0.0.1:{command.port}/callback to the letter" in error


def test_a_redirect_uri_that_is_not_registered(command: Command, zoho: Zoho) -> None:
    client = zoho.client("web", redirect_uris=["http://127.0.0.1:1/elsewhere"])
    running = command.authorize(client, "--timeout", "1")
    assert "Invalid Redirect U" in requests.get(running.wait_for(URL), timeout=10).text
    assert "registered redirect URI is not" in running.end().error()


def test_a_port_in_use(command: Command, web_client: WebClient) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", command.port))
        other.listen()
        error = command.authorize(web_client()).end().error()
    assert error.startswith(f"error: port {command.port} of this machine cannot be listened on")
    assert "--port" in error


def test_no_browser_at_all(command: Command, web_client: WebClient, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    pulumi = next(
        Path(folder) / "pulumi"
        for folder in command.stack.env["PATH"].split(os.pathsep)
        if (Path(folder) / "pulumi").exists()
    )
    (tools / "pulumi").symlink_to(pulumi)
    client = web_client()
    words = ("--client-id", client["client_id"], "--accounts-url", client["accounts"], "--port", str(command.port))
    done = command.run(
        *("authorize", *words, "--stack", command.stack.name),
        ZOHO_CLIENT_SECRET=client["client_secret"],
        PATH=str(tools),
        DISPLAY="",
        WAYLAND_DISPLAY="",
        BROWSER="",
    )
    error = done.error()
    assert "this machine has no browser that could be opened" in error
    assert "--client-type non-browser" in error


def test_a_browser_is_opened_where_there_is_one(command: Command, web_client: WebClient, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}\n')
    browser.chmod(stat.S_IRWXU)
    client = web_client()
    words = ("--client-id", client["client_id"], "--accounts-url", client["accounts"], "--port", str(command.port))
    running = command.start(
        *("authorize", *words, "--stack", command.stack.name, "--timeout", "2"),
        ZOHO_CLIENT_SECRET=client["client_secret"],
        BROWSER=str(browser),
    )
    url = running.wait_for(URL)
    running.end()
    assert opened.read_text() == url


def test_ctrl_c_while_waiting(command: Command, web_client: WebClient) -> None:
    running = command.authorize(web_client())
    running.wait_for(URL)
    running.interrupt()
    done = running.end()
    assert done.code == 130
    assert done.error() == "interrupted: nothing was stored"


def test_ctrl_c_while_storing(command: Command, web_client: WebClient, tmp_path: Path) -> None:
    tools, started = tmp_path / "tools", tmp_path / "started"
    tools.mkdir()
    slow = tools / "pulumi"
    real = command.stack.env["PATH"]
    slow.write_text(
        f'#!/bin/sh\nPATH="{real}"\ncase "$*" in *--secret\\ zohoRefreshToken*) touch {started}; sleep 20;; esac\n'
        'exec pulumi "$@"\n'
    )
    slow.chmod(stat.S_IRWXU)
    client = web_client()
    running = command.authorize(client, PATH=f"{tools}{os.pathsep}{real}")
    decide(running.wait_for(URL))
    while not started.exists():
        assert running.process.poll() is None, running.text
    running.interrupt()
    done = running.end()
    assert done.code == 130
    assert done.error() == "interrupted: nothing was stored"


def test_a_write_that_fails_half_way(command: Command, web_client: WebClient, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    broken = tools / "pulumi"
    real = command.stack.env["PATH"]
    broken.write_text(
        f'#!/bin/sh\nPATH="{real}"\n'
        'case "$*" in *--secret\\ zohoRefreshToken*) echo "error: no disk" >&2; exit 9;; esac\nexec pulumi "$@"\n'
    )
    broken.chmod(stat.S_IRWXU)
    running = command.authorize(web_client(), PATH=f"{tools}{os.pathsep}{real}")
    decide(running.wait_for(URL))
    assert running.end().error() == "error: `pulumi config set` fails: no disk."


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("https://accounts.zoho.eu.evil.example", "which is not one of Zoho's hosts; nothing was sent to it"),
        ("https://accounts.zoho.com", "which is not one of Zoho's hosts"),
        ("http://user@127.0.0.1:1/zoho", "which is not one of Zoho's hosts"),
        ("http://127.0.0.1:1@evil.example/", "which is not one of Zoho's hosts"),
    ],
)
def test_a_redirect_to_a_host_that_is_not_zohos(
    command: Command, web_client: WebClient, zoho: Zoho, named: str, said: str
) -> None:
    client = web_client()
    running = command.authorize(client)
    url = running.wait_for(URL)
    back, _, query = redirect_of(url).partition("?")
    fields = dict(pair.split("=", 1) for pair in query.split("&"))
    forged = f"{back}?state={fields['state']}&code={fields['code']}&{urlencode({'accounts-server': named})}"
    assert "There is no consent" in requests.get(forged, timeout=10).text
    assert said in running.end().error()
    path = f"/requests?client={client['client_id']}"
    assert not [item for item in zoho.emulator.control("GET", path)["requests"] if "token" in item["path"]]


def test_a_wrong_client_secret(command: Command, web_client: WebClient) -> None:
    running = command.authorize(web_client(), ZOHO_CLIENT_SECRET="0" * 42)
    decide(running.wait_for(URL))
    assert "does not know this client id and client secret (invalid_client_secret)" in running.end().error()


def test_too_small_a_scope(command: Command, zoho: Zoho) -> None:
    client = zoho.client("self")
    code = zoho.console_code(client, scopes=["ZohoCRM.modules.READ"])
    running = command.authorize(client, "--client-type", "self-client", words_in=code)
    error = running.end().error()
    assert "the consent lacks the scope ZohoCRM.settings.READ; it has ZohoCRM.modules.READ" in error


def test_a_grant_token_that_was_used(command: Command, zoho: Zoho) -> None:
    client = zoho.client("self")
    code = zoho.console_code(client)
    zoho.exchange(client, code, redirect_uri=None)
    running = command.authorize(client, "--client-type", "self-client", words_in=code)
    assert "does not accept the grant token (invalid_code). It is good for a few minutes, once" in running.end().error()


def test_a_grant_token_that_expired(command: Command, zoho: Zoho) -> None:
    client = zoho.client("self", options={"self_client_code_lifetime": 0.1})
    code = zoho.console_code(client)
    time.sleep(0.2)
    running = command.authorize(client, "--client-type", "self-client", words_in=code)
    assert "does not accept the grant token (invalid_code). It is good for a few minutes, once" in running.end().error()


def test_a_grant_token_of_another_client(command: Command, zoho: Zoho) -> None:
    code = zoho.console_code(zoho.client("self"))
    running = command.authorize(zoho.client("self"), "--client-type", "self-client", words_in=code)
    assert "does not accept the grant token (invalid_code)" in running.end().error()


def test_a_grant_token_of_another_data_center(command: Command, zoho: Zoho) -> None:
    user = zoho.user("eu")
    client = zoho.client("self", data_centers=["eu"], users=[user["zuid"]])
    code = zoho.console_code(client)
    running = command.authorize(client, "--client-type", "self-client", words_in=code)
    assert "in its own data center only" in running.end().error()


def test_an_exchange_whose_answer_is_lost_is_not_repeated(command: Command, zoho: Zoho) -> None:
    client = zoho.client("self")
    code = zoho.console_code(client)
    fault = {"kind": "drop_after", "client": client["client_id"], "path": "/oauth/v2/token", "times": None}
    zoho.emulator.control("POST", "/faults", fault)
    running = command.authorize(client, "--client-type", "self-client", words_in=code)
    assert "so the grant token may be spent. Make a new one and start again." in running.end().error()
    asked = zoho.emulator.control("GET", f"/requests?client={client['client_id']}")["requests"]
    assert len(asked) == 1


def test_a_profile_without_access_to_the_api(command: Command, zoho: Zoho) -> None:
    client = zoho.client("self")
    zoho.emulator.control("PATCH", f"/zoho/users/{client['users'][0]}", {"api_access": False})
    running = command.authorize(client, "--client-type", "self-client", words_in=zoho.console_code(client))
    error = running.end().error()
    assert "its user's profile may not use Zoho CRM's API" in error
    assert "Developer Permissions" in error


def test_a_device_that_is_refused(command: Command, zoho: Zoho) -> None:
    client = zoho.client("device", options={"device_poll_interval": 1})
    running = command.authorize(client, "--client-type", "non-browser")
    code = running.wait_for(r"compare the code: (\S+)")
    zoho.emulator.control("POST", f"/zoho/devices/{code}", {"decision": "reject"})
    assert "Zoho gives no consent (access_denied)" in running.end().error()


def test_a_device_nobody_approves(command: Command, zoho: Zoho) -> None:
    client = zoho.client("device", options={"device_poll_interval": 1, "device_code_lifetime": 2})
    running = command.authorize(client, "--client-type", "non-browser")
    assert "nobody approved the device before its code expired" in running.end().error()


def test_a_device_is_waited_for_no_longer_than_asked(command: Command, zoho: Zoho) -> None:
    client = zoho.client("device", options={"device_poll_interval": 30})
    running = command.authorize(client, "--client-type", "non-browser", "--timeout", "1")
    assert "no approval came within 1 seconds" in running.end().error()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--client-type", "javascript"), 2, "cannot give a refresh token, which Adobe needs"),
        (("--client-type", "mobile"), 2, "cannot send the consent back to a command line"),
        (("--scope", "ZohoCRM.modules.READ"), 2, "cannot read Zoho CRM without ZohoCRM.settings.READ"),
        (("--scope", "modules;settings"), 2, "'modules;settings' is not a scope"),
        (("--accounts-url", "https://accounts.example.com"), 1, "'accounts.example.com' is not one of Zoho's hosts"),
        (("--accounts-url", "http://accounts.zoho.com"), 1, "is not https"),
        (("--stack", "nowhere"), 1, "no stack named 'nowhere' found"),
        (("--port", "0"), 2, "--port"),
    ],
)
def test_a_wrong_command_line(
    command: Command, web_client: WebClient, words: tuple[str, ...], code: int, said: str
) -> None:
    done = command.authorize(web_client(), *words).end()
    assert done.code == code
    assert said in " ".join(done.err.split())


def test_no_client_secret_anywhere(command: Command, web_client: WebClient) -> None:
    error = command.authorize(web_client(), ZOHO_CLIENT_SECRET="").end().error()
    assert error == (
        "error: client secret: it is missing. Type it when asked, or set ZOHO_CLIENT_SECRET or pipe it in, a line each."
    )


def test_no_pulumi(command: Command, web_client: WebClient, tmp_path: Path) -> None:
    assert "the command `pulumi` is not on PATH" in command.authorize(web_client(), PATH=str(tmp_path)).end().error()
