"""Control routes, which no real service has: tenants for a test, faults, a look behind the scenes."""

from __future__ import annotations

import os

from emulator.core.faults import BadFault
from emulator.core.http import Answer, Request, Route, json_answer
from emulator.core.orders import ControlRefused, read_object
from emulator.core.tenants import MANAGE, SANDBOXES, VIEW
from emulator.platform_control import PlatformControl
from emulator.world import World


class Control:
    """HTTP of the control routes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/info", self.info),
            Route("GET", "/canaries", self.canaries),
            Route("POST", "/organizations", self.create_organization),
            Route("POST", "/clients", self.create_client),
            Route("GET", "/faults", self.faults),
            Route("POST", "/faults", self.order_fault),
            Route("DELETE", "/faults", self.cancel_faults),
            Route("DELETE", "/faults/{id}", self.cancel_fault),
            Route("GET", "/requests", self.requests),
            Route("DELETE", "/requests", self.clear_requests),
            Route("GET", "/stats", self.stats),
            Route("DELETE", "/stats", self.reset_stats),
            Route("GET", "/clock", self.clock),
            Route("POST", "/clock", self.advance_clock),
            *PlatformControl(self._world).routes(),
            *(route for service in self._world.services for route in service.control),
        ]

    def info(self, _: Request) -> Answer:
        return json_answer({"pid": os.getpid(), "info": self._world.info()})

    def canaries(self, _: Request) -> Answer:
        return json_answer({"canaries": sorted(self._world.store.issued)})

    # Tenants

    def create_organization(self, request: Request) -> Answer:
        sandboxes = read_object(request).get("sandboxes", SANDBOXES)
        with self._world.store.transaction():
            organization = self._world.tenants.create_organization(sandboxes)
            client = self._world.tenants.create_client(organization["id"])
        return json_answer(self._world.tenants.describe(client), 201)

    def create_client(self, request: Request) -> Answer:
        body = read_object(request)
        organization = self._world.tenants.organization(str(body.get("organization")))
        if organization is None:
            raise ControlRefused(404, "no such organization")
        client = self._world.tenants.create_client(organization["id"], body.get("permissions", [VIEW, MANAGE]))
        return json_answer(self._world.tenants.describe(client), 201)

    # Faults, log, figures, clock

    def faults(self, _: Request) -> Answer:
        return json_answer({"faults": self._world.faults.show()})

    def order_fault(self, request: Request) -> Answer:
        try:
            return json_answer(self._world.faults.order(read_object(request)), 201)
        except BadFault as error:
            raise ControlRefused(400, str(error)) from error

    def cancel_faults(self, request: Request) -> Answer:
        self._world.faults.cancel(organization=dict(request.query).get("organization"))
        return Answer(204)

    def cancel_fault(self, request: Request) -> Answer:
        self._world.faults.cancel(request.params["id"])
        return Answer(204)

    def requests(self, request: Request) -> Answer:
        query = dict(request.query)
        shown = self._world.recorder.show(query.get("organization"), query.get("client"))
        return json_answer({"requests": list(shown)})

    def clear_requests(self, request: Request) -> Answer:
        query = dict(request.query)
        self._world.recorder.clear(query.get("organization"), query.get("client"))
        return Answer(204)

    def stats(self, _: Request) -> Answer:
        recorder = self._world.recorder
        return json_answer(
            {
                "requests": recorder.total,
                "in_flight": recorder.in_flight,
                "max_in_flight": recorder.max_in_flight,
            }
        )

    def reset_stats(self, _: Request) -> Answer:
        self._world.recorder.reset_stats()
        return Answer(204)

    def clock(self, _: Request) -> Answer:
        return json_answer({"now": self._world.clock.now(), "offset": self._world.clock.offset})

    def advance_clock(self, request: Request) -> Answer:
        seconds = read_object(request).get("advance")
        if not isinstance(seconds, int | float):
            raise ControlRefused(400, "advance: seconds as a number")
        self._world.advance(seconds)
        return self.clock(request)
