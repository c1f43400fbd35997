"""Control routes for the tokens of an organization's clients."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.core.http import Answer, Request, Route, json_answer
from emulator.core.orders import ControlRefused, read_object
from emulator.core.tenants import Tenants
from emulator.ims.models import Ims

TOKENS = "/organizations/{organization}/tokens"


@dataclass(frozen=True, slots=True)
class ImsControl:
    """HTTP of the control routes of tokens."""

    ims: Ims
    tenants: Tenants

    def routes(self) -> list[Route]:
        return [
            Route("GET", TOKENS, self.show),
            Route("PATCH", TOKENS, self.set_lifetime),
            Route("DELETE", TOKENS, self.revoke),
        ]

    def show(self, request: Request) -> Answer:
        organization = request.params["organization"]
        if self.tenants.organization(organization) is None:
            raise ControlRefused(404, "no such organization")
        return json_answer(
            {
                client["client_id"]: {
                    "requests": client["token_requests"],
                    "live": self.ims.live_tokens(client["client_id"]),
                    "lifetime": client["token_lifetime"],
                }
                for client in self.tenants.clients_of(organization)
            }
        )

    def set_lifetime(self, request: Request) -> Answer:
        lifetime = read_object(request).get("lifetime")
        if not isinstance(lifetime, int):
            raise ControlRefused(400, "lifetime: seconds as an integer")
        self.ims.set_lifetime(request.params["organization"], lifetime)
        return Answer(204)

    def revoke(self, request: Request) -> Answer:
        return json_answer({"revoked": self.ims.revoke_all(request.params["organization"])})
