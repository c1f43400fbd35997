#!/usr/bin/env python3
"""Turns a checkpoint of a backend's history, from standard input, into what `pulumi stack import` reads.

    scripts/checkpoint_to_export.py < NAME.checkpoint.json | pulumi stack import --stack STACK

Backends other than Pulumi Cloud keep each update's checkpoint, but cannot export an earlier one themselves.
Secrets in it are encrypted, and stay so.
"""

from __future__ import annotations

import json
import sys


def main() -> int:
    """Convert standard input.

    Returns:
        The exit code.
    """
    try:
        found = json.load(sys.stdin)
        export = {"version": found["version"], "deployment": found["checkpoint"]["latest"]}
    except (ValueError, KeyError, TypeError) as error:
        print(f"error: standard input is no checkpoint: {error!r}", file=sys.stderr)
        return 1
    json.dump(export, sys.stdout, indent=4)
    return 0


if __name__ == "__main__":
    sys.exit(main())
