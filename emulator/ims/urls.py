"""Paths of the emulated IMS."""

from __future__ import annotations

from emulator.core.http import Route
from emulator.ims.responses import ImsResponses


def routes(responses: ImsResponses) -> list[Route]:
    """List the routes below the IMS root."""
    return [Route("POST", "/ims/token/v3", responses.token)]
