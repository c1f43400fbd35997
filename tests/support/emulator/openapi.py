"""Adobe's OpenAPI document of Flow Service, by an excerpt of its facts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

API = json.loads(Path(__file__).with_name("flow_service_api.json").read_text())
CONNECTION_OPERATIONS = [name for name in API["operations"] if name.partition(" ")[2].startswith("/connection")]


def check(value: Any, schema: dict[str, Any], *, closed: bool = True) -> None:
    """Validate; with `closed`, a property that the document does not have is an error too."""
    schemas = {name: _close(item) if closed else item for name, item in API["schemas"].items()}
    jsonschema.validate(value, {**schema, "schemas": schemas}, cls=jsonschema.Draft4Validator)


def _close(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "additionalProperties": False} if schema.get("properties") else schema
