"""What a person at a terminal sees and types: secrets are not shown, and not printed to a screen."""

from __future__ import annotations

from tests.support.cli.browser import decide
from tests.support.cli.command import URL, Command
from tests.support.cli.terminal import Terminal
from tests.support.emulator.zoho_clients import Zoho


def test_secrets_are_typed_without_being_shown(command: Command, zoho: Zoho) -> None:
    client = zoho.client("self")
    code = zoho.console_code(client)
    command.stack.tenant.canaries |= {client["client_secret"], code}
    terminal = Terminal(
        *("authorize", "--client-type", "self-client", "--accounts-url", client["accounts"]),
        *("--client-id", client["client_id"], "--stack", command.stack.name),
        env=command.stack.env,
        cwd=command.stack.folder,
    )
    terminal.wait_for(r"client secret \(not shown\): ")
    terminal.type(client["client_secret"] + "\n")
    terminal.wait_for(r"grant token \(not shown\): ")
    terminal.type(code + "\n")
    assert terminal.end() == 0, terminal.shown
    assert client["client_secret"] not in terminal.shown
    assert code not in terminal.shown
    assert f"Stored in stack {command.stack.name}" in terminal.shown
    assert command.config()["zohoClientId"] == client["client_id"]


def test_ctrl_c_at_a_prompt(command: Command, zoho: Zoho) -> None:
    client = zoho.client("self")
    terminal = Terminal(
        *("authorize", "--client-type", "self-client", "--accounts-url", client["accounts"]),
        *("--client-id", client["client_id"], "--stack", command.stack.name),
        env=command.stack.env,
        cwd=command.stack.folder,
    )
    terminal.wait_for(r"client secret \(not shown\): ")
    assert terminal.end(press="\x03") == 130
    assert "interrupted: nothing was stored" in terminal.shown


def test_json_is_refused_on_a_screen(command: Command, zoho: Zoho) -> None:
    client = zoho.client("self")
    terminal = Terminal(
        *("authorize", "--json", "--client-type", "self-client", "--client-id", client["client_id"]),
        env=command.stack.env,
        cwd=command.stack.folder,
    )
    assert terminal.end() == 2
    assert "must go into a pipe or a file" in terminal.shown


def test_the_progress_of_a_consent(command: Command, zoho: Zoho) -> None:
    client = zoho.client("web", redirect_uris=[f"http://127.0.0.1:{command.port}/callback"])
    terminal = Terminal(
        *("authorize", "--accounts-url", client["accounts"], "--client-id", client["client_id"]),
        *("--stack", command.stack.name, "--port", str(command.port), "--no-browser"),
        env={**command.stack.env, "ZOHO_CLIENT_SECRET": client["client_secret"]},
        cwd=command.stack.folder,
    )
    url = terminal.wait_for(URL + r"\s").strip()
    terminal.wait_for("Waiting for your consent")
    decide(url.removesuffix("\x1b[0m"))
    assert terminal.end() == 0, terminal.shown
    for line in ("Consent given", "Grant token exchanged at", "Verified: ", "Stored in stack", "Next: pulumi up"):
        assert line in terminal.shown
    assert client["client_secret"] not in terminal.shown
