"""What a run brings: the rows of a table, or those of files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Protocol

from emulator.catalog.rows import RowFile
from emulator.core.store import Document
from emulator.core.tenants import Tenant
from emulator.data_prep.mapper import Mapper
from emulator.flow_service import delimited, exceptions, specs, transformations
from emulator.flow_service.connector import Connector, moment
from emulator.flow_service.entities import Entities
from emulator.flow_service.zone_files import ZoneFile, ZoneFiles


@dataclass(frozen=True, slots=True)
class Window:
    """Of which times a run brings rows or files, in milliseconds: both ends belong to it."""

    start: int
    end: int
    earlier: dict[str, str] = field(default_factory=dict)
    """What the run before has brought of the second with which this window begins."""

    def holds(self, at: int) -> bool:
        """Sources tell seconds, so the whole second counts with which the window begins."""
        return self.start // 1000 * 1000 <= at <= self.end

    def is_edge(self, at: int) -> bool:
        return at >= self.end // 1000 * 1000


@dataclass(slots=True)
class Copied:
    """What a run has read, and what became of it."""

    rows: RowFile
    failed: int = 0
    input_bytes: int = 0
    files: list[str] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    """What was there of the last second of the window."""

    def is_new(self, window: Window, at: int | None, key: str, version: str) -> bool:
        """Whether a window brings this: what is on its edge may have come with the run before, or be newer."""
        if at is None or not window.holds(at):
            return False
        if window.is_edge(at):
            self.seen[key] = version
        return window.earlier.get(key) != version

    def take(self, mapped: Document | None) -> None:
        if mapped is None:
            self.failed += 1
        else:
            self.rows.add(mapped)

    @property
    def read(self) -> int:
        return self.rows.count + self.failed


class Source(Protocol):
    """A kind of source connection, at work."""

    spec: str
    text: bool
    """Whether all values of its rows are text."""

    def copy(self, tenant: Tenant, flow: Document, source: Document, window: Window, into: Copied, by: Mapper) -> None:
        """Read what is in the window, map it, and take it over."""


class Tables:
    """Tables of the CRM, by a delta column."""

    spec, text = specs.ZOHO_SPEC_ID, False

    def __init__(self, bases: Entities, connector: Connector) -> None:
        self._bases = bases
        self._connector = connector

    def copy(self, tenant: Tenant, flow: Document, source: Document, window: Window, into: Copied, by: Mapper) -> None:
        if not self._bases.has(tenant, source["baseConnectionId"]):
            raise exceptions.source_failed(f"The base connection {source['baseConnectionId']} does not exist")
        auth = self._bases.find(tenant, source["baseConnectionId"])["auth"]["params"]
        table = source["params"]["tableName"]
        wanted = [column["name"] for column in source["params"]["columns"]]
        present = {column["name"] for column in self._connector.columns(auth, table)}
        if not present:
            raise exceptions.no_columns(table)
        gone = [name for name in wanted if name not in present]
        if gone:
            raise exceptions.source_failed(f"ERROR [42S22] The table {table} has no column {', '.join(gone)}")
        delta = transformations.delta_column(flow["transformations"])
        for row in self._connector.rows(auth, table):
            if delta is not None:
                digest = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
                if not into.is_new(window, moment(row.get(delta)), row["id"], digest):
                    continue
            cells = {name: row.get(name) for name in wanted}
            into.input_bytes += len(json.dumps(cells))
            into.take(by.map(cells))


class Files:
    """Files of the landing zone, by when they were last modified."""

    spec, text = specs.LANDING_ZONE_SPEC_ID, True

    def __init__(self, files: ZoneFiles) -> None:
        self._files = files

    def copy(self, tenant: Tenant, flow: Document, source: Document, window: Window, into: Copied, by: Mapper) -> None:  # noqa: ARG002 - a table needs the flow
        if source["data"]["format"] != "delimited":
            raise exceptions.source_failed(f"Runs of files in the format {source['data']['format']} are not emulated")
        for file in self._files.matching(tenant, source["params"]):
            if into.is_new(window, file.modified * 1000, file.path, file.blob["etag"]):
                self._copy_file(file, source["data"].get("properties", {}), into, by)

    def _copy_file(self, file: ZoneFile, properties: Document, into: Copied, by: Mapper) -> None:
        if file.size == 0:
            raise exceptions.source_failed(f"The file {file.path} has a size of 0 bytes")
        into.files.append(f"/{file.path}")
        into.input_bytes += file.size
        with self._files.open(file) as content, delimited.read(content, file.path, properties) as table:
            header = table.header
            if len(set(header)) < len(header):
                raise exceptions.source_failed(f"The header of the file {file.path} names a column twice")
            missing = sorted(by.columns() - set(header))
            if missing:
                raise exceptions.source_failed(
                    f"The header of the file {file.path} lacks the columns {', '.join(missing)}"
                )
            for line in table:
                if len(line) == len(header):
                    # Nothing between two delimiters is no value, not a text of no length.
                    into.take(by.map({name: cell for name, cell in zip(header, line, strict=True) if cell}))
                else:
                    into.take(None)
