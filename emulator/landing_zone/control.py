"""Control routes for a landing zone: how it is, and which files are in it."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.blob.models import Blobs, is_folder, size
from emulator.core.http import Answer, Request, Route, json_answer
from emulator.core.orders import ControlRefused, read_object
from emulator.core.tenants import ANOTHER_CLIENT, Tenant, Tenants
from emulator.landing_zone.models import AWS, AZURE, REFUSALS, SETTINGS, LandingZones

ZONE = "/organizations/{organization}/sandboxes/{sandbox}/landing-zone"


@dataclass(frozen=True, slots=True)
class LandingZoneControl:
    """HTTP of the control routes of landing zones."""

    zones: LandingZones
    blobs: Blobs
    tenants: Tenants

    def routes(self) -> list[Route]:
        return [
            Route("GET", ZONE, self.show),
            Route("PATCH", ZONE, self.change),
            Route("GET", ZONE + "/files", self.files),
        ]

    def show(self, request: Request) -> Answer:
        return json_answer(self.zones.zone(self._tenant(request)))

    def change(self, request: Request) -> Answer:
        tenant, settings = self._tenant(request), read_object(request, tuple(SETTINGS))
        for name, value in settings.items():
            kind = int | float if name.endswith("_days") else type(SETTINGS[name])
            if not isinstance(value, kind):
                raise ControlRefused(400, f"{name}: another type of value is expected")
        if settings.get("provider", AZURE) not in (AZURE, AWS):
            raise ControlRefused(400, f"provider: {AZURE} or {AWS}")
        if not set(settings.get("refuses", [])) <= set(REFUSALS):
            raise ControlRefused(400, f"refuses: codes among {', '.join(REFUSALS)}")
        return json_answer(self.zones.change(tenant, settings))

    def files(self, request: Request) -> Answer:
        """List the files, the oldest name first, as nobody needs a signature for."""
        container = self.zones.zone(self._tenant(request))["container"]
        return json_answer(
            {
                "files": [
                    {name: blob[name] for name in ("name", "etag", "modified", "metadata")} | {"size": size(blob)}
                    for blob in self.blobs.all(container)
                    if not is_folder(blob)
                ]
            }
        )

    def _tenant(self, request: Request) -> Tenant:
        organization = self.tenants.organization(request.params["organization"])
        sandbox = request.params["sandbox"]
        if organization is None or sandbox not in organization["sandboxes"]:
            raise ControlRefused(404, "no such organization or sandbox")
        return Tenant(organization["id"], sandbox, organization["sandboxes"][sandbox], ANOTHER_CLIENT)
