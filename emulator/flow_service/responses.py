"""Flow Service requests in, answers out."""

from __future__ import annotations

from emulator.core.http import Answer, Json, Request, json_answer
from emulator.core.masking import MASK
from emulator.core.site import Site
from emulator.core.store import Document
from emulator.flow_service import exceptions, listing, specs
from emulator.flow_service.entities import Entities
from emulator.flow_service.models import FlowService
from emulator.ims.platform import Admission, Denials, read_body

ROOT = "/data/foundation/flowservice"


DENIALS = Denials(
    organization_missing=exceptions.organization_missing,
    organization_refused=exceptions.organization_refused,
    sandbox_missing=exceptions.sandbox_missing,
    sandbox_unknown=exceptions.sandbox_unknown,
    manage_denied=exceptions.manage_denied,
    write_missing=exceptions.write_missing,
    read_missing=exceptions.read_missing,
)


class FlowServiceResponses:
    """HTTP of the emulated Flow Service."""

    def __init__(self, service: FlowService, admission: Admission, site: Site) -> None:
        self._service = service
        self._admission = admission
        self._site = site

    # Base connections

    def create_connection(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        document = self._service.create_connection(tenant, _json(request))
        return self._created(self._service.connections, document)

    def get_connection(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        document = self._service.connections.find(tenant, request.params["id"])
        return json_answer({"items": [_shown(document)]})

    def patch_connection(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        if not request.body:
            raise exceptions.body_missing()
        document = self._service.patch_connection(
            tenant, request.params["id"], request.headers.get("If-Match"), _json(request)
        )
        return json_answer(_receipt(document))

    def delete_connection(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        self._service.delete_connection(tenant, request.params["id"])
        return Answer(204)

    def test_connection(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        return json_answer({"result": self._service.test_connection(tenant, request.params["id"])})

    def list_connections(self, request: Request) -> Answer:
        return self._list(request, self._service.connections)

    def explore(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        given = dict(request.query)
        for name in given:
            if name == "filters":
                raise exceptions.filter_unsupported()
            if name not in ("objectType", "object", "preview"):
                raise exceptions.parameter_unknown(name)
        preview = given.get("preview", "false")
        if preview not in ("true", "false"):
            raise exceptions.param_invalid(preview, "preview")
        if given.get("objectType") == "root":
            return json_answer(self._service.tables(tenant, request.params["id"]))
        if given.get("objectType") != "table":
            raise exceptions.object_type_invalid()
        path = given.get("object", "")
        if not path:
            raise exceptions.query_param_empty("object", "table")
        return json_answer(self._service.table(tenant, request.params["id"], path, preview=preview == "true"))

    # Source and target connections

    def list_source_connections(self, request: Request) -> Answer:
        return self._list(request, self._service.source_connections)

    def list_target_connections(self, request: Request) -> Answer:
        return self._list(request, self._service.target_connections)

    def create_source_connection(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        _no_query(request)
        document = self._service.ends.create_source(tenant, _json(request))
        return self._created(self._service.source_connections, document)

    def create_target_connection(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        _no_query(request)
        document = self._service.ends.create_target(tenant, _json(request))
        return self._created(self._service.target_connections, document)

    def get_source_connection(self, request: Request) -> Answer:
        return self._get(request, self._service.source_connections)

    def get_target_connection(self, request: Request) -> Answer:
        return self._get(request, self._service.target_connections)

    def patch_source_connection(self, request: Request) -> Answer:
        return self._patch_end(request, self._service.source_connections)

    def patch_target_connection(self, request: Request) -> Answer:
        return self._patch_end(request, self._service.target_connections)

    def delete_source_connection(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        self._service.delete_end(tenant, self._service.source_connections, request.params["id"])
        return Answer(204)

    def delete_target_connection(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        self._service.delete_end(tenant, self._service.target_connections, request.params["id"])
        return Answer(204)

    # Flows

    def list_flows(self, request: Request) -> Answer:
        return self._list(request, self._service.flows)

    def create_flow(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        if request.query:
            raise exceptions.mode_not_allowed()
        return self._created(self._service.flows, self._service.create_flow(tenant, _json(request)))

    def get_flow(self, request: Request) -> Answer:
        return self._get(request, self._service.flows)

    def patch_flow(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        document = self._service.patch_flow(
            tenant, request.params["id"], request.headers.get("If-Match"), _json(request)
        )
        return json_answer(_receipt(document))

    def delete_flow(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        self._service.delete_flow(tenant, request.params["id"])
        return Answer(204)

    def act_on_flow(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        action = _operation(request)
        document = self._service.switch_flow(tenant, request.params["id"], action, request.headers.get("If-Match"))
        return json_answer(_receipt(document))

    # Runs

    def list_runs(self, request: Request) -> Answer:
        return self._list(request, self._service.runs)

    def list_runs_of_flow(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        flow = self._service.flows.find(tenant, request.params["id"])
        wanted = listing.Listing(filters=(f"flowId=={flow['id']}",), limit=listing.MAX_LIMIT)
        page = self._service.runs.page(tenant, wanted)
        return json_answer({"items": [_shown(item) for item in page.items], "_links": {}})

    def create_run(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        _no_query(request)
        run = self._service.runner.on_demand(tenant, _json(request))
        return self._created(self._service.runs, run)

    def get_run(self, request: Request) -> Answer:
        return self._get(request, self._service.runs)

    def act_on_run(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        action = _operation(request)
        if action != "RE_TRIGGER":
            raise exceptions.run_action_unsupported(action)
        return json_answer(_shown(self._service.runner.retrigger(tenant, request.params["id"])))

    # Specs

    def list_specs(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        return _filtered(request, self._service.specs(tenant.organization), specs.SPEC_FIELDS)

    def get_spec(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        return json_answer({"items": [self._service.spec(tenant.organization, request.params["id"])]})

    def explore_spec(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        return json_answer(self._service.explore_spec(tenant, request.params["id"], dict(request.query)))

    def list_flow_specs(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        return _filtered(request, self._service.flow_specs(tenant.organization), specs.FLOW_SPEC_FIELDS)

    def get_flow_spec(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        return json_answer({"items": [self._service.flow_spec(tenant.organization, request.params["id"])]})

    def _get(self, request: Request, entities: Entities) -> Answer:
        tenant = self._admission.view(request)
        return json_answer({"items": [_shown(entities.find(tenant, request.params["id"]))]})

    def _patch_end(self, request: Request, entities: Entities) -> Answer:
        tenant = self._admission.manage(request)
        document = self._service.ends.patch(
            tenant, entities, request.params["id"], request.headers.get("If-Match"), _json(request)
        )
        return json_answer({"items": [document]})

    def _created(self, entities: Entities, document: Document) -> Answer:
        location = f"{self._site.adobe}{ROOT}/{entities.kind}/{document['id']}"
        return json_answer(_receipt(document), 201, {"Location": location})

    def _list(self, request: Request, entities: Entities) -> Answer:
        tenant = self._admission.view(request)
        wanted = entities.read_listing(tenant, request.query)
        if wanted.count:
            return json_answer({"count": entities.count(tenant, wanted)})
        page = entities.page(tenant, wanted)
        links = {}
        if page.continuation is not None:
            links = {"next": {"href": f"/{entities.kind}?continuationToken={page.continuation}"}}
        return json_answer({"items": [_shown(item) for item in page.items], "_links": links})


def _json(request: Request) -> Json:
    return read_body(request, exceptions.body_missing)


def _receipt(document: Document) -> Document:
    return {"id": document["id"], "etag": document["etag"]}


def _no_query(request: Request) -> None:
    for name, _ in request.query:
        raise exceptions.parameter_unknown(name)


def _operation(request: Request) -> str:
    given = dict(request.query)
    if not given.get("op"):
        raise exceptions.param_missing("op")
    for name, value in request.query:
        if name == "subOp":
            raise exceptions.sub_operation_unsupported(value, given["op"])
        if name != "op":
            raise exceptions.parameter_unknown(name)
    return given["op"]


def _filtered(request: Request, found: list[Document], fields: frozenset[str]) -> Answer:
    filters = []
    for name, value in request.query:
        if name != "property":
            raise exceptions.parameter_unknown(name)
        filters += listing.parse_filters([value], fields)
    return json_answer({"items": [spec for spec in found if all(item.matches(spec) for item in filters)]})


def _shown(document: Document) -> Document:
    """Adobe shows a partial view of the credentials, and no version of a run but its etag."""
    if "flowId" in document:
        return {name: value for name, value in document.items() if name != "version"}
    if "auth" not in document:
        return document
    auth = document["auth"]
    params = {name: MASK if name in specs.SECRET_PARAMS else value for name, value in auth["params"].items()}
    return {**document, "auth": {**auth, "params": params}}
