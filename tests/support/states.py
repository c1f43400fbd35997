"""States of earlier releases, kept as `pulumi stack export --show-secrets` wrote them, with marks for what a run makes.

A mark such as `@organization@` stands for what is another one in each run; the secrets are such marks too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.support.stack import PROJECT, Stack

FOLDER = PROJECT / "tests" / "data"

# What depends on the machine, the moment or the engine, and nothing of ours reads.
_DROPPED = ("stackTrace", "sourcePosition", "created", "modified", "manifest", "metadata")


def export(stack: Stack) -> dict[str, Any]:
    """Return the stack's state as it is kept in a file."""
    text = stack.run("stack", "export", "--stack", stack.name, "--show-secrets").out
    # It shows the secrets as it is meant to; only the marks are looked at.
    stack.seen.pop()
    found: dict[str, Any] = _without(json.loads(text))
    marks = {value: f"@{mark}@" for mark, value in _marks(stack).items()}
    kept: dict[str, Any] = _replaced(found, dict(sorted(marks.items(), key=lambda item: -len(item[0]))))
    return kept


def restore(stack: Stack, name: str) -> None:
    """Make the connection that a kept state holds, and import the state into the stack."""
    kept = json.loads((FOLDER / f"{name}.json").read_text())
    (resource,) = (item for item in kept["deployment"]["resources"] if item["type"].endswith(":BaseConnection"))
    tenant = stack.tenant
    params = {
        "endpoint": "crm.zoho.com/crm/private",
        "accountsUrl": tenant.zoho["accounts"],
        "clientId": tenant.zoho["client_id"],
        "clientSecret": tenant.zoho["client_secret"],
        "refreshToken": tenant.zoho["refresh_token"],
        "accessToken": "1000.old.old",
    }
    item = {
        "name": resource["outputs"]["full_name"],
        "description": resource["inputs"]["description"].replace("@stack@", stack.name),
        "auth": {"specName": "Basic Authentication", "params": params},
        "connectionSpec": {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"},
    }
    tenant.plant("connections", item)
    marks = {f"@{mark}@": value for mark, value in _marks(stack).items()}
    stack.run("stack", "import", "--stack", stack.name, words_in=json.dumps(_replaced(kept, marks)))


def _marks(stack: Stack) -> dict[str, str]:
    tenant, connection = stack.tenant, stack.tenant.connection()
    return {
        "stack": stack.name,
        "organization": tenant.organization,
        "adobe": tenant.adobe,
        "ims": tenant.ims,
        "accounts": tenant.zoho["accounts"],
        "zoho_client_id": tenant.zoho["client_id"],
        "zoho_client_secret": tenant.zoho["client_secret"],
        "zoho_refresh_token": tenant.zoho["refresh_token"],
        "connection": connection["id"],
        "etag": connection["etag"],
    }


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(item) for key, item in value.items() if key not in _DROPPED}
    if isinstance(value, list):
        return [_without(item) for item in value]
    return value


def _replaced(value: Any, marks: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(item, marks) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, marks) for item in value]
    if isinstance(value, str):
        for mark, other in marks.items():
            value = value.replace(mark, other)
    return value
