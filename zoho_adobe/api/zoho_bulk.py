"""What of Zoho CRM gives a whole module: Bulk Read, counts by COQL, and the list of deleted records.

Sources: https://www.zoho.com/crm/developer/docs/api/v8/bulk-read/create-job.html,
https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html and
https://www.zoho.com/crm/developer/docs/api/v8/get-deleted-records.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from zoho_adobe.api.download import FileTransport
from zoho_adobe.api.transport import Answer, Params, time_of
from zoho_adobe.api.zoho_accounts import zoho_token
from zoho_adobe.api.zoho_errors import crm_error
from zoho_adobe.data_centers import host_of
from zoho_adobe.errors import (
    LostAnswerError,
    ServerError,
    ZohoFieldError,
    ZohoRegionError,
    ZohoStaleTokenError,
)
from zoho_adobe.settings import Reach, check_zoho_url
from zoho_adobe.zoho_credentials import ZohoCredentials

MODULES, BULK, COQL = "ZohoCRM.modules.READ", "ZohoCRM.bulk.READ", "ZohoCRM.coql.READ"
SCOPES = (BULK, COQL, MODULES)
"""The scopes that an export needs."""

JOB_CREDITS = 50
"""API credits that a job costs; what it costs to ask about it, and to fetch its result, is not documented."""
_DELETED_CREDITS = 2

_DELETED_PAGE = 200
_RECORDS_PAGE = 200
_REFUSED_FIELDS = ("FIELD_NOT_SUPPORTED", "FIELD_NOT_AVAILABLE")


@dataclass(frozen=True, slots=True)
class Job:
    """A Bulk Read job.

    Attributes:
        id: its id.
        user: the id of the user who made it, whose records it gives.
    """

    id: str
    user: str


@dataclass(frozen=True, slots=True)
class JobState:
    """How far a job is.

    Attributes:
        completed: whether its result can be taken.
        failure: why it failed, empty if it did not.
        count: rows of the result.
        more: whether there are more rows than a job gives.
        page_token: what the next page is asked for by.
        user: the id of the user who made it.
    """

    completed: bool
    failure: str
    count: int
    more: bool
    page_token: str
    user: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """A record that was deleted or converted.

    Attributes:
        id: its id.
        at: when, in seconds since 1970.
    """

    id: str
    at: int


class ZohoBulk:
    """Zoho CRM, as far as an export needs it. Tokens are renewed as needed, and shared with all processes of the user.

    Args:
        credentials: whose records are read.
        reach: how far requests may go.
        api_url: the server of the API.

    Raises:
        SettingError: the API's URL is not one that credentials may be sent to.
    """

    def __init__(self, credentials: ZohoCredentials, reach: Reach, api_url: str) -> None:
        check_zoho_url("apiUrl", api_url, reach.allowed_hosts)
        self._credentials = credentials
        self._reach = reach
        self._api_url = api_url
        self._transport = FileTransport("Zoho CRM", f"{api_url}/crm", timeout=reach.request_timeout)
        self.now = 0.0
        """Zoho's time when it answered last, in seconds since 1970."""
        self.credits = 0
        """Zoho's API credits that the answers so far have cost.

        Source: https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html
        """

    def count(self, module: str, condition: str) -> int:
        """Count the records that meet a condition.

        Args:
            module: the module's API name.
            condition: the condition, in COQL.
        """
        query = {"select_query": f"select COUNT(id) from {module} where {condition}"}  # noqa: S608 - both are ours
        scope = f"{COQL} or {MODULES}"
        answer = self._send("POST", "/v8/coql", f"to count {module}", scope, body=query, repeatable=True)
        if answer.status == 204:
            return 0
        data = answer.json_object().get("data")
        row = data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else {}
        count = next((value for key, value in row.items() if str(key).lower() == "count(id)"), None)
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise answer.unreadable("no count")
        return count

    def create_job(self, module: str, fields: Sequence[str], criteria: dict[str, Any] | None) -> Job:
        """Make a job.

        Args:
            module: the module's API name.
            fields: the API names of the fields; the id comes along anyway.
            criteria: which records, None for all.

        Raises:
            ZohoFieldError: Bulk Read does not give one of the fields.
            ZohoCreditsError: the account's credits are used up (429), or too many jobs are unfinished (400).
        """
        query: dict[str, Any] = {"module": {"api_name": module}, "fields": list(fields), "page": 1}
        if criteria is not None:
            query["criteria"] = criteria
        return self._create_job(query, module)

    def continue_job(self, module: str, page_token: str) -> Job:
        """Make a job for the page that follows another job's.

        Args:
            module: the module's API name.
            page_token: the token that the other job's state had.
        """
        return self._create_job({"page_token": page_token}, module)

    def _create_job(self, query: dict[str, Any], module: str) -> Job:
        body = {"query": query, "file_type": "csv"}
        doing, scope = f"to export {module}", f"{BULK} or {MODULES}"
        try:
            answer = self._send("POST", "/bulk/v8/read", doing, scope, body=body, credits=JOB_CREDITS)
        except (LostAnswerError, ServerError):
            # There may be a job now whose id nobody knows: it costs credits, and does no harm.
            answer = self._send("POST", "/bulk/v8/read", doing, scope, body=body, credits=JOB_CREDITS)
        details = _first(answer).get("details")
        identifier = details.get("id") if isinstance(details, dict) else None
        if not isinstance(details, dict) or not isinstance(identifier, str) or not identifier.isalnum():
            raise answer.unreadable("no id of a job")
        return Job(identifier, _id_of(details.get("created_by")))

    def job(self, identifier: str) -> JobState | None:
        """Read how far a job is.

        Args:
            identifier: the job's id.

        Returns:
            The state; None if Zoho no longer knows the job.
        """
        answer = self._send("GET", f"/bulk/v8/read/{identifier}", "about a job", BULK, missing=True, credits=0)
        if answer.status == 404:
            return None
        found = _first(answer)
        state = str(found.get("state") or "").upper()
        given = found.get("result")
        result: dict[str, Any] = given if isinstance(given, dict) else {}
        user = _id_of(found.get("created_by"))
        if state == "FAILURE":
            error = result.get("error_message")
            said = error.get("code") or error.get("message") if isinstance(error, dict) else error
            return JobState(False, str(said or "no reason given"), 0, False, "", user)
        if state != "COMPLETED":
            return JobState(False, "", 0, False, "", user)
        count, more, token = result.get("count"), result.get("more_records"), result.get("next_page_token")
        if isinstance(count, bool) or not isinstance(count, int) or not isinstance(more, bool):
            raise answer.unreadable("no count of rows")
        return JobState(True, "", count, more, str(token or ""), user)

    def download(self, identifier: str, into: BinaryIO, beat: Callable[[], None]) -> bool:
        """Take the result of a completed job. Zoho gives ten of them a minute.

        Args:
            identifier: the job's id.
            into: where to write the zip file.
            beat: is called again and again meanwhile.

        Returns:
            Whether there is a result; it is kept for a day.
        """
        path = f"/bulk/v8/read/{identifier}/result"
        for attempt in (1, 2):
            headers = self._headers()
            answer = self._transport.download(path, into, headers=headers, beat=beat)
            if answer.ok:
                return True
            if answer.status == 404:
                return False
            error = crm_error(answer, "for the result of a job", BULK)
            if attempt == 2 or not isinstance(error, ZohoStaleTokenError):
                raise error
            self._headers(rejected=headers["Authorization"].removeprefix(_SCHEME))
        raise AssertionError

    def deleted(self, module: str, since: int) -> Iterator[Deleted]:
        """List the records that were deleted; they are listed for 60 days, or 120 once the recycle bin is emptied.

        Args:
            module: the module's API name.
            since: from when on, in seconds since 1970.
        """
        page = 1
        headers = {"If-Modified-Since": datetime.fromtimestamp(since, UTC).isoformat()}
        while True:
            params = [("type", "all"), ("page", str(page)), ("per_page", str(_DELETED_PAGE))]
            doing = f"for the deleted records of {module}"
            path = f"/v8/{module}/deleted"
            answer = self._send("GET", path, doing, MODULES, params=params, headers=headers, credits=_DELETED_CREDITS)
            if answer.status in (204, 304):
                return
            body = answer.json_object()
            data, info = body.get("data"), body.get("info")
            if not isinstance(data, list) or not isinstance(info, dict):
                raise answer.unreadable("no list of deleted records")
            for item in data:
                yield _gone(answer, item, "deleted_time")
            if not info.get("more_records"):
                return
            page += 1

    def converted(self, module: str, since: int) -> Iterator[Deleted]:
        """List the records that were converted, and when: leads, which are then counted no more.

        Args:
            module: the module's API name.
            since: from when on they changed, in seconds since 1970.
        """
        headers = {"If-Modified-Since": datetime.fromtimestamp(since, UTC).isoformat()}
        first = [("fields", "id,Modified_Time"), ("converted", "true"), ("per_page", str(_RECORDS_PAGE))]
        params = first
        while True:
            doing = f"for the converted records of {module}"
            answer = self._send("GET", f"/v8/{module}", doing, MODULES, params=params, headers=headers)
            if answer.status in (204, 304):
                return
            body = answer.json_object()
            data, info = body.get("data"), body.get("info")
            if not isinstance(data, list) or not isinstance(info, dict):
                raise answer.unreadable("no list of records")
            for item in data:
                yield _gone(answer, item, "Modified_Time")
            if not info.get("more_records"):
                return
            params = [*first, ("page_token", str(info.get("next_page_token")))]

    def _send(
        self,
        method: str,
        path: str,
        doing: str,
        scope: str,
        *,
        body: Any = None,
        params: Params = (),
        headers: dict[str, str] | None = None,
        repeatable: bool | None = None,
        missing: bool = False,
        credits: int = 1,
    ) -> Answer:
        rejected = ""
        while True:
            authorization = self._headers(rejected=rejected)
            answer = self._transport.send(
                method,
                path,
                headers={**authorization, **(headers or {})},
                body=body,
                params=params,
                repeatable=repeatable,
            )
            if answer.ok or answer.status == 304 or (missing and answer.status == 404):
                self.now = time_of(answer)
                self.credits += credits
                return answer
            error = crm_error(answer, doing, scope)
            if isinstance(error, ZohoStaleTokenError) and not rejected:
                rejected = authorization["Authorization"].removeprefix(_SCHEME)
                continue
            name = _refused_field(answer) if error.code in _REFUSED_FIELDS else ""
            raise ZohoFieldError(str(error), service=error.service, status=error.status, name=name) if name else error

    def _headers(self, rejected: str = "") -> dict[str, str]:
        token = zoho_token(self._credentials, self._reach, rejected=rejected)
        if token.api_domain and host_of(token.api_domain) != host_of(self._api_url):
            raise ZohoRegionError(
                f"Zoho names the API {token.api_domain} for these credentials, the exports document {self._api_url}",
                remedy="Use the credentials of the account that the stack describes, or update the stack",
            )
        return {"Authorization": f"{_SCHEME}{token.value}"}


_SCHEME = "Zoho-oauthtoken "


def _first(answer: Answer) -> dict[str, Any]:
    data = answer.json_object().get("data")
    if not isinstance(data, list) or not data or not isinstance(data[0], dict):
        raise answer.unreadable("no job")
    found: dict[str, Any] = data[0]
    return found


def _id_of(user: Any) -> str:
    return str(user.get("id") or "") if isinstance(user, dict) else ""


def _refused_field(answer: Answer) -> str:
    details = answer.json_object().get("details")
    name = details.get("api_name") or details.get("field") if isinstance(details, dict) else None
    return name if isinstance(name, str) else ""


def _gone(answer: Answer, item: Any, time: str) -> Deleted:
    try:
        return Deleted(str(item["id"]), int(datetime.fromisoformat(item[time]).timestamp()))
    except (KeyError, TypeError, ValueError):
        raise answer.unreadable("no time of a deletion") from None
