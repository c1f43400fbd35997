"""One exporter at a time for a table: a file in the zone says who, and is written again while that one lives.

Writes have conditions, so of two exporters that want the table one alone gets it. How old the file is, the storage's
own clock tells. A lease keeps order and saves work; that no row is lost or doubled does not depend on it: windows and
names of files come from the manifest, which has conditions too, and no file is ever written over.
"""

from __future__ import annotations

import json
import os
import secrets
import socket

from zoho_adobe.errors import HeldError, ZoneConflictError
from zoho_adobe.exporter.windows import zoho_time
from zoho_adobe.exporter.zone import Zone
from zoho_adobe.session import current

SECONDS = 120.0
"""How long a lease lasts without being renewed."""
_RENEW_AFTER = 30.0


class Lease:
    """The right to export one table.

    Args:
        zone: the landing zone.
        name: the file's name.
        table: the table's name, for messages.
    """

    def __init__(self, zone: Zone, name: str, table: str) -> None:
        self._zone = zone
        self._name = name
        self._table = table
        self._id = secrets.token_hex(8)
        self._renewals = 0
        self._renewed = 0.0
        self._since = int(current().clock.now())
        self._etag = ""

    def take(self) -> None:
        """Take the lease.

        Raises:
            HeldError: another exporter has it; the message says which.
        """
        present = self._zone.read(self._name)
        if present is not None and present.age < SECONDS:
            raise self._held(present.text)
        try:
            self._write(None if present is None else present.etag)
        except ZoneConflictError:
            again = self._zone.read(self._name)
            raise self._held(again.text if again else "") from None

    def keep(self) -> None:
        """Renew the lease where that is due.

        Raises:
            HeldError: another exporter has taken it meanwhile, since this one did not renew it in time.
        """
        if current().clock.monotonic() - self._renewed < _RENEW_AFTER:
            return
        try:
            self._write(self._etag)
        except ZoneConflictError:
            present = self._zone.read(self._name)
            raise self._held(present.text if present else "") from None

    def release(self) -> None:
        """Give the lease back."""
        self._zone.remove(self._name, self._etag)

    def _write(self, etag: str | None) -> None:
        self._renewals += 1
        holder = {
            "id": self._id,
            "host": socket.gethostname(),
            "process": os.getpid(),
            "since": zoho_time(self._since),
            "renewals": self._renewals,
        }
        self._etag = self._zone.write(self._name, json.dumps(holder), etag)
        self._renewed = current().clock.monotonic()

    def _held(self, text: str) -> HeldError:
        try:
            holder = json.loads(text)
            who = f"process {int(holder['process'])} on {holder['host']!s:.100}, since {holder['since']!s:.40}"
        except (ValueError, TypeError, KeyError):
            who = "somebody who does not say"
        return HeldError(
            f"another exporter is at work on {self._table}: {who}",
            remedy=f"Wait for it; if it was killed, its lease ends within {SECONDS:.0f} seconds",
        )
