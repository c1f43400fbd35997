"""Sandbox Management as a service of the emulator."""

from __future__ import annotations

from emulator.core.base import Base
from emulator.core.http import Route
from emulator.core.services import Service
from emulator.ims.service import admission
from emulator.sandboxes.responses import ROOT, SandboxResponses


def register(base: Base) -> Service:
    """Sandbox Management."""
    responses = SandboxResponses(base.tenants, admission(base))
    return Service(mounts={"/adobe": [Route("GET", ROOT + "/", responses.list_all)]})
