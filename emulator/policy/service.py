"""Policy Service as a service of the emulator."""

from __future__ import annotations

from emulator.core.base import Base
from emulator.core.services import Kind, Service
from emulator.core.store import Document
from emulator.core.tenants import Tenant
from emulator.ims.service import admission
from emulator.policy import exceptions, urls
from emulator.policy.models import Labels
from emulator.policy.responses import PolicyResponses


def labels(base: Base) -> Labels:
    """All labels there are."""
    return base.once(Labels, lambda: Labels(base.store, base.clock))


def register(base: Base) -> Service:
    """Policy Service."""
    model = labels(base)

    def change(tenant: Tenant, name: str, fields: Document) -> Document:
        there = model.find(tenant, "custom", name)
        kept = {key: there[key] for key in ("name", "category", "friendlyName", "description") if key in there}
        return model.write(tenant, name, {**kept, **fields})[0]

    return Service(
        mounts={"/adobe": urls.routes(PolicyResponses(model, admission(base)))},
        kinds={
            "labels": Kind(
                model.of_organization,
                lambda tenant, item: model.write(tenant, str(item.get("name")), item)[0],
                change,
                _refuse,
            )
        },
    )


def _refuse(_tenant: Tenant, _identifier: str) -> None:
    raise exceptions.never_deleted()
