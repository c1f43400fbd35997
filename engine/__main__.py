"""``python -m engine ensure``: get the engine, and print the folder of its programs."""

import argparse
import signal
import sys
from types import FrameType

from engine import toolchain
from engine.errors import EngineError


def main() -> int:
    """Run the command line. What goes on is told on standard error, the result on standard output.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m engine", description="Get the Pulumi engine.")
    parser.add_argument("command", choices=["ensure"], help="get it and print the folder of its programs")
    parser.parse_args()
    signal.signal(signal.SIGTERM, _terminated)
    try:
        print(toolchain.ensure(_say).bin_dir)
    except EngineError as error:
        _say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        _say("interrupted; nothing half made is left")
        return 130
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _terminated(number: int, _frame: FrameType | None) -> None:
    # As an exception it ends what was started and removes what was half made.
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
