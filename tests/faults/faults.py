"""What goes wrong in a cell, and how the emulator is told to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.faults.model import Request
from tests.support.tenant import Tenant

DELAY = 1.6
TIMEOUT = "1"

_RETRY_AFTER = {"headers": {"Retry-After": "1"}}
_AFTER = {"after_work": True}
_KILLED = {"kind": "status", "status": 403, "body": {"message": "whoever asks this was killed"}, "times": None}

BEHIND = "changed behind"

GROUPS: dict[str, dict[str, dict[str, Any]]] = {
    "refused": {str(status): {"kind": "status", "status": status} for status in (400, 401, 403, 404, 409, 412)},
    "throttled": {
        "429": {"kind": "status", "status": 429},
        "429, Retry-After": {"kind": "status", "status": 429, **_RETRY_AFTER},
    },
    "failed": {
        **{str(status): {"kind": "status", "status": status} for status in (500, 502, 503, 504)},
        "503, Retry-After": {"kind": "status", "status": 503, **_RETRY_AFTER},
    },
    "failed after the work": {
        **{f"{status} after the work": {"kind": "status", "status": status, **_AFTER} for status in (500, 502, 504)},
        "503, Retry-After, after the work": {"kind": "status", "status": 503, **_AFTER, **_RETRY_AFTER},
    },
    "dropped": {
        "dropped before the work": {"kind": "drop_before"},
        "dropped after the work": {"kind": "drop_after"},
        "cut off": {"kind": "truncate"},
    },
    "foreign body": {
        **{f"HTML {status}": {"kind": "html", "status": status} for status in (200, 404, 502)},
        "no JSON": {"kind": "garbage_json"},
        "no JSON, after the work": {"kind": "garbage_json", **_AFTER},
    },
    "late": {
        "late": {"kind": "delay", "seconds": DELAY},
        "late, after the work": {"kind": "delay", "seconds": DELAY, **_AFTER},
    },
    "expired token": {"expired token": {"kind": "expired_token"}},
    BEHIND: {BEHIND: {"kind": "change_behind"}},
    "killed": {
        "killed before the work": {"kind": "drop_before"},
        "killed after the work": {"kind": "drop_after"},
    },
}
"""The faults, by what they have in common. Who was killed asks nothing more: all further requests do no work."""

FAULTS = {fault: order for group in GROUPS.values() for fault, order in group.items()}

_OF_NO_USE_WITHOUT_WORK = {fault for fault in FAULTS if "after the work" in fault}


def can_be(fault: str, request: Request) -> bool:
    """Return whether a request can meet a fault that is another one for it than the rest.

    Args:
        fault: the fault's name.
        request: the request.
    """
    if fault == BEHIND:
        return request.behind
    return request.works or fault not in _OF_NO_USE_WITHOUT_WORK


def order(tenant: Tenant, requests: Sequence[Request], fault: str, *, unnamed: int) -> list[str]:
    """Order a fault.

    Args:
        tenant: whose requests.
        requests: those of the operation up to the one that the fault is for.
        fault: the fault's name.
        unnamed: how many requests of the organization come before all these.

    Returns:
        The ids of the orders, that of the one request's first.
    """
    *earlier, last = requests
    owners = {"organization": tenant.organization, "client": tenant.zoho["client_id"]}
    place = {"method": last.method, "path": last.path, last.owner: owners[last.owner]}
    orders = [{**FAULTS[fault], **place, "skip": earlier.count(last)}]
    if fault.startswith("killed"):
        before: Counter[str] = Counter(request.owner for request in earlier)
        before["organization"] += unnamed
        orders += [{**_KILLED, owner: identity, "skip": before[owner]} for owner, identity in owners.items()]
    return [str(tenant.emulator.control("POST", "/faults", item)["id"]) for item in orders]


def withdraw(tenant: Tenant, ids: Sequence[str]) -> bool:
    """Cancel faults, and tell whether the first of them has met a request.

    Args:
        tenant: whose.
        ids: the ids of the orders.
    """
    ordered = {item["id"]: item for item in tenant.emulator.control("GET", "/faults")["faults"]}
    for id_ in ids:
        tenant.emulator.control("DELETE", f"/faults/{id_}")
    return bool(ordered[ids[0]]["hits"])
