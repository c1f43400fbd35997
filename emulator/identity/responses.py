"""Identity Service requests in, answers out."""

from __future__ import annotations

from emulator.core.http import Answer, Request, json_answer
from emulator.identity import exceptions
from emulator.identity.models import Namespaces
from emulator.ims.platform import Admission, Problem, read_body

ROOT = "/data/core/idnamespace/identities"


class IdentityResponses:
    """HTTP of the emulated Identity Service."""

    def __init__(self, namespaces: Namespaces, admission: Admission) -> None:
        self._namespaces = namespaces
        self._admission = admission

    def list_all(self, request: Request) -> Answer:
        return json_answer(self._namespaces.all(self._admission.view(request)))

    def look_up(self, request: Request) -> Answer:
        return json_answer(self._namespaces.find(self._admission.view(request), request.params["id"]))

    def create(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        return json_answer(self._namespaces.create(tenant, read_body(request, _body_missing)), 201)

    def change(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        return json_answer(self._namespaces.change(tenant, request.params["id"], read_body(request, _body_missing)))

    def delete(self, request: Request) -> Answer:
        self._admission.manage(request)
        raise exceptions.never_deleted()


def _body_missing() -> Problem:
    return exceptions.invalid("The request body is missing")
