"""Paths of the emulated Flow Service."""

from __future__ import annotations

from emulator.core.http import Route
from emulator.flow_service.responses import ROOT, FlowServiceResponses


def routes(responses: FlowServiceResponses) -> list[Route]:
    """List the routes below the platform's root.

    Adobe's document writes PATCH and DELETE with a trailing slash, its guides without: both are answered.
    """
    one = ROOT + "/connections/{id}"
    changes = [
        Route(method, path, handler)
        for path in (one, one + "/")
        for method, handler in (
            ("PATCH", responses.patch_connection),
            ("DELETE", responses.delete_connection),
        )
    ]
    return [
        Route("GET", ROOT + "/connections", responses.list_connections),
        Route("POST", ROOT + "/connections", responses.create_connection),
        Route("GET", one, responses.get_connection),
        Route("GET", one + "/test", responses.test_connection),
        *changes,
        Route("GET", ROOT + "/connectionSpecs", responses.list_specs),
        Route("GET", ROOT + "/connectionSpecs/{id}", responses.get_spec),
        Route("GET", ROOT + "/sourceConnections", responses.list_source_connections),
        Route("GET", ROOT + "/targetConnections", responses.list_target_connections),
        Route("GET", ROOT + "/flows", responses.list_flows),
    ]
