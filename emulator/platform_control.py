"""Control routes for what is in Adobe's services: seen, planted, changed and removed behind everybody's back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.core.http import Answer, Request, Route, json_answer
from emulator.core.orders import ControlRefused, read_json, read_object
from emulator.core.store import Document
from emulator.flow_service.entities import Entities
from emulator.ims.platform import ANOTHER_CLIENT, Tenant
from emulator.schema_registry.models import FIELD_GROUPS, SCHEMAS
from emulator.world import World

ORGANIZATION = "/organizations/{organization}"


@dataclass(frozen=True, slots=True)
class Kind:
    """How another client handles the objects of one kind."""

    of_organization: Callable[[str], list[Document]]
    plant: Callable[[Tenant, Document], Document]
    change: Callable[[Tenant, str, Document], object]
    remove: Callable[[Tenant, str], object]


class PlatformControl:
    """HTTP of the control routes of Adobe's services."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kinds = {
            **{kind: _raw(entities) for kind, entities in world.flow_service.kinds.items()},
            SCHEMAS: _registry_kind(world, SCHEMAS),
            FIELD_GROUPS: _registry_kind(world, FIELD_GROUPS),
            "datasets": Kind(
                world.catalog.of_organization,
                lambda tenant, item: {"id": world.catalog.create(tenant, item)},
                world.catalog.change,
                world.catalog.delete,
            ),
            "mappingSets": Kind(
                world.data_prep.of_organization, world.data_prep.create, world.data_prep.replace, world.data_prep.drop
            ),
        }

    def routes(self) -> list[Route]:
        one = ORGANIZATION + "/objects/{kind}/{id}"
        return [
            Route("GET", ORGANIZATION + "/objects", self.objects),
            Route("POST", ORGANIZATION + "/objects", self.plant),
            Route("PATCH", one, self.change),
            Route("DELETE", one, self.remove),
            Route("POST", ORGANIZATION + "/specs/{id}", self.retire_spec),
            Route("POST", ORGANIZATION + "/flowSpecs", self.withdraw_source),
            Route("PATCH", ORGANIZATION + "/pace", self.set_pace),
            Route("GET", "/datasets/{id}/rows", self.rows),
            Route("POST", "/flows/{id}/run", self.run),
            Route("PATCH", "/connections/{id}", self.change_connection),
            Route("DELETE", "/connections/{id}", self.remove_connection),
        ]

    def objects(self, request: Request) -> Answer:
        self._world.flow_service.settle()
        organization = self._organization(request)["id"]
        return json_answer({name: kind.of_organization(organization) for name, kind in self._kinds.items()})

    def plant(self, request: Request) -> Answer:
        body = read_object(request, ("kind", "sandbox", "item"))
        organization = self._organization(request)
        kind = self._kinds.get(str(body.get("kind")))
        sandbox = str(body.get("sandbox", "prod"))
        if kind is None or sandbox not in organization["sandboxes"]:
            raise ControlRefused(400, f"kind: one of {', '.join(self._kinds)}; sandbox: a known one")
        return json_answer(kind.plant(_another(organization, sandbox), body.get("item", {})), 201)

    def change(self, request: Request) -> Answer:
        kind, tenant = self._place(request)
        kind.change(tenant, request.params["id"], read_object(request))
        return Answer(204)

    def remove(self, request: Request) -> Answer:
        kind, tenant = self._place(request)
        kind.remove(tenant, request.params["id"])
        if request.params["kind"] == "flows":
            # As with a delete by the API: its runs go with it.
            self._world.flow_service.runner.forget(request.params["id"])
        return Answer(204)

    def retire_spec(self, request: Request) -> Answer:
        organization = self._organization(request)
        retired = bool(read_object(request).get("retired", True))
        self._world.flow_service.retire_spec(organization["id"], request.params["id"], retired=retired)
        return Answer(204)

    def withdraw_source(self, request: Request) -> Answer:
        organization = self._organization(request)
        withdrawn = bool(read_object(request, ("withdrawn",)).get("withdrawn", True))
        self._world.flow_service.withdraw_source(organization["id"], withdrawn=withdrawn)
        return Answer(204)

    def set_pace(self, request: Request) -> Answer:
        organization = self._organization(request)
        body = read_object(request, ("flow_seconds", "run_seconds"))
        self._world.flow_service.set_pace(
            organization["id"], _seconds(body, "flow_seconds"), _seconds(body, "run_seconds")
        )
        return Answer(204)

    def rows(self, request: Request) -> Answer:
        self._world.flow_service.settle()
        return json_answer({"rows": self._world.catalog.rows(request.params["id"])})

    def run(self, request: Request) -> Answer:
        """Do what the scheduler does when the flow is due."""
        service = self._world.flow_service
        service.settle()
        flow = service.flows.anywhere(request.params["id"])
        if "scheduleParams" not in flow or service.runner.is_idle(flow["id"]):
            raise ControlRefused(409, "the flow is not enabled, or was to run once and has")
        return json_answer(service.runner.run_now(flow["id"]), 201)

    def change_connection(self, request: Request) -> Answer:
        return json_answer(self._world.flow_service.change_behind(request.params["id"], read_json(request)))

    def remove_connection(self, request: Request) -> Answer:
        document = self._world.flow_service.connections.anywhere(request.params["id"])
        self._world.flow_service.connections.drop(document["id"])
        return Answer(204)

    def _place(self, request: Request) -> tuple[Kind, Tenant]:
        organization = self._organization(request)
        kind, identifier = self._kinds.get(request.params["kind"]), request.params["id"]
        if kind is None:
            raise ControlRefused(400, f"kind: one of {', '.join(self._kinds)}")
        for item in kind.of_organization(organization["id"]):
            if identifier in (item.get("id"), item.get("$id"), item.get("meta:altId")):
                return kind, _another(organization, item["sandboxName"])
        raise ControlRefused(404, "no such object")

    def _organization(self, request: Request) -> Document:
        organization = self._world.tenants.organization(request.params["organization"])
        if organization is None:
            raise ControlRefused(404, "no such organization")
        return organization


def _raw(entities: Entities) -> Kind:
    """Whatever is planted or changed here is taken as it is."""
    return Kind(
        entities.of_organization,
        entities.add,
        lambda _, identifier, fields: entities.save({**entities.anywhere(identifier), **fields}, ANOTHER_CLIENT),
        lambda _, identifier: entities.drop(identifier),
    )


def _registry_kind(world: World, kind: str) -> Kind:
    registry = world.registry

    def change(tenant: Tenant, identifier: str, fields: Document) -> Any:
        return registry.replace(tenant, kind, identifier, {**registry.find(tenant, kind, identifier), **fields})

    return Kind(
        lambda organization: registry.of_organization(organization, kind),
        lambda tenant, item: registry.create(tenant, kind, item),
        change,
        lambda tenant, identifier: registry.drop(tenant, kind, identifier),
    )


def _another(organization: Document, sandbox: str) -> Tenant:
    return Tenant(organization["id"], sandbox, organization["sandboxes"][sandbox], ANOTHER_CLIENT)


def _seconds(body: Document, name: str) -> float | None:
    if name not in body:
        return None
    seconds = body[name]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        raise ControlRefused(400, f"{name}: seconds as a number")
    return float(seconds)
