"""What every service behind the gateway shares: who calls, where, and what that client may do there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from emulator.core.http import Json, Refusal, Request, json_answer
from emulator.core.tenants import MANAGE, VIEW, Tenant, Tenants
from emulator.ims.gateway import BadRequest, GatewayRefused, authenticate
from emulator.ims.models import Ims


class Problem(Refusal):
    """An error in the shape that the guides of the platform's services show."""

    TITLES: ClassVar = {
        400: "BadRequestError",
        403: "ForbiddenError",
        404: "NotFoundError",
        405: "MethodNotAllowedError",
        406: "NotAcceptableError",
    }

    def __init__(self, status: int, detail: str) -> None:
        body = {"type": "/placeholder/type/uri", "status": status, "title": self.TITLES[status], "detail": detail}
        super().__init__(json_answer(body, status))


@dataclass(frozen=True, slots=True)
class Denials:
    """How a service words its refusals to let a client in."""

    organization_missing: Callable[[], Refusal]
    organization_refused: Callable[[], Refusal]
    sandbox_missing: Callable[[], Refusal]
    sandbox_unknown: Callable[[str], Refusal]
    manage_denied: Callable[[], Refusal]
    write_missing: Callable[[], Refusal]
    read_missing: Callable[[], Refusal]


PLATFORM_DENIALS = Denials(
    organization_missing=lambda: GatewayRefused(400, "400003", "Missing header: x-gw-ims-org-id"),
    organization_refused=lambda: GatewayRefused(403, "403025", "Profile is not valid"),
    sandbox_missing=lambda: Problem(400, "The header x-sandbox-name is missing in the request."),
    sandbox_unknown=lambda name: Problem(404, f"The sandbox with the name '{name}' could not be found."),
    manage_denied=lambda: Problem(403, "The permission to manage this resource is denied."),
    write_missing=lambda: Problem(403, "The permission to manage this resource is denied."),
    read_missing=lambda: Problem(403, "The permission to view this resource is denied."),
)


class Admission:
    """The door of one service."""

    def __init__(self, ims: Ims, tenants: Tenants, denials: Denials = PLATFORM_DENIALS) -> None:
        self._ims = ims
        self._tenants = tenants
        self._denials = denials

    def view(self, request: Request) -> Tenant:
        return self._admit(request, VIEW)

    def manage(self, request: Request) -> Tenant:
        return self._admit(request, MANAGE)

    def _admit(self, request: Request, permission: str) -> Tenant:
        """Check token, organization, sandbox and permission, in the order in which Adobe meets them."""
        caller = authenticate(self._ims, request)
        organization = request.headers.get("x-gw-ims-org-id", "")
        if not organization:
            raise self._denials.organization_missing()
        known = self._tenants.organization(organization)
        if organization != caller.organization or known is None:
            raise self._denials.organization_refused()
        sandbox = request.headers.get("x-sandbox-name", "")
        if not sandbox:
            raise self._denials.sandbox_missing()
        if sandbox not in known["sandboxes"]:
            raise self._denials.sandbox_unknown(sandbox)
        if permission == MANAGE and not caller.has(MANAGE):
            raise self._denials.manage_denied() if caller.has(VIEW) else self._denials.write_missing()
        if not caller.has(VIEW) and not caller.has(MANAGE):
            raise self._denials.read_missing()
        return Tenant(organization, sandbox, known["sandboxes"][sandbox], caller.client_id)


def read_body(request: Request, missing: Callable[[], Refusal]) -> Json:
    """Read a JSON body that must be there."""
    if not request.body:
        raise missing()
    try:
        return json.loads(request.body)
    except ValueError as error:
        raise BadRequest("The request body is not valid JSON.") from error
