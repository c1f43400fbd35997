"""Flow Service, put together: base connections, and what is built on them."""

from __future__ import annotations

from emulator.core.http import Json
from emulator.core.store import Document
from emulator.core.tenants import ANOTHER_CLIENT, Tenant
from emulator.flow_service import exceptions, file_explore, patching, specs
from emulator.flow_service.connector import Connector
from emulator.flow_service.copying import Files, Tables
from emulator.flow_service.ends import Ends
from emulator.flow_service.entities import Entities, make_objects
from emulator.flow_service.flows import Flows
from emulator.flow_service.platform import Platform
from emulator.flow_service.runs import Runs
from emulator.flow_service.zone_files import ZoneFiles

STATES = ("enabled", "disabled", "initializing")
PREVIEWED = 100


class FlowService:
    """The emulated Flow Service."""

    def __init__(self, platform: Platform, connector: Connector, files: ZoneFiles) -> None:
        store, clock = platform.store, platform.clock
        self.connector = connector
        self._files = files
        self._retired = store.collection("retired_specs")
        self._withdrawn = store.collection("withdrawn_sources")
        objects = make_objects(store, clock)
        self.kinds = {entities.kind: entities for entities in objects}
        self.connections, self.source_connections, self.target_connections, self.flows, self.runs = objects
        self.ends = Ends(objects, connector, platform.catalog)
        self._flows = Flows(platform, objects)
        self.runner = Runs(platform, objects, self._flows, (Tables(objects.connections, connector), Files(files)))

    def settle(self) -> None:
        """Carry out all that has had its time."""
        self._flows.settle()
        self.runner.settle()

    def run_due(self) -> None:
        """Run the flows that are due."""
        self.runner.run_due()

    def set_pace(self, organization: str, flow_seconds: float | None, run_seconds: float | None) -> None:
        """Say how long changes of flows and runs take from now on."""
        if flow_seconds is not None:
            self._flows.set_pace(organization, flow_seconds)
        if run_seconds is not None:
            self.runner.set_pace(organization, run_seconds)

    # Specs

    def specs(self, organization: str) -> list[Document]:
        return [spec for spec in specs.CATALOGUE.values() if not self._is_retired(organization, spec["id"])]

    def spec(self, organization: str, identifier: str) -> Document:
        for spec in self.specs(organization):
            if spec["id"] == identifier:
                return spec
        raise exceptions.not_found("connectionSpecs", identifier)

    def retire_spec(self, organization: str, identifier: str, *, retired: bool) -> None:
        key = f"{organization}/{identifier}"
        if retired:
            self._retired.put(key, {})
        else:
            self._retired.delete(key)

    def explore_spec(self, tenant: Tenant, identifier: str, query: Document) -> list[Document] | Document:
        """Explore what needs no base connection: the landing zone."""
        spec = self.spec(tenant.organization, identifier)
        if spec["id"] != specs.LANDING_ZONE_SPEC_ID:
            detects = query.get("determineProperties") == "true"
            raise (exceptions.detection_unsupported if detects else exceptions.explore_refused)(spec["id"])
        return file_explore.explore(self._files, tenant, query)

    def flow_specs(self, organization: str) -> list[Document]:
        """The flow specs, without the sources that this organization may no longer use."""
        return [
            {
                **spec,
                "sourceConnectionSpecIds": [
                    source for source in spec["sourceConnectionSpecIds"] if not self._is_refused(organization, source)
                ],
            }
            for spec in specs.FLOW_SPECS.values()
        ]

    def flow_spec(self, organization: str, identifier: str) -> Document:
        for spec in self.flow_specs(organization):
            if spec["id"] == identifier:
                return spec
        raise exceptions.not_found("flowSpecs", identifier)

    def withdraw_source(self, organization: str, source: str, *, withdrawn: bool) -> None:
        """Take a source from those that the flow specs list, or put it back."""
        if withdrawn:
            self._withdrawn.put(f"{organization}/{source}", {})
        else:
            self._withdrawn.delete(f"{organization}/{source}")

    def allow_one_flow_per_dataset(self, organization: str, *, only_one: bool) -> None:
        self._flows.allow_one_per_dataset(organization, only_one=only_one)

    def _is_refused(self, organization: str, source: str) -> bool:
        key = f"{organization}/{source}"
        return self._withdrawn.get(key) is not None or self._is_retired(organization, source)

    # Base connections

    def create_connection(self, tenant: Tenant, body: Json) -> Document:
        if not isinstance(body, dict):
            raise exceptions.body_missing()
        if not isinstance(body.get("name"), str) or not body["name"].strip():
            raise exceptions.field_missing("name")
        if not isinstance(body.get("description", ""), str):
            raise exceptions.field_missing("description")
        if body.get("state", "enabled") not in STATES:
            raise exceptions.state_invalid(body["state"])
        spec = self._requested_spec(tenant.organization, body.get("connectionSpec"))
        auth = body.get("auth")
        if not isinstance(auth, dict):
            raise exceptions.field_missing("auth")
        _check_auth(spec, auth)
        description = {"description": body["description"]} if "description" in body else {}
        return self.connections.add(
            tenant,
            {
                "name": body["name"],
                **description,
                "connectionSpec": {"id": spec["id"], "version": spec["version"]},
                "state": body.get("state", "enabled"),
                "auth": {"specName": auth["specName"], "params": auth["params"]},
            },
        )

    def patch_connection(self, tenant: Tenant, identifier: str, if_match: str | None, body: Json) -> Document:
        document = self.connections.find(tenant, identifier)
        patching.check_version(document, if_match)
        return self._patch(document, body, tenant.client_id)

    def change_behind(self, identifier: str, instructions: Json) -> Document:
        """Edit an object as another client would, in whatever sandbox it is."""
        for entities in self.kinds.values():
            if entities is not self.connections and entities.exists(identifier):
                patched = entities.anywhere(identifier)
                for instruction in patching.read(instructions):
                    patched = patching.text(patched, instruction)
                return entities.save(patched, ANOTHER_CLIENT)
        return self._patch(self.connections.anywhere(identifier), instructions, ANOTHER_CLIENT)

    def delete_connection(self, tenant: Tenant, identifier: str) -> None:
        document = self.connections.find(tenant, identifier)
        if self._flows_on(tenant, identifier):
            raise exceptions.connection_in_use(identifier)
        self.connections.drop(document["id"])

    def test_connection(self, tenant: Tenant, identifier: str) -> bool:
        return self.connector.answers(self.connections.find(tenant, identifier)["auth"]["params"])

    def tables(self, tenant: Tenant, identifier: str) -> list[Document]:
        auth = self.connections.find(tenant, identifier)["auth"]["params"]
        return [
            {"type": "table", "name": table, "path": table, "canPreview": True, "canFetchSchema": True}
            for table in self.connector.tables(auth)
        ]

    def table(self, tenant: Tenant, identifier: str, path: str, *, preview: bool) -> Document:
        auth = self.connections.find(tenant, identifier)["auth"]["params"]
        columns = self.connector.columns(auth, path)
        if not columns:
            raise exceptions.no_columns(path)
        shown: Document = {"format": "flat", "schema": {"columns": columns}}
        if preview:
            names = [column["name"] for column in columns]
            rows = self.connector.rows(auth, path)[:PREVIEWED]
            shown["data"] = [{name: row.get(name) for name in names} for row in rows]
        return shown

    # Source and target connections

    def delete_end(self, tenant: Tenant, entities: Entities, identifier: str) -> None:
        document = entities.find(tenant, identifier)
        for _, flow in self.flows.newest_first(tenant):
            ids = (*flow.get("sourceConnectionIds", ()), *flow.get("targetConnectionIds", ()))
            if identifier in ids:
                raise exceptions.used_by_flows(identifier)
        entities.drop(document["id"])

    # Flows

    def create_flow(self, tenant: Tenant, body: Json) -> Document:
        return self._flows.create(tenant, body, self.flow_specs(tenant.organization))

    def patch_flow(self, tenant: Tenant, identifier: str, if_match: str | None, body: Json) -> Document:
        return self._flows.patch(tenant, identifier, if_match, body)

    def switch_flow(self, tenant: Tenant, identifier: str, action: str, if_match: str | None) -> Document:
        return self._flows.act(tenant, identifier, action, if_match)

    def delete_flow(self, tenant: Tenant, identifier: str) -> None:
        """Its source and target connections stay; its runs go with it."""
        self._flows.delete(tenant, identifier)
        self.runner.forget(identifier)

    def _patch(self, document: Document, instructions: Json, client_id: str) -> Document:
        patched = patching.apply(document, instructions)
        _check_auth(specs.CATALOGUE[document["connectionSpec"]["id"]], patched["auth"])
        return self.connections.save(patched, client_id)

    def _flows_on(self, tenant: Tenant, connection: str) -> list[Document]:
        sources = {
            item["id"]
            for _, item in self.source_connections.newest_first(tenant)
            if item.get("baseConnectionId") == connection
        }
        return [
            flow
            for _, flow in self.flows.newest_first(tenant)
            if sources.intersection(flow.get("sourceConnectionIds", ()))
        ]

    def _requested_spec(self, organization: str, wanted: Json) -> Document:
        if not isinstance(wanted, dict):
            raise exceptions.field_missing("connectionSpec")
        if "version" not in wanted:
            raise exceptions.spec_version_missing()
        spec = specs.CATALOGUE.get(str(wanted.get("id")))
        if spec is None or "authSpec" not in spec or wanted["version"] != spec["version"]:
            raise exceptions.spec_unknown()
        if self._is_retired(organization, spec["id"]):
            raise exceptions.spec_retired()
        return spec

    def _is_retired(self, organization: str, identifier: str) -> bool:
        return self._retired.get(f"{organization}/{identifier}") is not None


def _check_auth(spec: Document, auth: Document) -> None:
    name = auth.get("specName")
    if not isinstance(name, str) or not name:
        raise exceptions.field_missing("auth.specName")
    auth_spec = specs.auth_spec(spec, name)
    if auth_spec is None:
        raise exceptions.auth_spec_unknown(name, spec["id"])
    params = auth.get("params")
    if not isinstance(params, dict):
        raise exceptions.field_missing("auth.params")
    for param in auth_spec["spec"]["required"]:
        value = params.get(param)
        if not isinstance(value, str) or not value.strip():
            raise exceptions.field_missing(f"auth.params.{param}")
