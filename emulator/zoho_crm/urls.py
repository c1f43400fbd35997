"""Paths of the emulated CRM."""

from __future__ import annotations

from emulator.core.http import Route
from emulator.zoho_accounts.responses import as_zoho
from emulator.zoho_crm.responses import ZohoCrmResponses


def routes(responses: ZohoCrmResponses) -> list[Route]:
    """List the routes below a data center's API root."""
    return [
        Route("GET", "/crm/{version}/settings/modules", as_zoho(responses.modules)),
        Route("*", "/{unknown:.*}", as_zoho(responses.unknown)),
    ]
