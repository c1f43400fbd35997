"""IMS as a service of the emulator, and the door that it keeps for the platform's others."""

from __future__ import annotations

from emulator.core.base import Base
from emulator.core.services import Service
from emulator.ims import urls
from emulator.ims.control import ImsControl
from emulator.ims.models import Ims
from emulator.ims.platform import PLATFORM_DENIALS, Admission, Denials
from emulator.ims.responses import ImsResponses


def ims(base: Base) -> Ims:
    """The one IMS."""
    return base.once(Ims, lambda: Ims(base.store, base.clock, base.tenants))


def admission(base: Base, denials: Denials = PLATFORM_DENIALS) -> Admission:
    """The door of a service of the platform."""
    return Admission(ims(base), base.tenants, denials)


def register(base: Base) -> Service:
    """IMS."""
    model = ims(base)
    return Service(
        mounts={"/ims": urls.routes(ImsResponses(model))},
        control=ImsControl(model, base.tenants).routes(),
        secrets=model.secret_values,
    )
