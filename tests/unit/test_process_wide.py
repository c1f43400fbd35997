"""A program's process belongs to the program: declaring resources changes nothing that its other threads see."""

from __future__ import annotations

import asyncio
import contextvars
import locale
import logging
import os
import resource
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import mocks

from zoho_adobe import BaseConnection, IngestedTable, ZohoIngestion


def process_wide() -> dict[str, Any]:
    """Return what threads of a process share."""
    # `os.umask` cannot look without setting.
    status = Path("/proc/self/status").read_text().splitlines()
    return {
        "traceback": getattr(sys, "tracebacklimit", None),
        "environment": dict(os.environ),
        "path": list(sys.path),
        "recursion": sys.getrecursionlimit(),
        "hooks": (sys.excepthook, threading.excepthook, sys.unraisablehook),
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "cores": resource.getrlimit(resource.RLIMIT_CORE),
        "files": resource.getrlimit(resource.RLIMIT_NOFILE),
        "mask": [line for line in status if line.startswith("Umask")],
        "locale": locale.setlocale(locale.LC_ALL),
        "warnings": list(warnings.filters),
        "logging": (logging.root.level, list(logging.root.handlers), logging.getLogger("zoho_adobe").level),
        "folder": Path.cwd(),
        "sockets": socket.getdefaulttimeout(),
    }


class Answers(mocks.Mocks):
    """An engine that makes everything."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return args.name, args.inputs

    def call(self, _: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {}, None


def declare(stack: str, looks: Callable[[pulumi.ResourceTransformationArgs], None]) -> None:
    """Declare a connection and a table in a stack of this thread's own, as the Automation API runs a program."""
    opts = pulumi.ResourceOptions(transformations=[looks])

    async def program() -> None:
        mocks.set_mocks(Answers(), stack=stack)
        BaseConnection(
            "crm",
            name="CRM",
            data_center="eu",
            endpoint="crm.zoho.eu/crm/private",
            client_id="1000.ID",
            client_secret="0f" * 20,
            refresh_token="1000.ab.cd",
            opts=opts,
        )
        tables = {"Contacts": IngestedTable()}
        schedule = {"frequency": "hour", "interval": 1}
        ZohoIngestion("crm", base_connection_id="b", tables=tables, schedule=schedule, opts=opts)  # type: ignore[arg-type]

    contextvars.Context().run(asyncio.run, program())


def test_two_stacks_that_declare_at_once_leave_the_process_as_it_is() -> None:
    before = process_wide()
    seen: list[dict[str, Any]] = []
    failures: list[BaseException] = []
    inside = threading.Barrier(2, timeout=30)

    def run(stack: str) -> None:
        def looks(_: pulumi.ResourceTransformationArgs) -> None:
            # Both are in a constructor now.
            inside.wait()
            seen.append(process_wide())

        try:
            declare(stack, looks)
        except BaseException as error:
            failures.append(error)
            inside.abort()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert len(seen) > 10
    assert all(found == before for found in seen)
    assert process_wide() == before
