"""Identity Service as a service of the emulator."""

from __future__ import annotations

from emulator.core.base import Base
from emulator.core.services import Kind, Service
from emulator.core.tenants import Tenant
from emulator.identity import exceptions, urls
from emulator.identity.models import Namespaces
from emulator.identity.responses import IdentityResponses
from emulator.ims.service import admission


def namespaces(base: Base) -> Namespaces:
    """All namespaces there are."""
    return base.once(Namespaces, lambda: Namespaces(base.store, base.clock))


def register(base: Base) -> Service:
    """Identity Service."""
    model = namespaces(base)
    return Service(
        mounts={"/adobe": urls.routes(IdentityResponses(model, admission(base)))},
        kinds={"namespaces": Kind(model.of_organization, model.create, model.change, _refuse)},
    )


def _refuse(_tenant: Tenant, _identifier: str) -> None:
    raise exceptions.never_deleted()
