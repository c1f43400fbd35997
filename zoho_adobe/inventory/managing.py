"""Which stack manages what, as exports of stacks tell it. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TYPE = ":dynamic/zoho-adobe:"


def managed_by(exports: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return what manages each object, by its id.

    Args:
        exports: what `pulumi stack export` gives, by the stack's name.

    Returns:
        The stack and the logical name, such as "prod: crm-Contacts-dataflow"; several where several hold an id.
    """
    found: dict[str, str] = {}
    for stack, export in exports.items():
        for item in (export.get("deployment") or {}).get("resources") or []:
            id_, type_ = item.get("id"), str(item.get("type") or "")
            if not id_ or _TYPE not in type_:
                continue
            word = f"{stack}: {str(item.get('urn') or '').rsplit('::', 1)[-1]}"
            found[id_] = f"{found[id_]}, {word}" if id_ in found else word
    return found
