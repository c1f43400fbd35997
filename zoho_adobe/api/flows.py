"""A dataflow as Flow Service shows it.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/collect/crm
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zoho_adobe.api.transport import Answer, time_of
from zoho_adobe.session import current

_SUCCEEDED = ("success", "completed", "partialsuccess")


@dataclass(frozen=True, slots=True)
class Flow:
    """A dataflow as Flow Service shows it, with numbers where it gives numbers as text.

    Attributes:
        id: its id.
        name: its name.
        description: its description, empty if it has none.
        state: such as "enabled", "disabled" or "updating".
        etag: its etag, with its inner quotes.
        source_id: its source connection.
        target_id: its target connection.
        start: when its first run is due, in seconds since 1970.
        frequency: "once", "minute", "hour", "day" or "week".
        interval: how many of those lie between two runs, 0 for "once".
        backfill: whether its first run ingests all rows.
        delta_column: the column by which it tells what changed, empty without one.
        transformations: its transformations as they are.
        options: its options as they are.
        operation: the state of its last operation in lower case, empty if it has none.
        operation_errors: what its last operation reports.
        created_client: the client id that made it.
        has_run: whether it shows a run that succeeded.
        updated_by: who wrote to it last.
        updated_client: the client id that wrote to it last.
        updated_at: when, in milliseconds since 1970.
        now: the time at Adobe when it was read.
    """

    id: str
    name: str
    description: str
    state: str
    etag: str
    source_id: str
    target_id: str
    start: int
    frequency: str
    interval: int
    backfill: bool
    delta_column: str
    transformations: Sequence[Mapping[str, Any]]
    options: Mapping[str, Any]
    operation: str
    operation_errors: Sequence[str]
    created_client: str
    has_run: bool
    updated_by: str
    updated_client: str
    updated_at: int
    now: float

    @property
    def mapping_set_id(self) -> str:
        """The mapping set it uses, empty without one."""
        found = [item for item in self.transformations if item.get("name") == "Mapping"]
        return str((found[0].get("params") or {}).get("mappingId") or "") if found else ""


@dataclass(frozen=True, slots=True)
class FlowSpec:
    """What Adobe accepts of a dataflow from a CRM.

    Attributes:
        id: its id.
        version: its version.
        source_spec_ids: the connection specs that a source connection may have.
        clock: how far Adobe's time is ahead of `time.monotonic`, in seconds.
    """

    id: str
    version: str
    source_spec_ids: frozenset[str]
    clock: float

    @property
    def now(self) -> float:
        """The time at Adobe, in seconds since 1970: a start in the past is refused, however long something took."""
        return current().clock.monotonic() + self.clock


def flow_of(answer: Answer, item: dict[str, Any]) -> Flow:
    """Returns what an answer says of a dataflow.

    Args:
        answer: the answer.
        item: the dataflow in it.

    Raises:
        UnreadableAnswerError: it is not a dataflow.
    """
    schedule, operation = _object(item.get("scheduleParams")), _object(item.get("lastOperation"))
    transformations = item.get("transformations")
    if not isinstance(item.get("name"), str):
        raise answer.unreadable("no dataflow")
    status = _object(operation.get("status"))
    errors = status.get("errors")
    parts = [part for part in transformations if isinstance(part, dict)] if isinstance(transformations, list) else []
    copies = [_object(part.get("params")) for part in parts if part.get("name") == "Copy"]
    return Flow(
        id=str(item["id"]),
        name=item["name"],
        description=str(item.get("description") or ""),
        state=str(item.get("state") or ""),
        etag=str(item.get("etag") or item.get("version") or ""),
        source_id=_only(item.get("sourceConnectionIds")),
        target_id=_only(item.get("targetConnectionIds")),
        start=_number(schedule.get("startTime")),
        frequency=str(schedule.get("frequency") or ""),
        interval=_number(schedule.get("interval")),
        backfill=str(schedule.get("backfill", "true")).lower() == "true",
        delta_column=str(_object(copies[0].get("deltaColumn")).get("name") or "") if copies else "",
        transformations=parts,
        options=_object(item.get("options")),
        operation=str(status.get("value") or "").lower(),
        operation_errors=[_text(error) for error in errors] if isinstance(errors, list) else [],
        created_client=str(item.get("createdClient") or ""),
        has_run=str(_object(item.get("lastRunDetails")).get("state") or "").lower() in _SUCCEEDED,
        updated_by=str(item.get("updatedBy") or ""),
        updated_client=str(item.get("updatedClient") or ""),
        updated_at=_number(item.get("updatedAt")),
        now=time_of(answer),
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _only(ids: Any) -> str:
    return str(ids[0]) if isinstance(ids, list) and ids else ""


def _number(value: Any) -> int:
    """Read a number, which Flow Service gives as text where a number went in."""
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError):
        return 0


def _text(error: Any) -> str:
    return str(error.get("message") or error.get("code") or error) if isinstance(error, dict) else str(error)
