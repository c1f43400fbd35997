"""Paths of the emulated Blob service."""

from __future__ import annotations

from emulator.blob.responses import ROOT, BlobResponses, as_azure
from emulator.core.clock import Clock
from emulator.core.http import Route


def routes(responses: BlobResponses, clock: Clock) -> list[Route]:
    """List the routes of the accounts, whose names stand in the path as with Azure's own emulator."""
    container = ROOT + "/{container}"
    blob = container + "/{name:.+}"
    served = [
        Route("*", ROOT, responses.account),
        Route("*", ROOT + "/", responses.account),
        Route("*", container, responses.container),
        Route("GET", blob, responses.get),
        Route("HEAD", blob, responses.get),
        Route("PUT", blob, responses.put, streams=True),
        Route("DELETE", blob, responses.delete),
    ]
    return [route._replace(handler=as_azure(route.handler, clock)) for route in served]
