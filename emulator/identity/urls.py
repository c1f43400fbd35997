"""Paths of the emulated Identity Service."""

from __future__ import annotations

from emulator.core.http import Route
from emulator.identity.responses import ROOT, IdentityResponses


def routes(responses: IdentityResponses) -> list[Route]:
    """List the routes below the platform's root."""
    return [
        Route("GET", ROOT, responses.list_all),
        Route("POST", ROOT, responses.create),
        Route("GET", ROOT + "/{id}", responses.look_up),
        Route("PUT", ROOT + "/{id}", responses.change),
        Route("DELETE", ROOT + "/{id}", responses.delete),
    ]
