"""Control routes for what is in a CRM organization."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.core.http import Answer, Request, Route, json_answer
from emulator.core.orders import ControlRefused, read_json, read_object
from emulator.core.store import Document
from emulator.zoho_accounts.users import Users
from emulator.zoho_crm.bulk import BulkJobs
from emulator.zoho_crm.models import ZohoCrm
from emulator.zoho_crm.records import BadRecord, Records

MODULE = "/zoho/organizations/{organization}/modules/{module}"


@dataclass(frozen=True, slots=True)
class ZohoCrmControl:
    """HTTP of the control routes below `/zoho/organizations`."""

    crm: ZohoCrm
    users: Users

    @property
    def records(self) -> Records:
        return self.crm.records

    @property
    def bulk(self) -> BulkJobs:
        return self.crm.bulk

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/zoho/organizations/{organization}", self.show_organization),
            Route("PATCH", "/zoho/organizations/{organization}", self.change_organization),
            Route("GET", "/zoho/organizations/{organization}/bulk", self.show_bulk),
            Route("PATCH", "/zoho/organizations/{organization}/bulk", self.change_bulk),
            Route("POST", "/zoho/organizations/{organization}/modules", self.add_module),
            Route("GET", f"{MODULE}/fields", self.show_fields),
            Route("POST", f"{MODULE}/fields", self.add_field),
            Route("DELETE", f"{MODULE}/fields/{{name}}", self.remove_field),
            Route("GET", f"{MODULE}/rows", self.show_rows),
            Route("POST", f"{MODULE}/rows", self.add_rows),
            Route("POST", f"{MODULE}/generate", self.generate_rows),
            Route("PATCH", f"{MODULE}/rows/{{id}}", self.change_row),
            Route("DELETE", f"{MODULE}/rows/{{id}}", self.remove_row),
            Route("POST", f"{MODULE}/rows/{{id}}/{{deed:hide|convert|purge|restore|touch}}", self.do_with_row),
        ]

    def show_organization(self, request: Request) -> Answer:
        return json_answer(self._organization(request))

    def change_organization(self, request: Request) -> Answer:
        """Change the name, or the calls that are left for today (null: no limit)."""
        changed = {**self._organization(request), **read_object(request, ("company_name", "credits"))}
        if not isinstance(changed["credits"], int | None):
            raise ControlRefused(400, "credits: an integer or null")
        self.users.save_organization(changed)
        return json_answer(changed)

    def show_bulk(self, request: Request) -> Answer:
        return json_answer(self.bulk.settings(self._organization(request)["id"]))

    def change_bulk(self, request: Request) -> Answer:
        """Change how long jobs take, the error code that the next one fails with, how many rows it misses, or the id
        column's name."""
        changed = read_object(request, ("seconds", "fail", "miss", "id_header"))
        if not isinstance(changed.get("miss", 0), int):
            raise ControlRefused(400, "miss: an integer")
        if not isinstance(changed.get("seconds", 0), int | float) or not isinstance(changed.get("fail"), str | None):
            raise ControlRefused(400, "seconds: a number; fail: an error code or null")
        if changed.get("id_header", "Id") not in ("Id", "id"):
            raise ControlRefused(400, "id_header: Id or id")
        return json_answer(self.bulk.change_settings(self._organization(request)["id"], changed))

    def add_module(self, request: Request) -> Answer:
        organization = self._organization(request)["id"]
        body = read_object(request, ("api_name", "generated_type", "api_supported"))
        try:
            module = self.records.add_module(organization, str(body.pop("api_name", "")), **body)
        except BadRecord as bad:
            raise ControlRefused(400, str(bad)) from bad
        return json_answer(module, 201)

    def show_fields(self, request: Request) -> Answer:
        organization, module = self._place(request)
        return json_answer({"fields": self.records.fields(organization, module)})

    def add_field(self, request: Request) -> Answer:
        organization, module = self._place(request)
        body = read_object(request, ("api_name", "data_type", "label", "return_type"))
        name, data_type = str(body.get("api_name")), str(body.get("data_type", "text"))
        try:
            field = self.records.add_field(
                organization, module, name, data_type, body.get("label"), body.get("return_type")
            )
        except BadRecord as bad:
            raise ControlRefused(400, str(bad)) from bad
        return json_answer(field, 201)

    def remove_field(self, request: Request) -> Answer:
        organization, module = self._place(request)
        try:
            self.records.remove_field(organization, module, request.params["name"])
        except BadRecord as bad:
            raise ControlRefused(404, str(bad)) from bad
        return Answer(204)

    def show_rows(self, request: Request) -> Answer:
        organization, module = self._place(request)
        return json_answer({"rows": self.records.rows(organization, module)})

    def add_rows(self, request: Request) -> Answer:
        """Add one row, or a list of them."""
        organization, module = self._place(request)
        body = read_json(request)
        rows = body if isinstance(body, list) else [body]
        if not all(isinstance(row, dict) for row in rows):
            raise ControlRefused(400, "a row is an object")
        try:
            added = [self.records.add(organization, module, row) for row in rows]
        except BadRecord as bad:
            raise ControlRefused(400, str(bad)) from bad
        return json_answer({"rows": added}, 201)

    def generate_rows(self, request: Request) -> Answer:
        """Add many rows without storing their values, created from `begin` to `end` (seconds since 1970)."""
        organization, module = self._place(request)
        body = read_object(request, ("count", "begin", "end"))
        count, begin, end = (body.get(name) for name in ("count", "begin", "end"))
        if not (isinstance(count, int) and isinstance(begin, int) and isinstance(end, int)):
            raise ControlRefused(400, "count, begin, end: integers")
        if count < 1 or end < begin:
            raise ControlRefused(400, "count: at least 1; end: not before begin")
        self.records.generate(organization, module, count, begin, end)
        return Answer(204)

    def change_row(self, request: Request) -> Answer:
        organization, module = self._place(request)
        try:
            return json_answer(self.records.change(organization, module, request.params["id"], read_object(request)))
        except BadRecord as bad:
            raise ControlRefused(400, str(bad)) from bad

    def remove_row(self, request: Request) -> Answer:
        organization, module = self._place(request)
        try:
            self.records.remove(organization, module, request.params["id"])
        except BadRecord as bad:
            raise ControlRefused(404, str(bad)) from bad
        return Answer(204)

    def do_with_row(self, request: Request) -> Answer:
        """Hide a row, convert, restore or purge it, or change it without its time of modification."""
        organization, module = self._place(request)
        place = (organization, module, request.params["id"])
        try:
            match request.params["deed"]:
                case "restore":
                    modified = read_object(request, ("modified",)).get("modified", False)
                    self.records.bring_back(*place, modified=modified is True)
                case "touch":
                    self.records.touch(*place, read_object(request))
                case deed:
                    {"hide": self.records.hide, "convert": self.records.convert, "purge": self.records.purge}[deed](
                        *place
                    )
        except BadRecord as bad:
            raise ControlRefused(400, str(bad)) from bad
        return Answer(204)

    def _place(self, request: Request) -> tuple[str, str]:
        organization, module = self._organization(request)["id"], request.params["module"]
        if not self.records.fields(organization, module):
            raise ControlRefused(404, "no such module")
        return organization, module

    def _organization(self, request: Request) -> Document:
        organization = self.users.organization(request.params["organization"])
        if organization is None:
            raise ControlRefused(404, "no such organization")
        return organization
