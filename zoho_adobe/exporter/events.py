"""What an export tells while it runs, for a person or a program to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Tell = Callable[..., None]
"""Takes what happened, the table's name (empty if it is about all), and facts by name."""

PLANNED = "planned"
RESUMED = "resumed"
NOTHING = "nothing to export"
JOB = "job"
EXPORTED = "exported"
DROPPED = "column dropped"
WAITING = "waiting"
ALARM = "alarm"
COMMITTED = "committed"
FAILED = "failed"

Facts = dict[str, Any]
