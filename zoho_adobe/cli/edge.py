"""The edge of the command line: every failure is one line, without secrets, and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from zoho_adobe.errors import ZohoAdobeError
from zoho_adobe.log import show_if_asked, unexpected
from zoho_adobe.redaction import forbid_core_dumps, redacted_line
from zoho_adobe.session import Session

PROGRAM = "python -m zoho_adobe"
FAILED, INTERRUPTED = 1, 130


def run(command: click.Command, words: Sequence[str]) -> int:
    """Run a command and turn whatever happens into an exit code.

    Args:
        command: the command.
        words: its arguments.

    Returns:
        The exit code.
    """
    forbid_core_dumps()
    show_if_asked()
    with Session().active():
        return _run(command, words)


def _run(command: click.Command, words: Sequence[str]) -> int:
    try:
        result = command.main(list(words), prog_name=PROGRAM, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.Abort as abort:
        return _say(f"interrupted: {abort}" if str(abort) else "interrupted", INTERRUPTED)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ZohoAdobeError as error:
        return _say(f"error: {error}", FAILED)
    except Exception as error:
        return _say(f"error: {unexpected(error)}", FAILED)


def say_failure(error: ZohoAdobeError, code: int) -> int:
    """Show an error as the edge does, and return another exit code than its own.

    Args:
        error: the error.
        code: the exit code.
    """
    return _say(f"error: {error}", code)


def _say(line: str, code: int) -> int:
    print(redacted_line(line), file=sys.stderr, flush=True)
    return code
