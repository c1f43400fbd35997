"""Flow Service as a service of the emulator."""

from __future__ import annotations

from emulator.blob.service import blobs
from emulator.catalog.service import catalog
from emulator.core.base import Base
from emulator.core.services import Kind, Service
from emulator.core.tenants import ANOTHER_CLIENT, Tenant
from emulator.data_prep.service import data_prep
from emulator.flow_service import urls
from emulator.flow_service.connector import Connector
from emulator.flow_service.control import FlowServiceControl
from emulator.flow_service.entities import Entities
from emulator.flow_service.models import FlowService
from emulator.flow_service.platform import Platform
from emulator.flow_service.responses import DENIALS, FlowServiceResponses
from emulator.flow_service.zone_files import ZoneFiles
from emulator.ims.service import admission
from emulator.landing_zone.service import landing_zones
from emulator.schema_registry.service import registry
from emulator.zoho_accounts.service import zoho_accounts
from emulator.zoho_crm.service import zoho_crm


def flow_service(base: Base) -> FlowService:
    """The one Flow Service."""
    return base.once(FlowService, lambda: _make(base))


def register(base: Base) -> Service:
    """Flow Service."""
    model = flow_service(base)
    return Service(
        mounts={"/adobe": urls.routes(FlowServiceResponses(model, admission(base, DENIALS), base.site))},
        control=FlowServiceControl(model, base.tenants).routes(),
        kinds={kind: _kind(model, entities) for kind, entities in model.kinds.items()},
        settle=model.settle,
        advance=model.run_due,
        change_behind=model.change_behind,
    )


def _make(base: Base) -> FlowService:
    platform = Platform(base.store, base.clock, registry(base), catalog(base), data_prep(base))
    connector = Connector(zoho_accounts(base), zoho_crm(base).records)
    return FlowService(platform, connector, ZoneFiles(landing_zones(base), blobs(base)))


def _kind(model: FlowService, entities: Entities) -> Kind:
    """Whatever is planted or changed here is taken as it is."""

    def remove(_: Tenant, identifier: str) -> None:
        entities.drop(identifier)
        if entities is model.flows:
            # As with a delete by the API: its runs go with it.
            model.runner.forget(identifier)

    return Kind(
        entities.of_organization,
        entities.add,
        lambda _, identifier, fields: entities.save({**entities.anywhere(identifier), **fields}, ANOTHER_CLIENT),
        remove,
    )
