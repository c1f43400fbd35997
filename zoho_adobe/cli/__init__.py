"""The command line `python -m zoho_adobe`: one module a command, loaded when it is called.

To add a command, write a module here with a click command named `command`, and add the module's name to `COMMANDS`.
A module whose name would be a word of the language has an underscore behind it.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from keyword import iskeyword

import click

from zoho_adobe.cli.edge import run

COMMANDS = (
    *("authorize", "doctor", "inventory", "import", "review", "checkpoints", "tables", "runs"),
    *("export", "reconcile", "zone", "migrate"),
)
"""The commands, each the name of a module of this package."""


class _Commands(click.Group):
    def list_commands(self, _: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"{__name__}.{cmd_name}_" if iskeyword(cmd_name) else f"{__name__}.{cmd_name}")
        command: click.Command = module.command
        return command


def main(words: Sequence[str]) -> int:
    """Run a command line.

    Args:
        words: the arguments, without the program's name.

    Returns:
        The exit code: 0 for success, 1 for a failure, 2 for a wrong command line, 130 for an interruption; a command
        may have further ones.
    """
    group = _Commands(
        name="zoho_adobe",
        help="Zoho CRM for Adobe Experience Platform: its credentials, its tables, and its rows.",
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    return run(group, words)
