"""The landing zone as a service of the emulator."""

from __future__ import annotations

from emulator.blob.service import blobs
from emulator.core.base import Base
from emulator.core.services import Service
from emulator.flow_service.responses import DENIALS
from emulator.ims.service import admission
from emulator.landing_zone import urls
from emulator.landing_zone.control import LandingZoneControl
from emulator.landing_zone.models import LandingZones
from emulator.landing_zone.responses import LandingZoneResponses


def landing_zones(base: Base) -> LandingZones:
    """The zones of all sandboxes."""
    return base.once(LandingZones, lambda: LandingZones(base.store, base.clock, blobs(base)))


def register(base: Base) -> Service:
    """The landing zone."""
    zones = landing_zones(base)
    return Service(
        mounts={"/adobe": urls.routes(LandingZoneResponses(zones, admission(base, DENIALS), base.site))},
        control=LandingZoneControl(zones, blobs(base), base.tenants).routes(),
    )
