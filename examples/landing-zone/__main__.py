"""Leads by files of the landing zone: what a dataflow from it takes, and what the exporter has to know."""

import signal

import pulumi
import pulumi_random as random

from zoho_adobe import (
    CrmModule,
    Dataflow,
    Dataset,
    LandingZone,
    LandingZoneSource,
    MappingSet,
    Schema,
    TargetConnection,
    from_text,
    own_field,
)

# When a step fails, the engine interrupts this program: it should end without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

config = pulumi.Config()
seed = random.RandomId("seed", byte_length=8)

# Each column's field, and its type there.
COLUMNS = {
    "id": ("zohoId", "string"),
    "Last_Name": ("lastName", "string"),
    "Email": ("email", "string"),
    "Annual_Revenue": ("annualRevenue", "number"),
    "Modified_Time": ("modifiedTime", "date-time"),
}
FOLDER = "zoho/leads"
SCHEDULE = {"frequency": "day", "interval": 1}

zone = LandingZone("zone")
module = CrmModule(
    "module",
    module="Leads",
    data_center=config.require("zohoDataCenter"),
    accounts_url=config.get("zohoAccountsUrl") or None,
)
fields = {field: kind for field, kind in COLUMNS.values()}
schema = Schema("schema", title="Zoho leads", fields=fields, suffix=seed.hex)
dataset = Dataset("dataset", name="Zoho leads", schema_id=schema.id, suffix=seed.hex)
target = TargetConnection("target", name="Zoho leads", dataset_id=dataset.id, schema_id=schema.id, suffix=seed.hex)
mapping = MappingSet(
    "mapping",
    schema_id=schema.id,
    mappings={own_field(field): from_text(column, kind) for column, (field, kind) in COLUMNS.items()},
    schema_fields=fields,
    columns=module.columns,
)
source = LandingZoneSource(
    "source",
    name="Zoho leads",
    container=zone.container,
    path=f"{FOLDER}/*.csv.gz",
    compression="gzip",
    suffix=seed.hex,
)
dataflow = Dataflow(
    "dataflow",
    name="Zoho leads",
    via="landing-zone",
    source_connection_id=source.id,
    target_connection_id=target.id,
    mapping_set_id=mapping.id,
    schedule=SCHEDULE,
    suffix=seed.hex,
)

pulumi.export("datasetId", dataset.id)
pulumi.export("dataflowId", dataflow.id)
# All that `python -m zoho_adobe export` has to know; docs/exports-1.schema.json describes it.
services = pulumi.Config("zoho-adobe")
pulumi.export(
    "exports",
    {
        "version": 1,
        "organization": zone.organization,
        "sandbox": zone.sandbox,
        "platformUrl": services.get("platformUrl"),
        "imsUrl": services.get("imsUrl"),
        "zone": {
            "provider": zone.provider,
            "container": zone.container,
            "daysToLive": zone.days_to_live,
            "manifests": "zoho/_manifests",
        },
        "zoho": {
            "dataCenter": config.require("zohoDataCenter"),
            "accountsUrl": module.accounts_url,
            "apiUrl": module.api_url,
        },
        "tables": [
            {
                "name": "Leads",
                "module": module.module,
                "path": FOLDER,
                "datasetId": dataset.id,
                "dataflowId": dataflow.id,
                "sourceConnectionId": source.id,
                "targetConnectionId": target.id,
                "columns": module.types.apply(
                    lambda types: [{"name": name, "type": types[name], "header": name} for name in COLUMNS]
                ),
                "createdBy": "Created_Time",
                "modifiedBy": "Modified_Time",
                "wholeEveryDays": 30,
                "schedule": SCHEDULE,
                "deletes": None,
            }
        ],
    },
)
