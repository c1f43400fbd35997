"""Bulk Read requests in, its answers out."""

from __future__ import annotations

import json

from emulator.core.http import JSON, Answer, Request, json_answer
from emulator.core.store import Document
from emulator.zoho_accounts.users import full_name
from emulator.zoho_crm import bulk, exceptions
from emulator.zoho_crm.models import Caller, ZohoCrm
from emulator.zoho_crm.rows import show_time

SCOPE = "ZohoCRM.bulk.READ"
JOB_CREDITS = 50


class BulkResponses:
    """HTTP of Bulk Read."""

    def __init__(self, crm: ZohoCrm) -> None:
        self._crm = crm

    def create(self, request: Request) -> Answer:
        # Zoho's own SDK names none.
        if request.media_type() not in (JSON, ""):
            raise exceptions.wrong_media_type()
        caller = self._authorize(request, JOB_CREDITS)
        try:
            body = json.loads(request.body)
        except ValueError as error:
            raise exceptions.invalid_data("body") from error
        if not isinstance(body, dict) or body.get("file_type", "csv") != "csv":
            raise exceptions.invalid_data("file_type")
        organization, zuid = caller.organization, caller.user["zuid"]
        wanted = self._crm.bulk.read(organization["id"], zuid, body.get("query"))
        self._crm.require_records(caller, wanted["query"]["module"]["api_name"])
        job = self._crm.bulk.add(organization, zuid, wanted)
        details = {
            "id": job["id"],
            "operation": "read",
            "state": bulk.ADDED,
            "created_by": _person(caller.user),
            "created_time": show_time(job["created"]),
        }
        done = {"status": "success", "code": "ADDED_SUCCESSFULLY", "message": "Added successfully.", "details": details}
        return json_answer({"data": [done], "info": {}}, 201)

    def show(self, request: Request) -> Answer:
        caller = self._authorize(request)
        job = self._crm.bulk.get(caller.organization["id"], request.params["id"])
        return json_answer({"data": [bulk.show(job, _person(caller.user))]})

    def result(self, request: Request) -> Answer:
        caller = self._authorize(request)
        identifier = request.params["id"]
        packed = self._crm.bulk.result(caller.organization["id"], identifier)
        headers = {
            "Content-Type": "application/x-download",
            "Content-Disposition": f"attachment; filename={identifier}.zip",
        }
        return Answer(200, packed, headers)

    def _authorize(self, request: Request, credits_spent: int = 1) -> Caller:
        authorization = request.headers.get("Authorization", "")
        params = request.params
        return self._crm.authorize(params["dc"], params["host"], authorization, SCOPE, credits_spent)


def _person(user: Document) -> Document:
    return {"id": f"{user['zuid']}0001", "name": full_name(user)}
