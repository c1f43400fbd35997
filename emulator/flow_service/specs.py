"""The catalogues of connection specs and flow specs."""

from __future__ import annotations

from emulator.core.store import Document

ZOHO_SPEC_ID = "929e4450-0237-4ed2-9404-b7e1e0a00309"
DATA_LAKE_SPEC_ID = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
FLOW_SPEC_ID = "14518937-270c-4525-bdec-c2ba7cce3860"
LANDING_ZONE_SPEC_ID = "26f526f2-58f4-4712-961d-e41bf1ccc0e8"
FILE_FLOW_SPEC_ID = "9753525b-82c7-4dce-8a9b-5ccfce2b9876"
PROVIDER_ID = "0ed90a81-07f4-4586-8190-b40eccef1c5a"
# Other CRMs that the flow spec takes: Salesforce and Microsoft Dynamics.
OTHER_SOURCE_SPEC_IDS = ("cfc0fee1-7dc0-40ef-b73e-d8b134c436f5", "38ad80fe-8b06-4938-94f4-d4ee80266b07")
# Other storages of files: Amazon S3 and Azure Blob.
OTHER_STORAGE_SPEC_IDS = ("ecadc60c-7455-4d87-84dc-2a0e293d997b", "4c10e202-c428-4796-9208-5f1f5732b1cf")
SECRET_PARAMS = frozenset({"clientSecret", "accessToken", "refreshToken"})


PERMISSIONS: Document = {
    "view": [{"@type": "lowLevel", "name": "EnterpriseSource", "permissions": ["read"]}],
    "manage": [{"@type": "lowLevel", "name": "EnterpriseSource", "permissions": ["write"]}],
}


def _param(title: str, *, secret: bool = False) -> Document:
    return {"type": "string", "title": title, **({"format": "password"} if secret else {})}


ZOHO_SPEC: Document = {
    "id": ZOHO_SPEC_ID,
    "name": "zoho-crm",
    "providerId": PROVIDER_ID,
    "version": "1.0",
    "authSpec": [
        {
            "name": "Basic Authentication",
            "type": "BasicAuthentication",
            "spec": {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "type": "object",
                "properties": {
                    "endpoint": _param("Endpoint"),
                    "accountsUrl": _param("Accounts URL"),
                    "clientId": _param("Client ID"),
                    "clientSecret": _param("Client secret", secret=True),
                    "accessToken": _param("Access token", secret=True),
                    "refreshToken": _param("Refresh token", secret=True),
                },
                "required": [
                    "endpoint",
                    "accountsUrl",
                    "clientId",
                    "clientSecret",
                    "accessToken",
                    "refreshToken",
                ],
            },
        }
    ],
    "attributes": {
        "category": "CRM",
        "connectorName": "Zoho CRM",
        "isSource": True,
        "uiAttributes": {"apiFeatures": {"explorePaginationSupported": False}},
    },
    "permissionsInfo": PERMISSIONS,
}
DATA_LAKE_SPEC: Document = {
    "id": DATA_LAKE_SPEC_ID,
    "name": "Data Lake",
    "providerId": PROVIDER_ID,
    "version": "1.0",
    "attributes": {"category": "Data Lake", "connectorName": "Data Lake", "isSource": False},
    "permissionsInfo": PERMISSIONS,
}
LANDING_ZONE_SPEC: Document = {
    "id": LANDING_ZONE_SPEC_ID,
    "name": "landing-zone",
    "providerId": PROVIDER_ID,
    "version": "1.0",
    "attributes": {"category": "Cloud Storage", "connectorName": "Data Landing Zone", "isSource": True},
    "permissionsInfo": PERMISSIONS,
}
CATALOGUE: dict[str, Document] = {spec["id"]: spec for spec in (ZOHO_SPEC, LANDING_ZONE_SPEC, DATA_LAKE_SPEC)}
SPEC_FIELDS = frozenset({"id", "name", "providerId", "version", "attributes"})


def _json_schema(**described: object) -> Document:
    return {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", **described}


OPTION_SPEC: Document = {
    "name": "OptionSpec",
    "spec": _json_schema(
        properties={
            "errorDiagnosticsEnabled": {
                "title": "Error diagnostics.",
                "description": "Flag to enable detailed and sample error diagnostics summary.",
                "type": "boolean",
                "default": False,
            },
            "partialIngestionPercent": {
                "title": "Partial ingestion threshold.",
                "description": "Percentage which defines the threshold of errors allowed before the run is "
                "marked as failed.",
                "type": "number",
                "exclusiveMinimum": 0,
            },
        }
    ),
}
COPY_SPEC: Document = {
    "name": "Copy",
    "spec": _json_schema(
        properties={
            "deltaColumn": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("name", "dateFormat", "timezone")},
                "required": ["name"],
            }
        },
        required=["deltaColumn"],
    ),
}
MAPPING_SPEC: Document = {
    "name": "Mapping",
    "spec": _json_schema(
        description="defines various params required for different mapping from source to target",
        properties={name: {"type": "string"} for name in ("mappingId", "mappingVersion")},
    ),
}
ENCRYPTION_SPEC: Document = {
    "name": "Encryption",
    "spec": _json_schema(properties={"publicKeyId": {"type": "string"}}, required=["publicKeyId"]),
}
SCHEDULE_SPEC: Document = {
    "name": "PeriodicSchedule",
    "type": "Periodic",
    "spec": _json_schema(
        properties={
            "startTime": {"description": "epoch time", "type": "integer"},
            "frequency": {"type": "string", "enum": ["once", "minute", "hour", "day", "week"]},
            "interval": {"type": "integer"},
            "backfill": {"type": "boolean", "default": True},
        },
        required=["startTime", "frequency"],
        **{
            "if": {"properties": {"frequency": {"const": "once"}}},
            "then": {"allOf": [{"not": {"required": [name]}} for name in ("interval", "backfill")]},
            "else": {
                "required": ["interval"],
                "if": {"properties": {"frequency": {"const": "minute"}}},
                "then": {"properties": {"interval": {"minimum": 15}}},
                "else": {"properties": {"interval": {"minimum": 1}}},
            },
        },
    ),
}


def _flow_spec(identifier: str, name: str, sources: list[str], transformations: list[Document]) -> Document:
    return {
        "id": identifier,
        "name": name,
        "providerId": PROVIDER_ID,
        "version": "1.0",
        "sourceConnectionSpecIds": sources,
        "targetConnectionSpecIds": [DATA_LAKE_SPEC_ID],
        "optionSpec": OPTION_SPEC,
        "transformationSpecs": transformations,
        "scheduleSpec": SCHEDULE_SPEC,
        "attributes": {"notification": {"category": "sources", "flowRun": {"enabled": True}}},
        "permissionsInfo": PERMISSIONS,
    }


FLOW_SPEC = _flow_spec(FLOW_SPEC_ID, "CRMToAEP", [*OTHER_SOURCE_SPEC_IDS, ZOHO_SPEC_ID], [COPY_SPEC, MAPPING_SPEC])
FILE_FLOW_SPEC = _flow_spec(
    FILE_FLOW_SPEC_ID,
    "CloudStorageToAEP",
    [*OTHER_STORAGE_SPEC_IDS, LANDING_ZONE_SPEC_ID],
    [MAPPING_SPEC, ENCRYPTION_SPEC],
)
FLOW_SPECS: dict[str, Document] = {spec["id"]: spec for spec in (FLOW_SPEC, FILE_FLOW_SPEC)}
FLOW_SPEC_FIELDS = SPEC_FIELDS | {"sourceConnectionSpecIds", "targetConnectionSpecIds"}


def auth_spec(spec: Document, name: str) -> Document | None:
    """Find an auth spec of a connection spec by name."""
    return next((item for item in spec["authSpec"] if item["name"] == name), None)
