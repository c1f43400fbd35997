"""Patch instructions of a base connection: what may be changed, and how."""

from __future__ import annotations

from emulator.core.http import Json
from emulator.core.store import Document
from emulator.flow_service import exceptions

OPERATIONS = ("add", "replace", "remove")


def apply(document: Document, instructions: Json) -> Document:
    """Follow the instructions on a copy. Name, description and the auth params as a whole can change."""
    if not isinstance(instructions, list):
        raise exceptions.patch_invalid("An array of instructions is expected")
    if not instructions:
        raise exceptions.body_missing()
    patched = document
    for instruction in instructions:
        patched = _follow(patched, instruction)
    return patched


def _follow(document: Document, instruction: Json) -> Document:
    if not isinstance(instruction, dict):
        raise exceptions.patch_invalid("An instruction is expected to be an object")
    for field in ("op", "path", "value"):
        if field not in instruction:
            raise exceptions.patch_invalid(f'Missing field "{field}"')
    operation, path, value = instruction["op"], instruction["path"], instruction["value"]
    if operation not in OPERATIONS:
        raise exceptions.operation_unsupported(operation)
    if path == "/connectionSpec" or str(path).startswith("/connectionSpec/"):
        raise exceptions.spec_fixed()
    if path == "/auth/params":
        return _auth_params(document, operation, value)
    if path not in ("/name", "/description"):
        raise exceptions.patch_invalid(f'Missing field "{path}"')
    return _text_field(document, str(path)[1:], operation, value)


def _auth_params(document: Document, operation: str, value: Json) -> Document:
    if operation == "remove":
        raise exceptions.field_missing("auth.params")
    if not isinstance(value, dict):
        raise exceptions.patch_invalid("An object is expected at /auth/params")
    return {**document, "auth": {**document["auth"], "params": value}}


def _text_field(document: Document, field: str, operation: str, value: Json) -> Document:
    if operation != "add" and field not in document:
        raise exceptions.patch_invalid(f'Missing field "{field}"')
    if operation == "remove":
        if field == "name":
            raise exceptions.field_missing(field)
        return {key: item for key, item in document.items() if key != field}
    if not isinstance(value, str) or (field == "name" and not value.strip()):
        raise exceptions.field_missing(field)
    return {**document, field: value}
