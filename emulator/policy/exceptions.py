"""Policy Service's errors."""

from __future__ import annotations

from emulator.ims.platform import Problem


def not_found(name: str) -> Problem:
    """A label that is not there."""
    return Problem(404, f"The label {name} was not found")


def invalid(reason: str) -> Problem:
    """A body that does not make a label."""
    return Problem(400, reason)


def never_deleted() -> Problem:
    """A delete, or a write of one of Adobe's own."""
    return Problem(405, "Method not allowed")
