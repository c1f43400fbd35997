"""What is asked for when a dataflow is made: one place that knows the request's shape.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/collect/crm
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zoho_adobe.api.flows import FlowSpec

ONCE = "once"


@dataclass(frozen=True, slots=True)
class FlowRequest:
    """A dataflow as it is to be.

    Attributes:
        name: its full name.
        description: its description, empty for none.
        source_id: its source connection.
        target_id: its target connection.
        mapping_set_id: its mapping set.
        delta_column: the column that tells what changed, empty without one.
        files: whether it takes files of the landing zone, which need no such column.
        frequency: "once", "minute", "hour", "day" or "week".
        interval: how many of those lie between two runs, 0 for "once".
        backfill: whether the first run ingests all rows; None where nobody said.
        error_diagnostics: whether runs keep what is wrong with rows; None where nobody said.
        partial_ingestion_percent: how many rows of a hundred may fail; None where nobody said.
    """

    name: str
    description: str
    source_id: str
    target_id: str
    mapping_set_id: str
    delta_column: str
    frequency: str
    interval: int
    backfill: bool | None
    files: bool = False
    error_diagnostics: bool | None = None
    partial_ingestion_percent: float | None = None

    def once(self, name: str) -> FlowRequest:
        """Returns the same dataflow under another name, run on demand only."""
        return replace(self, name=name, frequency=ONCE, interval=0, backfill=None)

    def body(self, spec: FlowSpec, start: int, *, backfill: bool) -> dict[str, Any]:
        """Returns the request of a POST.

        Args:
            spec: the flow spec.
            start: when the first run is due, in seconds since 1970.
            backfill: whether that run ingests all rows; without meaning for "once".
        """
        schedule: dict[str, Any] = {"startTime": start, "frequency": self.frequency}
        if self.frequency != ONCE:
            schedule.update(interval=self.interval, backfill=backfill)
        wanted = {
            "errorDiagnosticsEnabled": self.error_diagnostics,
            "partialIngestionPercent": self.partial_ingestion_percent,
        }
        options = {key: value for key, value in wanted.items() if value is not None}
        return {
            "name": self.name,
            **({"description": self.description} if self.description else {}),
            "flowSpec": {"id": spec.id, "version": spec.version},
            "sourceConnectionIds": [self.source_id],
            "targetConnectionIds": [self.target_id],
            "transformations": transformations(self.frequency, self.delta_column, self.mapping_set_id),
            "scheduleParams": schedule,
            **({"options": options} if options else {}),
        }


def run_options(options: Mapping[str, Any]) -> tuple[bool | None, float | None]:
    """Returns what a dataflow's options say of rows that fail; None where they say nothing.

    Args:
        options: the options as Flow Service shows them.

    Returns:
        Whether runs keep what is wrong with rows, and how many rows of a hundred may fail.
    """
    kept, percent = options.get("errorDiagnosticsEnabled"), options.get("partialIngestionPercent")
    return (
        None if kept is None else str(kept).lower() == "true",
        float(percent) if isinstance(percent, int | float) else None,
    )


def transformations(frequency: str, delta_column: str, mapping_set_id: str) -> list[dict[str, Any]]:
    """Returns the transformations of a dataflow, the mapping last."""
    copy = (
        []
        if frequency == ONCE or not delta_column
        else [{"name": "Copy", "params": {"deltaColumn": {"name": delta_column}}}]
    )
    return [*copy, {"name": "Mapping", "params": _mapping(mapping_set_id)}]


def mapping_op(there: Sequence[Mapping[str, Any]], mapping_set_id: str) -> dict[str, Any]:
    """Returns the instruction that sets another mapping set, and leaves what else a dataflow does as it is.

    Args:
        there: the dataflow's transformations as they are.
        mapping_set_id: the mapping set.
    """
    params = _mapping(mapping_set_id)
    for at, part in enumerate(there):
        if part.get("name") == "Mapping":
            value = {**part, "params": {**(part.get("params") or {}), **params}}
            return {"op": "replace", "path": f"/transformations/{at}", "value": value}
    return {"op": "add", "path": "/transformations/-", "value": {"name": "Mapping", "params": params}}


def _mapping(mapping_set_id: str) -> dict[str, str]:
    # Mapping sets are never changed here, so each has its first version only.
    return {"mappingId": mapping_set_id, "mappingVersion": "0"}
