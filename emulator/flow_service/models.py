"""Base connections and the rules they live by."""

from __future__ import annotations

from emulator.core.clock import Clock
from emulator.core.http import Json
from emulator.core.store import Document, Store
from emulator.flow_service import exceptions, patching, specs
from emulator.flow_service.entities import ANOTHER_CLIENT, Entities, Tenant
from emulator.zoho_accounts.models import ZohoAccounts

STATES = ("enabled", "disabled", "initializing")


class FlowService:
    """The emulated Flow Service."""

    def __init__(self, store: Store, clock: Clock, accounts: ZohoAccounts) -> None:
        self._accounts = accounts
        self._retired = store.collection("retired_specs")
        self.connections = Entities(store, clock, "connections")
        self.source_connections = Entities(
            store,
            clock,
            "sourceConnections",
            frozenset({"baseConnectionId", "data", "params", "inheritedAttributes", "providerRefId"}),
        )
        self.target_connections = Entities(
            store,
            clock,
            "targetConnections",
            frozenset({"data", "params", "inheritedAttributes", "providerRefId"}),
        )
        self.flows = Entities(
            store,
            clock,
            "flows",
            frozenset(
                {
                    "flowSpec",
                    "sourceConnectionIds",
                    "targetConnectionIds",
                    "inheritedAttributes",
                    "scheduleParams",
                    "transformations",
                    "lastOperation",
                    "lastRunDetails",
                }
            ),
        )
        self.kinds = {
            entities.kind: entities
            for entities in (self.connections, self.source_connections, self.target_connections, self.flows)
        }

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
        if if_match is None:
            raise exceptions.if_match_missing()
        if if_match != document["etag"]:
            raise exceptions.version_mismatch(if_match, document["etag"])
        return self._patch(document, body, tenant.client_id)

    def change_behind(self, identifier: str, instructions: Json) -> Document:
        """Edit a connection as another client would, in whatever sandbox it is."""
        return self._patch(self.connections.anywhere(identifier), instructions, ANOTHER_CLIENT)

    def delete_connection(self, tenant: Tenant, identifier: str) -> None:
        document = self.connections.find(tenant, identifier)
        if self._flows_on(tenant, identifier):
            raise exceptions.connection_in_use(identifier)
        self.connections.drop(document["id"])

    def test_connection(self, tenant: Tenant, identifier: str) -> bool:
        """The access token may long have expired: what counts is whether a new one could be had."""
        params = self.connections.find(tenant, identifier)["auth"]["params"]
        return self._accounts.accepts(
            params["accountsUrl"], params["clientId"], params["clientSecret"], params["refreshToken"]
        )

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
        if spec is None or wanted["version"] != spec["version"]:
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
