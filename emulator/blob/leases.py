"""Leases of blobs: who may write while others must not."""

from __future__ import annotations

import uuid
from math import inf

from emulator.blob import exceptions
from emulator.core.clock import Clock
from emulator.core.store import Document, Store

AVAILABLE, LEASED, EXPIRED, BREAKING, BROKEN = "available", "leased", "expired", "breaking", "broken"
INFINITE = -1


class Leases:
    """The leases by blob. An absent one is available."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._clock = clock
        self._leases = store.collection("blob_leases")

    def state(self, blob: str) -> str:
        lease = self._leases.get(blob)
        if lease is None:
            return AVAILABLE
        if lease["breaks_at"] is not None:
            return BREAKING if lease["breaks_at"] > self._clock.now() else BROKEN
        ended = lease["ends_at"] is not None and lease["ends_at"] <= self._clock.now()
        return EXPIRED if ended else LEASED

    def show(self, blob: str) -> Document:
        """The state, as headers and lists tell it."""
        state = self.state(blob)
        shown = {"state": state, "status": "locked" if state in (LEASED, BREAKING) else "unlocked"}
        lease = self._leases.get(blob)
        if state == LEASED and lease is not None:
            shown["duration"] = "infinite" if lease["duration"] == INFINITE else "fixed"
        return shown

    def check(self, blob: str, given: str | None, *, write: bool) -> None:
        """Refuse an operation on the blob that the lease forbids."""
        lease, state = self._leases.get(blob), self.state(blob)
        if given is None:
            if write and state in (LEASED, BREAKING):
                raise exceptions.lease_needed()
            if write and lease is not None:
                # Who writes without a lease ends what is left of the last one.
                self._leases.delete(blob)
        elif lease is None:
            raise exceptions.lease_not_present()
        elif lease["lease_id"] != given:
            raise exceptions.lease_mismatch()
        elif state in (EXPIRED, BROKEN):
            raise exceptions.lease_lost()

    def acquire(self, blob: str, duration: int, proposed: str | None) -> str:
        lease, state = self._leases.get(blob), self.state(blob)
        if lease is not None and state in (LEASED, BREAKING):
            if proposed != lease["lease_id"]:
                raise exceptions.lease_taken()
            if state == BREAKING:
                raise exceptions.lease_breaking()
        return self._save(blob, proposed or str(uuid.uuid4()), duration)

    def renew(self, blob: str, given: str) -> str:
        lease = self._held(blob, given)
        if self.state(blob) in (BREAKING, BROKEN):
            raise exceptions.lease_broken()
        return self._save(blob, given, lease["duration"])

    def change(self, blob: str, given: str, proposed: str) -> str:
        lease = self._leases.get(blob)
        if lease is not None and self.state(blob) == LEASED and lease["lease_id"] == proposed:
            return proposed
        lease = self._held(blob, given)
        if self.state(blob) == BREAKING:
            raise exceptions.lease_breaking_fixed()
        if self.state(blob) != LEASED:
            raise exceptions.lease_absent()
        self._leases.put(blob, {**lease, "lease_id": proposed})
        return proposed

    def release(self, blob: str, given: str) -> None:
        self._held(blob, given)
        self._leases.delete(blob)

    def break_(self, blob: str, period: int | None) -> int:
        """Let the lease end, and tell after how many seconds it will have."""
        lease, state = self._leases.get(blob), self.state(blob)
        if lease is None:
            raise exceptions.lease_absent()
        if state in (EXPIRED, BROKEN):
            rest = 0.0
        else:
            ends = lease["breaks_at"] if state == BREAKING else lease["ends_at"]
            left = None if ends is None else ends - self._clock.now()
            # An infinite lease that is broken without a period ends at once.
            rest = min(inf if period is None else period, inf if left is None else left)
            rest = 0.0 if rest == inf else rest
        self._leases.put(blob, {**lease, "breaks_at": self._clock.now() + rest})
        return round(rest)

    def forget(self, blob: str) -> None:
        self._leases.delete(blob)

    def _held(self, blob: str, given: str) -> Document:
        lease = self._leases.get(blob)
        if lease is None or lease["lease_id"] != given:
            raise exceptions.lease_other()
        return lease

    def _save(self, blob: str, lease_id: str, duration: int) -> str:
        ends_at = None if duration == INFINITE else self._clock.now() + duration
        lease = {"lease_id": lease_id, "duration": duration, "ends_at": ends_at, "breaks_at": None}
        self._leases.put(blob, lease)
        return lease_id
