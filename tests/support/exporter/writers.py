"""Others who work in the CRM while an exporter of this process runs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import requests.adapters


@contextlib.contextmanager
def writers(step: Callable[[], None]) -> Iterator[None]:
    """Let a step be taken after each request that the exporter sends to a service."""
    sender: Any = requests.adapters.HTTPAdapter
    earlier = sender.send
    busy = False

    def sending(adapter: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal busy
        answer = earlier(adapter, request, *args, **kwargs)
        if not busy and "/_control/" not in request.url:
            busy = True
            try:
                step()
            finally:
                busy = False
        return answer

    sender.send = sending
    try:
        yield
    finally:
        sender.send = earlier
