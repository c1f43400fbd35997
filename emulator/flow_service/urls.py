"""Paths of the emulated Flow Service."""

from __future__ import annotations

from emulator.core.http import Route
from emulator.flow_service.responses import ROOT, FlowServiceResponses


def routes(responses: FlowServiceResponses) -> list[Route]:
    """List the routes below the platform's root.

    Adobe's document writes PATCH and DELETE of connections with a trailing slash, its guides without: both are
    answered.
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
    source, target = ROOT + "/sourceConnections", ROOT + "/targetConnections"
    flow, run = ROOT + "/flows", ROOT + "/runs"
    return [
        Route("GET", ROOT + "/connections", responses.list_connections),
        Route("POST", ROOT + "/connections", responses.create_connection),
        Route("GET", one, responses.get_connection),
        Route("GET", one + "/test", responses.test_connection),
        Route("GET", one + "/explore", responses.explore),
        *changes,
        Route("GET", ROOT + "/connectionSpecs", responses.list_specs),
        Route("GET", ROOT + "/connectionSpecs/{id}", responses.get_spec),
        Route("GET", ROOT + "/connectionSpecs/{id}/explore", responses.explore_spec),
        Route("GET", ROOT + "/flowSpecs", responses.list_flow_specs),
        Route("GET", ROOT + "/flowSpecs/{id}", responses.get_flow_spec),
        Route("GET", source, responses.list_source_connections),
        Route("POST", source, responses.create_source_connection),
        Route("GET", source + "/{id}", responses.get_source_connection),
        Route("PATCH", source + "/{id}", responses.patch_source_connection),
        Route("DELETE", source + "/{id}", responses.delete_source_connection),
        Route("GET", target, responses.list_target_connections),
        Route("POST", target, responses.create_target_connection),
        Route("GET", target + "/{id}", responses.get_target_connection),
        Route("PATCH", target + "/{id}", responses.patch_target_connection),
        Route("DELETE", target + "/{id}", responses.delete_target_connection),
        Route("GET", flow, responses.list_flows),
        Route("POST", flow, responses.create_flow),
        Route("GET", flow + "/{id}", responses.get_flow),
        Route("PATCH", flow + "/{id}", responses.patch_flow),
        Route("DELETE", flow + "/{id}", responses.delete_flow),
        Route("POST", flow + "/{id}/action", responses.act_on_flow),
        Route("GET", flow + "/{id}/runs", responses.list_runs_of_flow),
        Route("GET", run, responses.list_runs),
        Route("POST", run, responses.create_run),
        Route("GET", run + "/{id}", responses.get_run),
        Route("POST", run + "/{id}/action", responses.act_on_run),
    ]
