"""Paths of the emulated CRM."""

from __future__ import annotations

from emulator.core.http import Route
from emulator.zoho_accounts.responses import as_zoho
from emulator.zoho_crm.bulk_responses import BulkResponses
from emulator.zoho_crm.responses import ZohoCrmResponses


def routes(responses: ZohoCrmResponses) -> list[Route]:
    """List the routes below a data center's API root, the most particular first."""
    served = {
        "/crm/{version}/settings/modules": responses.modules,
        "/crm/{version}/settings/modules/{module}": responses.module,
        "/crm/{version}/settings/fields": responses.fields,
        "/crm/{version}/users": responses.users,
        "/crm/{version}/org": responses.organization,
        "/crm/{version}/{module:[A-Z]\\w*}": responses.records,
        "/crm/{version}/{module:[A-Z]\\w*}/search": responses.search,
        "/crm/{version}/{module:[A-Z]\\w*}/deleted": responses.deleted,
    }
    bulk = BulkResponses(responses.crm)
    found = [
        Route("POST", "/crm/bulk/v8/read", as_zoho(bulk.create)),
        Route("GET", "/crm/bulk/v8/read/{id}", as_zoho(bulk.show)),
        Route("GET", "/crm/bulk/v8/read/{id}/result", as_zoho(bulk.result)),
        Route("POST", "/crm/{version}/coql", as_zoho(responses.query)),
        *(Route("GET", path, as_zoho(handler)) for path, handler in served.items()),
    ]
    refused = [Route("*", path, as_zoho(responses.wrong_method)) for path in served]
    return [*found, *refused, Route("*", "/{unknown:.*}", as_zoho(responses.unknown))]
