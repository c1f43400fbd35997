"""What to change of an object in Flow Service, as the JSON Patch that it takes.

Source: https://developer.adobe.com/experience-platform-apis/references/flow-service/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zoho_adobe.api.flow_request import mapping_op
from zoho_adobe.api.zoho_params import to_wire


class Patch:
    """A change of one object, put together from what was and what is wanted; empty, and so false, if both are alike."""

    def __init__(self) -> None:
        self.ops: list[dict[str, Any]] = []

    def __bool__(self) -> bool:
        return bool(self.ops)

    def name(self, old: str, new: str) -> None:
        """Change the name."""
        if old != new:
            self._replace("/name", new)

    def description(self, old: str, new: str) -> None:
        """Change the description; either may be empty."""
        if old != new:
            # Flow Service wants a value in every instruction, also in one that needs none.
            op = "remove" if not new else "replace" if old else "add"
            self.ops.append({"op": op, "path": "/description", "value": new or old})

    def credentials(self, params: Mapping[str, str]) -> None:
        """Change a connection's credentials, all six of them."""
        self._replace("/auth/params", to_wire(params))

    def schedule(self, old: Mapping[str, Any], new: Mapping[str, Any], *, started: int | None) -> None:
        """Change a dataflow's schedule.

        Args:
            old: frequency, interval, start and backfill as they were asked for.
            new: the same as they are to be; what is left out stays.
            started: the start that it has, in seconds since 1970.
        """
        for key in ("frequency", "interval", "backfill"):
            if key in new and old.get(key) != new[key]:
                self._replace(f"/scheduleParams/{key}", new[key])
        if "start" in new and new["start"] not in (old.get("start"), started):
            self._replace("/scheduleParams/startTime", new["start"])

    def mapping_set(self, transformations: Sequence[Mapping[str, Any]], mapping_set_id: str) -> None:
        """Change a dataflow's mapping set.

        Args:
            transformations: the dataflow's transformations as they are at Adobe.
            mapping_set_id: the mapping set.
        """
        self.ops.append(mapping_op(transformations, mapping_set_id))

    def _replace(self, path: str, value: Any) -> None:
        self.ops.append({"op": "replace", "path": path, "value": value})
