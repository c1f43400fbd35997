"""More calls at a time than the four that Pulumi's SDK gives a provider's process.

The SDK answers the engine's calls from a `ThreadPoolExecutor` of four threads and has no setting for another number
(pulumi/dynamic/__main__.py). Almost all of a call is waiting for Adobe, so four make a stack of a hundred connections
take several times as long as it must; `make bench` shows by how much.
"""

from __future__ import annotations

import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

CALLS_AT_A_TIME = 64
"""How many calls a process works on at most; the engine's own limit is four for each core, or PULUMI_PARALLEL."""


def allow_more_calls() -> None:
    """Let the pool of threads that this call came through grow.

    Each thread of such a pool has a reference to it as its first argument, and the pool compares its size with
    `_max_workers` whenever work arrives. Neither is promised by Python: where they are not found, four calls at a time
    it stays, which is slower and nothing else. `tests/counts` sees whether they are found.
    """
    arguments = getattr(threading.current_thread(), "_args", ())
    pool = arguments[0]() if arguments and isinstance(arguments[0], weakref.ref) else None
    if isinstance(pool, ThreadPoolExecutor) and getattr(pool, "_max_workers", CALLS_AT_A_TIME) < CALLS_AT_A_TIME:
        pool._max_workers = CALLS_AT_A_TIME
