"""Paths of the emulated accounts servers."""

from __future__ import annotations

from emulator.core.http import Route
from emulator.zoho_accounts.responses import ZohoAccountsResponses, as_zoho


def routes(responses: ZohoAccountsResponses) -> list[Route]:
    """List the routes below a data center's accounts root."""
    return [Route(method, "/oauth/v2/token", as_zoho(responses.token)) for method in ("GET", "POST")]
