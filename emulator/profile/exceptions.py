"""Real-Time Customer Profile's errors."""

from __future__ import annotations

from emulator.ims.platform import Problem


def not_found() -> Problem:
    """An identity of which nothing is known."""
    return Problem(404, "The requested entity was not found")


def invalid(reason: str) -> Problem:
    """A query that does not name an entity."""
    return Problem(400, reason)


def too_many() -> Problem:
    """A graph that links more than fifty identities."""
    return Problem(400, "Too many related identities")
