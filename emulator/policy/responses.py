"""Policy Service requests in, answers out."""

from __future__ import annotations

from emulator.core.http import Answer, Request, json_answer
from emulator.ims.platform import Admission, Problem, read_body
from emulator.policy import exceptions
from emulator.policy.models import Labels

ROOT = "/data/foundation/dulepolicy/labels"


class PolicyResponses:
    """HTTP of the emulated labels."""

    def __init__(self, labels: Labels, admission: Admission) -> None:
        self._labels = labels
        self._admission = admission

    def list_all(self, request: Request) -> Answer:
        found = self._labels.all(self._admission.view(request), request.params["kind"])
        # A link would be the next page's: `aepp` follows each until there is none.
        return json_answer({"_page": {"count": len(found)}, "_links": {"page": {}}, "children": found})

    def look_up(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        return json_answer(self._labels.find(tenant, request.params["kind"], request.params["name"]))

    def write(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        label, new = self._labels.write(tenant, request.params["name"], read_body(request, _body_missing))
        return json_answer(label, 201 if new else 200)

    def refuse(self, request: Request) -> Answer:
        self._admission.manage(request)
        raise exceptions.never_deleted()


def _body_missing() -> Problem:
    return exceptions.invalid("The request body is missing")
