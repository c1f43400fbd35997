"""Which OAuth scopes of Zoho CRM cover which.

A scope is `ZohoCRM.<area>[.<part>].<right>`. A wider area covers its parts, and ALL covers every right; `modules` does
not cover `settings`. Source: https://www.zoho.com/crm/developer/docs/api/v8/scopes.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MINIMUM = ("ZohoCRM.modules.READ", "ZohoCRM.settings.READ")
"""What reading the CRM through Adobe needs: the records, and the description of modules and fields."""

USERS = "ZohoCRM.users.READ"
ORGANIZATION = "ZohoCRM.org.READ"

DEFAULT = (*MINIMUM, USERS, ORGANIZATION)
"""What is asked for unless told otherwise: with the last two, `doctor` can say whose token it is."""

_SCOPE = re.compile(r"[A-Za-z]+(\.[A-Za-z0-9_]+)+")


def split_scopes(text: str) -> tuple[str, ...]:
    """Read a list of scopes: requests separate them by commas, answers by spaces."""
    return tuple(text.replace(",", " ").split())


def is_scope(text: str) -> bool:
    """Return whether a text has the form of a scope."""
    return _SCOPE.fullmatch(text) is not None


def covers(granted: Iterable[str], needed: str) -> bool:
    """Return whether one of the granted scopes is the needed one or wider.

    Args:
        granted: the scopes of a token.
        needed: a scope, such as "ZohoCRM.settings.READ".
    """
    *area, right = needed.lower().split(".")
    return any(
        granted_right in (right, "all") and granted_area == area[: len(granted_area)]
        for *granted_area, granted_right in (scope.lower().split(".") for scope in granted)
    )


def parts_of(granted: Iterable[str], needed: str) -> tuple[str, ...]:
    """Return the granted scopes that cover only a part of a needed one, such as a single module of all."""
    *area, right = needed.lower().split(".")
    return tuple(
        scope
        for scope in granted
        if scope.lower().split(".")[-1] in (right, "all")
        and scope.lower().split(".")[:-1] != area
        and scope.lower().split(".")[: len(area)] == area
    )
