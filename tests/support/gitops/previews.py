"""Previews as Pulumi prints them, made by hand where a real one would take long."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

OWN = "pulumi-python:dynamic/zoho-adobe:"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}
LOGICAL = ("same", "create", "update", "delete", "replace", "import")
"""The steps that Pulumi counts in its summary."""
STACK = "urn:pulumi:prod::zoho-adobe::pulumi:pulumi:Stack::zoho-adobe-prod"


def urn(kind: str, name: str) -> str:
    """Return the URN of a resource; a kind without a colon is one of this package's."""
    return f"urn:pulumi:prod::zoho-adobe::{kind if ':' in kind else OWN + kind}::{name}"


def state(kind: str, name: str, id_: str = "", /, **fields: Any) -> dict[str, Any]:
    """Return a state; a field that is no input is given in a dictionary `more`."""
    more = fields.pop("more", {})
    type_ = kind if ":" in kind else OWN + kind
    return {"urn": urn(kind, name), "type": type_, "custom": True, "id": id_, "inputs": fields, **more}


def step(op: str, old: dict[str, Any] | None, new: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """Return a step of a document."""
    known = new or old or {}
    given = {key: value for key, value in (("oldState", old), ("newState", new)) if value is not None}
    return {"op": op, "urn": known["urn"], **given, **more}


def update(old: dict[str, Any], *paths: str, op: str = "update", **fields: Any) -> dict[str, Any]:
    """Return a step that changes inputs; the changed paths are those fields if none are named."""
    new = {**old, "inputs": {**old["inputs"], **fields}, "id": ""}
    diff = {path: {"kind": "update", "inputDiff": True} for path in paths or fields}
    return step(op, old, new, detailedDiff=diff, diffReasons=list(diff))


def same(old: dict[str, Any]) -> dict[str, Any]:
    """Return a step in which nothing happens."""
    return step("same", old, {**old, "id": ""})


def document(*steps: dict[str, Any], **more: Any) -> str:
    """Return what `pulumi preview --json` prints."""
    stack = {"urn": STACK, "type": "pulumi:pulumi:Stack", "custom": False}
    counted = Counter(item["op"] for item in steps if item["op"] in LOGICAL)
    summary = {"changeSummary": {**counted, "same": counted["same"] + 1}}
    return json.dumps({"config": {}, "steps": [step("same", stack, stack), *steps], "duration": 1, **summary, **more})


def stream(*steps: dict[str, Any], outputs: tuple[dict[str, Any], dict[str, Any]] = ({}, {})) -> str:
    """Return the same as a stream of events."""
    stack = {"urn": STACK, "type": "pulumi:pulumi:Stack"}
    before, after = ({**stack, "outputs": values} for values in outputs)
    root = {"op": "same", "urn": STACK, "old": before, "new": after}
    events: list[dict[str, Any]] = [
        {"preludeEvent": {"config": {}}},
        {"diagnosticEvent": {"message": "internal", "severity": "debug"}},
        {"resOutputsEvent": {"metadata": root, "planning": True}},
    ]
    for item in steps:
        metadata = {
            "op": item["op"],
            "urn": item["urn"],
            "old": item.get("oldState"),
            "new": item.get("newState"),
            "diffs": item.get("diffReasons"),
            "keys": item.get("replaceReasons"),
            "detailedDiff": {
                path: {"diffKind": diff["kind"], "inputDiff": diff["inputDiff"]}
                for path, diff in item.get("detailedDiff", {}).items()
            },
        }
        events.append({"resourcePreEvent": {"metadata": metadata, "planning": True}})
    events.append({"summaryEvent": {"result": "succeeded"}})
    return "\n".join(json.dumps({"sequence": number, **event}) for number, event in enumerate(events))


CONNECTION = state(
    "BaseConnection",
    "zoho-crm",
    "b17f8383-47f3-41af-9bdd-94dd132788f3",
    name="Zoho CRM",
    client_secret="[secret]",
    data_center="us",
    sandbox="prod",
)
SOURCE = state("SourceConnection", "contacts", "source-1", base_connection_id=CONNECTION["id"])
FLOW = state(
    "Dataflow",
    "contacts",
    "flow-1",
    source_connection_id="source-1",
    enabled=True,
    schedule={"frequency": "hour", "interval": 1},
)
"""A dataflow on a source connection on a base connection, tied together by ids."""
