"""What resources are built on, put into the emulator at once: a cell is about one resource alone."""

from __future__ import annotations

from typing import Any

from emulator.schema_registry.models import tenant_id
from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment
from tests.support.wire.ingestion import COLUMNS, FIELDS, MAPPINGS, Ingestion, Made
from tests.support.wire.plugin import Plugin
from zoho_adobe.api.catalog import SCHEMA_FORM
from zoho_adobe.api.dataflows import DATA_LAKE_SPEC_ID, TARGET_SCHEMA_VERSION
from zoho_adobe.columns import wire_column, xdm_field
from zoho_adobe.resources.schema_props import PROFILE_CLASS

_ZOHO = {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}


def plant_own(tenant: Tenant, name: str) -> str:
    """Plant a base connection of the tenant's own client, and return its id."""
    return tenant.plant_connection(name, createdClient=tenant.client_id, updatedClient=tenant.client_id)


def plant_schema(tenant: Tenant, title: str) -> str:
    """Plant a schema with a field group of its own, and give its id."""
    fields = {name: {"title": name, **xdm_field(word)} for name, word in FIELDS.items()}
    namespace = {f"_{tenant_id(tenant.organization)}": {"type": "object", "properties": fields}}
    group = {
        "title": f"{title} fields",
        "type": "object",
        "meta:intendedToExtend": [PROFILE_CLASS],
        "definitions": {"own": {"type": "object", "properties": namespace}},
        "allOf": [{"$ref": "#/definitions/own"}],
    }
    parts = [PROFILE_CLASS, tenant.plant("fieldGroups", group)["$id"]]
    schema = {"title": title, "type": "object", "allOf": [{"$ref": part} for part in parts]}
    return str(tenant.plant("schemas", schema)["$id"])


def plant_dataset(tenant: Tenant, name: str, schema_id: str) -> str:
    """Plant a dataset, and give its id."""
    item = {"name": name, "schemaRef": {"id": schema_id, "contentType": SCHEMA_FORM}}
    return str(tenant.plant("datasets", item)["id"])


def plant_mapping_set(tenant: Tenant, schema_id: str) -> str:
    """Plant a mapping set, and give its id."""
    own = f"_{tenant_id(tenant.organization)}"
    pairs = [
        {"destinationXdmPath": path.replace("_tenant", own), "sourceAttribute": MAPPINGS[path]} for path in MAPPINGS
    ]
    return str(tenant.plant("mappingSets", {"xdmSchema": schema_id, "xdmVersion": "1.0", "mappings": pairs})["id"])


def plant_source(tenant: Tenant, name: str, base_id: str) -> str:
    """Plant a source connection, and give its id."""
    columns = [wire_column(column, word) for column, word in COLUMNS.items()]
    item: dict[str, Any] = {
        "name": name,
        "state": "enabled",
        "baseConnectionId": base_id,
        "connectionSpec": _ZOHO,
        "data": {"format": "tabular"},
        "params": {"tableName": "Leads", "columns": columns},
        "inheritedAttributes": {"baseConnection": {"id": base_id, "connectionSpec": _ZOHO}},
    }
    return str(tenant.plant("sourceConnections", item)["id"])


def plant_target(tenant: Tenant, name: str, dataset_id: str, schema_id: str) -> str:
    """Plant a target connection, and give its id."""
    item: dict[str, Any] = {
        "name": name,
        "state": "enabled",
        "connectionSpec": {"id": DATA_LAKE_SPEC_ID, "version": "1.0"},
        "data": {"schema": {"id": schema_id, "version": TARGET_SCHEMA_VERSION}},
        "params": {"dataSetId": dataset_id},
        "inheritedAttributes": {},
    }
    return str(tenant.plant("targetConnections", item)["id"])


def stack_with(kind: str, plugin: Plugin, tenant: Tenant) -> Deployment:
    """Return a stack with one resource of an ingestion, on planted ones."""
    base = plant_own(tenant, "Zoho CRM")
    ingestion, ids = Ingestion.on(plugin, tenant, base), {}
    if kind in ("dataset", "mapping", "target", "dataflow"):
        ids["schema"] = plant_schema(tenant, "Planted")
    if kind in ("target", "dataflow"):
        ids["dataset"] = plant_dataset(tenant, "Planted", ids["schema"])
    if kind == "dataflow":
        ids["mapping"] = plant_mapping_set(tenant, ids["schema"])
        ids["source"] = plant_source(tenant, "Planted", base)
        ids["target"] = plant_target(tenant, "Planted", ids["dataset"], ids["schema"])
    ingestion.made = {part: Made(id_, {}, {}) for part, id_ in ids.items()}
    return ingestion.deployment(kind)
