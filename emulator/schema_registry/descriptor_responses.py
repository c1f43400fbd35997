"""Requests about descriptors in, answers out. Their Accept headers are their own."""

from __future__ import annotations

import re

from emulator.core.http import Answer, Request, json_answer
from emulator.core.store import Document
from emulator.ims.platform import Admission, Problem, read_body
from emulator.schema_registry import exceptions
from emulator.schema_registry.descriptors import Descriptors
from emulator.schema_registry.responses import LIMIT, ROOT

PATH = ROOT + "/tenant/descriptors"
MEDIA = re.compile(r"application/vnd\.adobe\.xdm(-v2)?(-id|-link)?\+json")
FILTERS = ("@type", "xdm:sourceSchema", "xdm:sourceProperty", "xdm:destinationSchema", "xdm:namespace")


class DescriptorResponses:
    """HTTP of the emulated descriptors."""

    def __init__(self, descriptors: Descriptors, admission: Admission) -> None:
        self._descriptors = descriptors
        self._admission = admission

    def list_all(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        media = MEDIA.fullmatch(request.headers.get("Accept", "").removeprefix("*/*").strip())
        if media is None:
            raise exceptions.accept_unknown(request.headers.get("Accept", ""))
        found, limit, start = self._descriptors.all(tenant), LIMIT, 0
        for name, value in request.query:
            if name == "property":
                # As `aepp` sends several, and as the reference does.
                for expression in value.split(","):
                    found = [item for item in found if _matches(item, expression)]
            elif name == "limit" and value.isdigit():
                limit = int(value)
                if not 1 <= limit <= LIMIT:
                    raise exceptions.invalid("Query limit out of range")
            elif name == "start" and value.isdigit():
                start = int(value)
            else:
                raise exceptions.invalid(f"Invalid query parameter: {name}={value}")
        if not media[1]:
            by_type: dict[str, list[object]] = {}
            for item in found:
                by_type.setdefault(item["@type"], []).append(_shown(item, media[2]))
            return json_answer(by_type)
        page = found[start : start + limit]
        following = str(start + limit) if start + limit < len(found) else None
        return json_answer(
            {
                "results": [_shown(item, media[2]) for item in page],
                "_page": {"count": len(page), "next": following},
                "_links": {"next": {"href": f"{PATH}?start={following}"}} if following else {},
            }
        )

    def look_up(self, request: Request) -> Answer:
        return json_answer(self._descriptors.find(self._admission.view(request), request.params["id"]))

    def create(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        return json_answer(self._descriptors.create(tenant, read_body(request, _body_missing)), 201)

    def replace(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        body = read_body(request, _body_missing)
        return json_answer({"@id": self._descriptors.replace(tenant, request.params["id"], body)["@id"]}, 201)

    def delete(self, request: Request) -> Answer:
        self._descriptors.delete(self._admission.manage(request), request.params["id"])
        return Answer(204)


def _body_missing() -> Problem:
    return exceptions.invalid("The request body is missing")


def _matches(item: Document, expression: str) -> bool:
    name, _, value = expression.partition("==")
    if name not in FILTERS:
        raise exceptions.invalid(f"Invalid query parameter: property={expression}")
    return str(item.get(name, "")) == value


def _shown(item: Document, form: str | None) -> object:
    if form is None:
        return item
    return item["@id"] if form == "-id" else f"/tenant/descriptors/{item['@id']}"
