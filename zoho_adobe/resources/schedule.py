"""When a dataflow runs: the rules of Adobe's flow spec, checked without any network.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/collect/crm
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NotRequired, TypedDict

from zoho_adobe.columns import is_date
from zoho_adobe.errors import InputError
from zoho_adobe.resources.checks import is_unknown, known

Frequency = Literal["once", "minute", "hour", "day", "week"]

FREQUENCIES: tuple[Frequency, ...] = ("once", "minute", "hour", "day", "week")
START_DELAY = 300
"""How long after its making a dataflow starts, in seconds, where the program does not say."""

_SECONDS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_SHORTEST = {"minute": 15}
FILES_LIVE = 7 * 86400
"""How long a file stays in the landing zone, in seconds:
https://experienceleague.adobe.com/en/docs/experience-platform/sources/connectors/cloud-storage/data-landing-zone
"""
_KEYS = ("frequency", "interval", "start", "backfill")
_MILLISECONDS_FROM = 100_000_000_000


class Schedule(TypedDict):
    """When a dataflow runs.

    Attributes:
        frequency: "once", "minute", "hour", "day" or "week".
        interval: how many of those lie between two runs, at least 15 for "minute"; not with "once".
        start: when the first run is due, in seconds since 1970 or as "2026-01-31T06:00:00Z"; five minutes after it is
            made if it is left out, and the next time of its schedule if it has passed.
        backfill: whether the first run ingests all rows that are there; not with "once". If it is left out, it does,
            but not where the dataflow goes on from an earlier one; needed where a dataset has rows of unknown origin.
    """

    frequency: Frequency
    interval: NotRequired[int]
    start: NotRequired[int | str]
    backfill: NotRequired[bool]


def check_schedule(value: Any, problems: list[InputError]) -> Any:
    """Report a schedule that Adobe would refuse, and give its start as a number.

    Args:
        value: the schedule as the program gives it.
        problems: where to report.

    Returns:
        The schedule as it goes into the state.
    """

    def report(key: str, message: str, remedy: str = "") -> None:
        problems.append(InputError(f"schedule.{key}" if key else "schedule", message, remedy=remedy))

    if not isinstance(value, Mapping):
        if value is None or known(value):
            report("", "it is missing" if value is None else "it must be a dictionary", 'Such as {"frequency": "once"}')
        return value
    schedule = {key: value[key] for key in value if value[key] is not None}
    for key in sorted(set(schedule) - set(_KEYS)):
        report(key, "a schedule has no such part", f"Its parts are {', '.join(_KEYS)}")
    frequency = schedule.get("frequency")
    if frequency is None:
        report("frequency", "it is missing", f"Use one of {', '.join(FREQUENCIES)}")
    elif known(frequency) and frequency not in FREQUENCIES:
        report("frequency", f"{frequency!r} is unknown", f"Use one of {', '.join(FREQUENCIES)}")
    elif frequency == "once":
        for key in ("interval", "backfill"):
            if key in schedule:
                report(key, 'it does not go with "once"', "Leave it out")
    elif known(frequency):
        _check_interval(str(frequency), schedule.get("interval"), report)
    if known(schedule.get("backfill")) and not isinstance(schedule["backfill"], bool):
        report("backfill", f"{schedule['backfill']!r} is neither True nor False")
    if known(schedule.get("start")):
        try:
            schedule["start"] = _seconds(schedule["start"])
        except ValueError as error:
            report("start", str(error), 'Write seconds since 1970, or such as "2026-01-31T06:00:00Z"')
    return schedule


def _check_interval(frequency: str, interval: Any, report: Any) -> None:
    least = _SHORTEST.get(frequency, 1)
    if interval is None:
        report("interval", f"it is missing for the frequency {frequency!r}", f"Pass a whole number from {least} on")
    elif not known(interval):
        return
    elif not isinstance(interval, int) or isinstance(interval, bool):
        report("interval", f"{interval!r} is not a whole number")
    elif interval < least:
        report("interval", f"{interval} is too short for the frequency {frequency!r}", f"Adobe's shortest is {least}")


def _seconds(start: Any) -> int:
    if isinstance(start, int) and not isinstance(start, bool):
        if not 0 < start < _MILLISECONDS_FROM:
            raise ValueError(f"{start} is not a time in seconds" + (": it may be milliseconds" if start > 0 else ""))
        return start
    try:
        moment = datetime.fromisoformat(str(start))
    except ValueError:
        raise ValueError(f"{start!r} is not a valid time") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def first_start(schedule: Mapping[str, Any], now: float) -> int:
    """Return the start that a dataflow can have: Adobe accepts none in the past.

    Args:
        schedule: a schedule that was checked.
        now: the time at Adobe, in seconds since 1970.

    Returns:
        Seconds since 1970.
    """
    asked, soon = schedule.get("start"), int(now) + START_DELAY
    if asked is None:
        return soon
    if asked > now + 1:
        return int(asked)
    if schedule["frequency"] == "once":
        return soon
    step = int(schedule["interval"]) * _SECONDS[schedule["frequency"]]
    # A minute's room, so that the start has not passed by the time it is asked for.
    return int(asked) + (int(now + 60 - asked) // step + 1) * step


def moment(seconds: float) -> str:
    """Write a time as a person reads it.

    Args:
        seconds: since 1970.
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def seconds_between(frequency: str, interval: int) -> int:
    """Returns the seconds between two runs; 0 for "once"."""
    return interval * _SECONDS.get(frequency, 0)


def check_for_files(column: Any, schedule: Any, problems: list[InputError]) -> None:
    """Report what a dataflow that takes files cannot have: a delta column, or runs that files do not live to see.

    Args:
        column: the delta column.
        schedule: the schedule.
        problems: where to report.
    """
    frequency, interval = (schedule.get(key) if isinstance(schedule, Mapping) else None for key in _KEYS[:2])
    if isinstance(frequency, str) and isinstance(interval, int) and seconds_between(frequency, interval) >= FILES_LIVE:
        problems.append(
            InputError(
                "schedule.interval",
                f"a file in the landing zone lives {FILES_LIVE // _SECONDS['day']} days, and with a run every "
                f"{interval} {frequency}{'s' if interval > 1 else ''} it could be gone before one takes it",
                remedy="Run it every three days at least, so that there is time to mend a run that fails",
            )
        )
    if column is not None:
        problems.append(
            InputError(
                "delta_column",
                "it does not go with files, which are told by when they were written",
                remedy="Leave it out",
            )
        )


def check_delta_column(column: Any, frequency: Any, columns: Any, problems: list[InputError]) -> None:
    """Report a delta column that is missing, or by which Adobe could not tell what changed.

    Args:
        column: the delta column.
        frequency: the schedule's frequency.
        columns: each column's type by its name, if the program gives them.
        problems: where to report.
    """
    if frequency == "once":
        if column is not None:
            problems.append(
                InputError("delta_column", 'it does not go with the frequency "once"', remedy="Leave it out")
            )
        return
    if column is None and known(frequency):
        problems.append(
            InputError(
                "delta_column",
                "it is missing: Adobe tells by it what changed since the last run",
                remedy="Pass a column with a date, such as Modified_Time",
            )
        )
    if not (isinstance(column, str) and isinstance(columns, Mapping)):
        return
    if is_unknown(columns.get(column)) or is_date(str(columns.get(column, ""))):
        return
    dates = ", ".join(sorted(name for name, word in columns.items() if is_date(str(word)))) or "none"
    what = (
        f"{column!r} is {columns[column]}, not a date" if column in columns else f"the table has no column {column!r}"
    )
    problems.append(InputError("delta_column", what, remedy=f"Its columns with a date: {dates}"))


def late_changes(start: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[InputError]:
    """Name the changes of a schedule that Adobe refuses once a dataflow has started.

    Args:
        start: when the dataflow starts or started, as the state has it.
        before: the schedule in the state.
        after: the schedule that is asked for.
    """
    found: list[InputError] = []
    if not isinstance(start, int | float):
        return found
    if known(after.get("start")) and after["start"] not in (before.get("start"), start):
        found.append(
            InputError(
                "schedule.start",
                f"the dataflow started at {moment(start)}, and its start can no longer change",
                remedy="Take the start out of the program, or set it back",
            )
        )
    if known(after.get("backfill")) and "backfill" in before and after["backfill"] != before["backfill"]:
        found.append(
            InputError(
                "schedule.backfill",
                f"the dataflow started at {moment(start)}, and backfill matters to its first run alone",
                remedy="Set it back; `pulumi up --replace` with the resource's URN makes a new dataflow with it",
            )
        )
    return found
