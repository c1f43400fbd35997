"""Control routes, which no real service has: tenants for a test, faults, a look behind the scenes."""

from __future__ import annotations

import json
import os

from emulator.core.faults import BadFault
from emulator.core.http import Answer, Json, Refusal, Request, Route, json_answer
from emulator.core.store import Document
from emulator.core.tenants import MANAGE, SANDBOXES, VIEW
from emulator.flow_service.entities import ANOTHER_CLIENT, Tenant
from emulator.world import World
from emulator.zoho_accounts.data_centers import ACCOUNTS_HOSTS
from emulator.zoho_accounts.models import SCOPES as ZOHO_SCOPES


class ControlRefused(Refusal):
    """A control request that cannot be followed."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(json_answer({"error": error}, status))


class Control:
    """HTTP of the control routes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/info", self.info),
            Route("POST", "/organizations", self.create_organization),
            Route("GET", "/organizations/{organization}/objects", self.objects),
            Route("POST", "/organizations/{organization}/objects", self.plant),
            Route("POST", "/organizations/{organization}/specs/{id}", self.retire_spec),
            Route("GET", "/organizations/{organization}/tokens", self.tokens),
            Route("PATCH", "/organizations/{organization}/tokens", self.set_token_lifetime),
            Route("DELETE", "/organizations/{organization}/tokens", self.revoke_tokens),
            Route("POST", "/clients", self.create_client),
            Route("PATCH", "/connections/{id}", self.change_connection),
            Route("DELETE", "/connections/{id}", self.remove_connection),
            Route("POST", "/zoho/credentials", self.create_zoho_credentials),
            Route("POST", "/zoho/rotate", self.rotate_zoho_secret),
            Route("POST", "/zoho/revoke", self.revoke_zoho_token),
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
        ]

    def info(self, _: Request) -> Answer:
        return json_answer({"pid": os.getpid(), "info": self._world.info()})

    # Tenants

    def create_organization(self, request: Request) -> Answer:
        sandboxes = _body(request).get("sandboxes", SANDBOXES)
        with self._world.store.transaction():
            organization = self._world.tenants.create_organization(sandboxes)
            client = self._world.tenants.create_client(organization["id"])
        return json_answer(self._world.tenants.describe(client), 201)

    def create_client(self, request: Request) -> Answer:
        body = _body(request)
        organization = self._organization(str(body.get("organization")))
        client = self._world.tenants.create_client(organization["id"], body.get("permissions", [VIEW, MANAGE]))
        return json_answer(self._world.tenants.describe(client), 201)

    def tokens(self, request: Request) -> Answer:
        clients = self._clients(request)
        return json_answer(
            {
                client["client_id"]: {
                    "requests": client["token_requests"],
                    "live": self._world.ims.live_tokens(client["client_id"]),
                    "lifetime": client["token_lifetime"],
                }
                for client in clients
            }
        )

    def set_token_lifetime(self, request: Request) -> Answer:
        lifetime = _body(request).get("lifetime")
        if not isinstance(lifetime, int):
            raise ControlRefused(400, "lifetime: seconds as an integer")
        self._world.ims.set_lifetime(request.params["organization"], lifetime)
        return Answer(204)

    def revoke_tokens(self, request: Request) -> Answer:
        return json_answer({"revoked": self._world.ims.revoke_all(request.params["organization"])})

    # Objects of Flow Service

    def objects(self, request: Request) -> Answer:
        organization = self._organization(request.params["organization"])["id"]
        kinds = self._world.flow_service.kinds.items()
        return json_answer({kind: entities.of_organization(organization) for kind, entities in kinds})

    def plant(self, request: Request) -> Answer:
        body = _body(request)
        organization = self._organization(request.params["organization"])
        entities = self._world.flow_service.kinds.get(str(body.get("kind")))
        sandbox = str(body.get("sandbox", "prod"))
        if entities is None or sandbox not in organization["sandboxes"]:
            raise ControlRefused(400, f"kind: one of {', '.join(self._world.flow_service.kinds)}; sandbox: a known one")
        tenant = Tenant(organization["id"], sandbox, organization["sandboxes"][sandbox], ANOTHER_CLIENT)
        return json_answer(entities.add(tenant, body.get("item", {})), 201)

    def retire_spec(self, request: Request) -> Answer:
        organization = self._organization(request.params["organization"])
        retired = bool(_body(request).get("retired", True))
        self._world.flow_service.retire_spec(organization["id"], request.params["id"], retired=retired)
        return Answer(204)

    def change_connection(self, request: Request) -> Answer:
        instructions = _json(request)
        return json_answer(self._world.flow_service.change_behind(request.params["id"], instructions))

    def remove_connection(self, request: Request) -> Answer:
        document = self._world.flow_service.connections.anywhere(request.params["id"])
        self._world.flow_service.connections.drop(document["id"])
        return Answer(204)

    # Zoho

    def create_zoho_credentials(self, request: Request) -> Answer:
        body = _body(request)
        dc = _dc(body)
        accounts = self._world.zoho_accounts
        with self._world.store.transaction():
            client = accounts.create_client(dc)
            grant = accounts.create_refresh_token(dc, client["client_id"], body.get("scopes", ZOHO_SCOPES))
        return json_answer(self._world.zoho_credentials(dc, client["client_id"], grant["refresh_token"]), 201)

    def rotate_zoho_secret(self, request: Request) -> Answer:
        body = _body(request)
        client = self._world.zoho_accounts.rotate_secret(_dc(body), str(body.get("client_id")))
        if client is None:
            raise ControlRefused(404, "no such client in this data center")
        return json_answer({"client_secret": client["client_secret"]})

    def revoke_zoho_token(self, request: Request) -> Answer:
        if not self._world.zoho_accounts.revoke_refresh_token(str(_body(request).get("refresh_token"))):
            raise ControlRefused(404, "no such refresh token")
        return Answer(204)

    # Faults, log, figures, clock

    def faults(self, _: Request) -> Answer:
        return json_answer({"faults": self._world.faults.show()})

    def order_fault(self, request: Request) -> Answer:
        try:
            return json_answer(self._world.faults.order(_body(request)), 201)
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
        seconds = _body(request).get("advance")
        if not isinstance(seconds, int | float):
            raise ControlRefused(400, "advance: seconds as a number")
        self._world.clock.advance(seconds)
        return self.clock(request)

    def _organization(self, identifier: str) -> Document:
        organization = self._world.tenants.organization(identifier)
        if organization is None:
            raise ControlRefused(404, "no such organization")
        return organization

    def _clients(self, request: Request) -> list[Document]:
        return self._world.tenants.clients_of(self._organization(request.params["organization"])["id"])


def _json(request: Request) -> Json:
    try:
        return json.loads(request.body or b"{}")
    except ValueError as error:
        raise ControlRefused(400, "the body is no JSON") from error


def _body(request: Request) -> Document:
    body = _json(request)
    if not isinstance(body, dict):
        raise ControlRefused(400, "the body is no JSON object")
    return body


def _dc(body: Document) -> str:
    dc = str(body.get("dc", "us"))
    if dc not in ACCOUNTS_HOSTS:
        raise ControlRefused(400, f"dc: one of {', '.join(ACCOUNTS_HOSTS)}")
    return dc
