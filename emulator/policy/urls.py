"""Paths of the emulated Policy Service."""

from __future__ import annotations

from emulator.core.http import Route
from emulator.policy.responses import ROOT, PolicyResponses


def routes(responses: PolicyResponses) -> list[Route]:
    """List the routes below the platform's root."""
    kind = ROOT + "/{kind:core|custom}"
    return [
        Route("GET", kind, responses.list_all),
        Route("GET", kind + "/{name}", responses.look_up),
        Route("PUT", ROOT + "/custom/{name}", responses.write),
        Route("PUT", ROOT + "/core/{name}", responses.refuse),
        Route("DELETE", kind + "/{name}", responses.refuse),
    ]
