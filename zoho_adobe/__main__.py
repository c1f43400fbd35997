"""The command line: `python -m zoho_adobe`, or `zoho-adobe` where the package is installed."""

from __future__ import annotations

import sys

from zoho_adobe.cli import main


def command_line() -> int:
    """Runs the command line of this process.

    Returns:
        The exit code.
    """
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(command_line())
