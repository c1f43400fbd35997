"""Source and target connections: the two ends of a flow."""

from __future__ import annotations

import re
from typing import Any

from emulator.catalog.models import Catalog
from emulator.core.http import Json
from emulator.core.store import Document
from emulator.core.tenants import Tenant
from emulator.flow_service import exceptions, file_sources, patching, specs
from emulator.flow_service.connector import Connector
from emulator.flow_service.entities import Entities, Objects

TABULAR = "tabular"
SCHEMA_VERSION = re.compile(r"application/vnd\.adobe\.xed-full(-notext)?\+json;\s*version=1(\.\d+)?")
XDM_TYPES = frozenset({"string", "integer", "number", "boolean", "object", "array"})
PATCHABLE = ("/params", "/data")


class Ends:
    """The rules of both kinds."""

    def __init__(self, objects: Objects, connector: Connector, catalog: Catalog) -> None:
        self._bases = objects.connections
        self._sources = objects.source_connections
        self._targets = objects.target_connections
        self._connector = connector
        self._catalog = catalog

    def create_source(self, tenant: Tenant, body: Json) -> Document:
        written = self._checked_source(tenant, body)
        inherited: Document = {}
        if "baseConnectionId" in written:
            base = self._bases.find(tenant, written["baseConnectionId"])
            inherited = {"baseConnection": {"id": base["id"], "connectionSpec": base["connectionSpec"]}}
        return self._sources.add(
            tenant,
            {**written, "state": "enabled", "providerRefId": specs.PROVIDER_ID, "inheritedAttributes": inherited},
        )

    def create_target(self, tenant: Tenant, body: Json) -> Document:
        written = self._checked_target(tenant, body)
        return self._targets.add(
            tenant, {**written, "state": "enabled", "providerRefId": specs.PROVIDER_ID, "inheritedAttributes": {}}
        )

    def patch(
        self, tenant: Tenant, entities: Entities, identifier: str, if_match: str | None, instructions: Json
    ) -> Document:
        """Change an end. Flows that have it do not take the change over: each keeps what it was made with."""
        document = entities.find(tenant, identifier)
        patching.check_version(document, if_match)
        patched = document
        for instruction in patching.read(instructions):
            if instruction.path in PATCHABLE and instruction.operation != "remove":
                patched = {**patched, instruction.path[1:]: instruction.value}
            else:
                patched = patching.text(patched, instruction)
        check = self._checked_source if entities is self._sources else self._checked_target
        check(tenant, patched)
        return entities.save(patched, tenant.client_id)

    def _checked_source(self, tenant: Tenant, body: Json) -> Document:
        if not isinstance(body, dict):
            raise exceptions.body_missing()
        named = _named(body, name_required=True)
        spec = _spec(body.get("connectionSpec"))
        if spec["id"] == specs.LANDING_ZONE_SPEC_ID:
            return {**named, **file_sources.check(body), "connectionSpec": spec}
        if not isinstance(body.get("baseConnectionId"), str) or not body["baseConnectionId"]:
            raise exceptions.field_missing("baseConnectionId")
        if not self._bases.has(tenant, body["baseConnectionId"]):
            raise exceptions.resource_missing()
        base = self._bases.find(tenant, body["baseConnectionId"])
        if spec != base["connectionSpec"]:
            raise exceptions.spec_unknown()
        data = body.get("data")
        if not isinstance(data, dict):
            raise exceptions.field_missing("data")
        if data.get("format") != TABULAR:
            raise exceptions.format_unsupported(data.get("format"), TABULAR)
        return {
            **named,
            "baseConnectionId": base["id"],
            "data": {"format": TABULAR},
            "params": self._checked_params(base["auth"]["params"], body.get("params")),
            "connectionSpec": spec,
        }

    def _checked_params(self, auth: Document, params: Json) -> Document:
        if not isinstance(params, dict):
            raise exceptions.field_missing("params")
        if "filters" in params:
            raise exceptions.filter_unsupported()
        for name, value in params.items():
            if name not in ("tableName", "columns"):
                raise exceptions.param_invalid(value, f"params.{name}")
        table = params.get("tableName")
        if not isinstance(table, str) or not table:
            raise exceptions.field_missing("params.tableName")
        columns = params.get("columns")
        known = {column["name"] for column in self._connector.columns(auth, table)}
        if not known or not isinstance(columns, list) or not columns:
            raise exceptions.no_columns(table)
        names = [_column_name(column) for column in columns]
        for position, name in enumerate(names):
            if name not in known or name in names[:position]:
                raise exceptions.param_invalid(name, "params.columns")
        return {"tableName": table, "columns": columns}

    def _checked_target(self, tenant: Tenant, body: Json) -> Document:
        if not isinstance(body, dict):
            raise exceptions.body_missing()
        named = _named(body, name_required=False)
        wanted = body.get("connectionSpec")
        if isinstance(wanted, dict) and wanted.get("id") != specs.DATA_LAKE_SPEC_ID:
            raise exceptions.target_spec_invalid(wanted.get("id"))
        spec = _spec(wanted)
        if "baseConnectionId" in body:
            raise exceptions.base_connection_refused(spec["id"])
        data = body.get("data")
        if not isinstance(data, dict):
            raise exceptions.field_missing("data")
        schema = data.get("schema")
        for name in ("id", "version"):
            if not isinstance(schema, dict) or not isinstance(schema.get(name), str) or not schema[name]:
                raise exceptions.field_missing(f"data.schema.{name}")
        if SCHEMA_VERSION.fullmatch(data["schema"]["version"]) is None:
            raise exceptions.param_invalid(data["schema"]["version"], "data.schema.version")
        params = body.get("params")
        if not isinstance(params, dict) or not isinstance(params.get("dataSetId"), str) or not params["dataSetId"]:
            raise exceptions.dataset_missing({"data": data, "params": params})
        dataset = self._catalog.look(tenant, params["dataSetId"])
        if dataset is None:
            raise exceptions.reference_missing(f"There is no dataset {params['dataSetId']}.")
        if dataset["schemaRef"]["id"] != data["schema"]["id"]:
            raise exceptions.schema_mismatch(params["dataSetId"], data["schema"]["id"])
        return {**named, "data": data, "params": {"dataSetId": params["dataSetId"]}, "connectionSpec": spec}


def _named(body: Document, *, name_required: bool) -> Document:
    if not isinstance(body.get("name", "" if name_required else "-"), str):
        raise exceptions.field_missing("name")
    if name_required and not body.get("name", "").strip():
        raise exceptions.field_missing("name")
    if not isinstance(body.get("description", ""), str):
        raise exceptions.field_missing("description")
    return {name: body[name] for name in ("name", "description") if name in body}


def _spec(wanted: Json) -> Document:
    if not isinstance(wanted, dict):
        raise exceptions.field_missing("connectionSpec")
    if "version" not in wanted:
        raise exceptions.spec_version_missing()
    spec = specs.CATALOGUE.get(str(wanted.get("id")))
    if spec is None or wanted["version"] != spec["version"]:
        raise exceptions.spec_unknown()
    return {"id": spec["id"], "version": spec["version"]}


def _column_name(column: Any) -> str:
    declared = column.get("xdm") if isinstance(column, dict) else None
    kind = declared.get("type") if isinstance(declared, dict) else None
    # Adobe's own sample writes "String".
    if not isinstance(column, dict) or not isinstance(column.get("name"), str) or str(kind).lower() not in XDM_TYPES:
        raise exceptions.param_invalid(column, "params.columns")
    return str(column["name"])
