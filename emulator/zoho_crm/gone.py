"""Records that are no longer among a module's: in the recycle bin, deleted for good, converted, or hidden."""

from __future__ import annotations

from emulator.core.clock import Clock
from emulator.core.store import Document, Store
from emulator.zoho_crm.rows import MODIFIED, Place, show_time

DAY = 86_400
RECYCLED, PURGED, CONVERTED, HIDDEN = "recycle", "permanent", "converted", "hidden"
LISTED = {RECYCLED: 60 * DAY, PURGED: 120 * DAY}
"""How long a deletion is listed."""


class Gone:
    """Such records of all organizations, with what they were."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._clock = clock
        self._rows = store.collection("zoho_crm_gone", lambda item: str(item["place"]))

    def put(self, place: Place, row: Document, how: str) -> None:
        key = self._key(place, row["id"])
        self._rows.put(key, {"place": "/".join(place), "row": row, "how": how, "at": int(self._clock.now())})

    def take(self, place: Place, identifier: str, *how: str) -> Document | None:
        """Take a record out, if it went in one of these ways and can come back."""
        found = self._rows.get(self._key(place, identifier))
        if found is None or found["how"] not in how:
            return None
        self._rows.delete(self._key(place, identifier))
        row: Document = found["row"]
        return row

    def purge(self, place: Place, identifier: str) -> bool:
        """Empty the recycle bin of one record."""
        key = self._key(place, identifier)
        found = self._rows.get(key)
        if found is None or found["how"] != RECYCLED:
            return False
        self._rows.put(key, {**found, "how": PURGED})
        return True

    def deleted(self, place: Place, kind: str, since: float) -> list[Document]:
        """Deletions as the API lists them, the newest first."""
        now = self._clock.now()
        found = [
            item
            for _, item in self._rows.newest_first("/".join(place))
            if item["how"] in LISTED
            and kind in ("all", item["how"])
            and item["at"] >= since
            and now - item["at"] < LISTED[item["how"]]
        ]
        return [_shown(item) for item in sorted(found, key=lambda item: -item["at"])]

    def converted(self, place: Place) -> list[Document]:
        """Records that were converted, the oldest first."""
        found = [item for _, item in self._rows.newest_first("/".join(place)) if item["how"] == CONVERTED]
        return [{**item["row"], MODIFIED: show_time(item["at"])} for item in reversed(found)]

    def _key(self, place: Place, identifier: str) -> str:
        return f"{'/'.join(place)}/{identifier}"


def _shown(item: Document) -> Document:
    row = item["row"]
    return {
        "id": row["id"],
        "display_name": row.get("Last_Name") or row.get("Account_Name") or row.get("Deal_Name"),
        "type": item["how"],
        "deleted_by": row.get("Owner"),
        "created_by": row.get("Owner"),
        "deleted_time": show_time(item["at"]),
    }
