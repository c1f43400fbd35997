"""Paths of the emulated landing zone."""

from __future__ import annotations

from emulator.core.http import Route
from emulator.landing_zone.responses import ROOT, LandingZoneResponses


def routes(responses: LandingZoneResponses) -> list[Route]:
    """List the routes below the platform's root."""
    return [
        Route("GET", ROOT, responses.describe),
        Route("GET", ROOT + "/credentials", responses.credentials),
        Route("POST", ROOT + "/credentials", responses.act),
    ]
