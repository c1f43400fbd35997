"""Real-Time Customer Profile as a service of the emulator."""

from __future__ import annotations

from emulator.catalog.service import catalog
from emulator.core.base import Base
from emulator.core.services import Service
from emulator.ims.service import admission
from emulator.profile import urls
from emulator.profile.models import Profiles
from emulator.profile.responses import ProfileResponses
from emulator.schema_registry.service import descriptors


def register(base: Base) -> Service:
    """Real-Time Customer Profile."""
    model = Profiles(catalog(base), descriptors(base))
    return Service(mounts={"/adobe": urls.routes(ProfileResponses(model, admission(base)))})
