"""Counts and deletions in the place of Zoho's, for as long as the emulator has neither.

As a program it is `python -m zoho_adobe`.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import requests

from zoho_adobe.api.zoho_bulk import Deleted, ZohoBulk

DELETED: dict[tuple[str, str], list[tuple[str, int]]] = {}
COUNT, LIST_DELETED = ZohoBulk.count, ZohoBulk.deleted
"""What they stand in for."""
Control = Callable[[str, str], Any]


def install(control: Control, crm: str) -> None:
    """Answer from the control routes of an organization."""

    def count(self: ZohoBulk, module: str, condition: str) -> int:
        self.now = control("GET", "/clock")["now"]
        bounds = re.findall(r"(\w+) (>=|<) '([^']+)'", condition)

        def fits(row: dict[str, Any]) -> bool:
            for field, relation, value in bounds:
                here, there = (datetime.fromisoformat(text).timestamp() for text in (row[field], value))
                if not (here >= there if relation == ">=" else here < there):
                    return False
            return True

        return sum(fits(row) for row in control("GET", f"{crm}/modules/{module}/rows")["rows"])

    def deleted(_: ZohoBulk, module: str, since: int) -> Iterator[Deleted]:
        return iter([Deleted(identifier, at) for identifier, at in DELETED.get((crm, module), []) if at >= since])

    setattr(ZohoBulk, "count", count)  # noqa: B010 - what a type checker would not have
    setattr(ZohoBulk, "deleted", deleted)  # noqa: B010


def _control(method: str, path: str) -> Any:
    return json.loads(requests.request(method, os.environ["STAND_IN_CONTROL"] + path, timeout=10).text)


if __name__ == "__main__":
    from zoho_adobe.cli import main

    install(_control, os.environ["STAND_IN_CRM"])
    sys.exit(main(sys.argv[1:]))
