"""Paths of the emulated accounts servers."""

from __future__ import annotations

from emulator.core.http import Handler, Route
from emulator.zoho_accounts.consent import ConsentResponses
from emulator.zoho_accounts.responses import ZohoAccountsResponses, as_zoho


def routes(responses: ZohoAccountsResponses, consent: ConsentResponses) -> list[Route]:
    """List the routes below a data center's accounts root."""
    return [
        _route("GET", "/oauth/serverinfo", responses.server_info),
        _route("GET", "/oauth/v2/auth", consent.show),
        _route("POST", "/oauth/v2/auth", consent.decide),
        *(_route(method, "/oauth/v2/token", responses.token) for method in ("GET", "POST")),
        _route("POST", "/oauth/v2/token/revoke", responses.revoke),
        _route("POST", "/oauth/v2/revoke/token", responses.revoke_own),
        *(_route(method, "/oauth/v3/device/code", responses.start_device) for method in ("GET", "POST")),
        *(_route(method, "/oauth/v3/device/token", responses.poll_device) for method in ("GET", "POST")),
        _route("GET", "/oauth/v3/device", consent.show_device),
        _route("POST", "/oauth/v3/device", consent.decide_device),
        _route("GET", "/oauth/user/info", responses.user_info),
    ]


def _route(method: str, path: str, handler: Handler) -> Route:
    return Route(method, path, as_zoho(handler))
