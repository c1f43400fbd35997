"""What a service tells of itself. The function `register` in `emulator/<service>/service.py` makes it."""

from __future__ import annotations

import importlib.util
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import emulator
from emulator.core.base import Base
from emulator.core.faults import ADOBE, Voice
from emulator.core.http import Json, Request, Route
from emulator.core.recorder import Identity
from emulator.core.store import Document
from emulator.core.tenants import Tenant


@dataclass(frozen=True, slots=True)
class Kind:
    """How another client handles the objects of one kind."""

    of_organization: Callable[[str], list[Document]]
    plant: Callable[[Tenant, Document], Document]
    change: Callable[[Tenant, str, Document], object]
    remove: Callable[[Tenant, str], object]


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Service:
    """One emulated service."""

    mounts: Mapping[str, Sequence[Route]]
    """Its routes, by the root that they are below."""
    voice: Voice = ADOBE
    control: Sequence[Route] = ()
    """Its control routes, below `/_control`."""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    """What another client may plant, change and remove."""
    settle: Callable[[], None] = _nothing
    """Carries out what has had its time; called before each request."""
    advance: Callable[[], None] = _nothing
    """Does what the clock, which was moved, has made due."""
    ready: Callable[[], Document] = dict
    """Its part of the ready line."""
    secrets: Callable[[], set[str]] = set
    identify: Callable[[Request], Identity | None] = lambda _: None
    """Whose request it is, where the headers of Adobe do not tell."""
    change_behind: Callable[[str, Json], object] | None = None
    """Patches an object as another client would."""


def find(base: Base) -> Iterator[Service]:
    """All services there are."""
    for package in pkgutil.iter_modules(emulator.__path__, "emulator."):
        name = f"{package.name}.service"
        if package.ispkg and importlib.util.find_spec(name) is not None:
            yield importlib.import_module(name).register(base)
