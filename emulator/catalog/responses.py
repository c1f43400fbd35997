"""Catalog requests in, answers out: objects keyed by id, and references to what was written."""

from __future__ import annotations

from emulator.catalog import exceptions
from emulator.catalog.models import Catalog
from emulator.core.http import Answer, Request, json_answer
from emulator.core.store import Document
from emulator.ims.platform import Admission, Problem, read_body

ROOT = "/data/foundation/catalog"
DEFAULT_LIMIT, MAX_LIMIT = 20, 100
ORDERS = ("asc:created", "desc:created", "asc:name", "desc:name")


class CatalogResponses:
    """HTTP of the emulated Catalog."""

    def __init__(self, catalog: Catalog, admission: Admission) -> None:
        self._catalog = catalog
        self._admission = admission

    def create(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        for name, value in request.query:
            if (name, value) not in (("requestDataSource", "true"), ("requestDataSource", "false")):
                raise exceptions.invalid(f"Invalid query parameter: {name}={value}")
        identifier = self._catalog.create(tenant, read_body(request, _body_missing))
        return json_answer([f"@/dataSets/{identifier}"], 201)

    def get(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        identifier = request.params["id"]
        return _listed(request, [(identifier, self._catalog.find(tenant, identifier))], ())

    def list_all(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        return _listed(request, self._catalog.all(tenant), ("name",))

    def change(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        identifier = request.params["id"]
        self._catalog.change(tenant, identifier, read_body(request, _body_missing))
        return json_answer([f"@/dataSets/{identifier}"])

    def delete(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        identifier = request.params["id"]
        return json_answer([f"@/dataSets/{identifier}"] if self._catalog.delete(tenant, identifier) else [])

    def batches(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        dataset = dict(request.query).get("dataSet")
        return _listed(request, self._catalog.batches(tenant, dataset), ("status",), ("dataSet",))

    def batch(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        for identifier, batch in self._catalog.batches(tenant, None):
            if identifier == request.params["id"]:
                return json_answer({identifier: batch})
        raise exceptions.not_found("batches", request.params["id"])


def _body_missing() -> Problem:
    return exceptions.invalid("The request body is missing")


def _listed(
    request: Request, found: list[tuple[str, Document]], filters: tuple[str, ...], applied: tuple[str, ...] = ()
) -> Answer:
    limit, start, properties = DEFAULT_LIMIT, 0, ""
    for name, value in request.query:
        if name in filters:
            found = [entry for entry in found if entry[1].get(name) == value]
        elif name == "limit" and value.isdigit() and 1 <= int(value) <= MAX_LIMIT:
            limit = int(value)
        elif name == "start" and value.isdigit():
            start = int(value)
        elif name == "orderBy" and value in ORDERS:
            direction, _, field = value.partition(":")
            found = _sorted(found, field, descending=direction == "desc")
        elif name == "properties" and value:
            properties = value
        elif name not in applied:
            raise exceptions.invalid(f"Invalid query parameter: {name}={value}")
    wanted = set(properties.split(","))
    return json_answer(
        {
            identifier: {name: value for name, value in item.items() if not properties or name in wanted}
            for identifier, item in found[start : start + limit]
        }
    )


def _sorted(found: list[tuple[str, Document]], field: str, *, descending: bool) -> list[tuple[str, Document]]:
    return sorted(found, key=lambda entry: entry[1].get(field, ""), reverse=descending)
