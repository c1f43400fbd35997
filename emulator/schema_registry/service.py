"""Schema Registry as a service of the emulator."""

from __future__ import annotations

from typing import Any

from emulator.core.base import Base
from emulator.core.services import Kind, Service
from emulator.core.store import Document
from emulator.core.tenants import Tenant
from emulator.identity.service import namespaces
from emulator.ims.service import admission
from emulator.policy.service import labels
from emulator.schema_registry import urls
from emulator.schema_registry.descriptor_responses import DescriptorResponses
from emulator.schema_registry.descriptors import Descriptors
from emulator.schema_registry.models import RESOURCE_TYPES, SchemaRegistry
from emulator.schema_registry.responses import SchemaRegistryResponses


def registry(base: Base) -> SchemaRegistry:
    """The one registry."""
    return base.once(SchemaRegistry, lambda: SchemaRegistry(base.store, base.clock))


def descriptors(base: Base) -> Descriptors:
    """The descriptors of its fields."""
    return base.once(Descriptors, lambda: Descriptors(base.clock, registry(base), namespaces(base), labels(base)))


def register(base: Base) -> Service:
    """Schema Registry."""
    model, marks = registry(base), descriptors(base)
    routes = urls.routes(SchemaRegistryResponses(model, admission(base)))
    own = Kind(
        marks.of_organization,
        marks.create,
        lambda tenant, identifier, fields: marks.replace(
            tenant, identifier, {**marks.find(tenant, identifier), **fields}
        ),
        marks.drop,
    )
    return Service(
        mounts={"/adobe": [*urls.descriptor_routes(DescriptorResponses(marks, admission(base))), *routes]},
        kinds={**{kind: _kind(model, kind) for kind in RESOURCE_TYPES}, "descriptors": own},
    )


def _kind(model: SchemaRegistry, kind: str) -> Kind:
    def change(tenant: Tenant, identifier: str, fields: Document) -> Any:
        return model.replace(tenant, kind, identifier, {**model.find(tenant, kind, identifier), **fields})

    return Kind(
        lambda organization: model.of_organization(organization, kind),
        lambda tenant, item: model.create(tenant, kind, item),
        change,
        lambda tenant, identifier: model.drop(tenant, kind, identifier),
    )
