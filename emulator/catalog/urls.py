"""Paths of the emulated Catalog."""

from __future__ import annotations

from emulator.catalog.responses import ROOT, CatalogResponses
from emulator.core.http import Route


def routes(responses: CatalogResponses) -> list[Route]:
    """List the routes below the platform's root."""
    one = ROOT + "/dataSets/{id}"
    return [
        Route("GET", ROOT + "/dataSets", responses.list_all),
        Route("POST", ROOT + "/dataSets", responses.create),
        Route("GET", one, responses.get),
        Route("PATCH", one, responses.change),
        Route("DELETE", one, responses.delete),
        Route("GET", ROOT + "/batches", responses.batches),
        Route("GET", ROOT + "/batches/{id}", responses.batch),
    ]
