"""Patch instructions: how they are read, and what may be changed of a base connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from emulator.core.http import Json
from emulator.core.store import Document
from emulator.flow_service import exceptions

OPERATIONS = ("add", "replace", "remove")


class Instruction(NamedTuple):
    """One instruction."""

    operation: str
    path: str
    value: Json


def check_version(document: Document, if_match: str | None) -> None:
    """Refuse a change of another version than the current one."""
    if if_match is None:
        raise exceptions.if_match_missing()
    if if_match != document["etag"]:
        raise exceptions.version_mismatch(if_match, document["etag"])


def read(instructions: Json) -> Iterator[Instruction]:
    """Read the instructions one by one, so that the first that is wrong is named."""
    if not isinstance(instructions, list):
        raise exceptions.patch_invalid("An array of instructions is expected")
    if not instructions:
        raise exceptions.body_missing()
    for instruction in instructions:
        if not isinstance(instruction, dict):
            raise exceptions.patch_invalid("An instruction is expected to be an object")
        for field in ("op", "path", "value"):
            if field not in instruction:
                raise exceptions.patch_invalid(f'Missing field "{field}"')
        if instruction["op"] not in OPERATIONS:
            raise exceptions.operation_unsupported(instruction["op"])
        yield Instruction(instruction["op"], str(instruction["path"]), instruction["value"])


def apply(document: Document, instructions: Json) -> Document:
    """Follow the instructions on a copy. Name, description and the auth params as a whole can change."""
    patched = document
    for instruction in read(instructions):
        if instruction.path == "/auth/params":
            patched = _auth_params(patched, instruction)
        else:
            patched = text(patched, instruction)
    return patched


def text(document: Document, instruction: Instruction) -> Document:
    """Follow an instruction that changes the name or the description."""
    operation, path, value = instruction
    if path == "/connectionSpec" or path.startswith("/connectionSpec/"):
        raise exceptions.spec_fixed()
    if path not in ("/name", "/description"):
        raise exceptions.patch_invalid(f'Missing field "{path}"')
    field = path[1:]
    if operation != "add" and field not in document:
        raise exceptions.patch_invalid(f'Missing field "{field}"')
    if operation == "remove":
        if field == "name":
            raise exceptions.field_missing(field)
        return {key: item for key, item in document.items() if key != field}
    if not isinstance(value, str) or (field == "name" and not value.strip()):
        raise exceptions.field_missing(field)
    return {**document, field: value}


def _auth_params(document: Document, instruction: Instruction) -> Document:
    if instruction.operation == "remove":
        raise exceptions.field_missing("auth.params")
    if not isinstance(instruction.value, dict):
        raise exceptions.patch_invalid("An object is expected at /auth/params")
    return {**document, "auth": {**document["auth"], "params": instruction.value}}
