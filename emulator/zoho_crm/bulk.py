"""Bulk Read: jobs that write a module's rows into a zipped CSV file.

A job reads the rows when it is first seen to be complete, at one moment: what is edited later is not in the file. Rows
are in the order of their ids, and a page that is asked for by token begins behind the last id of the page before it.
"""

from __future__ import annotations

import csv
import io
import secrets
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from emulator.core.clock import Clock
from emulator.core.http import Json
from emulator.core.store import Document, Store
from emulator.zoho_crm import criteria, exceptions
from emulator.zoho_crm.records import Records
from emulator.zoho_crm.rows import ALL, Condition, Place, show_time

PER_PAGE = 200_000
LAST_PAGE = 50
DAY = 86400
MOST_FIELDS = 200
DOWNLOADS_A_MINUTE = 10
UNFINISHED = {"free": 5, "standard": 10, "professional": 15, "enterprise": 20, "ultimate": 25}
UNSUPPORTED_MODULES = frozenset({"Notes", "Attachments", "Emails", "Visits", "Actions_Performed"})
UNSUPPORTED_TYPES = frozenset({"fileupload", "imageupload", "multiselectlookup", "composite", "subform"})
ADDED, QUEUED, RUNNING, COMPLETED, FAILURE = "ADDED", "QUEUED", "IN PROGRESS", "COMPLETED", "FAILURE"


class BulkJobs:
    """All jobs of all organizations."""

    def __init__(self, store: Store, clock: Clock, records: Records) -> None:
        self._clock = clock
        self._records = records
        self._files = store.directory / "bulk"
        self._jobs = store.collection("zoho_bulk_jobs", lambda job: str(job["organization"]))
        self._tokens = store.collection("zoho_bulk_tokens")
        self._downloads = store.collection("zoho_bulk_downloads")
        self._settings = store.collection("zoho_bulk_settings")

    def settings(self, organization: str) -> Document:
        """How an organization's jobs go: seconds they take, the code that the next fails with, rows that the
        next misses, the id column's name."""
        return {"seconds": 0, "fail": None, "miss": 0, "id_header": "Id", **(self._settings.get(organization) or {})}

    def change_settings(self, organization: str, changed: Document) -> Document:
        settings = {**self.settings(organization), **changed}
        self._settings.put(organization, settings)
        return settings

    def read(self, organization: str, zuid: str, query: Json) -> Document:
        """Check what is asked for; where it goes on by a page token, find out what that is."""
        if not isinstance(query, dict):
            raise exceptions.missing_parameter("query")
        return self._continued(zuid, query) if "page_token" in query else self._checked(organization, query)

    def add(self, organization: Document, zuid: str, wanted: Document) -> Document:
        """Accept a job for what `read` gave."""
        most = UNFINISHED[organization.get("edition", "enterprise")]
        jobs = [job for _, job in self._jobs.newest_first(organization["id"])]
        if sum(self._state(job) in (ADDED, QUEUED, RUNNING) for job in jobs) >= most:
            raise exceptions.too_many_jobs(most)
        settings = self.settings(organization["id"])
        if settings["fail"] is not None or settings["miss"]:
            self.change_settings(organization["id"], {"fail": None, "miss": 0})
        job = {
            "id": f"5725767{secrets.randbelow(10**12):012d}",
            "organization": organization["id"],
            "zuid": zuid,
            **wanted,
            "created": int(self._clock.now()),
            "seconds": settings["seconds"],
            "id_header": settings["id_header"],
            "error": settings["fail"],
            "miss": settings["miss"],
        }
        self._jobs.put(job["id"], job)
        return job

    def get(self, organization: str, identifier: str) -> Document:
        """A job with its state; one that has had its time is carried out."""
        job = self._jobs.get(identifier)
        if job is None or job["organization"] != organization:
            raise exceptions.no_such_job()
        state = self._state(job)
        if state == COMPLETED and "count" not in job:
            job = self._carry_out(job)
        return {**job, "state": state}

    def result(self, organization: str, identifier: str) -> bytes:
        """The zip file."""
        job = self.get(organization, identifier)
        self._count_download(organization)
        if job["state"] != COMPLETED or self._clock.now() >= job["completed"] + DAY:
            raise exceptions.no_such_job()
        return self._file(job["id"]).read_bytes()

    def _state(self, job: Document) -> str:
        if job.get("completed") is not None:
            return COMPLETED
        passed = self._clock.now() - job["created"]
        if passed >= job["seconds"]:
            return COMPLETED if job["error"] is None else FAILURE
        if passed < job["seconds"] / 3:
            return ADDED
        return QUEUED if passed < job["seconds"] * 2 / 3 else RUNNING

    def _checked(self, organization: str, query: Document) -> Document:
        module = query.get("module")
        name = module.get("api_name") if isinstance(module, dict) else None
        if not isinstance(name, str):
            raise exceptions.missing_parameter("module")
        if name in UNSUPPORTED_MODULES:
            raise exceptions.module_not_supported(name)
        fields = self._records.fields(organization, name)
        if not fields:
            raise exceptions.invalid_module()
        types = {field["api_name"]: field["data_type"] for field in fields}
        wanted = query.get("fields", [])
        if not isinstance(wanted, list) or not all(isinstance(item, str) for item in wanted):
            raise exceptions.invalid_data("fields")
        for item in wanted:
            if item not in types:
                raise exceptions.field_not_available(item)
            if types[item] in UNSUPPORTED_TYPES:
                raise exceptions.field_not_supported(item)
        if "criteria" in query:
            criteria.condition(query["criteria"], types)
        page = query.get("page", 1)
        if not isinstance(page, int) or isinstance(page, bool) or page < 1:
            raise exceptions.invalid_data("page")
        if page > LAST_PAGE:
            raise exceptions.page_range(LAST_PAGE)
        return {"query": query, "page": page, "behind": None}

    def _continued(self, zuid: str, query: Document) -> Document:
        """The job that goes on where another's page ended: of the same user, for a day."""
        token = self._tokens.get(str(query["page_token"]))
        if set(query) != {"page_token"} or token is None or token["zuid"] != zuid:
            raise exceptions.invalid_data("page_token")
        if self._clock.now() >= token["created"] + DAY:
            raise exceptions.invalid_data("page_token")
        return {"query": token["query"], "page": token["page"], "behind": token["behind"]}

    def _carry_out(self, job: Document) -> Document:
        query = job["query"]
        place = Place(job["organization"], query["module"]["api_name"])
        fields = self._records.fields(*place)
        types = {field["api_name"]: field["data_type"] for field in fields}
        where = criteria.condition(query["criteria"], types) if "criteria" in query else ALL
        offset = (job["page"] - 1) * PER_PAGE
        if job["behind"] is not None:
            where, offset = Condition(f"({where.sql}) AND id > ?", (*where.values, job["behind"])), 0
        names = query.get("fields") or []
        # Zoho gives all fields where more are named than it can choose from.
        if not names or len(names) > MOST_FIELDS:
            names = [name for name, kind in types.items() if kind not in UNSUPPORTED_TYPES]
        names = [name for name in names if name != "id"]
        wanted = set(names)
        shown = [field for field in fields if field["api_name"] in wanted]
        rows = self._records.table.select(place, shown, where, "id", PER_PAGE + 1, offset + job["miss"])
        count, last, more = self._write(job, names, rows)
        done = {**job, "completed": int(self._clock.now()), "count": count, "more": more, "token": None}
        if more:
            done["token"] = secrets.token_hex(32)
            token = {"zuid": job["zuid"], "query": query, "page": job["page"] + 1, "behind": last}
            self._tokens.put(done["token"], {**token, "created": done["completed"]})
        self._jobs.put(job["id"], done)
        return done

    def _write(self, job: Document, names: list[str], rows: Iterator[Document]) -> tuple[int, int, bool]:
        count, last, more = 0, 0, False
        self._files.mkdir(exist_ok=True)
        with (
            zipfile.ZipFile(self._file(job["id"]), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed,
            packed.open(f"{job['id']}.csv", "w") as raw,
            io.TextIOWrapper(raw, encoding="utf-8", newline="") as text,
        ):
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow([job["id_header"], *names])
            for row in rows:
                if count == PER_PAGE:
                    more = True
                    break
                writer.writerow([row["id"], *(_cell(row.get(name)) for name in names)])
                count, last = count + 1, int(row["id"])
        return count, last, more

    def _count_download(self, organization: str) -> None:
        """Ten in a minute; the eleventh blocks them all for as long."""
        now = self._clock.now()
        document = self._downloads.get(organization) or {"times": [], "blocked_until": 0}
        times = [time for time in document["times"] if time > now - 60]
        blocked = now < document["blocked_until"]
        if not blocked and len(times) >= DOWNLOADS_A_MINUTE:
            document["blocked_until"], blocked = now + 60, True
        self._downloads.put(organization, {**document, "times": times if blocked else [*times, now]})
        if blocked:
            raise exceptions.too_many_downloads()

    def _file(self, identifier: str) -> Path:
        return self._files / f"{identifier}.zip"


def show(job: Document, user: Document) -> Document:
    """A job as the API tells of it."""
    path = f"/crm/bulk/v8/read/{job['id']}"
    shown: Document = {
        "id": job["id"],
        "operation": "read",
        "state": job["state"],
        "query": {"page": job["page"], **job["query"]},
        "created_by": user,
        "created_time": show_time(job["created"]),
        "file_type": "csv",
    }
    if job["state"] == FAILURE:
        shown["result"] = {"error_message": {"code": job["error"], "message": "The job failed", "status": "error"}}
    if job["state"] == COMPLETED:
        shown["result"] = {
            "page": job["page"],
            "per_page": PER_PAGE,
            "count": job["count"],
            "download_url": f"{path}/result",
            "more_records": job["more"],
            "next_page_token": job["token"],
        }
    return shown


def _cell(value: Any) -> Any:
    """A value as the CSV has it: references are ids, lists one text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return value.get("id")
    if isinstance(value, list):
        return _joined(value)
    return value


def _joined(values: Iterable[Any]) -> str:
    return ";".join(str(item) for item in values)
