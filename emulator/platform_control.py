"""Control routes for what is in Adobe's services: seen, planted, changed and removed behind everybody's back."""

from __future__ import annotations

from emulator.core.http import Answer, Request, Route, json_answer
from emulator.core.orders import ControlRefused, read_object
from emulator.core.services import Kind
from emulator.core.store import Document
from emulator.core.tenants import ANOTHER_CLIENT, Tenant
from emulator.world import World

ORGANIZATION = "/organizations/{organization}"


class PlatformControl:
    """HTTP of the control routes of Adobe's services."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kinds = {name: kind for service in world.services for name, kind in service.kinds.items()}

    def routes(self) -> list[Route]:
        one = ORGANIZATION + "/objects/{kind}/{id}"
        return [
            Route("GET", ORGANIZATION + "/objects", self.objects),
            Route("POST", ORGANIZATION + "/objects", self.plant),
            Route("PATCH", one, self.change),
            Route("DELETE", one, self.remove),
        ]

    def objects(self, request: Request) -> Answer:
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


def _another(organization: Document, sandbox: str) -> Tenant:
    return Tenant(organization["id"], sandbox, organization["sandboxes"][sandbox], ANOTHER_CLIENT)
