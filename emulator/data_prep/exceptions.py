"""Data Prep's errors. Its documents show none: they have the shape of Schema Registry's."""

from __future__ import annotations

from emulator.ims.platform import Problem


def not_found(identifier: str) -> Problem:
    """An id or a version that is not there."""
    return Problem(404, f"Mapping set {identifier} not found")


def invalid(reason: str) -> Problem:
    """A body or a query that makes no sense."""
    return Problem(400, reason)


def destination_unknown(path: str, schema: str) -> Problem:
    """A mapping to a field that the schema does not have."""
    return Problem(400, f"The destination {path} does not exist in the schema {schema}")


def method_not_allowed() -> Problem:
    """There is no way to delete a mapping set."""
    return Problem(405, "Request method 'DELETE' is not supported")
