"""Any input of any resource, whole or in part, may be unknown in a preview: no crash, error, replacement or request.

The cases come from the declarations of the inputs: a resource or an input that is added later is tested with the rest,
and fails here as long as `VALUES` has no value for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.tenant import Tenant
from tests.support.wire.deployment import settings_of
from tests.support.wire.plugin import UNKNOWN, Plugin, Props, Provider
from zoho_adobe import dynamic
from zoho_adobe.resources.managed import ManagedResource

VALUES: dict[str, Any] = {
    "access_token": "1000.access",
    "accounts_url": "https://accounts.zoho.eu",
    "adopt_id": "2484f2df-c057-4ab5-84f2-dfc0577ab592",
    "base_connection_id": "b",
    "chosen": ["a", "b"],
    "client_id": "1000.A",
    "client_secret": "secret",
    "code": "1000.code",
    "compression": "gzip",
    "container": "dlz-user-container",
    "columns": {"a": "string", "d": "date-time"},
    "data_center": "eu",
    "dataset_id": "d",
    "delimiter": ";",
    "delta_column": "d",
    "description": "Leads of the CRM",
    "enabled": True,
    "endpoint": "crm.zoho.eu/crm/private",
    "error_diagnostics": True,
    "keep_data": True,
    "field": "a",
    "friendly_name": "Partner data",
    "id_type": "CROSS_DEVICE",
    "identities": {"a": {"namespace": "Email", "primary": True}},
    "labels": {"a": ["I1", "C2"]},
    "other_schema_id": "s2",
    "profile": True,
    "field_groups": ["https://ns.adobe.com/xdm/context/profile-person-details", "https://ns.adobe.com/x"],
    "format": "delimited",
    "fields": {"a": "string", "d": "date-time"},
    "force_destroy": True,
    "mapping_set_id": "m",
    "module": "Leads",
    "mappings": {"_tenant.a": "a", "personID": "d"},
    "name": "Leads",
    "partial_ingestion_percent": 5,
    "path": "zoho/leads/*.csv.gz",
    "problems": [],
    "redirect_uri": "http://127.0.0.1:8976/callback",
    "refresh_token": "1000.refresh",
    "revoke_on_delete": True,
    "schedule": {"frequency": "minute", "interval": 30, "start": 4102444800, "backfill": True},
    "schema_class": "https://ns.adobe.com/xdm/context/profile",
    "schema_fields": {"a": "string", "d": "date-time"},
    "schema_id": "https://ns.adobe.com/acme/schemas/1f",
    "source_connection_id": "s",
    "suffix": "5f0c9a1b",
    "table": "Leads",
    "target_connection_id": "t",
    "title": "Leads",
    "verify": "credentials",
    "via": "source",
}
REFUSED = {"filters"}
"""Arguments that exist to say that there is no such thing."""


def resource_classes() -> list[type[ManagedResource]]:
    """Find every resource, wherever in the package it is defined."""
    return sorted(ManagedResource.__subclasses__(), key=lambda kind: kind.__name__)


def arguments(kind: type[ManagedResource]) -> list[str]:
    """List what a program can pass to a resource."""
    return [item.name for item in kind.declaration.inputs if item.argument and item.name not in REFUSED]


def ids(kind: type[ManagedResource]) -> set[str]:
    """Ids of other resources: they stay known through an update, so an unknown one means that the other is replaced."""
    return {item.name for item in kind.declaration.inputs if item.is_id}


def complete(kind: type[ManagedResource]) -> Props:
    return {name: VALUES[name] for name in arguments(kind)}


def unknown_in(value: Any) -> Iterator[tuple[str, Any]]:
    """Return a value with each part of it unknown in turn, the whole first."""
    yield "", UNKNOWN
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        for below, changed in unknown_in(part):
            copied = value.copy()
            copied[key] = changed
            yield f".{key}{below}", copied


def cases() -> list[Any]:
    found = []
    for kind in resource_classes():
        for name in arguments(kind):
            for where, value in unknown_in(VALUES.get(name)):
                found.append(pytest.param(kind, name, value, id=f"{kind.__name__}-{name}{where}"))
    return found


@pytest.fixture
def quiet(tenant: Tenant) -> Iterator[Tenant]:
    """A tenant of whom nothing is asked."""
    tenant.forget_requests()
    yield tenant
    assert tenant.requests() == []


def provider_of(plugin: Plugin, tenant: Tenant, kind: type[ManagedResource]) -> Provider:
    lifecycles = {type(value).__name__: type(value) for value in vars(dynamic).values()}
    made = lifecycles[f"{kind.__name__}Lifecycle"]
    return plugin.fresh_provider(settings_of(tenant), f"{made.__module__.rpartition('.')[2]} {made.__name__}")


def test_every_argument_has_a_value() -> None:
    assert len(resource_classes()) == len([value for value in vars(dynamic) if value.isupper()])
    assert {name for kind in resource_classes() for name in arguments(kind)} == set(VALUES)


@pytest.mark.parametrize(("kind", "name", "value"), cases())
def test_what_is_unknown_is_no_error_and_no_replacement(
    plugin: Plugin, quiet: Tenant, kind: type[ManagedResource], name: str, value: Any
) -> None:
    provider = provider_of(plugin, quiet, kind)
    known = complete(kind)
    created = provider.check({**known, name: value})
    assert created.failures == []
    before = provider.check(known)
    assert before.failures == []
    state = {**before.inputs, "start": 4102444800}
    # Another command, in which the resource is in the state.
    provider = provider_of(plugin, quiet, kind)
    changed = provider.check({**known, name: value}, before.inputs)
    assert changed.failures == []
    replaces = provider.diff(VALUES["adopt_id"], state, changed.inputs)
    assert replaces == ([name] if name in ids(kind) and name in changed.inputs else [])
    # The other way round: what was left out comes in unknown.
    without = {key: item for key, item in known.items() if key != name}
    earlier = provider.check(without)
    if not earlier.failures and value == UNKNOWN:
        came = provider.check({**known, name: UNKNOWN}, earlier.inputs)
        assert came.failures == []
        assert provider.diff(VALUES["adopt_id"], {**earlier.inputs, "start": 4102444800}, came.inputs) == []


@pytest.mark.parametrize("kind", resource_classes())
def test_everything_may_be_unknown(plugin: Plugin, quiet: Tenant, kind: type[ManagedResource]) -> None:
    provider = provider_of(plugin, quiet, kind)
    assert provider.check(dict.fromkeys(arguments(kind), UNKNOWN)).failures == []
