"""Requests of the Connectors API in, answers out."""

from __future__ import annotations

from emulator.core.http import Answer, Request, json_answer
from emulator.core.site import Site
from emulator.core.store import Document
from emulator.core.tenants import Tenant
from emulator.ims.platform import Admission
from emulator.landing_zone import exceptions
from emulator.landing_zone.models import LandingZones

ROOT = "/data/foundation/connectors/landingzone"
TYPE = "user_drop_zone"


class LandingZoneResponses:
    """HTTP of the emulated landing zone. All of it takes the permission to manage sources."""

    def __init__(self, zones: LandingZones, admission: Admission, site: Site) -> None:
        self._zones = zones
        self._admission = admission
        self._site = site

    def describe(self, request: Request) -> Answer:
        return json_answer(self._zones.describe(self._tenant(request)))

    def credentials(self, request: Request) -> Answer:
        return self._told(self._zones.credentials(self._tenant(request)))

    def act(self, request: Request) -> Answer:
        tenant = self._tenant(request)
        if dict(request.query).get("action") != "refresh":
            raise exceptions.action_unsupported()
        return self._told(self._zones.refresh(tenant))

    def _told(self, credentials: Document) -> Answer:
        """Where the storage is reached is known here only."""
        if "SASUri" in credentials:
            credentials = {**credentials, "SASUri": f"{self._site.blob}/{credentials['SASUri']}"}
        return json_answer(credentials)

    def _tenant(self, request: Request) -> Tenant:
        tenant = self._admission.manage(request)
        kind = dict(request.query).get("type")
        if kind != TYPE:
            raise exceptions.type_unsupported(kind)
        return tenant
