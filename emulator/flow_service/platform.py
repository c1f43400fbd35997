"""What Flow Service is built on."""

from __future__ import annotations

from typing import NamedTuple

from emulator.catalog.models import Catalog
from emulator.core.clock import Clock
from emulator.core.store import Store
from emulator.data_prep.models import DataPrep
from emulator.schema_registry.models import SchemaRegistry


class Platform(NamedTuple):
    """Store, clock, and the services of the platform that Flow Service asks and writes to."""

    store: Store
    clock: Clock
    registry: SchemaRegistry
    catalog: Catalog
    data_prep: DataPrep
