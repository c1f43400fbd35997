"""The edge of the command line: every failure is one line, without secrets, and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from zoho_adobe.errors import ZohoAdobeError
from zoho_adobe.redaction import forbid_core_dumps, redact

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
    try:
        result = command.main(list(words), prog_name=PROGRAM, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.Abort:
        return _say("interrupted: nothing was stored", INTERRUPTED)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ZohoAdobeError as error:
        return _say(f"error: {error}", FAILED)
    except Exception as error:
        # A traceback would show the frames' values to whoever collects the output.
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
        return _say(
            f"error: zoho-adobe failed unexpectedly: {type(error).__name__} at {place}: {error}. "
            "Please report it with the version of zoho-adobe.",
            FAILED,
        )


def _say(line: str, code: int) -> int:
    print(redact(" ".join(line.split())), file=sys.stderr, flush=True)
    return code
