"""The command line: `python -m zoho_adobe`."""

from __future__ import annotations

import sys

from zoho_adobe.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
