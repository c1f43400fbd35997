"""Identity Service's errors."""

from __future__ import annotations

from emulator.ims.platform import Problem


def not_found(identifier: str) -> Problem:
    """A number that no namespace has."""
    return Problem(404, f"Namespace {identifier} not found")


def invalid(reason: str) -> Problem:
    """A body that does not make a namespace."""
    return Problem(400, reason)


def code_taken(code: str) -> Problem:
    """A code that another namespace of the organization has."""
    return Problem(400, f"Namespace with code {code} already exists")


def standard(code: str) -> Problem:
    """A change of one of Adobe's own."""
    return Problem(400, f"The standard namespace {code} cannot be changed")


def never_deleted() -> Problem:
    """A delete."""
    return Problem(405, "Identity namespaces cannot be deleted")
