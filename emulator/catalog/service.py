"""Catalog as a service of the emulator."""

from __future__ import annotations

from emulator.catalog import urls
from emulator.catalog.models import Catalog
from emulator.catalog.responses import CatalogResponses
from emulator.core.base import Base
from emulator.core.http import Answer, Request, Route, json_answer
from emulator.core.services import Kind, Service
from emulator.ims.service import admission
from emulator.schema_registry.service import registry


def catalog(base: Base) -> Catalog:
    """The one catalog."""
    return base.once(Catalog, lambda: Catalog(base.store, base.clock, registry(base)))


def register(base: Base) -> Service:
    """Catalog."""
    model = catalog(base)

    def rows(request: Request) -> Answer:
        return json_answer({"rows": model.rows(request.params["id"])})

    return Service(
        mounts={"/adobe": urls.routes(CatalogResponses(model, admission(base)))},
        control=[Route("GET", "/datasets/{id}/rows", rows)],
        kinds={
            "datasets": Kind(
                model.of_organization,
                lambda tenant, item: {"id": model.create(tenant, item)},
                model.change,
                model.delete,
            )
        },
    )
