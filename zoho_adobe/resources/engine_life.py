"""Whether the engine that asked for something is still there: what nobody would write down must not be made.

A provider outlives an engine that is killed, and would end what it was at. Nobody records that, so it would be lost.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence

from zoho_adobe.errors import ZohoAdobeError
from zoho_adobe.session import Session, current

_ADDRESS = re.compile(r"127\.0\.0\.1:(\d{1,5})")
_SECONDS = 5.0


class EngineLife:
    """Watches the engine's address, which it passes to a plugin as its first argument.

    Args:
        arguments: the process's arguments, without its name.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        address = _ADDRESS.fullmatch(arguments[0]) if arguments else None
        self._port = int(address.group(1)) if address else 0
        # Who never answered cannot be missed.
        self._watched = bool(self._port) and self._answers()

    def over(self) -> bool:
        """Return whether the engine was there, and is gone."""
        return self._watched and not self._answers()

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), _SECONDS).close()
        except ConnectionRefusedError:
            return False
        except OSError:
            # A machine that is too busy says nothing of the engine.
            return True
        return True


def watch_engine(session: Session, arguments: Sequence[str]) -> None:
    """Begin to watch the engine of this process.

    Args:
        session: the provider's session.
        arguments: the process's arguments, without its name.
    """
    session.keep(EngineLife, lambda: EngineLife(arguments))


def require_engine() -> None:
    """Make sure that the engine will write down what is made next.

    Raises:
        ZohoAdobeError: it has ended.
    """
    if current().keep(EngineLife, lambda: EngineLife(())).over():
        raise ZohoAdobeError(
            "the engine has ended, so nothing more is made",
            remedy="Run the same command again: it goes on from here",
        )
