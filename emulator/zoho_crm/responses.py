"""CRM requests in, CRM answers out."""

from __future__ import annotations

from emulator.core.http import Answer, Request, json_answer
from emulator.zoho_crm import exceptions
from emulator.zoho_crm.models import ZohoCrm

VERSIONS = frozenset({"v2", "v2.1", "v3", "v4", "v5", "v6", "v7", "v8"})


class ZohoCrmResponses:
    """HTTP of the emulated CRM."""

    def __init__(self, crm: ZohoCrm) -> None:
        self._crm = crm

    def modules(self, request: Request) -> Answer:
        self._authorize(request, "ZohoCRM.settings.modules.READ")
        return json_answer({"modules": self._crm.modules()})

    def unknown(self, _: Request) -> Answer:
        raise exceptions.invalid_url()

    def _authorize(self, request: Request, scope: str) -> None:
        if request.params["version"] not in VERSIONS:
            raise exceptions.invalid_url()
        self._crm.authorize(request.params["dc"], request.headers.get("Authorization", ""), scope)
