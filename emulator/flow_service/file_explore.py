"""Explore of the landing zone: folders, files, and what is in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

from emulator.core.store import Document
from emulator.core.tenants import Tenant
from emulator.flow_service import delimited, exceptions
from emulator.flow_service.file_sources import FORMATS, check_properties
from emulator.flow_service.zone_files import ZoneFile, ZoneFiles
from emulator.landing_zone.models import CONTAINER

PREVIEWED = 100
GIVEN = ("fileType", "compressionType", "columnDelimiter", "encoding")
KNOWN = (*GIVEN, "objectType", "object", "preview", "determineProperties")


def explore(files: ZoneFiles, tenant: Tenant, query: Document) -> list[Document] | Document:
    """Answer what a query asks for."""
    for name in query:
        if name not in KNOWN:
            raise exceptions.parameter_unknown(name)
    kind, path = query.get("objectType"), query.get("object", "")
    if kind == "root":
        return files.entries(tenant, CONTAINER)
    if kind not in ("folder", "file"):
        raise exceptions.object_type_invalid()
    if not path:
        raise exceptions.query_param_empty("object", kind)
    if kind == "folder":
        return files.entries(tenant, path)
    for name in ("preview", "determineProperties"):
        if query.get(name, "false") not in ("true", "false"):
            raise exceptions.param_invalid(query[name], name)
    return _file(files, tenant, query)


def _file(files: ZoneFiles, tenant: Tenant, query: Document) -> Document:
    given = {name: query[name] for name in GIVEN if name in query}
    determines = query.get("determineProperties") == "true"
    if determines and given:
        raise exceptions.properties_twice()
    if not determines and given.get("fileType") not in FORMATS:
        raise exceptions.file_type_missing()
    file = files.find(tenant, query["object"])
    if determines:
        with files.open(file) as source:
            found = delimited.determine(source)
        if found is None:
            raise exceptions.properties_undetected()
        given = found
    form = given["fileType"]
    properties = {name: value for name, value in given.items() if name != "fileType"}
    if len(properties.get("columnDelimiter", ",")) > 1:
        raise exceptions.param_invalid(properties["columnDelimiter"], "columnDelimiter")
    check_properties(properties, form)
    columns, rows = _content(files, file, form, properties, PREVIEWED if query.get("preview") == "true" else 0)
    shown: Document = {
        "format": "flat",
        "schema": {"columns": [{"name": name, "type": "string", "xdm": {"type": "string"}} for name in columns]},
    }
    if determines or properties:
        shown = {"properties": given, **shown}
    return {**shown, "data": rows} if query.get("preview") == "true" else shown


def _content(
    files: ZoneFiles, file: ZoneFile, form: str, properties: Document, limit: int
) -> tuple[list[str], list[Document]]:
    with files.open(file) as source:
        if form == "delimited":
            with delimited.read(source, file.path, properties) as table:
                rows = [dict(zip(table.header, line, strict=False)) for line in islice(table, limit)]
                return table.header, rows
        if form == "json":
            with delimited.unpacked(source, properties.get("compressionType")) as plain:
                rows = list(islice(_objects(plain.read(), file.path), max(limit, 1)))
                return list(rows[0]) if rows else [], rows[:limit]
    raise exceptions.source_failed("What is in a file of Parquet is not emulated")


def _objects(content: bytes, path: str) -> Iterator[Document]:
    """The objects of an array, or one a line."""
    try:
        read = json.loads(content) if content.lstrip()[:1] == b"[" else map(json.loads, content.splitlines())
        yield from (item for item in read if isinstance(item, dict))
    except ValueError as error:
        raise exceptions.source_failed(f"The file {path} cannot be read: {error}") from error
