"""Source connections on the landing zone: what is right of their bodies. No HTTP and no storage."""

from __future__ import annotations

from emulator.core.http import Json
from emulator.core.store import Document
from emulator.flow_service import exceptions
from emulator.flow_service.zone_files import PATH

FORMATS = ("delimited", "json", "parquet")
COMPRESSIONS = ("bzip2", "gzip", "deflate", "zipDeflate", "tarGzip", "tar")
ENCODINGS = ("UTF-8", "ISO-8859-1")
# Which properties a file of a format may have.
PROPERTIES = {
    "delimited": ("columnDelimiter", "encoding", "compressionType"),
    "json": ("compressionType",),
    "parquet": (),
}


def check(body: Document) -> Document:
    """Format, properties and path; there is no base connection."""
    if "baseConnectionId" in body:
        raise exceptions.base_connection_refused(body["connectionSpec"]["id"])
    return {"data": _data(body), "params": _params(body.get("params"))}


def check_properties(given: Document, form: str) -> None:
    """Refuse what files of a format cannot be like."""
    for name, value in given.items():
        if name not in PROPERTIES[form]:
            raise exceptions.param_invalid(value, f"data.properties.{name}")
    delimiter = given.get("columnDelimiter", ",")
    if not isinstance(delimiter, str) or delimiter in ("", "\n", "\r", '"'):
        raise exceptions.param_invalid(delimiter, "data.properties.columnDelimiter")
    for name, known in (("encoding", ENCODINGS), ("compressionType", COMPRESSIONS)):
        if name in given and given[name] not in known:
            raise exceptions.param_invalid(given[name], f"data.properties.{name}")


def _data(body: Document) -> Document:
    data = body.get("data")
    if not isinstance(data, dict):
        raise exceptions.field_missing("data")
    form = data.get("format")
    if form not in FORMATS:
        raise exceptions.format_unsupported(form, ", ".join(FORMATS))
    for name, value in data.items():
        if name not in ("format", "properties"):
            raise exceptions.param_invalid(value, f"data.{name}")
    properties = data.get("properties", {})
    if not isinstance(properties, dict):
        raise exceptions.param_invalid(properties, "data.properties")
    if form == "delimited" and len(str(properties.get("columnDelimiter", ","))) > 1:
        raise exceptions.delimiter_too_long(body.get("name"))
    check_properties(properties, form)
    return data


def _params(params: Json) -> Document:
    if not isinstance(params, dict):
        raise exceptions.field_missing("params")
    for name, value in params.items():
        if name not in ("path", "type", "recursive"):
            raise exceptions.param_invalid(value, f"params.{name}")
    path = params.get("path")
    if not isinstance(path, str) or not path:
        raise exceptions.field_missing("params.path")
    if PATH.fullmatch(path) is None:
        raise exceptions.param_invalid(path, "params.path")
    if params.get("type", "file") not in ("file", "folder"):
        raise exceptions.param_invalid(params["type"], "params.type")
    if not isinstance(params.get("recursive", False), bool):
        raise exceptions.param_invalid(params["recursive"], "params.recursive")
    return params
