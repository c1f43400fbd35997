"""Names of a schema's fields, as a program writes them."""

from __future__ import annotations

TENANT = "_tenant"
"""Stands in the path of a field for the tenant's namespace, so that a program fits every organization."""


def own_field(name: str) -> str:
    """Return the path of one of a schema's own fields, as a mapping set wants it.

    Args:
        name: the field's name, one of `Schema`'s `fields`.
    """
    return f"{TENANT}.{name}"


def own_name(path: str) -> str | None:
    """Return the name of one of a schema's own fields; None for a field of another field group.

    Args:
        path: the name itself, its path, or the path of another field, such as "personalEmail.address".
    """
    name = path.removeprefix(own_field(""))
    return None if "." in name else name


def descriptor_path(field: str, schema_id: str) -> str:
    """Return the path of a field as Adobe's descriptors have it.

    Args:
        field: one of the schema's own fields, or the path of a field.
        schema_id: the schema's `$id`, which has the tenant's namespace.
    """
    # Loaded here, since the program needs no HTTP library.
    from zoho_adobe.api.descriptors import field_path
    from zoho_adobe.api.schema_registry import tenant_of

    steps = field.split(".") if "." in field else [TENANT, field]
    return field_path([f"_{tenant_of(schema_id)}" if step == TENANT else step for step in steps])
