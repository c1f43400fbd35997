"""What every service is built on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from emulator.core.clock import Clock
from emulator.core.http import Json
from emulator.core.site import Site
from emulator.core.store import Store
from emulator.core.tenants import Tenants

Part = TypeVar("Part")


class Base:
    """One store, one clock, the tenants, and the parts of the services, which need each other."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.site = Site()
        self.store = Store(data / "emulator.sqlite3")
        self.settings = self.store.collection("settings")
        self.clock = Clock(self.settings)
        self.tenants = Tenants(self.store)
        self._parts: dict[type, Any] = {}

    def once(self, kind: type[Part], make: Callable[[], Part]) -> Part:
        """The one part of its kind, made when it is first asked for."""
        if kind not in self._parts:
            self._parts[kind] = make()
        part: Part = self._parts[kind]
        return part

    def seeded(self, name: str, make: Callable[[], Json]) -> Json:
        """What was made at the first start of all."""
        seed = self.settings.get("seed") or {}
        if name not in seed:
            with self.store.transaction():
                seed = {**seed, name: make()}
                self.settings.put("seed", seed)
        return seed[name]
