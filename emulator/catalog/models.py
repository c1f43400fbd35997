"""Datasets of a sandbox, and the batches of rows that were written to them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import Any

from emulator.catalog import exceptions
from emulator.catalog.rows import RowFile, Rows
from emulator.core.clock import Clock
from emulator.core.http import Json
from emulator.core.store import Document, Store
from emulator.core.tenants import Tenant
from emulator.schema_registry.models import SCHEMAS, SchemaRegistry, is_union

CONTENT_TYPE = re.compile(r"application/vnd\.adobe\.xed(-full)?(-notext)?\+json;\s*version=1(\.\d+)?")
CREATABLE = frozenset({"name", "description", "schemaRef", "tags", "fileDescription", "enableErrorDiagnostics"})
CHANGEABLE = frozenset({"name", "description", "tags"})


PROFILE_TAGS, ENABLED = ("unifiedProfile", "unifiedIdentity"), ("enabled:true",)


def for_profile(dataset: Document) -> bool:
    """Whether Profile takes the rows of a dataset."""
    tags = dataset.get("tags", {})
    return all(set(ENABLED) <= set(tags.get(tag, ())) for tag in PROFILE_TAGS)


class Catalog:
    """The emulated Catalog."""

    def __init__(self, store: Store, clock: Clock, registry: SchemaRegistry, rows: Rows) -> None:
        self._clock = clock
        self._registry = registry
        self._datasets = registry.datasets
        self._batches = store.collection("batches", lambda batch: str(batch["dataset"]))
        self._rows = rows
        self._rows.drop_all_but({batch["rows"] for batch in self._batches.all()})

    # Datasets

    def create(self, tenant: Tenant, body: Json) -> str:
        written = _checked(body, CREATABLE)
        if "name" not in written:
            raise exceptions.invalid("name is required")
        reference = written.get("schemaRef")
        if not isinstance(reference, dict) or not isinstance(reference.get("id"), str):
            raise exceptions.invalid("schemaRef with id and contentType is required")
        if CONTENT_TYPE.fullmatch(str(reference.get("contentType"))) is None:
            raise exceptions.invalid("schemaRef.contentType must name the media type of a schema, with its version")
        if self._registry.fields(tenant, reference["id"]) is None:
            raise exceptions.invalid(f"The schema {reference['id']} does not exist")
        self._check_profile(tenant, written.get("tags", {}), reference["id"])
        now, identifier = self._clock.now_ms(), secrets.token_hex(12)
        dataset = {
            **written,
            "schemaRef": {"id": reference["id"], "contentType": reference["contentType"]},
            "imsOrg": tenant.organization,
            "sandboxId": tenant.sandbox_id,
            "created": now,
            "updated": now,
            "createdClient": tenant.client_id,
            "createdUser": tenant.client_id,
            "updatedUser": tenant.client_id,
            "version": "1.0.0",
            "state": "DRAFT",
            "status": "enabled",
            "files": f"@/dataSetFiles?dataSetId={identifier}",
        }
        self._save(tenant, identifier, dataset)
        return identifier

    def find(self, tenant: Tenant, identifier: str) -> Document:
        dataset = self.look(tenant, identifier)
        if dataset is None:
            raise exceptions.not_found("dataSets", identifier)
        return dataset

    def look(self, tenant: Tenant, identifier: str) -> Document | None:
        item = self._datasets.get(identifier)
        if item is None or (item["imsOrgId"], item["sandboxName"]) != (tenant.organization, tenant.sandbox):
            return None
        dataset: Document = item["dataset"]
        return dataset

    def all(self, tenant: Tenant) -> list[tuple[str, Document]]:
        """The newest first."""
        return [(item["id"], item["dataset"]) for _, item in self._datasets.newest_first(tenant.partition)]

    def of_organization(self, organization: str) -> list[Document]:
        return [
            {
                "id": item["id"],
                **item["dataset"],
                "sandboxName": item["sandboxName"],
                "rows": sum(batch["count"] for _, batch in self._batches.newest_first(item["id"])),
            }
            for item in self._datasets.all()
            if item["imsOrgId"] == organization
        ]

    def change(self, tenant: Tenant, identifier: str, body: Json) -> None:
        dataset = self.find(tenant, identifier)
        *release, patch = dataset["version"].split(".")
        written = _checked(body, CHANGEABLE)
        self._check_profile(tenant, written.get("tags", {}), dataset["schemaRef"]["id"])
        changed = {
            **dataset,
            **written,
            "updated": self._clock.now_ms(),
            "updatedUser": tenant.client_id,
            "version": ".".join([*release, str(int(patch) + 1)]),
        }
        self._save(tenant, identifier, changed)

    def delete(self, tenant: Tenant, identifier: str) -> bool:
        """Delete a dataset with all that was written to it."""
        if self.look(tenant, identifier) is None:
            return False
        for _, batch in self._batches.newest_first(identifier):
            self._batches.delete(batch["id"])
            self._rows.drop(batch["rows"])
        self._datasets.delete(identifier)
        return True

    # Batches

    def begin_rows(self) -> RowFile:
        """A place for the rows that a run brings, before it is known whether they become a batch."""
        return self._rows.begin()

    def write(self, tenant: Tenant, dataset: str, rows: RowFile, batch: Document) -> str:
        """Make a batch of what a run has brought; a failed batch has no rows."""
        now, identifier = self._clock.now_ms(), secrets.token_hex(13).upper()
        shown = {
            "imsOrg": tenant.organization,
            "relatedObjects": [{"type": "dataSet", "id": dataset}],
            "errors": [],
            **batch,
            "created": now,
            "createdClient": "acp_foundation_connectors",
            "createdUser": "acp_foundation_connectors",
            "updatedUser": "acp_foundation_connectors",
            "updated": now,
            "version": "1.0.0",
        }
        rows.close()
        there = self._datasets.get(dataset)
        item = {
            "id": identifier,
            "dataset": dataset,
            "rows": rows.name,
            "count": rows.count,
            "batch": shown,
            "profile": there is not None and for_profile(there["dataset"]),
        }
        self._batches.put(identifier, item)
        return identifier

    def batches(self, tenant: Tenant, dataset: str | None) -> list[tuple[str, Document]]:
        """The newest first, of one dataset or of all in the sandbox."""
        wanted = [identifier for identifier, _ in self.all(tenant) if dataset in (None, identifier)]
        found = [entry for identifier in wanted for entry in self._batches.newest_first(identifier)]
        return [(item["id"], item["batch"]) for _, item in sorted(found, key=lambda entry: -entry[0])]

    def rows(self, dataset: str) -> Iterator[bytes]:
        """What is in a dataset, row by row as JSON, in the order in which it was written."""
        for _, batch in reversed(self._batches.newest_first(dataset)):
            if batch["count"]:
                yield from self._rows.lines(batch["rows"])

    def profile_rows(self, tenant: Tenant) -> Iterator[tuple[Document, bytes]]:
        """The rows that came while Profile took those of their dataset, in the order in which they came."""
        batches = [
            (sequence, batch, item)
            for _, item in self._datasets.newest_first(tenant.partition)
            for sequence, batch in self._batches.newest_first(item["id"])
            if batch.get("profile") and batch["count"]
        ]
        for _, batch, item in sorted(batches, key=lambda found: found[0]):
            for row in self._rows.lines(batch["rows"]):
                yield item, row

    def _check_profile(self, tenant: Tenant, tags: Document, schema_id: str) -> None:
        if not set(PROFILE_TAGS) & set(tags):
            return
        for tag in PROFILE_TAGS:
            words = tags.get(tag, [])
            if not isinstance(words, list) or not set(words) <= {*ENABLED, "isUpsert:true", "enabled:false"}:
                raise exceptions.invalid(f"tags.{tag} has an invalid value")
        if for_profile({"tags": tags}) and not is_union(self._registry.find(tenant, SCHEMAS, schema_id)):
            raise exceptions.invalid("The schema of the dataset is not enabled for Profile")

    def _save(self, tenant: Tenant, identifier: str, dataset: Document) -> None:
        item = {
            "id": identifier,
            "imsOrgId": tenant.organization,
            "sandboxName": tenant.sandbox,
            "dataset": dataset,
        }
        self._datasets.put(identifier, item)


def _checked(body: Json, known: frozenset[str]) -> Document:
    if not isinstance(body, dict) or not body:
        raise exceptions.invalid("The body must be a JSON object")
    unknown = sorted(set(body) - known)
    if unknown:
        raise exceptions.invalid(f"Not allowed here: {', '.join(unknown)}")
    expected: dict[str, type] = {"name": str, "description": str, "tags": dict, "fileDescription": dict}
    for name, value in body.items():
        wanted: Any = expected.get(name, object)
        if not isinstance(value, wanted) or (name == "name" and not value.strip()):
            raise exceptions.invalid(f"{name} has an invalid value")
    return body
