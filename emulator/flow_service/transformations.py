"""What a flow does on the way: copy by a delta column, map columns to fields. No HTTP and no storage."""

from __future__ import annotations

from typing import Any

from emulator.core.http import Json
from emulator.core.store import Document
from emulator.flow_service import exceptions
from emulator.flow_service.schedule import ONCE

COPY, MAPPING, ENCRYPTION = "Copy", "Mapping", "Encryption"


def check(given: Json, known: frozenset[str], frequency: str, flow: str = "") -> list[Document]:
    """Refuse what the flow spec does not take. What is right comes back with strings where numbers went in."""
    if not isinstance(given, list):
        raise exceptions.mapping_missing() if given is None else exceptions.transformations_unreadable(flow)
    found: dict[str, Document] = {}
    for item in given:
        name = item.get("name") if isinstance(item, dict) else None
        params = item.get("params") if isinstance(item, dict) else None
        if name not in known or name in found or not isinstance(params, dict):
            raise exceptions.transformations_unreadable(flow)
        found[name] = params
    if MAPPING not in found:
        raise exceptions.mapping_missing()
    if ENCRYPTION in found:
        _refuse_key(found[ENCRYPTION])
    checked = {MAPPING: _mapping(found[MAPPING])}
    if COPY in known:
        checked[COPY] = _copy(found.get(COPY), frequency)
    return [{"name": name, "params": checked[name]} for name in found]


def delta_column(transformations: list[Document]) -> str | None:
    """The column that says what is new."""
    for item in transformations:
        if item["name"] == COPY and "deltaColumn" in item["params"]:
            return str(item["params"]["deltaColumn"]["name"])
    return None


def mapping(transformations: list[Document]) -> tuple[str, int]:
    """The mapping set and its version."""
    params = next(item["params"] for item in transformations if item["name"] == MAPPING)
    return params["mappingId"], int(params["mappingVersion"])


def with_delta_column(transformations: list[Document], column: Document) -> list[Document]:
    """Add the delta column that a first run on demand brings."""
    others = [item for item in transformations if item["name"] != COPY]
    return [{"name": COPY, "params": {"deltaColumn": column}}, *others]


def _copy(params: Document | None, frequency: str) -> Document:
    column: Any = (params or {}).get("deltaColumn")
    if frequency == ONCE:
        if column is not None:
            raise exceptions.delta_column_with_once()
        return params or {}
    if not isinstance(column, dict) or not isinstance(column.get("name"), str) or not column["name"]:
        raise exceptions.delta_column_required()
    for name, value in column.items():
        if name not in ("name", "dateFormat", "timezone") or not isinstance(value, str):
            raise exceptions.param_invalid(value, f"deltaColumn.{name}")
    return {"deltaColumn": column}


def _refuse_key(params: Document) -> None:
    """Keys for encrypted files are not emulated: there is none that could be named."""
    if not params.get("publicKeyId"):
        raise exceptions.public_key_missing("publicKeyId")
    raise exceptions.public_key_invalid()


def _mapping(params: Document) -> Document:
    identifier, version = params.get("mappingId"), str(params.get("mappingVersion"))
    if not version.isascii() or not version.isdigit():
        raise exceptions.mapping_version_invalid()
    if not isinstance(identifier, str) or not identifier:
        raise exceptions.mapping_invalid(identifier, version)
    return {"mappingId": identifier, "mappingVersion": version}
