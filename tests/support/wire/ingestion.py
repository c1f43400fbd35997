"""The resources of an ingestion, each in a provider of its own, as the engine would make them one after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.support.crm import Crm
from tests.support.tenant import Tenant
from tests.support.wire.deployment import SUFFIX, Deployment, settings_of
from tests.support.wire.plugin import Plugin, Props, Provider

LIFECYCLES = {
    "table": "table TableLifecycle",
    "source": "source_connection SourceConnectionLifecycle",
    "files": "landing_zone_source LandingZoneSourceLifecycle",
    "target": "target_connection TargetConnectionLifecycle",
    "schema": "schema SchemaLifecycle",
    "dataset": "dataset DatasetLifecycle",
    "mapping": "mapping_set MappingSetLifecycle",
    "dataflow": "dataflow DataflowLifecycle",
    "namespace": "identity_namespace IdentityNamespaceLifecycle",
    "label": "usage_label UsageLabelLifecycle",
    "relationship": "relationship RelationshipLifecycle",
}
COLUMNS = {"Last_Name": "string", "Modified_Time": "date-time"}
FIELDS = {"lastName": "string", "modified": "date-time"}
MAPPINGS = {"_tenant.lastName": "Last_Name", "_tenant.modified": "Modified_Time"}
SCHEDULE = {"frequency": "minute", "interval": 30}


@dataclass
class Made:
    """An object as the engine's state has it."""

    id: str
    inputs: Props
    outputs: Props


@dataclass
class Ingestion:
    """One table's way from Zoho to a dataset; what is not asked for is made on the way."""

    plugin: Plugin
    tenant: Tenant
    base_id: str
    config: Props
    made: dict[str, Made] = field(default_factory=dict)

    @classmethod
    def on(cls, plugin: Plugin, tenant: Tenant, base_id: str) -> Ingestion:
        """Begin on a base connection."""
        return cls(plugin, tenant, base_id, settings_of(tenant))

    @property
    def crm(self) -> Crm:
        """The tenant's Zoho CRM."""
        return Crm.of(self.tenant)

    def provider(self, kind: str) -> Provider:
        """Return a provider as a new command has it."""
        return self.plugin.fresh_provider(self.config, LIFECYCLES[kind])

    def program(self, kind: str, **changes: Any) -> Props:
        """Return what a program says of a resource; None leaves a part out."""
        given = {**getattr(self, f"_{kind}")(changes), **changes}
        return {key: value for key, value in given.items() if value is not None}

    def deployment(self, kind: str, **changes: Any) -> Deployment:
        """Return a stack with one resource, on what it needs."""
        return Deployment(self.plugin, self.tenant, self.config, self.program(kind, **changes), LIFECYCLES[kind])

    def check(self, kind: str, **changes: Any) -> list[str]:
        """Check a resource, and give what is wrong."""
        return self.provider(kind).check(self.program(kind, **changes)).failures

    def make(self, kind: str, *, provider: Provider | None = None, **changes: Any) -> Made:
        """Make a resource, as a new command does."""
        provider = provider or self.provider(kind)
        checked = provider.check(self.program(kind, **changes))
        assert checked.failures == []
        id_, outputs = provider.create(checked.inputs)
        self.made[kind] = Made(id_, checked.inputs, outputs)
        return self.made[kind]

    def need(self, kind: str) -> str:
        """Return a resource's id, which is made if it is not there yet."""
        return (self.made.get(kind) or self.make(kind)).id

    def diff(self, kind: str, **changes: Any) -> list[str]:
        """Compare the made resource to a changed program, and give the inputs that replace it."""
        state, provider = self.made[kind], self.provider(kind)
        inputs = provider.check(self.program(kind, **changes), state.inputs).inputs
        return provider.diff(state.id, state.outputs, inputs)

    def update(self, kind: str, **changes: Any) -> Props:
        """Bring the made resource to a changed program, in place."""
        state, provider = self.made[kind], self.provider(kind)
        checked = provider.check(self.program(kind, **changes), state.inputs)
        assert checked.failures == []
        assert provider.diff(state.id, state.outputs, checked.inputs) == []
        state.outputs = provider.update(state.id, state.outputs, checked.inputs)
        state.inputs = checked.inputs
        return state.outputs

    def refresh(self, kind: str) -> Props | None:
        """Read the made resource, and give its inputs as they are at Adobe; None if it is gone."""
        state = self.made[kind]
        found = self.provider(kind).read(state.id, state.outputs)
        if not found.id:
            return None
        state.outputs = found.outputs
        state.inputs = found.inputs if found.inputs is not None else state.inputs
        return state.inputs

    def delete(self, kind: str) -> None:
        """Delete the made resource, as a new command does."""
        state = self.made.pop(kind)
        try:
            self.provider(kind).delete(state.id, state.outputs)
        except BaseException:
            self.made[kind] = state
            raise

    def objects(self, kind: str) -> list[dict[str, Any]]:
        """List what exists at Adobe of a kind."""
        return self.crm.objects()[kind]

    def said(self) -> str:
        """Return what the plugin wrote for a person so far."""
        return self.plugin.log.read_text()

    def _table(self, _: Props) -> Props:
        return {"base_connection_id": self.base_id, "table": "Leads"}

    def _source(self, _: Props) -> Props:
        return {
            "name": "Leads",
            "suffix": SUFFIX,
            "base_connection_id": self.base_id,
            "table": "Leads",
            "columns": COLUMNS,
        }

    def _files(self, _: Props) -> Props:
        return {
            "name": "Leads",
            "suffix": SUFFIX,
            "container": "dlz-user-container",
            "path": "zoho/leads/*.csv.gz",
            "compression": "gzip",
        }

    def _schema(self, _: Props) -> Props:
        return {"title": "Leads", "suffix": SUFFIX, "fields": FIELDS}

    def _dataset(self, changes: Props) -> Props:
        return {"name": "Leads", "suffix": SUFFIX, "schema_id": changes.get("schema_id") or self.need("schema")}

    def _mapping(self, _: Props) -> Props:
        return {"schema_id": self.need("schema"), "mappings": MAPPINGS, "schema_fields": FIELDS, "columns": COLUMNS}

    def _target(self, changes: Props) -> Props:
        return {
            "name": "Leads",
            "suffix": SUFFIX,
            "dataset_id": changes.get("dataset_id") or self.need("dataset"),
            "schema_id": self.need("schema"),
        }

    def _namespace(self, _: Props) -> Props:
        return {"code": "ZohoContactId", "name": "Zoho contact id"}

    def _label(self, _: Props) -> Props:
        return {"name": "Partner", "friendly_name": "Partner data"}

    def _relationship(self, _: Props) -> Props:
        return {"schema_id": self.need("schema"), "field": "lastName"}

    def _dataflow(self, _: Props) -> Props:
        return {
            "name": "Leads",
            "suffix": SUFFIX,
            "source_connection_id": self.need("source"),
            "target_connection_id": self.need("target"),
            "mapping_set_id": self.need("mapping"),
            "delta_column": "Modified_Time",
            "schedule": SCHEDULE,
            "columns": COLUMNS,
        }
