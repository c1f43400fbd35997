"""JSON Patch: add, replace and remove on a copy of a resource."""

from __future__ import annotations

import copy
from typing import Any

from emulator.core.http import Json
from emulator.core.store import Document
from emulator.schema_registry import exceptions


def apply(document: Document, instructions: Json) -> Document:
    """Follow the instructions on a copy."""
    if not isinstance(instructions, list) or not instructions:
        raise exceptions.invalid("An array of patch operations is expected")
    patched = copy.deepcopy(document)
    for instruction in instructions:
        if not isinstance(instruction, dict) or not isinstance(instruction.get("path"), str):
            raise exceptions.invalid("A patch operation is an object with op and path")
        _follow(patched, instruction)
    return patched


def _follow(document: Document, instruction: Document) -> None:
    operation, path = instruction.get("op"), instruction["path"]
    if operation not in ("add", "replace", "remove"):
        raise exceptions.invalid(f"Unsupported patch operation: {operation}")
    if operation != "remove" and "value" not in instruction:
        raise exceptions.invalid(f"The patch operation on {path} has no value")
    steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]
    if not steps or not all(steps):
        raise exceptions.invalid(f"Invalid path: {path}")
    holder: Any = document
    for step in steps[:-1]:
        holder = _below(holder, step, path)
    _change(holder, steps[-1], operation, instruction)


def _below(holder: Any, step: str, path: str) -> Any:
    if isinstance(holder, dict) and step in holder:
        return holder[step]
    if isinstance(holder, list) and step.isdigit() and int(step) < len(holder):
        return holder[int(step)]
    raise exceptions.invalid(f"There is nothing at {path}")


def _change(holder: Any, step: str, operation: str, instruction: Document) -> None:
    path, value = instruction["path"], instruction.get("value")
    if isinstance(holder, list) and operation == "add":
        position = len(holder) if step == "-" else int(step) if step.isdigit() else -1
        if not 0 <= position <= len(holder):
            raise exceptions.invalid(f"There is nothing at {path}")
        holder.insert(position, value)
        return
    if operation != "add" or not isinstance(holder, dict):
        _below(holder, step, path)
    key: Any = int(step) if isinstance(holder, list) else step
    if operation == "remove":
        del holder[key]
    else:
        holder[key] = value
