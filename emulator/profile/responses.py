"""Requests for profiles in, answers out."""

from __future__ import annotations

from emulator.core.http import Answer, Request, json_answer
from emulator.ims.platform import Admission
from emulator.profile import exceptions
from emulator.profile.models import Profiles

ROOT = "/data/core/ups/access/entities"
SCHEMA = "_xdm.context.profile"


class ProfileResponses:
    """HTTP of the emulated profile access."""

    def __init__(self, profiles: Profiles, admission: Admission) -> None:
        self._profiles = profiles
        self._admission = admission

    def look_up(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        query = dict(request.query)
        if query.get("schema.name") != SCHEMA:
            raise exceptions.invalid(f"schema.name: {SCHEMA}")
        if not query.get("entityId") or not query.get("entityIdNS"):
            raise exceptions.invalid("entityId and entityIdNS are required")
        identifier, profile = self._profiles.look_up(tenant, query["entityIdNS"], query["entityId"])
        return json_answer({identifier: profile})
