"""Schema Registry requests in, answers out. The Accept header decides how much is told."""

from __future__ import annotations

import re

from emulator.core.http import Answer, Request, json_answer
from emulator.core.store import Document
from emulator.core.tenants import Tenant
from emulator.ims.platform import Admission, Problem, read_body
from emulator.schema_registry import exceptions, xdm
from emulator.schema_registry.models import FIELD_GROUPS, RESOURCE_TYPES, SCHEMAS, SchemaRegistry, tenant_id

ROOT = "/data/foundation/schemaregistry"
PATHS = {"schemas": SCHEMAS, "fieldgroups": FIELD_GROUPS, "mixins": FIELD_GROUPS}
MEDIA = re.compile(r"application/vnd\.adobe\.(xed[a-z-]*)\+json\s*(?:;\s*version=(\d+(?:\.\d+)?))?")
LISTED, LOOKED_UP = ("xed-id", "xed"), ("xed", "xed-full", "xed-notext", "xed-full-notext", "xed-full-desc")
LIMIT = 300
FILTERS = (
    *("title", "description", "version", "$id", "meta:altId", "meta:class", "meta:extends"),
    "meta:immutableTags",
)


class SchemaRegistryResponses:
    """HTTP of the emulated Schema Registry."""

    def __init__(self, registry: SchemaRegistry, admission: Admission) -> None:
        self._registry = registry
        self._admission = admission

    def stats(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        counts = {RESOURCE_TYPES[kind]: len(self._registry.all(tenant, kind)) for kind in RESOURCE_TYPES}
        return json_answer(
            {"imsOrg": tenant.organization, "tenantId": tenant_id(tenant.organization), "counts": counts}
        )

    def create(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        return json_answer(self._registry.create(tenant, _kind(request), read_body(request, _body_missing)), 201)

    def look_up(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        form, version = _accepted(request, LOOKED_UP)
        if version is None:
            raise exceptions.version_missing()
        resource = self._registry.find(tenant, _kind(request), request.params["id"])
        if version not in (resource["version"], resource["version"].split(".")[0]):
            raise exceptions.not_found(resource["$id"], version)
        if form.startswith("xed-full"):
            resource = self._resolved(tenant, resource)
        return json_answer(xdm.without_text(resource) if form.endswith("notext") else resource)

    def replace(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        body = read_body(request, _body_missing)
        return json_answer(self._registry.replace(tenant, _kind(request), request.params["id"], body))

    def patch(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        body = read_body(request, _body_missing)
        return json_answer(self._registry.patch(tenant, _kind(request), request.params["id"], body))

    def delete(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        self._registry.delete(tenant, _kind(request), request.params["id"])
        return Answer(204)

    def list_all(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        form, _ = _accepted(request, LISTED)
        found = self._registry.all(tenant, _kind(request))
        order, limit, start = "", LIMIT, 0
        for name, value in request.query:
            if name == "property":
                found = [item for item in found if _matches(item, value)]
            elif name == "orderby" and value.lstrip("-") in ("title", "version", "$id"):
                order = value
            elif name == "limit" and value.isdigit() and 1 <= int(value) <= LIMIT:
                limit = int(value)
            elif name == "start" and value.isdigit():
                start = int(value)
            else:
                raise exceptions.invalid(f"Invalid query parameter: {name}={value}")
        if order:
            found.sort(key=lambda item: str(item[order.lstrip("-")]), reverse=order.startswith("-"))
        page = found[start : start + limit]
        following = str(start + limit) if start + limit < len(found) else None
        if form == "xed-id":
            page = [{name: item[name] for name in ("$id", "meta:altId", "version", "title")} for item in page]
        return json_answer(
            {
                "results": page,
                "_page": {"orderby": order, "next": following, "count": len(page)},
                "_links": {"next": None if following is None else {"href": _next(request, following)}},
            }
        )

    def _resolved(self, tenant: Tenant, resource: Document) -> Document:
        properties = self._registry.properties(tenant, resource)
        required = xdm.CLASSES[resource["meta:class"]]["required"] if "meta:class" in resource else []
        kept = {name: value for name, value in resource.items() if name not in ("allOf", "definitions")}
        return {**kept, "properties": xdm.typed(properties), "required": required}


def _kind(request: Request) -> str:
    return PATHS[request.params["kind"]]


def _body_missing() -> Problem:
    return exceptions.invalid("The request body is missing")


def _accepted(request: Request, forms: tuple[str, ...]) -> tuple[str, str | None]:
    # Many clients say this when nobody told them what to say.
    media = request.headers.get("Accept", "").removeprefix("*/*").strip()
    if not media:
        raise exceptions.accept_missing()
    match = MEDIA.fullmatch(media)
    if match is None or match[1] not in forms:
        raise exceptions.accept_unknown(media)
    return match[1], match[2]


def _matches(item: Document, expression: str) -> bool:
    name, operator, value = next(
        (expression.partition(operator) for operator in ("==", "!=", "~") if operator in expression), ("", "", "")
    )
    if name not in FILTERS:
        raise exceptions.invalid(f"Invalid query parameter: property={expression}")
    # What extends several things matches by any of them.
    several = {"meta:extends": [part["$ref"] for part in item["allOf"]], "meta:immutableTags": item.get(name, [])}
    found = several[name] if name in several else [str(item.get(name, ""))]
    if operator == "~":
        return any(value.lower() in each.lower() for each in found)
    return (value in found) == (operator == "==")


def _next(request: Request, start: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in request.query if name != "start")
    return f"{request.path}?{query}&start={start}"
