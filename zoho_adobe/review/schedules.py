"""When a dataflow runs, in words and in minutes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080}


def schedule_of(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schedule in a dataflow's inputs.

    Args:
        inputs: the inputs.

    Returns:
        The schedule, empty where it is not known.
    """
    schedule = inputs.get("schedule")
    return schedule if isinstance(schedule, Mapping) else {}


def minutes_between(schedule: Mapping[str, Any]) -> float | None:
    """Return the time between two runs.

    Args:
        schedule: the schedule.

    Returns:
        Minutes, without end where there is one run alone; None where it is not known.
    """
    frequency, interval = schedule.get("frequency"), schedule.get("interval")
    if frequency == "once":
        return math.inf
    unit = _MINUTES.get(str(frequency))
    return unit * interval if unit and isinstance(interval, int | float) else None


def rhythm(schedule: Mapping[str, Any]) -> str:
    """Say when a dataflow runs.

    Args:
        schedule: a schedule whose `minutes_between` are known.

    Returns:
        Such as "every 30 minutes" or "once".
    """
    frequency, interval = schedule["frequency"], schedule.get("interval")
    if frequency == "once":
        return "once"
    return f"every {frequency}" if interval == 1 else f"every {interval:g} {frequency}s"
