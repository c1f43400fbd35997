"""CRM requests in, CRM answers out."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

from emulator.core.http import JSON, Answer, Request, json_answer
from emulator.core.store import Document
from emulator.zoho_crm import coql, exceptions
from emulator.zoho_crm.gone import LISTED
from emulator.zoho_crm.models import COUNTABLE, Caller, Query, ZohoCrm
from emulator.zoho_crm.rows import Place

VERSIONS = ("v2", "v2.1", "v3", "v4", "v5", "v6", "v7", "v8")
# Versions that give all fields when none is named.
WITHOUT_FIELDS = ("v2", "v2.1")
SORTABLE = ("id", "Created_Time", "Modified_Time")
LARGEST_PAGE = 200
DELETED_CREDITS = 2


class ZohoCrmResponses:
    """HTTP of the emulated CRM."""

    def __init__(self, crm: ZohoCrm) -> None:
        self.crm = crm

    def modules(self, request: Request) -> Answer:
        caller = self._authorize(request, "ZohoCRM.settings.modules.READ")
        return json_answer({"modules": self.crm.modules(caller)})

    def module(self, request: Request) -> Answer:
        caller = self._authorize(request, "ZohoCRM.settings.modules.READ")
        found = [module for module in self.crm.modules(caller) if module["api_name"] == request.params["module"]]
        if not found:
            raise exceptions.invalid_module()
        return json_answer({"modules": found})

    def fields(self, request: Request) -> Answer:
        caller = self._authorize(request, "ZohoCRM.settings.fields.READ")
        module = dict(request.query).get("module")
        if not module:
            raise exceptions.missing_parameter("module")
        return json_answer({"fields": self.crm.module_fields(caller, module)})

    def users(self, request: Request) -> Answer:
        caller = self._authorize(request, "ZohoCRM.users.READ")
        users = self.crm.users(caller, dict(request.query).get("type", "AllUsers"))
        if not users:
            return Answer(204)
        info = {"per_page": LARGEST_PAGE, "count": len(users), "page": 1, "more_records": False}
        return json_answer({"users": users, "info": info})

    def organization(self, request: Request) -> Answer:
        caller = self._authorize(request, "ZohoCRM.org.READ")
        return json_answer({"org": [self.crm.organization(caller.organization)]})

    def records(self, request: Request) -> Answer:
        module = request.params["module"]
        caller = self._authorize(request, f"ZohoCRM.modules.{module}.READ")
        self.crm.fields(caller.organization, module)
        params = dict(request.query)
        if not params.get("fields") and request.params["version"] not in WITHOUT_FIELDS:
            raise exceptions.missing_parameter("fields")
        return self._page(caller, module, params, request.headers.get("If-Modified-Since"))

    def search(self, request: Request) -> Answer:
        module = request.params["module"]
        caller = self._authorize(request, f"ZohoCRM.modules.{module}.READ")
        self.crm.fields(caller.organization, module)
        params = dict(request.query)
        if not params.get("criteria"):
            raise exceptions.missing_parameter("criteria")
        return self._page(caller, module, params, None)

    def deleted(self, request: Request) -> Answer:
        module = request.params["module"]
        caller = self._authorize(request, f"ZohoCRM.modules.{module}.READ", DELETED_CREDITS)
        self.crm.require_records(caller, module)
        self.crm.fields(caller.organization, module)
        params = dict(request.query)
        kind = params.get("type", "all")
        if kind not in ("all", *LISTED):
            raise exceptions.invalid_data("type")
        since = _read_time(request.headers.get("If-Modified-Since"))
        per_page, page = _number(params, "per_page", LARGEST_PAGE, LARGEST_PAGE), _number(params, "page", 1, None)
        place = Place(caller.organization["id"], module)
        found = self.crm.records.gone.deleted(place, kind, since.timestamp() if since else 0)
        shown = found[(page - 1) * per_page : page * per_page]
        if not shown:
            return Answer(304 if since else 204)
        more = len(found) > page * per_page
        info = {"per_page": per_page, "count": len(shown), "page": page, "more_records": more}
        return json_answer({"data": shown, "info": info})

    def query(self, request: Request) -> Answer:
        caller = self._authorize(request, "ZohoCRM.coql.READ")
        # Zoho's own SDK names none.
        if request.media_type() not in (JSON, ""):
            raise exceptions.wrong_media_type()
        try:
            body = json.loads(request.body)
        except ValueError as error:
            raise exceptions.invalid_data("body") from error
        text = body.get("select_query") if isinstance(body, dict) else None
        if not isinstance(text, str):
            raise exceptions.missing_parameter("select_query")
        self.crm.require_records(caller, coql.module_of(text))
        row = {"COUNT(id)": self.crm.count(caller.organization, text)}
        return json_answer({"data": [row], "info": {"count": 1, "more_records": False}})

    def wrong_method(self, request: Request) -> Answer:
        self._require_version(request)
        raise exceptions.invalid_method()

    def unknown(self, _: Request) -> Answer:
        raise exceptions.invalid_url()

    def _page(self, caller: Caller, module: str, params: dict[str, str], since: str | None) -> Answer:
        per_page = _number(params, "per_page", LARGEST_PAGE, LARGEST_PAGE)
        page = _number(params, "page", 1, None)
        start = (page - 1) * per_page
        if "page_token" in params:
            start = _read_page_token(params["page_token"])
            page = start // per_page + 1
        elif start + per_page > COUNTABLE:
            raise exceptions.page_limit()
        sort_by, sort_order = params.get("sort_by", "id"), params.get("sort_order", "desc")
        if sort_by not in SORTABLE:
            raise exceptions.invalid_data("sort_by")
        if sort_order not in ("asc", "desc"):
            raise exceptions.invalid_data("sort_order")
        query = Query(
            fields=params["fields"].split(",") if params.get("fields") else None,
            sort_by=sort_by,
            descending=sort_order == "desc",
            start=start,
            per_page=per_page,
            modified_since=_read_time(since),
            criteria=params.get("criteria"),
            converted=params.get("converted", "false"),
        )
        rows, more = self.crm.select(caller.organization, module, query)
        if not rows:
            return Answer(304 if since else 204)
        info: Document = {
            "per_page": per_page,
            "count": len(rows),
            "page": page,
            "sort_by": sort_by,
            "sort_order": sort_order,
            "more_records": more,
            "next_page_token": _page_token(start + per_page) if more else None,
        }
        return json_answer({"data": rows, "info": info})

    def _authorize(self, request: Request, scope: str, credits_spent: int = 1) -> Caller:
        self._require_version(request)
        authorization = request.headers.get("Authorization", "")
        return self.crm.authorize(request.params["dc"], request.params["host"], authorization, scope, credits_spent)

    def _require_version(self, request: Request) -> None:
        if request.params["version"] not in VERSIONS:
            raise exceptions.invalid_url()


def _number(params: dict[str, str], name: str, default: int, largest: int | None) -> int:
    text = params.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= (largest or int(text)):
        raise exceptions.invalid_data(name)
    return int(text)


def _page_token(start: int) -> str:
    return urlsafe_b64encode(str(start).encode()).decode()


def _read_page_token(value: str) -> int:
    try:
        return int(urlsafe_b64decode(value))
    except ValueError as error:
        raise exceptions.invalid_data("page_token") from error


def _read_time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise exceptions.invalid_data("If-Modified-Since") from error
    if time.tzinfo is None:
        raise exceptions.invalid_data("If-Modified-Since")
    return time
