"""An `exports` document to change."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def target(path: str, dataset: str = "5c8c3c555033b814b69f947f") -> Json:
    return {
        "path": path,
        "datasetId": dataset,
        "dataflowId": "5c8c3c55-5033-4b81-b69f-947f00000001",
        "sourceConnectionId": "5c8c3c55-5033-4b81-b69f-947f00000002",
        "targetConnectionId": "5c8c3c55-5033-4b81-b69f-947f00000003",
    }


def column(name: str, type_: str = "text", header: str = "") -> Json:
    return {"name": name, "type": type_, "header": header or name.replace(".", "__")}


def table(module: str = "Contacts", **changes: Any) -> Json:
    return {
        "name": module,
        "module": module,
        **target(f"zoho/{module.lower()}"),
        "columns": [
            column("id", "bigint"),
            column("Last_Name"),
            column("Email", "email", "email_address"),
            column("Modified_Time", "datetime"),
        ],
        "createdBy": "Created_Time",
        "modifiedBy": "Modified_Time",
        "wholeEveryDays": 30,
        "schedule": {"frequency": "day", "interval": 1},
        "deletes": None,
        **changes,
    }


def document(*tables: Json, **changes: Any) -> Json:
    return {
        "version": 1,
        "organization": "1234567890ABCDEF12345678@AdobeOrg",
        "sandbox": "dev",
        "zone": {
            "provider": "azure",
            "container": "dlz-user-container",
            "daysToLive": 7,
            "manifests": "zoho/_manifests",
        },
        "zoho": {
            "dataCenter": "eu",
            "accountsUrl": "https://accounts.zoho.eu",
            "apiUrl": "https://www.zohoapis.eu",
        },
        "tables": list(tables) or [table()],
        **changes,
    }


def deletes(path: str = "zoho/contacts_deleted", **changes: Any) -> Json:
    return {**target(path), "idHeader": "id", "timeHeader": "deleted_time", **changes}
