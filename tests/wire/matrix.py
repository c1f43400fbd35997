"""Every operation of a base connection with every fault at every request: what is left, known and shown afterwards.

A cell is one operation during which one request meets one fault, and then the same operation once more without a
fault, as a person would run the command again. What counts is the end: exactly one object, or none after a delete;
known to the state as it is; and no secret in any message.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from emulator import launch
from tests.tenant import Tenant
from tests.wire.deployment import SUFFIX, Deployment, program
from tests.wire.plugin import Plugin, Refused

DELAY = 1.6
TIMEOUT = "1"

_RETRY_AFTER = {"headers": {"Retry-After": "1"}}

FAULTS: dict[str, dict[str, Any]] = {
    **{str(status): {"kind": "status", "status": status} for status in (400, 401, 403, 404, 409, 412, 429)},
    **{str(status): {"kind": "status", "status": status} for status in (500, 502, 503, 504)},
    "429, Retry-After": {"kind": "status", "status": 429, **_RETRY_AFTER},
    "503, Retry-After": {"kind": "status", "status": 503, **_RETRY_AFTER},
    **{
        f"{status} after the work": {"kind": "status", "status": status, "after_work": True}
        for status in (500, 502, 504)
    },
    "503, Retry-After, after the work": {"kind": "status", "status": 503, "after_work": True, **_RETRY_AFTER},
    "dropped before the work": {"kind": "drop_before"},
    "dropped after the work": {"kind": "drop_after"},
    "cut off": {"kind": "truncate"},
    "HTML 200": {"kind": "html", "status": 200},
    "HTML 404": {"kind": "html", "status": 404},
    "HTML 502": {"kind": "html", "status": 502},
    "no JSON": {"kind": "garbage_json"},
    "no JSON, after the work": {"kind": "garbage_json", "after_work": True},
    "late": {"kind": "delay", "seconds": DELAY},
    "late, after the work": {"kind": "delay", "seconds": DELAY, "after_work": True},
    "expired token": {"kind": "expired_token"},
    "changed behind": {"kind": "change_behind"},
}

# The requests by the words of the table: whose they are, method, path.
REQUESTS: dict[str, tuple[str, str, str]] = {
    "IMS token": ("organization", "POST", "/ims/token/"),
    "Zoho token": ("client", "POST", "/oauth/v2/token$"),
    "list": ("organization", "GET", "/connections$"),
    "POST": ("organization", "POST", "/connections$"),
    "PATCH": ("organization", "PATCH", "/connections/"),
    "test": ("organization", "GET", "/test$"),
    "GET": ("organization", "GET", "/connections/[^/]+$"),
    "DELETE": ("organization", "DELETE", "/connections/"),
    "dependents": ("organization", "GET", "/sourceConnections$"),
}
WITH_AN_OBJECT = ("PATCH", "test", "GET", "DELETE")


@dataclass(frozen=True)
class Operation:
    """Something the engine does, with the requests that it sends in order."""

    requests: tuple[str, ...]
    prepare: Callable[[Deployment], object]
    run: Callable[[Deployment], object]
    left: int = 1


def _plant(deployment: Deployment, name: str) -> str:
    zoho = deployment.tenant.zoho
    params = {
        "endpoint": "crm.zoho.com/crm/private",
        "accountsUrl": zoho["accounts"],
        "clientId": zoho["client_id"],
        "clientSecret": zoho["client_secret"],
        "accessToken": "1000.long.expired",
        "refreshToken": zoho["refresh_token"],
    }
    auth = {"specName": "Basic Authentication", "params": params}
    spec = {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}
    return str(deployment.tenant.plant("connections", {"name": name, "auth": auth, "connectionSpec": spec})["id"])


def _nothing(_: Deployment) -> None:
    """Leave it as it is."""


def _leftover(deployment: Deployment) -> None:
    _plant(deployment, f"Zoho CRM {SUFFIX}")


def _to_adopt(deployment: Deployment) -> None:
    id_ = _plant(deployment, "Made by hand")
    changes = {"name": "Made by hand", "suffix": None, "description": None, "adopt_id": id_}
    deployment.program = program(deployment.tenant, **changes)


def _renamed(deployment: Deployment) -> None:
    deployment.up()
    deployment.program.update(name="Renamed", description="Another description")


def _rotated(deployment: Deployment) -> None:
    deployment.up()
    deployment.program["client_secret"] = deployment.tenant.new_zoho_secret()


def _moved(deployment: Deployment) -> None:
    deployment.up()
    deployment.config["zoho-adobe:sandbox"] = "stage"


OPERATIONS: dict[str, Operation] = {
    "create": Operation(("IMS token", "list", "Zoho token", "POST", "test"), _nothing, Deployment.up),
    "take over": Operation(("IMS token", "list", "Zoho token", "PATCH", "test"), _leftover, Deployment.up),
    "adopt": Operation(("IMS token", "GET"), _to_adopt, Deployment.up),
    "read": Operation(("IMS token", "GET"), Deployment.up, Deployment.refresh),
    "update": Operation(("IMS token", "PATCH"), _renamed, Deployment.up),
    "rotate": Operation(("Zoho token", "IMS token", "PATCH", "test"), _rotated, Deployment.up),
    "delete": Operation(("IMS token", "dependents", "DELETE", "GET"), Deployment.up, Deployment.destroy, left=0),
    "replace": Operation(
        ("IMS token", "dependents", "dependents", "DELETE", "GET", "list", "POST", "test"), _moved, Deployment.up
    ),
}


@dataclass(frozen=True)
class Cell:
    """One fault at one request of one operation."""

    operation: str
    index: int
    fault: str

    def __str__(self) -> str:
        return f"{self.operation}, {OPERATIONS[self.operation].requests[self.index]} ({self.index + 1}): {self.fault}"


@dataclass
class Outcome:
    """What became of a cell."""

    cell: Cell
    refused: str = ""
    problems: list[str] = field(default_factory=list)


def cells() -> Iterator[Cell]:
    """Give all cells that can be."""
    for name, operation in OPERATIONS.items():
        for index, fault in itertools.product(range(len(operation.requests)), FAULTS):
            changes = FAULTS[fault]["kind"] == "change_behind"
            # A change needs an object; and after one, the connection is not the one that the program adopts.
            if not changes or (operation.requests[index] in WITH_AN_OBJECT and name != "adopt"):
                yield Cell(name, index, fault)


def sample(size: int) -> list[Cell]:
    """Give cells from all over the matrix, fault after fault, each time at another place."""
    by_fault = {fault: [cell for cell in cells() if cell.fault == fault] for fault in FAULTS}
    turns = zip(range(size), itertools.cycle(by_fault.values()), strict=False)
    return [places[turn * 11 % len(places)] for turn, places in turns]


def run(cell: Cell, plugin: Plugin, emulator: launch.Emulator) -> Outcome:
    """Run a cell in an organization of its own."""
    outcome = Outcome(cell)
    deployment = Deployment.of(plugin, Tenant.create(emulator))
    operation, fault = OPERATIONS[cell.operation], FAULTS[cell.fault]
    operation.prepare(deployment)
    said = len(plugin.said)
    if fault["kind"] == "delay":
        deployment.config["zoho-adobe:requestTimeout"] = TIMEOUT
    ordered = _order(deployment.tenant, operation.requests[: cell.index + 1], fault)
    begin = time.monotonic()
    try:
        operation.run(deployment)
    except Refused as refused:
        outcome.refused = str(refused)
    if not _withdraw(emulator, ordered):
        outcome.problems.append("the fault met no request")
    if fault["kind"] == "delay":
        time.sleep(max(0.0, begin + DELAY + 0.1 - time.monotonic()))
    if fault["kind"] == "change_behind" and deployment.state is not None:
        deployment.refresh()
    try:
        operation.run(deployment)
    except Refused as refused:
        outcome.problems.append(f"the second run fails: {refused}")
    outcome.problems += _untrue(deployment, operation.left)
    shown = "\n".join([*plugin.said[said:], plugin.log.read_text(errors="replace")])
    if any(canary in shown for canary in deployment.tenant.canaries):
        outcome.problems.append("a secret is shown")
    return outcome


def _order(tenant: Tenant, requests: tuple[str, ...], fault: dict[str, Any]) -> str:
    """Order the fault for the last one of these requests."""
    owner, method, path = REQUESTS[requests[-1]]
    identity = {"organization": tenant.organization, "client": tenant.zoho["client_id"]}[owner]
    order = {**fault, owner: identity, "method": method, "path": path, "skip": requests[:-1].count(requests[-1])}
    return str(tenant.emulator.control("POST", "/faults", order)["id"])


def _withdraw(emulator: launch.Emulator, id_: str) -> bool:
    """Cancel a fault, and tell whether it has met a request."""
    (found,) = (item for item in emulator.control("GET", "/faults")["faults"] if item["id"] == id_)
    emulator.control("DELETE", f"/faults/{id_}")
    return bool(found["hits"])


def _untrue(deployment: Deployment, left: int) -> list[str]:
    """Compare what exists with what the state says of it."""
    live, state = deployment.tenant.connections(), deployment.state
    if len(live) != left:
        return [f"{len(live)} objects are there, not {left}"]
    if not live or state is None:
        return [] if not live and state is None else ["the state and Adobe do not agree on whether it exists"]
    (found,), inputs, outputs = live, state.inputs, state.outputs
    params = found["auth"]["params"]
    pairs = {
        "id": (state.id, found["id"]),
        "name": (outputs["full_name"], found["name"]),
        "description": (inputs.get("description"), found.get("description")),
        "etag": (outputs["etag"], found["etag"]),
        "sandbox": (outputs["sandbox"], found["sandboxName"]),
        "client_secret": (inputs["client_secret"], params["clientSecret"]),
        "refresh_token": (inputs["refresh_token"], params["refreshToken"]),
    }
    return [f"the state lies about {key}" for key, (known, real) in pairs.items() if known != real]


def table(outcomes: Iterable[Outcome]) -> str:
    """Write the matrix in Markdown: how many cells ended well, of how many, for each fault and operation."""
    good: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        place = (outcome.cell.fault, outcome.cell.operation)
        total[place] += 1
        good[place] += not outcome.problems
    lines = [f"| fault | {' | '.join(OPERATIONS)} |", f"|---|{'---|' * len(OPERATIONS)}"]
    for fault in FAULTS:
        row = [(fault, operation) for operation in OPERATIONS]
        lines.append(f"| {fault} | {' | '.join(f'{good[at]}/{total[at]}' if total[at] else '' for at in row)} |")
    return "\n".join(lines)
