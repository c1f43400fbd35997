"""Control routes for what Flow Service does behind everybody's back: specs, pace, runs, connections."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.core.http import Answer, Request, Route, json_answer
from emulator.core.orders import ControlRefused, read_json, read_object
from emulator.core.store import Document
from emulator.core.tenants import Tenants
from emulator.flow_service import specs
from emulator.flow_service.models import FlowService

ORGANIZATION = "/organizations/{organization}"


@dataclass(frozen=True, slots=True)
class FlowServiceControl:
    """HTTP of the control routes of Flow Service."""

    service: FlowService
    tenants: Tenants

    def routes(self) -> list[Route]:
        return [
            Route("POST", ORGANIZATION + "/specs/{id}", self.retire_spec),
            Route("POST", ORGANIZATION + "/flowSpecs", self.withdraw_source),
            Route("PATCH", ORGANIZATION + "/flows", self.set_rules),
            Route("PATCH", ORGANIZATION + "/pace", self.set_pace),
            Route("POST", "/flows/{id}/run", self.run),
            Route("PATCH", "/connections/{id}", self.change_connection),
            Route("DELETE", "/connections/{id}", self.remove_connection),
        ]

    def retire_spec(self, request: Request) -> Answer:
        retired = bool(read_object(request).get("retired", True))
        self.service.retire_spec(self._organization(request), request.params["id"], retired=retired)
        return Answer(204)

    def withdraw_source(self, request: Request) -> Answer:
        body = read_object(request, ("withdrawn", "source"))
        source = body.get("source", specs.ZOHO_SPEC_ID)
        if source not in specs.CATALOGUE:
            raise ControlRefused(400, "source: the id of a connection spec")
        withdrawn = bool(body.get("withdrawn", True))
        self.service.withdraw_source(self._organization(request), source, withdrawn=withdrawn)
        return Answer(204)

    def set_rules(self, request: Request) -> Answer:
        only_one = bool(read_object(request, ("one_per_dataset",)).get("one_per_dataset"))
        self.service.allow_one_flow_per_dataset(self._organization(request), only_one=only_one)
        return Answer(204)

    def set_pace(self, request: Request) -> Answer:
        body = read_object(request, ("flow_seconds", "run_seconds"))
        organization = self._organization(request)
        self.service.set_pace(organization, _seconds(body, "flow_seconds"), _seconds(body, "run_seconds"))
        return Answer(204)

    def run(self, request: Request) -> Answer:
        """Do what the scheduler does when the flow is due."""
        flow = self.service.flows.anywhere(request.params["id"])
        if "scheduleParams" not in flow or self.service.runner.is_idle(flow["id"]):
            raise ControlRefused(409, "the flow is not enabled, or was to run once and has")
        return json_answer(self.service.runner.run_now(flow["id"]), 201)

    def change_connection(self, request: Request) -> Answer:
        return json_answer(self.service.change_behind(request.params["id"], read_json(request)))

    def remove_connection(self, request: Request) -> Answer:
        document = self.service.connections.anywhere(request.params["id"])
        self.service.connections.drop(document["id"])
        return Answer(204)

    def _organization(self, request: Request) -> str:
        organization = request.params["organization"]
        if self.tenants.organization(organization) is None:
            raise ControlRefused(404, "no such organization")
        return organization


def _seconds(body: Document, name: str) -> float | None:
    if name not in body:
        return None
    seconds = body[name]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        raise ControlRefused(400, f"{name}: seconds as a number")
    return float(seconds)
