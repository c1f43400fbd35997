"""The `exports` document, version 1: what a stack tells the exporter. It holds no secret.

docs/exports-1.schema.json describes it for other programs. The reader refuses what the schema refuses, and in addition
what no schema can say: two tables that share a folder, or a module and a dataset.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from zoho_adobe.errors import InputError

VERSION = 1
ID = "id"
"""The column that every table has, and that Zoho adds to every file."""

_MODULE = r"[A-Za-z][A-Za-z0-9_]*"
_FIELD = r"[$]?[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?"
_HEADER = r"[A-Za-z_][A-Za-z0-9_]*"
_PATH = r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*"
_ID = r"[A-Za-z0-9-]+"
_TEXT = r"[^\x00-\x1f\x7f]+"
_URL = r"https?://[^\s?#@]+"
_FREQUENCIES = {"minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: the field's API name in Zoho.
        type: the field's data type in Zoho, such as "datetime".
        header: the name that the mapping knows it by.
    """

    name: str
    type: str
    header: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where files go, and what takes them from there.

    Attributes:
        path: the folder below the container, such as "zoho/contacts".
        dataset_id: the dataset that the rows end in.
        dataflow_id: the dataflow that brings them there.
        source_connection_id: the dataflow's source connection.
        target_connection_id: its target connection.
    """

    path: str
    dataset_id: str
    dataflow_id: str
    source_connection_id: str
    target_connection_id: str


@dataclass(frozen=True, slots=True)
class Deletes:
    """How deleted records are marked.

    Attributes:
        target: where their files go.
        id_header: the mapping's name of the record's id.
        time_header: the mapping's name of the time when it was deleted.
    """

    target: Target
    id_header: str
    time_header: str


@dataclass(frozen=True, slots=True)
class Table:
    """A module of Zoho CRM that is exported.

    Attributes:
        name: what the program calls it.
        module: the module's API name.
        target: where its files go.
        columns: its columns, in the order of the files.
        created_by: the field that tells when a record was created, by which everything is exported; empty if the
            module has none.
        modified_by: the field that tells when a record changed, by which changes are exported; empty if the module has
            none, so that everything is exported each time.
        whole_every_days: after how many days everything is exported again; 0 for never.
        schedule_seconds: how often the dataflow runs; 0 for once.
        deletes: how deleted records are marked, None if they are not.
    """

    name: str
    module: str
    target: Target
    columns: tuple[Column, ...]
    created_by: str
    modified_by: str
    whole_every_days: int
    schedule_seconds: int
    deletes: Deletes | None


@dataclass(frozen=True, slots=True)
class LandingZonePlace:
    """The landing zone as it was when the stack was updated.

    Attributes:
        provider: "azure" or "aws".
        container: the container or bucket.
        days_to_live: how long a file stays.
        manifests: the folder for the exporter's own files; no dataflow reads it.
    """

    provider: str
    container: str
    days_to_live: int
    manifests: str


@dataclass(frozen=True, slots=True)
class ZohoPlace:
    """Where Zoho CRM is.

    Attributes:
        data_center: the code of the data center, such as "eu".
        accounts_url: the accounts server.
        api_url: the server of the API.
    """

    data_center: str
    accounts_url: str
    api_url: str


@dataclass(frozen=True, slots=True)
class Exports:
    """The whole document.

    Attributes:
        organization: the IMS organization id.
        sandbox: the sandbox's name.
        platform_url: base URL of Adobe's APIs, empty for Adobe's own.
        ims_url: base URL of Adobe's identity service, empty for Adobe's own.
        zone: the landing zone.
        zoho: where Zoho CRM is.
        tables: what is exported.
    """

    organization: str
    sandbox: str
    platform_url: str
    ims_url: str
    zone: LandingZonePlace
    zoho: ZohoPlace
    tables: tuple[Table, ...]


def read_exports(text: str) -> Exports:
    """Read the document.

    Args:
        text: the document as JSON.

    Raises:
        InputError: it is not JSON, has another version, or a field is missing or malformed; the message names it.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(
            "exports", "the document is not JSON", remedy="Write it by `pulumi stack output exports --json > FILE`"
        ) from None
    return exports_of(found)


def exports_of(found: Any) -> Exports:
    """Read the document from parsed JSON; see `read_exports`."""
    top = _Object("exports", found)
    version = top.take("version")
    if isinstance(version, bool) or version != VERSION:
        newer = isinstance(version, int) and version > VERSION
        raise InputError(
            "exports.version",
            f"this release of zoho-adobe reads version {VERSION}, not {version!r}",
            remedy=f"Install the release that the stack uses{'' if newer else ', or update the stack with this one'}",
        )
    zone, zoho = top.object("zone"), top.object("zoho")
    exports = Exports(
        organization=top.text("organization", r"[!-?A-~]+@AdobeOrg"),
        sandbox=top.text("sandbox", r"[a-z0-9][a-z0-9-]*"),
        platform_url=top.text("platformUrl", _URL, default=""),
        ims_url=top.text("imsUrl", _URL, default=""),
        zone=LandingZonePlace(
            provider=zone.text("provider", "azure|aws"),
            container=zone.text("container", r"[A-Za-z0-9.-]+"),
            days_to_live=zone.whole("daysToLive", 1, 3650),
            manifests=zone.text("manifests", _PATH),
        ),
        zoho=ZohoPlace(
            data_center=zoho.text("dataCenter", r"[a-z]*"),
            accounts_url=zoho.text("accountsUrl", _URL),
            api_url=zoho.text("apiUrl", _URL).rstrip("/"),
        ),
        tables=tuple(_table(item) for item in top.objects("tables")),
    )
    for each in (zone, zoho, top):
        each.done()
    _check_apart(exports)
    return exports


def _table(found: _Object) -> Table:
    schedule = found.object("schedule")
    frequency = schedule.text("frequency", "once|minute|hour|day|week")
    interval = schedule.whole("interval", 1, 10_000, default=1)
    schedule.done()
    deletes = found.object("deletes", optional=True)
    table = Table(
        name=found.text("name", _TEXT),
        module=found.text("module", _MODULE),
        target=_target(found),
        columns=tuple(_column(item) for item in found.objects("columns")),
        created_by=found.text("createdBy", _FIELD, default=""),
        modified_by=found.text("modifiedBy", _FIELD, default=""),
        whole_every_days=found.whole("wholeEveryDays", 0, 3650),
        schedule_seconds=_FREQUENCIES.get(frequency, 0) * interval,
        deletes=None if deletes is None else _deletes(deletes),
    )
    found.done()
    names, headers = [[column.name for column in table.columns], [column.header for column in table.columns]]
    for what, values in (("name", names), ("header", headers)):
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise InputError(f"{found.place}.columns", f"two columns have the {what} {twice[0]!r}")
    if ID not in names:
        raise InputError(f"{found.place}.columns", f"there is no column named {ID!r}, by which rows are told apart")
    return table


def _column(found: _Object) -> Column:
    column = Column(found.text("name", _FIELD), found.text("type", r"[A-Za-z_]+"), found.text("header", _HEADER))
    found.done()
    return column


def _deletes(found: _Object) -> Deletes:
    deletes = Deletes(_target(found), found.text("idHeader", _HEADER), found.text("timeHeader", _HEADER))
    found.done()
    if deletes.id_header == deletes.time_header:
        raise InputError(f"{found.place}.timeHeader", "it is the same as idHeader")
    return deletes


def _target(found: _Object) -> Target:
    return Target(
        path=found.text("path", _PATH),
        dataset_id=found.text("datasetId", _ID),
        dataflow_id=found.text("dataflowId", _ID),
        source_connection_id=found.text("sourceConnectionId", _ID),
        target_connection_id=found.text("targetConnectionId", _ID),
    )


def _check_apart(exports: Exports) -> None:
    """Refuse what would let two tables take each other's files, progress or lock."""
    targets = [table.target for table in exports.tables]
    targets += [table.deletes.target for table in exports.tables if table.deletes]
    folders = sorted(f"{path}/" for path in (exports.zone.manifests, *(target.path for target in targets)))
    for one, other in pairwise(folders):
        if other.startswith(one):
            raise InputError("exports.tables", f"the folders {one} and {other} are not apart")
    for what, values in (
        ("the name", [table.name for table in exports.tables]),
        ("the module and dataset", [f"{table.module}, {table.target.dataset_id}" for table in exports.tables]),
    ):
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise InputError("exports.tables", f"two tables have {what} {twice[0]!r}")


class _Object:
    """A JSON object of which every key has to be asked for."""

    def __init__(self, place: str, found: Any) -> None:
        if not isinstance(found, dict):
            raise InputError(place, "it is not an object")
        self.place = place
        self._left = dict(found)

    def take(self, key: str) -> Any:
        if key not in self._left:
            raise InputError(f"{self.place}.{key}", "it is missing", remedy="Update the stack, and export it again")
        return self._left.pop(key)

    def text(self, key: str, pattern: str, *, default: str | None = None) -> str:
        if default is not None and self._left.get(key) is None:
            self._left.pop(key, None)
            return default
        value = self.take(key)
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise InputError(f"{self.place}.{key}", f"{value!r} is not valid here")
        return value

    def whole(self, key: str, least: int, most: int, *, default: int | None = None) -> int:
        if default is not None and self._left.get(key) is None:
            self._left.pop(key, None)
            return default
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise InputError(f"{self.place}.{key}", f"{value!r} is not a whole number from {least} to {most}")
        return value

    def object(self, key: str, *, optional: bool = False) -> Any:
        if optional and self._left.get(key) is None:
            self._left.pop(key, None)
            return None
        return _Object(f"{self.place}.{key}", self.take(key))

    def objects(self, key: str) -> list[_Object]:
        value = self.take(key)
        if not isinstance(value, list) or not value:
            raise InputError(f"{self.place}.{key}", "it is not a list with at least one entry")
        return [_Object(f"{self.place}.{key}[{at}]", item) for at, item in enumerate(value)]

    def done(self) -> None:
        if self._left:
            raise InputError(f"{self.place}.{min(self._left)}", "this release of zoho-adobe does not know it")
