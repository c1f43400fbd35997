"""Paths of the emulated profile access."""

from __future__ import annotations

from emulator.core.http import Route
from emulator.profile.responses import ROOT, ProfileResponses


def routes(responses: ProfileResponses) -> list[Route]:
    """List the routes below the platform's root."""
    return [Route("GET", ROOT, responses.look_up)]
