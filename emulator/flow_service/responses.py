"""Flow Service requests in, answers out."""

from __future__ import annotations

import json

from emulator.core.http import Answer, Json, Request, json_answer
from emulator.core.masking import MASK
from emulator.core.site import Site
from emulator.core.store import Document
from emulator.core.tenants import MANAGE, VIEW, Tenants
from emulator.flow_service import exceptions, listing, specs
from emulator.flow_service.entities import Entities, Tenant
from emulator.flow_service.models import FlowService
from emulator.ims.gateway import BadRequest, authenticate
from emulator.ims.models import Ims

ROOT = "/data/foundation/flowservice"


class FlowServiceResponses:
    """HTTP of the emulated Flow Service."""

    def __init__(self, service: FlowService, ims: Ims, tenants: Tenants, site: Site) -> None:
        self._service = service
        self._ims = ims
        self._tenants = tenants
        self._site = site

    # Base connections

    def create_connection(self, request: Request) -> Answer:
        tenant = self._admit(request, MANAGE)
        document = self._service.create_connection(tenant, _json(request))
        location = f"{self._site.adobe}{ROOT}/connections/{document['id']}"
        return json_answer(_receipt(document), 201, {"Location": location})

    def get_connection(self, request: Request) -> Answer:
        tenant = self._admit(request, VIEW)
        document = self._service.connections.find(tenant, request.params["id"])
        return json_answer({"items": [_masked(document)]})

    def patch_connection(self, request: Request) -> Answer:
        tenant = self._admit(request, MANAGE)
        if not request.body:
            raise exceptions.body_missing()
        document = self._service.patch_connection(
            tenant, request.params["id"], request.headers.get("If-Match"), _json(request)
        )
        return json_answer(_receipt(document))

    def delete_connection(self, request: Request) -> Answer:
        tenant = self._admit(request, MANAGE)
        self._service.delete_connection(tenant, request.params["id"])
        return Answer(204)

    def test_connection(self, request: Request) -> Answer:
        tenant = self._admit(request, VIEW)
        return json_answer({"result": self._service.test_connection(tenant, request.params["id"])})

    def list_connections(self, request: Request) -> Answer:
        return self._list(request, self._service.connections)

    # The objects built on base connections

    def list_source_connections(self, request: Request) -> Answer:
        return self._list(request, self._service.source_connections)

    def list_target_connections(self, request: Request) -> Answer:
        return self._list(request, self._service.target_connections)

    def list_flows(self, request: Request) -> Answer:
        return self._list(request, self._service.flows)

    # Specs

    def list_specs(self, request: Request) -> Answer:
        tenant = self._admit(request, VIEW)
        filters = []
        for name, value in request.query:
            if name != "property":
                raise exceptions.parameter_unknown(name)
            filters += listing.parse_filters([value], specs.SPEC_FIELDS)
        found = self._service.specs(tenant.organization)
        return json_answer({"items": [spec for spec in found if all(item.matches(spec) for item in filters)]})

    def get_spec(self, request: Request) -> Answer:
        tenant = self._admit(request, VIEW)
        return json_answer({"items": [self._service.spec(tenant.organization, request.params["id"])]})

    def _list(self, request: Request, entities: Entities) -> Answer:
        tenant = self._admit(request, VIEW)
        wanted = entities.read_listing(tenant, request.query)
        if wanted.count:
            return json_answer({"count": entities.count(tenant, wanted)})
        page = entities.page(tenant, wanted)
        links = {}
        if page.continuation is not None:
            links = {"next": {"href": f"/{entities.kind}?continuationToken={page.continuation}"}}
        return json_answer({"items": [_masked(item) for item in page.items], "_links": links})

    def _admit(self, request: Request, permission: str) -> Tenant:
        """Check token, organization, sandbox and permission, in the order in which Adobe meets them."""
        caller = authenticate(self._ims, request)
        organization = request.headers.get("x-gw-ims-org-id", "")
        if not organization:
            raise exceptions.organization_missing()
        known = self._tenants.organization(organization)
        if organization != caller.organization or known is None:
            raise exceptions.organization_refused()
        sandbox = request.headers.get("x-sandbox-name", "")
        if not sandbox:
            raise exceptions.sandbox_missing()
        if sandbox not in known["sandboxes"]:
            raise exceptions.sandbox_unknown(sandbox)
        if permission == MANAGE and not caller.has(MANAGE):
            raise exceptions.manage_denied() if caller.has(VIEW) else exceptions.write_missing()
        if not caller.has(VIEW) and not caller.has(MANAGE):
            raise exceptions.read_missing()
        return Tenant(organization, sandbox, known["sandboxes"][sandbox], caller.client_id)


def _json(request: Request) -> Json:
    if not request.body:
        raise exceptions.body_missing()
    try:
        return json.loads(request.body)
    except ValueError as error:
        raise BadRequest("The request body is not valid JSON.") from error


def _receipt(document: Document) -> Document:
    return {"id": document["id"], "etag": document["etag"]}


def _masked(document: Document) -> Document:
    """Adobe shows a partial view of the credentials."""
    if "auth" not in document:
        return document
    auth = document["auth"]
    params = {name: MASK if name in specs.SECRET_PARAMS else value for name, value in auth["params"].items()}
    return {**document, "auth": {**auth, "params": params}}
