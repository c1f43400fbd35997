"""An inventory as JSON: what docs/tasks/inventory.md documents, and nothing that could be secret. No I/O."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from zoho_adobe.inventory.model import Inventory, Pipe, Sandbox


def facts_of(inventory: Inventory) -> dict[str, Any]:
    """Return an inventory as JSON; times are in seconds since 1970, and null where there is none.

    Args:
        inventory: the inventory.
    """
    managed = inventory.managed or {}
    return {
        "version": 1,
        "organization": inventory.organization,
        "sandboxes": [_sandbox(item, managed) for item in inventory.sandboxes],
        "findings": [asdict(finding) for finding in inventory.findings],
    }


def _sandbox(sandbox: Sandbox, managed: dict[str, str]) -> dict[str, Any]:
    return {
        "name": sandbox.name,
        "error": sandbox.error or None,
        "readAt": int(sandbox.now),
        "connections": [
            {
                "id": item.id,
                "name": item.name,
                "state": item.state,
                "clientId": item.params.get("client_id") or None,
                "createdBy": item.created_client or None,
                "changedBy": item.updated_by or item.updated_client or None,
                "changedAt": item.updated_at // 1000 or None,
                "managedBy": managed.get(item.id),
                "dataflows": [pipe.flow.id for pipe in sandbox.on(item.id)],
            }
            for item in sandbox.connections
        ],
        "dataflows": [_pipe(item, managed) for item in sandbox.pipes],
        "unusedSourceConnections": [{"id": item.id, "name": item.name} for item in sandbox.unused],
    }


def _pipe(pipe: Pipe, managed: dict[str, str]) -> dict[str, Any]:
    flow, last = pipe.flow, pipe.runs[0] if pipe.runs else None
    return {
        "id": flow.id,
        "name": flow.name,
        "state": flow.state,
        "via": pipe.via,
        "frequency": flow.frequency or None,
        "interval": flow.interval or None,
        "deltaColumn": flow.delta_column or None,
        "table": pipe.table or None,
        "connectionId": pipe.connection_id or None,
        "sourceConnectionId": flow.source_id or None,
        "targetConnectionId": flow.target_id or None,
        "mappingSetId": flow.mapping_set_id or None,
        "datasetId": pipe.dataset.id if pipe.dataset else None,
        "datasetName": pipe.dataset.name if pipe.dataset else None,
        "schemaId": pipe.dataset.schema_id if pipe.dataset else None,
        "lastRun": None if last is None else {"id": last.id, "status": last.status, "startedAt": int(last.started)},
        "lastSuccess": None
        if pipe.success is None
        else {
            "id": pipe.success.id,
            "windowStart": int(pipe.success.window_start) or None,
            "windowEnd": int(pipe.success.window_end) or None,
            "rowsWritten": pipe.success.written,
            "rowsFailed": pipe.success.failed,
        },
        "createdBy": flow.created_client or None,
        "changedBy": flow.updated_by or flow.updated_client or None,
        "changedAt": flow.updated_at // 1000 or None,
        "managedBy": managed.get(flow.id),
    }
