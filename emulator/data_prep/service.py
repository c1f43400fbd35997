"""Data Prep as a service of the emulator."""

from __future__ import annotations

from emulator.core.base import Base
from emulator.core.services import Kind, Service
from emulator.data_prep import urls
from emulator.data_prep.models import DataPrep
from emulator.data_prep.responses import DataPrepResponses
from emulator.ims.service import admission
from emulator.schema_registry.service import registry


def data_prep(base: Base) -> DataPrep:
    """The one Data Prep."""
    return base.once(DataPrep, lambda: DataPrep(base.store, base.clock, registry(base)))


def register(base: Base) -> Service:
    """Data Prep."""
    model = data_prep(base)
    return Service(
        mounts={"/adobe": urls.routes(DataPrepResponses(model, admission(base)))},
        kinds={"mappingSets": Kind(model.of_organization, model.create, model.replace, model.drop)},
    )
