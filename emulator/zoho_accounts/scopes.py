"""Scopes: which exist, what they cover, and what they mean in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

VERBS = {
    "all": "Read, create, change and delete",
    "read": "Read",
    "create": "Create",
    "update": "Change",
    "delete": "Delete",
    "write": "Create and change",
}
CRM_AREAS = {
    "modules": "the records of all modules",
    "settings": "all settings: modules, fields, layouts, roles",
    "users": "the users of your organization",
    "org": "the details of your organization, such as its name and currency",
    "bulk": "records in bulk",
    "coql": "records by queries",
    "notifications": "notifications about changed records",
    "files": "uploaded files",
    "features": "the list of enabled features",
    "send_mail": "e-mail sent from records",
    "share": "how records are shared",
}
# Only these two can be narrowed: to one module's records, to one kind of setting.
NARROWED = {"modules": "the records of the module {0}", "settings": "the settings of {0}"}
PROFILE = "aaaserver.profile"
NAME = re.compile(r"[a-z][a-z0-9_]*")


class Meaning(NamedTuple):
    """A scope and what a person reads of it."""

    scope: str
    words: str


def parse(text: str) -> list[str] | None:
    """Split the comma-separated scopes of a request; None if one of them does not exist."""
    scopes = text.split(",")
    return scopes if all(_words(scope) for scope in scopes) else None


def in_words(scopes: Iterable[str]) -> list[Meaning]:
    """Say what the scopes allow."""
    return [Meaning(scope, _words(scope) or scope) for scope in scopes]


def covers(granted: Iterable[str], needed: str) -> bool:
    """Return whether one of the granted scopes is the needed one or wider."""
    *area, verb = needed.lower().split(".")
    for scope in granted:
        *granted_area, granted_verb = scope.lower().split(".")
        if granted_area == area[: len(granted_area)] and granted_verb in (verb, "all"):
            return True
    return False


def _words(scope: str) -> str | None:
    *area, verb = scope.lower().split(".")
    if verb not in VERBS:
        return None
    if ".".join(area) == PROFILE:
        return f"{VERBS[verb]} your name and your e-mail address"
    match area:
        case ["zohocrm", name] if name in CRM_AREAS:
            return f"{VERBS[verb]} {CRM_AREAS[name]}"
        case ["zohocrm", name, narrow] if name in NARROWED and NAME.fullmatch(narrow):
            return f"{VERBS[verb]} {NARROWED[name].format(scope.split('.')[2])}"
    return None
