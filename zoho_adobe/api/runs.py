"""The runs of a dataflow: what each read, wrote and failed to write, and which span of time it covered.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/monitor
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from zoho_adobe.api.platform import FlowServiceClient
from zoho_adobe.api.transport import Answer

_MILLISECONDS_FROM = 100_000_000_000


@dataclass(frozen=True, slots=True)
class RunError:
    """One thing that went wrong in a run.

    Attributes:
        code: Adobe's code, such as "CONNECTOR-2001-500"; empty if there is none.
        message: what it says.
        records: how many records it is about, 0 if that is not said.
    """

    code: str
    message: str
    records: int = 0

    def __str__(self) -> str:
        text = " ".join(part for part in (self.message or "no message", f"({self.code})" if self.code else "") if part)
        return f"{text}, {self.records} records" if self.records else text


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a dataflow; all times are in seconds since 1970, 0 where there is none.

    Attributes:
        id: its id.
        flow_id: the dataflow.
        status: as Adobe words it, such as "success" or "inProgress".
        started: when it began.
        completed: when it ended.
        read: how many records it read.
        written: how many it wrote.
        failed: how many it could not write.
        window_start: from when on it brings what changed.
        window_end: until when.
        stage: what it is doing or did last, such as "copy".
        errors: what went wrong.
        files: the paths of the files that it took; none for a run that brings no files.
    """

    id: str
    flow_id: str
    status: str
    started: float
    completed: float
    read: int
    written: int
    failed: int
    window_start: float
    window_end: float
    stage: str
    errors: Sequence[RunError]
    files: Sequence[str] = ()

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return _word(self.status) not in ("inprogress", "scheduled", "queued", "pending", "started", "running", "")

    @property
    def succeeded(self) -> bool:
        """Whether what it should bring has arrived, some single records aside."""
        return _word(self.status) in ("success", "completed", "partialsuccess")


class Runs(FlowServiceClient):
    """The runs of dataflows, in one sandbox."""

    def latest(self, flow_id: str, count: int) -> list[Run]:
        """List the last runs of a dataflow, the newest first.

        Args:
            flow_id: the dataflow's id.
            count: how many at most.
        """
        return list(itertools.islice(self.of_flow(flow_id), count))

    def of_flow(self, flow_id: str) -> Iterator[Run]:
        """List the runs of a dataflow, the newest first, page by page."""
        filters = [("property", f"flowId=={flow_id}"), ("orderby", "-createdAt")]
        for _, item in self.pages("/runs", filters):
            yield _run(item)

    def start(self, flow_id: str, delta_column: str, window_start: int, window_end: int) -> str:
        """Let a dataflow of the frequency "once" bring what changed, or the files that were written, in a span of time.

        Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/on-demand-ingestion

        Args:
            flow_id: the dataflow's id.
            delta_column: the column by which it tells what changed, empty for files.
            window_start: the first second of the span, since 1970.
            window_end: its last second; for files the one after it.

        Returns:
            The run's id.

        Raises:
            RejectedError: Flow Service does not run it.
            LostAnswerError: no whole answer came, so it may have been started.
        """
        params = {
            "startTime": window_end,
            "windowStartTime": window_start,
            "windowEndTime": window_end,
            **({"deltaColumn": {"name": delta_column}} if delta_column else {}),
        }
        return self.post("/runs", f"a run of the dataflow {flow_id}", {"flowId": flow_id, "params": params}, _run_id)

    def covered_until(self, flow_id: str) -> float:
        """Tell until when a dataflow has brought everything that changed.

        Args:
            flow_id: the dataflow's id.

        Returns:
            The end of its last successful run's window, in seconds since 1970; 0 if none succeeded.
        """
        return next((run.window_end for run in self.of_flow(flow_id) if run.succeeded), 0.0)


def _run_id(answer: Answer) -> str:
    """Read the id of a run from any of the shapes that Flow Service documents."""
    body = answer.json_object()
    items = body.get("items")
    run = items[0] if isinstance(items, list) and items else body
    if not isinstance(run, dict) or not run.get("id"):
        raise answer.unreadable("no run's id")
    return str(run["id"])


def _run(item: dict[str, Any]) -> Run:
    metrics = _object(item.get("metrics"))
    duration, records = _object(metrics.get("durationSummary")), _object(metrics.get("recordSummary"))
    status = _object(metrics.get("statusSummary"))
    activities = [part for part in _list(item.get("activities")) if isinstance(part, dict)]
    window = _window(activities, _object(item.get("params")))
    stage = str(activities[-1].get("id") or "").removesuffix("Activity") if activities else ""
    return Run(
        id=str(item["id"]),
        flow_id=str(item.get("flowId") or ""),
        status=str(status.get("status") or status.get("value") or ""),
        started=_seconds(duration.get("startedAtUTC")),
        completed=_seconds(duration.get("completedAtUTC")),
        read=_count(records.get("inputRecordCount")),
        written=_count(records.get("outputRecordCount")),
        failed=_count(records.get("failedRecordCount")),
        window_start=window[0],
        window_end=window[1],
        stage=stage,
        errors=_errors(status, activities),
        files=_files([metrics, *activities]),
    )


def _files(places: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Read the names of files, which a run tells as a whole or by activity."""
    manifests = [_object(_object(place.get("fileSummary")).get("manifest")) for place in places]
    entries = [_object(entry) for manifest in manifests for entry in _list(manifest.get("fileInfo"))]
    return tuple(dict.fromkeys(str(entry["pathPrefix"]) for entry in entries if entry.get("pathPrefix")))


def _window(activities: Sequence[dict[str, Any]], params: dict[str, Any]) -> tuple[float, float]:
    for activity in activities:
        extensions = _object(_object(activity.get("durationSummary")).get("extensions"))
        if extensions.get("windowEnd"):
            return _seconds(extensions.get("windowStart")), _seconds(extensions["windowEnd"])
    return _seconds(params.get("windowStartTime")), _seconds(params.get("windowEndTime"))


def _errors(status: dict[str, Any], activities: Sequence[dict[str, Any]]) -> list[RunError]:
    """Collect what went wrong: an activity's own errors say more than the run's summary of them."""
    summaries = [_object(activity.get("statusSummary")) for activity in activities]
    detailed = [error for summary in summaries for error in _list(_object(summary.get("extensions")).get("errors"))]
    plain = [error for summary in (status, *summaries) for error in _list(summary.get("errors"))]
    found: dict[tuple[str, str], RunError] = {}
    for error in (*detailed, *plain):
        if isinstance(error, dict):
            made = RunError(
                str(error.get("code") or ""),
                " ".join(str(error.get("message") or "").split()),
                _count(error.get("recordCount")),
            )
            found.setdefault((made.code, made.message), made)
    return list(found.values())


def _word(status: str) -> str:
    return re.sub(r"[^a-z]", "", status.lower())


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _count(value: Any) -> int:
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError):
        return 0


def _seconds(value: Any) -> float:
    """Read a time that is in milliseconds in answers and in seconds in what was asked for."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return number / 1000 if number >= _MILLISECONDS_FROM else number
