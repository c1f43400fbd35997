"""Catalog's errors. Its documents show none: they have the shape of Schema Registry's."""

from __future__ import annotations

from emulator.ims.platform import Problem


def not_found(kind: str, identifier: str) -> Problem:
    """An id that is not there, or no longer."""
    return Problem(404, f"{kind} {identifier} not found")


def invalid(reason: str) -> Problem:
    """A body or a query that makes no sense."""
    return Problem(400, reason)
