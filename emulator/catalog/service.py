"""Catalog as a service of the emulator."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.catalog import urls
from emulator.catalog.models import Catalog
from emulator.catalog.responses import CatalogResponses
from emulator.catalog.rows import Rows
from emulator.core.base import Base
from emulator.core.http import JSON, Answer, Request, Route
from emulator.core.services import Kind, Service
from emulator.ims.service import admission
from emulator.schema_registry.service import registry

CHUNK = 2000


def catalog(base: Base) -> Catalog:
    """The one catalog."""
    return base.once(Catalog, lambda: Catalog(base.store, base.clock, registry(base), Rows(base.data / "batches")))


def register(base: Base) -> Service:
    """Catalog."""
    model = catalog(base)

    def rows(request: Request) -> Answer:
        return Answer(headers={"Content-Type": JSON}, content=_listed(model.rows(request.params["id"])))

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


def _listed(rows: Iterator[bytes]) -> Iterator[bytes]:
    """The rows as one JSON document, of which no more than a part is in memory."""
    chunk, separator = [b'{"rows": ['], b""
    for row in rows:
        chunk += [separator, row]
        separator = b","
        if len(chunk) > CHUNK:
            yield b"".join(chunk)
            chunk = []
    yield b"".join(chunk) + b"]}"
