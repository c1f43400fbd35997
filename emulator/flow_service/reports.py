"""What a run tells of itself when it is over, and its batch. No HTTP and no storage."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field

from emulator.core.store import Document
from emulator.flow_service import schedule
from emulator.flow_service.copying import Copied
from emulator.flow_service.problems import Problem
from emulator.flow_service.specs import FILE_FLOW_SPEC_ID

SUCCESS, FAILED, IN_PROGRESS = "success", "failed", "inProgress"
PROMOTION_ERROR = {"code": "CONNECTOR-2001-500", "message": "Error occurred at promotion activity."}
EXPORT = "https://platform.adobe.io/data/foundation/export/batches/"


@dataclass(slots=True)
class Outcome:
    """How a run ended that could read its source."""

    passed: bool
    read: int
    copied: Copied
    order: Document
    now: int
    batches: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        return SUCCESS if self.passed else FAILED

    @property
    def records(self) -> Document:
        return {
            "inputRecordCount": self.read,
            "outputRecordCount": self.copied.rows.count,
            "failedRecordCount": self.copied.failed if self.passed else self.read,
        }


def batch(outcome: Outcome) -> Document:
    """What the catalog tells of a batch."""
    records = outcome.records
    return {
        "status": outcome.status,
        "metrics": {
            "startTime": outcome.order["started"],
            "endTime": outcome.now,
            "recordsRead": outcome.read,
            "recordsWritten": records["outputRecordCount"],
            "recordsFailed": records["failedRecordCount"],
        },
        "errors": [] if outcome.passed else [PROMOTION_ERROR],
    }


def finished(run: Document, flow: Document, target: Document, outcome: Outcome) -> Document:
    """A run whose rows were promoted, or were too bad for it."""
    copied, status = outcome.copied, outcome.status
    sizes = {"inputBytes": copied.input_bytes, "outputBytes": copied.rows.size}
    duration = {"startedAtUTC": outcome.order["started"], "completedAtUTC": outcome.now}
    errors = [PROMOTION_ERROR] if copied.failed else []
    files = _files(flow, outcome)
    promotion = {
        "id": "promotionActivity",
        "updatedAtUTC": outcome.now,
        "durationSummary": duration,
        "sizeSummary": sizes,
        "recordSummary": outcome.records,
        "fileSummary": files,
        "statusSummary": {"status": status, "errors": errors, "extensions": _diagnostics(flow, outcome)},
        "targetInfo": [
            {
                "id": target["id"],
                "type": "TargetConnection",
                "reference": {"type": "Batch", "ids": outcome.batches},
            }
        ],
    }
    return {
        **run,
        "metrics": {
            "durationSummary": duration,
            "sizeSummary": sizes,
            "recordSummary": outcome.records,
            "fileSummary": {**files, "activityRefs": ["promotionActivity"]},
            "statusSummary": {"status": status, "errors": errors, "activityRefs": ["promotionActivity"]},
        },
        "activities": [
            _copy_activity(flow, outcome.order, SUCCESS, outcome.now, copied.input_bytes, []),
            promotion,
        ],
    }


def failed(run: Document, flow: Document, order: Document, now: int, problem: Problem) -> Document:
    """A run that could not read its source."""
    errors: list[Document] = [{"code": problem.code, "message": problem.detail}]
    return {
        **run,
        "metrics": {
            "durationSummary": {"startedAtUTC": order["started"], "completedAtUTC": now},
            "sizeSummary": {"inputBytes": 0, "outputBytes": 0},
            "recordSummary": {"inputRecordCount": 0, "outputRecordCount": 0, "failedRecordCount": 0},
            "fileSummary": {"inputFileCount": 0, "outputFileCount": 0, "activityRefs": []},
            "statusSummary": {"status": FAILED, "errors": errors, "activityRefs": ["copyActivity"]},
        },
        "activities": [_copy_activity(flow, order, FAILED, now, 0, errors)],
    }


def _files(flow: Document, outcome: Outcome) -> Document:
    """How many files; and which, of a flow that brings files and has brought some."""
    if flow["flowSpec"]["id"] != FILE_FLOW_SPEC_ID:
        return {"inputFileCount": 1, "outputFileCount": 1}
    counts: Document = {"inputFileCount": len(outcome.copied.files), "outputFileCount": len(outcome.batches)}
    if outcome.batches:
        path = f"{EXPORT}{outcome.batches[0]}/meta?path=input_files"
        counts["manifest"] = {"fileInfo": [{"path": path, "pathPrefix": name} for name in outcome.copied.files]}
    return counts


def _copy_activity(
    flow: Document, order: Document, status: str, now: int, size: int, errors: list[Document]
) -> Document:
    start, end = order["window"]
    kind = "one-time" if flow["scheduleParams"]["frequency"] == schedule.ONCE else "incremental"
    return {
        "id": "copyActivity",
        "updatedAtUTC": now,
        "durationSummary": {
            "startedAtUTC": order["started"],
            "completedAtUTC": now,
            "extensions": {"windowStart": start, "windowEnd": end},
        },
        "sizeSummary": {"inputBytes": size, "outputBytes": size},
        "recordSummary": {},
        "fileSummary": {"inputFileCount": 1 if status == SUCCESS else 0, "outputFileCount": 1 if size else 0},
        "statusSummary": {"status": status, "errors": errors, "extensions": {"type": kind}},
        "sourceInfo": [
            {
                "id": flow["sourceConnectionIds"][0],
                "type": "SourceConnection",
                "reference": {"type": "AdfRunId", "ids": [str(uuid.UUID(hex=secrets.token_hex(16)))]},
            }
        ],
    }


def _diagnostics(flow: Document, outcome: Outcome) -> Document:
    failed, written = outcome.copied.failed, outcome.copied.rows.count
    if not failed:
        return {}
    told: Document = {
        "errors": [
            {
                "code": "INGEST-1212-400",
                "message": f"Encountered {failed} errors in the data. Successfully ingested {written} rows. "
                "Review the associated diagnostic files for additional details.",
            },
            {"code": "MAPPER-3700-400", "recordCount": failed, "message": "Mapper Transform Error"},
        ]
    }
    if flow.get("options", {}).get("errorDiagnosticsEnabled"):
        root = f"{EXPORT}{outcome.batches[0]}/meta?path="
        told["manifest"] = {"failedRecords": f"{root}row_errors", "sampleErrors": f"{root}row_error_samples.json"}
    return told
