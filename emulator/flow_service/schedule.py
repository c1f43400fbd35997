"""When a flow runs. No HTTP and no storage."""

from __future__ import annotations

from typing import Any

from emulator.core.http import Json
from emulator.core.store import Document
from emulator.flow_service import exceptions

ONCE, MINUTE = "once", "minute"
SECONDS = {MINUTE: 60, "hour": 3600, "day": 86400, "week": 604800}
# Anything later is a time in milliseconds.
LAST_SECOND = 99_999_999_999
KNOWN = frozenset({"startTime", "frequency", "interval", "backfill"})


def seconds(value: Any) -> int:
    """Read a time, a number or the text of one."""
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or int(text) > LAST_SECOND:
        raise exceptions.time_unreadable(value)
    return int(text)


def check(params: Json) -> Document:
    """Refuse what makes no schedule. What is right comes back as the service gives it: as strings."""
    if not isinstance(params, dict) or not params:
        raise exceptions.schedule_empty()
    for name, value in params.items():
        if name not in KNOWN:
            raise exceptions.param_invalid(value, f"scheduleParams.{name}")
    for name in ("startTime", "frequency"):
        if name not in params:
            raise exceptions.param_missing(name)
    frequency = params["frequency"]
    if frequency != ONCE and frequency not in SECONDS:
        raise exceptions.frequency_invalid(frequency)
    checked = {"startTime": str(seconds(params["startTime"])), "frequency": frequency}
    if frequency == ONCE:
        if "interval" in params:
            raise exceptions.interval_with_once()
        if "backfill" in params:
            raise exceptions.backfill_with_once()
        return checked
    if "interval" not in params:
        raise exceptions.param_missing("interval")
    checked["interval"] = _interval(params["interval"], frequency)
    if "backfill" in params:
        backfill = str(params["backfill"]).lower()
        if backfill not in ("true", "false"):
            raise exceptions.param_invalid(params["backfill"], "scheduleParams.backfill")
        checked["backfill"] = backfill
    return checked


def check_change(before: Document, after: Document, now: float) -> None:
    """Refuse what can no longer be changed, and a start in the past."""
    passed = int(before["startTime"]) <= now
    if after["startTime"] != before["startTime"]:
        if passed:
            raise exceptions.start_passed()
        check_start(after, now)
    if passed and after["frequency"] == ONCE != before["frequency"]:
        raise exceptions.frequency_fixed()
    if passed and after["frequency"] != ONCE and backfills(after) != backfills(before):
        raise exceptions.backfill_fixed()


def check_start(params: Document, now: float) -> None:
    """Refuse a first run that would have been due already."""
    if int(params["startTime"]) < int(now):
        raise exceptions.start_in_past()


def backfills(params: Document) -> bool:
    """Return whether the first run brings what is older than the start."""
    return bool(params.get("backfill", "true") == "true")


def last_due(params: Document, now: float) -> int | None:
    """The last time up to now at which a run was due, in seconds."""
    start = int(params["startTime"])
    if start > now:
        return None
    if params["frequency"] == ONCE:
        return start
    step = int(params["interval"]) * SECONDS[params["frequency"]]
    return start + int(now - start) // step * step


def _interval(value: Any, frequency: str) -> str:
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or int(text) == 0:
        raise exceptions.interval_invalid(value, frequency)
    if frequency == MINUTE and int(text) < 15:
        raise exceptions.interval_too_small(15)
    return str(int(text))
