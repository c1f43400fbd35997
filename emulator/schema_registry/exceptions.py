"""Schema Registry's errors, as its troubleshooting guide shows them."""

from __future__ import annotations

from emulator.ims.platform import Problem


def not_found(identifier: str, version: str = "1") -> Problem:
    """An id that is not there, or no longer, or not in that version."""
    return Problem(404, f"Object {identifier} with version {version} not found")


def title_taken(identifier: str) -> Problem:
    """A title that another schema or field group of the sandbox has."""
    return Problem(400, f"Title must be unique. An object {identifier} already exists with the same title.")


def fields_outside_tenant(tenant: str) -> Problem:
    """A custom field that is not below the tenant's own."""
    return Problem(
        400,
        f"For custom fields, you must use a top level field named _{tenant} "
        "and all the other fields must be defined under it",
    )


def accept_missing() -> Problem:
    """A GET without an Accept header that says anything."""
    return Problem(406, "Accept header parameter is required")


def accept_unknown(media: str) -> Problem:
    """An Accept header of another kind than the request can be answered in."""
    return Problem(406, f"Unknown Accept media supplied: {media}")


def version_missing() -> Problem:
    """A lookup whose Accept header has no version."""
    return Problem(
        400,
        "version must be supplied in the accept header. Example: application/vnd.adobe.xed-full-notext+json; version=1",
    )


def invalid(reason: str) -> Problem:
    """A body that does not make a schema or a field group."""
    return Problem(400, reason)


def breaking(field: str, change: str) -> Problem:
    """A change that data already written could not live with."""
    return Problem(
        400,
        f"The field {field} {change}. A schema that a dataset uses allows additive changes only.",
    )


def in_use(identifier: str, user: str) -> Problem:
    """A delete of what something else is built on."""
    return Problem(400, f"The object {identifier} cannot be deleted because it is used by {user}.")
