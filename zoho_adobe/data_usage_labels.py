"""Data usage labels: which ones Adobe defines, and how a name becomes the one that the registry has.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/data-governance/labels/reference
"""

from __future__ import annotations

import re

CORE = (*(f"C{number}" for number in range(1, 13)), "I1", "I2", "S1", "S2", "PSPD", "RHD", "Third-Party")
"""Adobe's own labels."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_LIKE_CORE = re.compile(r"[CIS]\d+", re.IGNORECASE)


def registry_label(name: str) -> str:
    """Return a label as the registry has it.

    Args:
        name: Adobe's name, such as "I1", or that of a custom label.

    Returns:
        Such as "core/I1" or "custom/Partner".
    """
    return f"core/{name}" if name in CORE else f"custom/{name}"


def is_custom(name: str) -> bool:
    """Return whether an organization defines a label of this name itself."""
    return name not in CORE


def wrong_label(name: object) -> str:
    """Say what is wrong with the name of a label; empty if nothing is.

    Args:
        name: what the program passes.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return f"{name!r} is not the name of a label: use letters, digits, - and _"
    if is_custom(name) and (_LIKE_CORE.fullmatch(name) or name.lower() in (core.lower() for core in CORE)):
        return f"Adobe has no label {name!r}: it has {', '.join(CORE)}, and the custom ones of your organization"
    return ""
