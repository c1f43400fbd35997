"""Data Prep requests in, answers out."""

from __future__ import annotations

from emulator.core.http import Answer, Request, json_answer
from emulator.core.store import Document
from emulator.data_prep import exceptions, expressions
from emulator.data_prep.models import STAMPS, DataPrep
from emulator.ims.platform import Admission, Problem, read_body

ROOT = "/data/foundation/conversion"
MAX_LIMIT = 100
ORDERS = {"createdDate": "createdDate", "updatedDate": "modifiedDate"}


class DataPrepResponses:
    """HTTP of the emulated Data Prep."""

    def __init__(self, service: DataPrep, admission: Admission) -> None:
        self._service = service
        self._admission = admission

    def create(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        return json_answer(_simple(self._service.create(tenant, read_body(request, _body_missing))))

    def get(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        version = None
        for name, value in request.query:
            if name != "version" or not value.isdigit():
                raise exceptions.invalid(f"Invalid query parameter: {name}={value}")
            version = int(value)
        return json_answer(self._service.find(tenant, request.params["id"], version))

    def replace(self, request: Request) -> Answer:
        tenant = self._admission.manage(request)
        body = read_body(request, _body_missing)
        return json_answer(_simple(self._service.replace(tenant, request.params["id"], body)))

    def delete(self, request: Request) -> Answer:
        self._admission.manage(request)
        raise exceptions.method_not_allowed()

    def validate(self, request: Request) -> Answer:
        """Whether an expression can be read, as `aepp` asks for it."""
        self._admission.view(request)
        body = read_body(request, _body_missing)
        text = body.get("expression") if isinstance(body, dict) else None
        if not isinstance(text, str):
            raise exceptions.invalid("expression is required")
        try:
            expressions.parse(text)
        except ValueError as error:
            return json_answer({"valid": False, "error": str(error)})
        return json_answer({"valid": True})

    def list_all(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        found = self._service.all(tenant)
        given = dict(request.query)
        for name, value in request.query:
            if name == "name":
                found = [item for item in found if item.get("name") == value]
            elif name == "orderBy" and value.lstrip("+- ") in ORDERS:
                found = _sorted(found, value)
            elif name not in ("limit", "start") or not value.isdigit():
                raise exceptions.invalid(f"Invalid query parameter: {name}={value}")
        if "limit" not in given or "start" not in given:
            raise exceptions.invalid("The query parameters limit and start are required")
        limit, start = int(given["limit"]), int(given["start"])
        if not 1 <= limit <= MAX_LIMIT:
            raise exceptions.invalid(f"limit: 1 to {MAX_LIMIT}")
        page = found[start * limit : (start + 1) * limit]
        following = {}
        if (start + 1) * limit < len(found):
            following = {"next": {"href": f"{ROOT}/mappingSets?limit={limit}&start={start + 1}", "templated": False}}
        return json_answer({"data": page, "_page": {"count": len(page), "limit": limit}, "_links": following})


def _body_missing() -> Problem:
    return exceptions.invalid("The request body is missing")


def _simple(mapping_set: Document) -> Document:
    return {name: value for name, value in mapping_set.items() if name in STAMPS}


def _sorted(found: list[Document], order: str) -> list[Document]:
    field = ORDERS[order.lstrip("+- ")]
    return sorted(found, key=lambda item: int(item[field]), reverse=order.startswith("-"))
