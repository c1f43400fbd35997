"""What the matrix is made of: resources with their operations, cells, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment, State
from tests.support.wire.plugin import Plugin, Props

Objects = dict[str, list[dict[str, Any]]]
"""What exists at Adobe, by kind."""

Facts = Mapping[str, tuple[object, object]]
"""What the state says and what is so, by what it is about."""

Trouble = Literal["orphan", "duplicate", "lie", "leak", "failure"]
TROUBLES: tuple[Trouble, ...] = ("orphan", "duplicate", "lie", "leak", "failure")


@dataclass(frozen=True)
class Request:
    """A request that an operation sends.

    Attributes:
        method: its method.
        path: a regular expression that its path holds.
        works: whether it changes anything.
        behind: whether it is about an object of Flow Service, which somebody else could change at that moment.
        owner: by what the emulator tells whose it is.
    """

    method: str
    path: str
    works: bool = False
    behind: bool = False
    owner: Literal["organization", "client"] = "organization"


@dataclass(frozen=True)
class Problem:
    """Something that is not well in the end."""

    trouble: Trouble
    text: str


@dataclass
class Ended:
    """An operation that was run twice, to be looked at.

    Attributes:
        deployment: the stack.
        left: how many objects there should be.
        refused: what the run with the fault ended with, empty if it ended well.
        found: what exists now.
    """

    deployment: Deployment
    left: int
    refused: str
    found: Objects


def _nothing(_: Deployment) -> None:
    """Leave it as it is."""


def _no_problem(_: Ended) -> list[Problem]:
    return []


@dataclass(frozen=True)
class Operation:
    """Something the engine does.

    Attributes:
        requests: the words of the requests that it sends, in order.
        run: does it.
        prepare: makes what has to be there before.
        again: does it once more after a fault, where that is another thing to do.
        left: how many objects there are of each kind in the end.
        check: looks for what matters to this operation alone.
        beyond: faults that it says something else about, with the reason beside it.
        slow: whether it waits so long that it is left out of a sample.
    """

    requests: tuple[str, ...]
    run: Callable[[Deployment], object]
    prepare: Callable[[Deployment], object] = _nothing
    again: Callable[[Deployment], object] | None = None
    left: int = 1
    check: Callable[[Ended], list[Problem]] = _no_problem
    beyond: frozenset[str] = frozenset()
    slow: bool = False


@dataclass(frozen=True)
class Resource:
    """A resource, with all that the engine does with it.

    Attributes:
        requests: its requests by their words.
        operations: its operations by name.
        deploy: gives a stack with one of it, not deployed yet.
        check: compares what exists with what the state says.
        kinds: the kinds of objects that it is made of; all others are none of its business.
    """

    requests: Mapping[str, Request]
    operations: Mapping[str, Operation]
    deploy: Callable[[Plugin, Tenant], Deployment]
    check: Callable[[Ended], list[Problem]]
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One fault at one request of one operation."""

    resource: str
    operation: str
    index: int
    request: str
    fault: str

    def __str__(self) -> str:
        return f"{self.resource}, {self.operation}, {self.request} ({self.index + 1}): {self.fault}"


@dataclass
class Outcome:
    """What became of a cell."""

    cell: Cell
    refused: str = ""
    problems: list[Problem] = field(default_factory=list)


IMS_TOKEN = Request("POST", "/ims/token/")


def objects(tenant: Tenant) -> Objects:
    """List all that exists at Adobe."""
    found: Objects = tenant.emulator.control("GET", f"/organizations/{tenant.organization}/objects")
    return found


def id_of(item: Mapping[str, Any]) -> str:
    """Return an object's id, whatever its service calls it."""
    return str(item.get("$id") or item["id"])


def agreement(
    ids: Mapping[str, Callable[[State], str]], facts: Callable[[State, Mapping[str, Any]], Facts]
) -> Callable[[Ended], list[Problem]]:
    """Make the check of a resource: as many objects as there should be, known to the state as they are.

    Args:
        ids: how the state names the object of each kind that the resource is made of.
        facts: what the state says and what is so, of the state and those objects by kind.
    """

    def check(ended: Ended) -> list[Problem]:
        state, found = ended.deployment.state, ended.found
        if state is None:
            lost = [Problem("lie", "the state has nothing")] if ended.left else []
            return lost + [
                Problem("orphan", f"{kind}: nobody knows {id_of(item)}") for kind in ids for item in found[kind]
            ]
        problems, known = [], {}
        for kind, named in ids.items():
            known[kind] = next((item for item in found[kind] if id_of(item) == named(state)), None)
            if len(found[kind]) != ended.left:
                problems.append(Problem("duplicate", f"{len(found[kind])} {kind} are there, not {ended.left}"))
            if known[kind] is None:
                problems.append(Problem("lie", f"{kind}: the state knows {named(state)}, which does not exist"))
        return problems or told(facts(state, known))

    return check


def told(facts: Facts) -> list[Problem]:
    """Compare what the state says with what is so."""
    return [
        Problem("lie", f"the state says of {about}: {known!r}, but it is {real!r}")
        for about, (known, real) in facts.items()
        if known != real
    ]


def shown(outputs: Props, live: Mapping[str, Any], name: str = "name") -> dict[str, tuple[object, object]]:
    """Return the facts that all named objects have."""
    return {
        "name": (outputs[f"full_{name}"], live[name]),
        "description": (outputs.get("description", ""), live.get("description", "")),
        "sandbox": (outputs["sandbox"], live["sandboxName"]),
    }
