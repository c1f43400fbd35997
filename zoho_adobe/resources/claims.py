"""What one resource of the program keeps for itself while, and after, it is created."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Hashable, Iterator

from zoho_adobe.errors import ZohoAdobeError


class Claims:
    """What resources of this process have claimed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claimed: set[Hashable] = set()

    def __contains__(self, claim: Hashable) -> bool:
        return claim in self._claimed

    @contextlib.contextmanager
    def held(self, claim: Hashable, refusal: ZohoAdobeError) -> Iterator[None]:
        """Claim something for one resource; it is free again if what is done inside fails.

        Args:
            claim: what is claimed.
            refusal: the error where another resource has claimed it.
        """
        with self._lock:
            if claim in self._claimed:
                raise refusal
            self._claimed.add(claim)
        try:
            yield
        except BaseException:
            with self._lock:
                self._claimed.discard(claim)
            raise
